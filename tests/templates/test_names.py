"""Names in pages and scripts lead somewhere: icons, commands and what htmx knows. A dead name is a dead control."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache

from tests.templates.samples import all_samples
from tests.templates.tree import HTMX, STATIC, File, bites, files, holds

COMMAND = re.compile(r'data-command"?(?:=|: )"([^"{]*)"')  # in HTML, and given to a macro
ENTRY = re.compile(r'\bid:\s*"([^"]+)"')
OWN = re.compile(r"const own = \{([^}]*)\}")
HX = re.compile(r"(?<![\w-])(hx-[a-z-]+)")
EVENT = re.compile(r"""["'](htmx:[A-Za-z:]+)["']""")
SPRITE = re.compile(r'icons-[0-9A-F]{8}\.svg#([a-z-]+)"')
WORD = re.compile(r'"([a-z]+(?:-[a-z]+)*)"')


def listed() -> set[str]:
    return set(json.loads((STATIC / "icons.json").read_text()))


def words() -> set[str]:
    """Every quoted word in templates, scripts and Python of the pages: icons are named as such."""
    places = [*files(".html", ".js")]
    python = [path.read_text("utf-8") for path in (STATIC.parent / "klantbeeld").glob("*.py")]
    return {word for text in [*(file.text for file in places), *python] for word in WORD.findall(text)}


def shown() -> set[str]:
    """Icons in the sample pages, which show every template."""
    pages = [html for sample in all_samples() for html in (sample.html(), *(text for _, text in sample.fragments()))]
    return {name for html in pages for name in SPRITE.findall(html)}


def unknown_icons(file: File) -> Iterator[str]:
    """Literal names in calls of icoon(…) and in the choices within; `shown` sees what is worked out."""
    for call in re.findall(r"icoon\(([^)]*)\)", file.text) + re.findall(r"const icon = ([^;]*);", file.text):
        options = re.sub(r'[=!]=\s*"[^"]*"|\{\s*|"[a-z-]+":|\w+:', "", call)
        yield from (f"icon {name} is not in icons.json" for name in WORD.findall(options) if name not in listed())


@cache
def registry() -> frozenset[str]:
    return frozenset(ENTRY.findall((STATIC / "js/registry.js").read_text()))


def own_commands() -> set[str]:
    """Commands for which toetsen.js has a way of its own; the rest press a control."""
    (block,) = OWN.findall((STATIC / "js/toetsen.js").read_text())
    return {entry.split(":")[0].strip().strip('"') for entry in block.split(",")}


def unknown_commands(file: File) -> Iterator[str]:
    yield from (f"command {id!r} is not in registry.js" for id in COMMAND.findall(file.text) if id not in registry())


@cache
def htmx() -> str:
    return HTMX.read_text()


def unknown_to_htmx(file: File) -> Iterator[str]:
    for name in HX.findall(file.text):
        if not _knows(name):
            yield f"htmx does not know {name}"
    yield from (f"htmx has no event {name}" for name in EVENT.findall(file.text) if f'"{name}"' not in _quoted())


@cache
def _quoted() -> str:
    return htmx().replace("'", '"').replace("`", '"')


@cache
def _knows(name: str) -> bool:
    verb = name.removeprefix("hx-")
    if name == "hx-partial":
        return "hx-partial" in htmx()
    if verb in {"get", "post", "put", "patch", "delete"}:
        return bool(re.search(rf'verbs = \[[^\]]*"{verb}"', _quoted())) or f'"{verb}"' in _quoted()
    return f'"{name}"' in _quoted()


def test_icons_are_listed() -> None:
    assert shown(), "no sample shows an icon"
    assert not shown() - listed()
    holds(unknown_icons, files(".html", ".js"))


def test_listed_icons_are_used() -> None:
    unused = listed() - words() - shown()
    assert not unused, f"take these out of app/static/icons.json: {sorted(unused)}"


def test_commands_exist() -> None:
    holds(unknown_commands, files(".html", ".js"))


def test_every_key_does_something() -> None:
    in_pages = {id for file in files(".html") for id in COMMAND.findall(file.text)}
    assert len(registry()) >= 10
    assert not registry() - in_pages - own_commands()
    assert not own_commands() - registry()


def test_a_key_has_one_command() -> None:
    keys = re.findall(r'toets:\s*"([^"]+)"', (STATIC / "js/registry.js").read_text())
    assert len(keys) == len(set(keys)) == len(registry())


def test_htmx_knows_its_names() -> None:
    holds(unknown_to_htmx, files(".html", ".js"))


def test_names_bite() -> None:
    page = "app/templates/x.html"
    bites(unknown_icons, '{{ icoon("eenhoorn") }}', page)
    bites(unknown_icons, '{{ icoon("eenhoorn" if klant else "user") }}', page)
    bites(unknown_icons, 'const icon = { bewaard: "eenhoorn" }[state] ?? "cloud-off";', "app/static/js/x.js")
    bites(unknown_commands, '<button data-command="gesprek.weg">', page)
    bites(unknown_to_htmx, '<b hx-got="/">', page)
    bites(unknown_to_htmx, '<b hx-disabled-elt="this">', page)  # htmx 2
    bites(unknown_to_htmx, 'addEventListener("htmx:afterSwap", f)', "app/static/js/x.js")  # htmx 2
    assert not list(unknown_icons(File(page, '{{ icoon("check" if klant == "x" else "user", true) }}')))
