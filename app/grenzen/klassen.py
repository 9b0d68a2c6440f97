"""What a request is for. That decides which limits hold for it, and what goes first when it is busy."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from enum import StrEnum
from typing import Any, Final


class Klasse(StrEnum):
    """Kind of request; a route says its own with `opt=SAVES` and so on, without a word it is a page."""

    PAGINA = "pagina"
    VASTLEGGEN = "vastleggen"  # typing, choosing, saving a contact: never refused by the limit of the municipality
    AANMELDEN = "aanmelden"
    STROOM = "stroom"  # an event stream: counted while it is open, not per minute
    UITVOER = "uitvoer"  # copies of a log: the first to wait when it is busy
    BESTAND = "bestand"  # styles, probes: for everybody the same, not counted
    ACHTERGROND = "achtergrond"  # jobs and commands: no request at all


OPTION: Final = "grens"
SAVES: Final = {OPTION: Klasse.VASTLEGGEN}
SIGNS_IN: Final = {OPTION: Klasse.AANMELDEN}
STREAMS: Final = {OPTION: Klasse.STROOM}
COPIES: Final = {OPTION: Klasse.UITVOER}

_current: ContextVar[Klasse] = ContextVar("klasse", default=Klasse.ACHTERGROND)


def klasse_of(options: Mapping[str, Any]) -> Klasse:
    """The class of a route by its options."""
    if options.get("without_session") and options.get("csrf") != "program":
        return Klasse.BESTAND
    return Klasse(options.get(OPTION, Klasse.PAGINA))


def current() -> Klasse:
    """What the work that runs now is for."""
    return _current.get()


def enter(klasse: Klasse) -> None:
    """From here on, this task works for a request of this class."""
    _current.set(klasse)
