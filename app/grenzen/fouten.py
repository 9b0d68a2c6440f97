"""The two ways of saying "not now": too much was asked, or there is no place at the moment."""

from __future__ import annotations

from app.errors import Refused


class TeVeel(Refused):
    """429: somebody asked more than the limit allows. `seconds` until it may be asked again."""

    status = 429
    titel = "Even wachten"

    def __init__(self, wat: str, *, seconds: int) -> None:
        super().__init__(f"{wat} Probeer het over {wait(seconds)} opnieuw. Wat bewaard is, staat er nog.")
        self.opnieuw_na = seconds


class Druk(Refused):
    """503: every place of this municipality is taken, or this process cannot keep up; what can wait waits."""

    status = 503
    titel = "Het is nu even druk"
    opnieuw_na = 2

    def __init__(self) -> None:
        super().__init__("Uw vraag is nog niet uitgevoerd. Probeer het over een paar seconden opnieuw.")


def wait(seconds: int) -> str:
    """A wait as people say it: 1 seconde, 40 seconden, 5 minuten."""
    if seconds < 100:
        return "1 seconde" if seconds == 1 else f"{seconds} seconden"
    return f"{-(-seconds // 60)} minuten"
