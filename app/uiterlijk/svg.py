"""Which SVG may be shown as a logo: shapes, colours and text, by a list of what is allowed. The rest is refused.

An SVG can hold scripts, pages of others, entities that grow without end, and animations that change an address. We
read it with expat as browsers do (XML 1.0, Namespaces in XML), in one encoding, and name the first thing that is not
on the list. Afterwards it is only shown in <img>, where browsers run nothing, and its own address carries a sandbox.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from xml.parsers.expat import ExpatError, ParserCreate

SVG: Final = "http://www.w3.org/2000/svg"
XLINK: Final = "http://www.w3.org/1999/xlink"
XML: Final = "http://www.w3.org/XML/1998/namespace"
ELEMENTS: Final = frozenset(
    "svg g defs symbol use title desc style path rect circle ellipse line polyline polygon text tspan "
    "linearGradient radialGradient stop clipPath mask".split()
)
ATTRIBUTES: Final = frozenset(
    "id class style transform version baseProfile enable-background role lang focusable "
    "width height viewBox preserveAspectRatio overflow display visibility opacity color "
    "d x y x1 y1 x2 y2 cx cy r rx ry fx fy dx dy points pathLength "
    "fill fill-opacity fill-rule clip-rule clip-path mask stroke stroke-width stroke-opacity stroke-linecap "
    "stroke-linejoin stroke-miterlimit stroke-dasharray stroke-dashoffset vector-effect shape-rendering "
    "offset stop-color stop-opacity gradientUnits gradientTransform spreadMethod "
    "clipPathUnits maskUnits maskContentUnits href "
    "font-family font-size font-weight font-style text-anchor letter-spacing dominant-baseline type media".split()
)
MASKS: Final = frozenset({"mask", "clipPath"})
MOST_ELEMENTS, DEEPEST = 2_000, 40
MOST_COPIES = 12  # of <use>: they can copy each other, so a few more would already be thousands
PLAIN = "Bewaar het in uw tekenprogramma als gewone SVG, of kies een PNG."
_OWN_PART = re.compile(r"#[\w.-]+")
_URL = re.compile(r"url\s*\(\s*(['\"]?)([^)]*?)\1\s*\)", re.I)
_NUMBER = re.compile(r"\s*[0-9.]+(px|pt|mm|cm|em|rem|%)?\s*")


class Afgekeurd(ValueError):
    """This picture may not be shown; the message says what is in it and what to do."""


def check(inhoud: bytes) -> None:
    """Raises `Afgekeurd` for anything that is not on the list."""
    try:
        text = inhoud.decode("utf-8")
    except UnicodeDecodeError:
        raise Afgekeurd(f"Dit SVG-bestand is niet in UTF-8 geschreven. {PLAIN}") from None
    if "\x00" in text:  # expat would take it for UTF-16
        raise Afgekeurd(f"Dit SVG-bestand is niet in UTF-8 geschreven. {PLAIN}")
    seen = _Seen()
    parser = ParserCreate("utf-8", namespace_separator=" ")
    parser.SetParamEntityParsing(0)  # XML_PARAM_ENTITY_PARSING_NEVER
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = seen.start, seen.end
    parser.CharacterDataHandler = seen.text
    parser.XmlDeclHandler, parser.StartDoctypeDeclHandler = seen.declaration, seen.doctype
    parser.EntityDeclHandler = parser.SkippedEntityHandler = seen.entity
    parser.ProcessingInstructionHandler = seen.instruction
    try:
        parser.Parse(text.removeprefix("\ufeff"), True)
    except ExpatError:
        raise Afgekeurd(f"Dit SVG-bestand is niet goed te lezen. {PLAIN}") from None


class _Seen:
    """What was read so far."""

    def __init__(self) -> None:
        self.elements = self.copies = 0
        self.open: list[str] = []
        self.style = ""

    def declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        if encoding and encoding.lower() != "utf-8":  # a browser would read other letters than we did
            raise Afgekeurd(f"Dit SVG-bestand is niet in UTF-8 geschreven. {PLAIN}")

    def doctype(self, name: str, system: str | None, public: str | None, has_internal_subset: int) -> None:
        if has_internal_subset:
            raise _refused("een eigen DOCTYPE met verklaringen")

    def entity(self, *_: Any) -> None:
        raise _refused("een entiteit (&naam;)")

    def instruction(self, target: str, text: str) -> None:
        raise _refused(f"een opdracht <?{target[:40]}?>")

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        if space != SVG or local not in ELEMENTS:
            raise _refused(f"het element <{local[:40]}>")
        if not self.open and local != "svg":
            raise Afgekeurd(f"Dit bestand begint niet met <svg>. {PLAIN}")
        self.elements += 1
        self.copies += local == "use"
        self.open.append(local)
        if self.elements > MOST_ELEMENTS or len(self.open) > DEEPEST:
            raise Afgekeurd("Dit beeld heeft te veel onderdelen. Kies een eenvoudiger beeld, of een PNG.")
        if self.copies > MOST_COPIES:
            raise Afgekeurd(f"Dit beeld gebruikt vaker dan {MOST_COPIES} keer <use>. {PLAIN}")
        if not MASKS.isdisjoint(self.open) and not {"mask", "clip-path"}.isdisjoint(attributes):
            raise _refused("een masker in een masker")  # a short chain of these is drawn thousands of times
        for full, value in attributes.items():
            _check_attribute(full, value)
        if len(self.open) == 1 and not _has_size(attributes):
            raise Afgekeurd("Dit beeld heeft geen maat: er staat geen viewBox, en geen width en height, in <svg>.")

    def end(self, name: str) -> None:
        if self.open.pop() == "style":
            _check_style(self.style, "in <style>")
            self.style = ""

    def text(self, text: str) -> None:
        if self.open[-1] == "style":
            self.style += text


def _check_attribute(full: str, value: str) -> None:
    space, _, name = full.rpartition(" ")
    lower = name.lower()
    if lower.startswith("on"):
        raise _refused(f"het attribuut {name[:40]}, dat een programma kan starten")
    if space == XML and name in ("space", "lang"):
        return
    known = name in ATTRIBUTES or name.startswith(("aria-", "data-"))
    if not (space == "" and known) and not (space == XLINK and name == "href"):
        raise _refused(f"het attribuut {name[:40]}")
    if name == "href" and not _OWN_PART.fullmatch(value):
        raise _refused("een verwijzing naar iets buiten het bestand (href)")
    if name not in ("id", "class", "lang", "role") and not name.startswith(("aria-", "data-")):
        _check_style(value, f"in {name[:40]}")


def _check_style(text: str, where: str) -> None:
    """Colours and sizes, and parts of the file itself by `url(#…)`. No escapes: they hide the rest from us."""
    if "@" in text:
        raise _refused(f"een @-regel {where}")
    if "\\" in text or "/*" in text or "<" in text:
        raise _refused(f"tekens die iets kunnen verbergen {where}")
    for found in _URL.finditer(text):
        if not _OWN_PART.fullmatch(found[2]):
            raise _refused(f"een url naar iets buiten het bestand {where}")
    left = _URL.sub("", text).lower()
    if re.search(r"(mask|clip-path)[\w-]*\s*:", left):
        raise _refused(f"een masker {where}")
    if re.search(r"url\s*\(|image(-set)?\s*\(|src\s*\(|expression|javascript:|behavior|-moz-binding", left):
        raise _refused(f"een verwijzing naar iets buiten het bestand {where}")
    if re.search(r"animation|transition", left):
        raise _refused(f"beweging {where}")


def _has_size(attributes: Mapping[str, str]) -> bool:
    box = attributes.get("viewBox", "").replace(",", " ").split()
    sizes = [attributes.get(name, "") for name in ("width", "height")]
    return len(box) == 4 or all(_NUMBER.fullmatch(size) for size in sizes)


def _refused(what: str) -> Afgekeurd:
    return Afgekeurd(f"In dit SVG-bestand staat {what}. Dat mag niet. {PLAIN}")
