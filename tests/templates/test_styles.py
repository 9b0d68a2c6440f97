"""Colours come by role from the theme, and only roles that exist; a role that nobody uses is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from app.thema import CONTRAST, derive
from tests.templates.tree import File, bites, files, holds

# CSS Color 4, the names without the system colours (Highlight, CanvasText: what forced-colors is for).
NAMES = """
aliceblue antiquewhite aqua aquamarine azure beige bisque black blanchedalmond blue blueviolet brown burlywood
cadetblue chartreuse chocolate coral cornflowerblue cornsilk crimson cyan darkblue darkcyan darkgoldenrod darkgray
darkgreen darkgrey darkkhaki darkmagenta darkolivegreen darkorange darkorchid darkred darksalmon darkseagreen
darkslateblue darkslategray darkturquoise darkviolet deeppink deepskyblue dimgray dodgerblue firebrick floralwhite
forestgreen fuchsia gainsboro ghostwhite gold goldenrod gray green greenyellow grey honeydew hotpink indianred
indigo ivory khaki lavender lavenderblush lawngreen lemonchiffon lightblue lightcoral lightcyan lightgray lightgreen
lightgrey lightpink lightsalmon lightseagreen lightskyblue lightslategray lightsteelblue lightyellow lime limegreen
linen magenta maroon mediumaquamarine mediumblue mediumorchid mediumpurple midnightblue mintcream mistyrose moccasin
navajowhite navy oldlace olive olivedrab orange orangered orchid palegoldenrod palegreen paleturquoise palevioletred
papayawhip peachpuff peru pink plum powderblue purple rebeccapurple red rosybrown royalblue saddlebrown salmon
sandybrown seagreen seashell sienna silver skyblue slateblue slategray snow springgreen steelblue tan teal thistle
tomato turquoise violet wheat white whitesmoke yellow yellowgreen
""".split()
RAW = re.compile(
    rf"#[0-9a-f]{{3,8}}\b|\b(?:rgb|rgba|hsl|hsla|hwb|lab|lch|oklab|oklch|color|color-mix)\(|(?<![\w-])(?:{'|'.join(NAMES)})(?![\w-])",
    re.I,
)
DECLARATION = re.compile(r"([\w-]+)\s*:\s*([^;{}]+)(?=[;}])")
COMMENT = re.compile(r"/\*.*?\*/", re.S)
USED = re.compile(r"var\(\s*(--kiss-[\w-]+)")
DECLARED = re.compile(r"(--kiss-[\w-]+)\s*:")


def raw_colours(file: File) -> Iterator[str]:
    for name, value in DECLARATION.findall(COMMENT.sub("", file.text)):
        bare = re.sub(r"url\([^)]*\)|\"[^\"]*\"|'[^']*'", "", value)
        if found := RAW.search(bare):
            yield f"{name}: {found[0]} is a colour; use a role of app/thema.py"


def roles() -> set[str]:
    return {f"--kiss-{name}" for name in CONTRAST}


def known() -> set[str]:
    """Roles of the theme, and what tokens.css and its media queries declare."""
    return roles() | {name for file in files(".css", under="app/static/css") for name in DECLARED.findall(file.text)}


def unknown_names(file: File) -> Iterator[str]:
    yield from (f"{name} is declared nowhere" for name in USED.findall(file.text) if name not in known())


def test_no_raw_colours() -> None:
    holds(raw_colours, files(".css", under="app/static/css"))


def test_only_known_names() -> None:
    holds(unknown_names, files(".css", under="app/static/css"))


# Roles of the design (section 4) whose screens come with later issues: charts, search hits, filled status, nawerk.
AWAITED = {
    "--kiss-mark",
    *(f"--kiss-{status}-solid" for status in ("ok", "info", "attn", "wrap")),
    *(f"--kiss-on-{status}" for status in ("ok", "info", "attn", "danger", "wrap")),
}


def test_every_role_is_used_or_awaited() -> None:
    used = {name for file in files(".css") for name in USED.findall(file.text)}
    assert roles() - used == AWAITED, "a role of app/thema.py is used by no page, or an awaited one is used by now"


def test_every_size_is_used() -> None:
    used = {name for file in files(".css") for name in USED.findall(file.text)}
    unused = known() - roles() - used
    assert not unused, f"nobody uses: {sorted(unused)}"


def test_every_look_has_every_role() -> None:
    css = derive("#0b5d66").css
    blocks = [set(DECLARED.findall(block)) for block in re.findall(r"\{([^{}]*)\}", css)]
    assert len(blocks) == 5  # light, dark, contrast, and what the system asks for
    assert all(block == roles() for block in blocks)


@pytest.mark.parametrize(
    "bad",
    [
        "a { color: #fff; }",
        "a { border: 1px solid #0b5d66 }",
        "a { color: rgb(0 0 0); }",
        "a { background: oklch(0.5 0.1 200); }",
        "a { color: hsl(0, 0%, 0%) }",
        "a { color: white; }",
        "a { box-shadow: 0 0 2px Red; }",
        "@media print { a { --kiss-x: black; } }",
        "a { color: color-mix(in oklch, var(--kiss-ink), transparent); }",
    ],
)
def test_raw_colours_bite(bad: str) -> None:
    bites(raw_colours, bad, "app/static/css/pages/x.css")


def test_roles_allow() -> None:
    good = """a { color: var(--kiss-ink); white-space: nowrap; background: transparent; border-color: currentColor;
      outline: 2px solid Highlight; background-image: url("../red/white.svg"); content: "red"; } /* red */"""
    assert not list(raw_colours(File("x.css", good)))


def test_unknown_names_bite() -> None:
    bites(unknown_names, "a { color: var(--kiss-inkt); }", "app/static/css/pages/x.css")
