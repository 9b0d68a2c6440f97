"""Whether a piece of HTML holds only what our own templates make: their tags, their attributes, our addresses.

A text that became markup is seen here without knowing which text it was.
"""

from __future__ import annotations

import re
from functools import cache
from html.parser import HTMLParser

from app.weergave import TEMPLATES
from tests.attacks.injectie.proefteksten import MERK

_OPEN = re.compile(r"<([a-z][a-z0-9-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
_NAME = re.compile(r"(?:^|[\s}])([a-z][a-z0-9:-]*)(?==|[\s/>]|$)")
_KEY = re.compile(r'"((?!on)[a-z][a-z-]*)":')  # of the attributes that a page gives to a component
_VALUES = re.compile(r"\"[^\"]*\"|'[^']*'")
_JINJA = re.compile(r"{[%#{].*?[%#}]}", re.S)
ADDRESSES = ("href", "src", "action", "formaction", "hx-get", "hx-post", "data-pad")
# Where somebody's words may stand: nowhere else in a tag.
WORDS = {"value", "aria-label", "data-voorlezen", "href", "action", "title", "placeholder"}


@cache
def ours() -> tuple[frozenset[str], frozenset[str]]:
    """Tags and attribute names that the templates hold."""
    tags: set[str] = set()
    names: set[str] = set()
    for path in TEMPLATES.rglob("*.html"):
        names |= {name for part in _JINJA.findall(path.read_text("utf-8")) for name in _KEY.findall(part)}
        plain = _JINJA.sub(lambda part: " " if part[0][1] != "{" else "x", path.read_text("utf-8"))
        for tag, rest in _OPEN.findall(plain):
            tags |= {tag} - {"img"}  # only a picture of the municipality's own: _is_picture
            names |= set(_NAME.findall(_VALUES.sub("x ", rest)))
    return frozenset(tags), frozenset(names | {"open"})  # the gallery shows menus opened


def _is_picture(given: dict[str, str | None]) -> bool:
    """A logo or icon by its hash, and nothing else beside it."""
    shown = set(given) == {"class", "src", "alt"} and given["class"] == "beeldmerk"
    return shown and bool(
        re.fullmatch(r"/(logo|favicon)/[0-9a-f]{32}\.(svg|png)|/static/merk-[0-9A-F]{8}\.svg", given["src"] or "")
    )


class _Reader(HTMLParser):
    """Collects what is wrong."""

    def __init__(self, elsewhere: tuple[str, ...]) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []
        self.inside = ""
        self.elsewhere = elsewhere

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        tags, names = ours()
        self.inside = tag
        given = dict(attrs)
        if tag not in tags and not (tag == "img" and _is_picture(given)):
            self.wrong.append(f"<{tag}>")
        if len(given) != len(attrs):
            self.wrong.append(f"<{tag}> names an attribute twice")
        if tag == "script" and not str(given.get("src", "")).startswith("/static/"):
            self.wrong.append("<script> without a file of ours")
        for name, value in attrs:
            self._attribute(tag, name, value or "", names)

    def _attribute(self, tag: str, name: str, value: str, names: frozenset[str]) -> None:
        if name not in names or name.startswith("on") or name == "style":
            self.wrong.append(f"<{tag} {name}>")
        if MERK in value and name not in WORDS:
            self.wrong.append(f"<{tag} {name}> holds somebody's words")
        if name in ADDRESSES and not self._leads_here(value):
            self.wrong.append(f"<{tag} {name}={value[:60]!r}>")

    def _leads_here(self, value: str) -> bool:
        if value.startswith(self.elsewhere):
            return True
        return (
            value.startswith(("/", "#")) and not value.startswith(("//", "/\\")) and not re.search(r"[\s\\]", value)
        )

    def handle_data(self, data: str) -> None:
        if self.inside in ("script", "style") and data.strip():
            self.wrong.append(f"<{self.inside}> with text")

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"<!--{data[:40]}-->")

    def handle_pi(self, data: str) -> None:
        self.wrong.append(f"<?{data[:40]}")

    def unknown_decl(self, data: str) -> None:
        self.wrong.append(f"<![{data[:40]}")


def foreign(html: str, elsewhere: tuple[str, ...] = ()) -> list[str]:
    """What stands in this page or fragment that our templates do not make. `elsewhere`: addresses that are fine."""
    reader = _Reader(elsewhere)
    reader.feed(html)
    reader.close()
    if reader.rawdata:
        reader.wrong.append(f"ends in the middle of {reader.rawdata[:40]!r}")
    return reader.wrong


def literal(text: str, html: str) -> bool:
    """Whether a text with characters that mean something in HTML stands in it just as it was sent."""
    return bool(set(text) & set("<>\"'&")) and text in html
