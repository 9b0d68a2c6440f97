"""Looks through a picture that somebody uploads. Nothing is taken out: it is harmless, or it is refused with why.

PNG: the header, the size, and nothing but one picture (PNG, third edition). SVG: see app/uiterlijk/svg.py.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from app.uiterlijk import svg
from app.uiterlijk.models import MAX_BYTES
from app.uiterlijk.svg import Afgekeurd

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
WIDEST, HIGHEST = 1024, 256  # pixels
_BROKEN: Final = "Dit PNG-bestand is beschadigd. Bewaar het opnieuw als PNG en kies het daarna nog eens."


@dataclass(frozen=True, slots=True)
class Plaatje:
    """A picture that may be shown."""

    soort: str  # media type
    inhoud: bytes

    @property
    def hash(self) -> str:
        return sha256(self.inhoud).hexdigest()[:32]


def looked_through(inhoud: bytes, *, square: bool = False) -> Plaatje:
    """The picture, when it is one that may be shown. Raises `Afgekeurd` with a sentence for who chose it.

    `square`: an icon, at most as wide as it may be high.
    """
    if not inhoud:
        raise Afgekeurd("Dit bestand is leeg. Kies een ander bestand.")
    if len(inhoud) > MAX_BYTES:
        raise Afgekeurd(f"Dit bestand is {len(inhoud) / 1024:.0f} kB. Het mag hoogstens {MAX_BYTES // 1024} kB zijn.")
    if inhoud.startswith(SIGNATURE):
        _check_png(inhoud, widest=HIGHEST if square else WIDEST)
        return Plaatje("image/png", inhoud)
    if inhoud.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        svg.check(inhoud)
        return Plaatje("image/svg+xml", inhoud)
    raise Afgekeurd("Dit is geen SVG en geen PNG. Bewaar het beeld als SVG of PNG en kies dat bestand.")


def _check_png(inhoud: bytes, *, widest: int) -> None:
    kinds: list[bytes] = []
    for kind, chunk in _chunks(inhoud):
        kinds.append(kind)
        if kind == b"IHDR" and len(chunk) == 13:
            width, height = struct.unpack(">II", chunk[:8])
            if not (0 < width <= widest and 0 < height <= HIGHEST):
                said = f"Dit beeld is {width} bij {height} pixels."
                raise Afgekeurd(f"{said} Het mag hoogstens {widest} breed en {HIGHEST} hoog zijn.")
        if kind == b"acTL":
            raise Afgekeurd("Dit beeld beweegt. Kies een beeld dat stilstaat.")
    whole = kinds[:1] == [b"IHDR"] and kinds[-1:] == [b"IEND"] and b"IDAT" in kinds and kinds.count(b"IHDR") == 1
    if not whole:
        raise Afgekeurd(_BROKEN)


def _chunks(inhoud: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and contents of each part, up to the end of the file: behind the last one stands nothing."""
    at = len(SIGNATURE)
    while at < len(inhoud):
        if at + 12 > len(inhoud):
            raise Afgekeurd(_BROKEN)
        (length,) = struct.unpack_from(">I", inhoud, at)
        end = at + 12 + length
        kind, chunk, checksum = inhoud[at + 4 : at + 8], inhoud[at + 8 : end - 4], inhoud[end - 4 : end]
        if end > len(inhoud) or struct.pack(">I", zlib.crc32(kind + chunk)) != checksum:
            raise Afgekeurd(_BROKEN)
        yield kind, chunk
        at = end
