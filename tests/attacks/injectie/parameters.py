"""Which names of parameters a route may read: from its signature, from the code of its folder, from the forms."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from litestar.channels import ChannelsPlugin
from litestar.channels.backends.memory import MemoryChannelsBackend

from app.main import create_litestar
from app.settings import PROJECT
from app.weergave import TEMPLATES
from tests.routes.test_matrix import plain

_FIELD = re.compile(r'\bname="([a-z_-]+(?:-1)?)"')
_WORD = re.compile(r"[a-z_]{2,30}")
READS = ("get", "getall", "pop")
READERS = ("forms", "invoer", "filters", "concept", "inloggen")  # of a folder: where input is read
INJECTED = {"request", "session", "tenant", "medewerker", "data", "channels", "state", "scope"}


@dataclass(frozen=True)
class Place:
    """A route and the names it may read."""

    method: str
    path: str
    names: tuple[str, ...]
    own: frozenset[str]  # of the signature and the code, without what forms elsewhere have


@cache
def places() -> dict[tuple[str, str], Place]:
    found = {}
    silent = ChannelsPlugin(MemoryChannelsBackend(), arbitrary_channels_allowed=True)
    for route in create_litestar(silent).routes:
        for handler in getattr(route, "route_handlers", ()):
            function = getattr(handler, "fn", None)
            module = getattr(function, "__module__", "")
            if not module.startswith("app."):
                continue
            signature = set(handler.parsed_fn_signature.parameters) - INJECTED
            own = frozenset(signature | in_code(module))
            names = tuple(sorted(own | in_forms()))
            for method in sorted(handler.http_methods - {"OPTIONS", "HEAD"}):
                path = plain(route.path_format)
                found[method, path] = Place(method, path, names, own)
    return found


@cache
def in_code(module: str) -> frozenset[str]:
    """Words that this module, and what reads input beside it, ask of a mapping or list as names of fields."""
    path = PROJECT / Path(*module.split(".")).with_suffix(".py")
    own = path.parent != PROJECT / "app"
    sources = [path, *(one for one in path.parent.glob("*.py") if one.stem in READERS)] if own else [path]
    return frozenset(name for one in sources for name in _read_names(ast.parse(one.read_text("utf-8"))))


@cache
def in_forms() -> frozenset[str]:
    """Names of fields in any template; the vraag of a gesprek has the number 1."""
    texts = (path.read_text("utf-8") for path in TEMPLATES.rglob("*.html"))
    fixed = {name for text in texts for name in _FIELD.findall(text)} - {"_csrf", "viewport", "csrf"}
    return frozenset(fixed | {f"{name}-1" for name in ("notitie", "onderwerp", "kanaal", "gespreksresultaat")})


def _read_names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        words: list[ast.expr] = []
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in READS:
            words = node.args[:1]
        elif isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In):
            words = [node.left]
        elif isinstance(node, ast.Subscript):
            words = [node.slice]
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple):
            words = node.value.elts
        for word in words:
            if isinstance(word, ast.Constant) and isinstance(word.value, str) and _WORD.fullmatch(word.value):
                yield word.value
