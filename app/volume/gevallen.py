"""What people ask a municipality, read from gevallen.toml: questions as an agent notes them, and what was done."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Geval:
    """Words between braces are filled in by app/volume/teksten.py."""

    onderwerp: str
    vraag: str
    antwoorden: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Thema:
    """Part of the questions. `gewicht`: its share; `druk`: months (1 to 12) in which it is asked twice as often."""

    gewicht: int
    druk: tuple[int, ...]
    gevallen: tuple[Geval, ...]


def _read() -> tuple[Thema, ...]:
    text = Path(__file__).with_suffix(".toml").read_text("utf-8")
    return tuple(
        Thema(one["gewicht"], tuple(one["druk"]), tuple(map(_geval, one["gevallen"].strip().splitlines())))
        for one in tomllib.loads(text)["thema"]
    )


def _geval(line: str) -> Geval:
    onderwerp, vraag, *antwoorden = line.split(" | ")
    return Geval(onderwerp, vraag, tuple(antwoorden))


THEMAS = _read()
