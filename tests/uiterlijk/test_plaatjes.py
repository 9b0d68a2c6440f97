"""What a picture may hold. Nothing is taken out of one: it passes whole, or it is refused with what is in it."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable

import pytest

from app.uiterlijk.models import MAX_BYTES
from app.uiterlijk.plaatjes import looked_through
from app.uiterlijk.svg import Afgekeurd, check
from tests.uiterlijk.conftest import chunk, png, svg

XLINK = 'xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9"'
GOOD = {
    "a path": svg(),
    "a declaration and a comment": svg(before='<?xml version="1.0" encoding="UTF-8"?>\n<!-- Gemaakt met de hand -->'),
    "a doctype of the W3C": svg(
        before='<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
    ),
    "a byte order mark": b"\xef\xbb\xbf" + svg(),
    "width and height": svg(attributes='width="90" height="28px"'),
    "classes": svg("<defs><style>.a{fill:#fff;stroke:url(#g)}</style></defs><path class='a' d='M0 0'/>"),
    "a style attribute": svg('<rect style="fill:url(#g);opacity:.5" width="1" height="1"/>'),
    "a gradient": svg('<linearGradient id="g"><stop offset="0" stop-color="red"/></linearGradient>'),
    "a clip": svg('<clipPath id="c"><rect width="1" height="1"/></clipPath><g clip-path="url(#c)"/>'),
    "a copy of its own part": svg('<path id="p" d="M0 0"/><use xlink:href="#p" x="3"/><use href="#p"/>', XLINK),
    "text and a title": svg('<title>Proef</title><text x="1" y="2" font-size="3" aria-label="a@b">Dv</text>'),
}
BAD = {
    "script": (svg("<script>alert(1)</script>"), "<script>"),
    "foreignObject": (
        svg("<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'/></foreignObject>"),
        "<foreignObject>",
    ),
    "html inside": (svg("<body xmlns='http://www.w3.org/1999/xhtml'/>"), "<body>"),
    "onload": (svg(attributes='viewBox="0 0 9 9" onload="x()"'), "onload"),
    "onclick in capitals": (svg('<g ONCLICK="x()"/>'), "ONCLICK"),
    "a link": (svg('<a href="https://elders.example"><path d="M0 0"/></a>'), "<a>"),
    "an image": (svg('<image href="https://elders.example/a.png"/>'), "<image>"),
    "use from elsewhere": (svg('<use href="https://elders.example/a.svg#p"/>'), "buiten het bestand"),
    "xlink from elsewhere": (svg('<use xlink:href="data:image/svg+xml,x"/>', XLINK), "buiten het bestand"),
    "javascript in xlink": (svg('<use xlink:href="javascript:x()"/>', XLINK), "buiten het bestand"),
    "url() in style": (svg('<g style="fill:url(https://elders.example/a#b)"/>'), "buiten het bestand"),
    "url() in an attribute": (svg('<g fill="url( //elders.example/a )"/>'), "buiten het bestand"),
    "url() in capitals": (svg('<g fill="URL(https://elders.example)"/>'), "buiten het bestand"),
    "url() that does not end": (svg('<g style="fill:url(//elders.example"/>'), "buiten het bestand"),
    "@import": (svg("<style>@import 'https://elders.example/a.css';</style>"), "@-regel"),
    "@font-face in CDATA": (svg("<style><![CDATA[@font-face{src:url(//a)}]]></style>"), "@-regel"),
    "an escape in CSS": (svg(r"<style>.a{fill:\75 rl(//elders.example)}</style>"), "verbergen"),
    "a comment in CSS": (svg("<style>.a{fill:u/**/rl(//elders.example)}</style>"), "verbergen"),
    "image-set": (svg("<g style=\"fill:image-set('a.png' 1x)\"/>"), "buiten het bestand"),
    "CSS animation": (svg("<style>.a{animation:x 1s}</style>"), "beweging"),
    "animate of href": (svg('<animate attributeName="href" to="javascript:x()"/>'), "<animate>"),
    "set": (svg('<set attributeName="onclick" to="x()"/>'), "<set>"),
    "an entity": (svg("&x;", before='<!DOCTYPE svg [<!ENTITY x "x">]>'), "DOCTYPE"),
    "an entity of somebody else": (svg(before='<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), "DOCTYPE"),
    "an entity nobody declared": (
        svg("&x;", before='<!DOCTYPE svg SYSTEM "https://elders.example/a.dtd">'),
        "entiteit",
    ),
    "a stylesheet instruction": (svg(before='<?xml-stylesheet href="https://elders.example/a.css"?>'), "opdracht"),
    "another encoding": (svg(before='<?xml version="1.0" encoding="UTF-7"?>'), "UTF-8"),
    "UTF-16": (svg().decode().encode("utf-16"), "geen SVG"),
    "UTF-16 without a mark": (svg().decode().encode("utf-16-le"), "UTF-8"),
    "an editor's attribute": (svg('<g xmlns:i="http://inkscape.org" i:label="x"/>'), "label"),
    "a filter": (svg('<filter id="f"><feImage href="#a"/></filter>'), "<filter>"),
    "no namespace": (b'<svg viewBox="0 0 9 9"><script/></svg>', "<svg>"),
    "not an svg at all": (b"<html><script>x()</script></html>", "<html>"),
    "a group for a root": (b'<g xmlns="http://www.w3.org/2000/svg"/>', "begint niet met <svg>"),
    "not closed": (b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><g>', "niet goed te lezen"),
    "no size": (svg(attributes='id="x"'), "geen maat"),
    "thousands of parts": (svg("<g/>" * 2_001), "te veel onderdelen"),
    "as deep as a well": (svg("<g>" * 60 + "</g>" * 60), "te veel onderdelen"),
    "copies of copies": (svg('<use href="#p"/>' * 13), "<use>"),
    "a mask in a mask": (svg('<mask id="m"><g mask="url(#n)"/></mask>'), "masker"),
    "a mask in a style": (svg("<style>.a{mask:url(#m)}</style>"), "masker"),
    "65 kB": (svg("<!--" + "x" * MAX_BYTES + "-->"), "hoogstens 64 kB"),
    "nothing": (b"", "leeg"),
    "a JPEG": (b"\xff\xd8\xff\xe0" + bytes(64), "geen SVG en geen PNG"),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_harmless_svg_passes_as_it_is(name: str) -> None:
    found = looked_through(GOOD[name])
    assert (found.soort, found.inhoud) == ("image/svg+xml", GOOD[name])


@pytest.mark.parametrize("name", BAD)
def test_what_is_not_allowed_is_named(name: str) -> None:
    contents, word = BAD[name]
    with pytest.raises(Afgekeurd) as refused:
        looked_through(contents)
    assert word in str(refused.value)
    assert str(refused.value).endswith(".")


def test_png_passes() -> None:
    assert looked_through(png()).soort == "image/png"
    assert looked_through(png(1024, 256)).inhoud == png(1024, 256)
    assert looked_through(png(256, 256), square=True)


@pytest.mark.parametrize(
    ("contents", "word", "square"),
    [
        (png(1025, 4), "1025 bij 4", False),
        (png(4, 257), "4 bij 257", False),
        (png(257, 4), "hoogstens 256 breed", True),
        (png(0, 4), "0 bij 4", False),
        (png(extra=chunk(b"acTL", struct.pack(">II", 2, 0))), "beweegt", False),
        (png(after=b"<script>x()</script>"), "beschadigd", False),
        (png(after=png()), "beschadigd", False),
        (png()[:-4], "beschadigd", False),
        (png()[:40] + b"\x00" + png()[41:], "beschadigd", False),
        (b"\x89PNG\r\n\x1a\n", "beschadigd", False),
        (b"\x89PNG\r\n\x1a\n" + chunk(b"IEND", b""), "beschadigd", False),
        (b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 2**32 - 1) + b"IHDR" + bytes(30), "beschadigd", False),
    ],
)
def test_png_is_refused(contents: bytes, word: str, square: bool) -> None:
    with pytest.raises(Afgekeurd, match=word):
        looked_through(contents, square=square)


def test_bytes_out_of_nowhere(seed: int, count: Callable[[str, int], None]) -> None:
    """Mutated files are harmless or refused; nothing else is ever raised."""
    choice, start = (
        random.Random(seed),
        [*GOOD.values(), *(one for one, _ in BAD.values() if len(one) < 2_000), png()],
    )
    for _ in range(3_000):
        contents = bytearray(choice.choice(start))
        for _ in range(choice.randint(1, 6)):
            if contents:
                contents[choice.randrange(len(contents))] = choice.randrange(256)
        try:
            found = looked_through(bytes(contents))
        except Afgekeurd:
            continue
        if found.soort == "image/svg+xml":
            check(found.inhoud)
            assert b"<script" not in found.inhoud.lower()
    count("mutated pictures", 3_000)
