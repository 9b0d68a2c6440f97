"""Every expected no. The one handler that renders them stands in app/foutpaginas.py."""

from __future__ import annotations

from typing import Final, NamedTuple


class Actie(NamedTuple):
    """A way on from a page that says no."""

    tekst: str
    href: str


TO_START: Final = Actie("Naar de startpagina", "/")


class Refused(Exception):
    """An expected no: a status, a title and a sentence that says what happened and what to do now."""

    status = 400
    titel = "Dit kan niet"
    acties: tuple[Actie, ...] = (TO_START,)
    opnieuw_na: int | None = None  # seconds after which the same may work: Retry-After

    def __init__(self, uitleg: str, *, titel: str | None = None) -> None:
        super().__init__(uitleg)
        self.uitleg = uitleg
        if titel:
            self.titel = titel


class BadInput(Refused):
    """What was sent cannot be read. Forms show field errors themselves and don't raise this."""

    titel = "Deze gegevens kunnen we niet lezen"


class NotSignedIn(Refused):
    """No valid session. Pages redirect to /aanmelden; fragments and saves get 401."""

    status = 401
    titel = "Meld u opnieuw aan"

    def __init__(self, uitleg: str = "U bent afgemeld. Wat u typte en wat bewaard is, staat er nog.") -> None:
        super().__init__(uitleg)


class NotAllowed(Refused):
    status = 403
    titel = "Dit mag u niet zien"


class NotConfirmed(NotAllowed):
    """Right role, but too long ago that this person proved who they are. Pages ask it; see app/auth/responses.py."""

    titel = "Bevestig eerst dat u het bent"

    def __init__(self) -> None:
        super().__init__(
            "Dit vraagt zekerheid over wie u bent. Bevestig het, en ga dan verder. Wat u invulde, blijft staan."
        )


class NotFound(Refused):
    """Not there, or not yours: the same answer, so that nobody learns what exists elsewhere."""

    status = 404
    titel = "Deze pagina bestaat niet"

    def __init__(self, uitleg: str = "Misschien is het gesprek al afgerond, of klopt het adres niet.") -> None:
        super().__init__(uitleg)


class UnknownHost(NotFound):
    """No municipality by this host name. Says nothing about which ones there are."""


class Conflict(Refused):
    status = 409
    titel = "Iemand anders was u voor"
