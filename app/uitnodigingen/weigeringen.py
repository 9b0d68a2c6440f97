"""Why a link of an invitation does not let somebody in. Each has a page of its own, with what to do now."""

from __future__ import annotations

from app.errors import Actie, Refused


class UitnodigingRefused(Refused):
    """`reden` is a code for the log and the audit, without anything of a person."""

    status = 410
    reden = ""
    zin = ""
    acties = (Actie("Naar aanmelden", "/aanmelden"),)

    def __init__(self, uitleg: str = "") -> None:
        super().__init__(uitleg or self.zin)


class Unknown(UitnodigingRefused):
    status = 404
    titel = "Deze uitnodiging kennen we niet"
    reden = "onbekend"
    zin = (
        "Kreeg u later nog een mail? Gebruik dan de link uit de nieuwste. "
        "Lukt het niet, vraag dan uw functioneel beheerder om een nieuwe uitnodiging."
    )


class Used(UitnodigingRefused):
    titel = "Deze uitnodiging is al gebruikt"
    reden = "al gebruikt"
    zin = "De link werkt één keer. Meld u aan zoals u gewend bent. Was u dat niet? Zeg het uw functioneel beheerder."


class Withdrawn(UitnodigingRefused):
    titel = "Deze uitnodiging is ingetrokken"
    reden = "ingetrokken"
    zin = "U kunt de link niet meer gebruiken. Vraag uw functioneel beheerder wat er aan de hand is."


class Expired(UitnodigingRefused):
    titel = "Deze uitnodiging is verlopen"
    reden = "verlopen"
    zin = "Een uitnodiging is zeven dagen geldig. Vraag uw functioneel beheerder om een nieuwe mail."


class OtherAddress(UitnodigingRefused):
    """Somebody signed in whose address is not the invited one."""

    status = 403
    titel = "Deze uitnodiging is voor een ander adres"
    reden = "ander adres"

    def __init__(self, invited: str, theirs: str) -> None:
        super().__init__(
            f"De uitnodiging is voor {invited}. U meldde zich aan als {theirs}. "
            "Open de link uit de mail opnieuw en kies Met een ander account aanmelden. "
            f"Werkt u met {theirs}? Vraag dan een uitnodiging op dat adres."
        )


class NotVerified(UitnodigingRefused):
    """The provider does not vouch for this person's address."""

    status = 403
    titel = "Uw e-mailadres is niet bevestigd"
    reden = "adres niet bevestigd"
    zin = (
        "Uw werkaccount zegt niet zeker welk e-mailadres van u is. Daarom werkt de uitnodiging nog niet. "
        "Vraag de beheerder van de werkaccounts om uw e-mailadres te bevestigen, en open de link opnieuw."
    )


class AccessEnded(UitnodigingRefused):
    """This person was a member here, and somebody ended that."""

    status = 403
    titel = "Uw toegang is stopgezet"
    reden = "toegang stopgezet"
    zin = "U werkte hier al eerder. Vraag uw functioneel beheerder om uw toegang weer aan te zetten."
