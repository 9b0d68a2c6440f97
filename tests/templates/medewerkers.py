"""Samples of the tenant admin's pages about people, and of what an invited person sees."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from app import klok
from app.auth.models import Lidmaatschap, Rol
from app.mail import smtp
from app.mail.models import Mail, MailState
from app.medewerkers import forms, pagina
from app.medewerkers.service import ChangedMeanwhile, LastAdmin
from app.uitnodigingen import service, weigeringen
from app.uitnodigingen.models import Uitnodiging
from tests.templates.people import BRAM, an_id
from tests.templates.samples import Sample

PAD = "/beheer/medewerkers"
LANG = "m.c.w.vandervoorbeeldhuizen-dejongen@buitengewoonlangegemeentenaam.example"
NAMEN = (
    "Anouk Voorbeeld",
    "Bram Model",
    "Karim Testman",
    "Maximiliaan van der Voorbeeldhuizen-de Jongen",
    "Sanne Proef",
)


def samples() -> Iterator[Sample]:
    everybody = [_member(number, naam) for number, naam in enumerate(NAMEN)]
    invited = [_invited(number) for number in range(5)]
    yield _page("medewerkers", everybody, invited)
    yield _page("medewerkers-uitgenodigd", everybody, invited[:1], gebeurd="uitgenodigd")
    yield _page("medewerkers-leeg", [], [], zoek="pietersen")
    wrong = {"email": "Dit is geen e-mailadres. Bijvoorbeeld naam@gemeente.nl.", "rollen": forms.NO_ROLE}
    yield _page("medewerkers-fout", everybody, [], typed=forms.Invitation("eva bij deventer", "", (), wrong))
    soon = forms.Invitation(fouten={"uitnodiging": "U stuurde deze mail net. Wacht een minuut."})
    yield _page("medewerkers-te-vroeg", everybody, invited[:2], typed=soon)
    yield from _person(everybody)
    yield from _invitation()


def _page(name: str, people: list[Lidmaatschap], invited: list[Uitnodiging], **more: Any) -> Sample:
    return Sample(name, "beheer/medewerkers.html", pagina.listing(people, invited, **more), pad=PAD, medewerker=BRAM)


def _person(everybody: list[Lidmaatschap]) -> Iterator[Sample]:
    sanne, gone = everybody[4], _member(9, "Karim Testman", actief=False)
    bram = LastAdmin("Bram Model").uitleg
    contexts = {
        "medewerker": pagina.detail(sanne, zelf=False),
        "medewerker-gestopt": pagina.detail(gone, zelf=False, gebeurd="gestopt"),
        "medewerker-laatste": pagina.detail(everybody[1], zelf=True, fouten={"toegang": bram}),
        "medewerker-laatste-rol": pagina.detail(everybody[1], zelf=True, fouten={"rollen": bram}, gekozen=["agent"]),
        "medewerker-voor": pagina.detail(sanne, zelf=False, fouten={"stand": ChangedMeanwhile(sanne.naam).uitleg}),
    }
    for name, context in contexts.items():
        yield Sample(name, "beheer/medewerker.html", context, pad=f"{PAD}/1", medewerker=BRAM)


def _invitation() -> Iterator[Sample]:
    context = {
        "sleutel": "een-sleutel",
        "csrf": "een-token",
        "email": LANG,
        "rollen": service.role_names([Rol.AGENT, Rol.TEAMLEIDER]),
        "geldig_tot": service.in_words(klok.now() + service.VALID),
        "uitnodiger": "Bram Model",
        "aangemeld_als": None,
    }
    yield Sample("uitnodiging", "uitnodiging/show.html", context, pad="/uitnodiging/x")
    taken = context | {"uitnodiger": None, "aangemeld_als": "Sanne Proef"}
    yield Sample("uitnodiging-al-aangemeld", "uitnodiging/show.html", taken, pad="/uitnodiging/x")
    # The others are the same page with other words.
    refusals = (weigeringen.Unknown(), weigeringen.OtherAddress(LANG, "sanne.proef@deventer.example"))
    for refusal in refusals:
        words = {"status": refusal.status, "titel": refusal.titel, "uitleg": refusal.uitleg, "acties": refusal.acties}
        name = f"uitnodiging-{type(refusal).__name__.lower()}"
        yield Sample(name, "fout.html", words | {"foutnummer": None, "opnieuw": None}, pad="/uitnodiging/x")


def _member(number: int, naam: str, *, actief: bool = True) -> Lidmaatschap:
    return Lidmaatschap(
        id=an_id(f"lid-{number}"),
        naam=naam,
        email=LANG if number == 3 else f"{naam.lower().replace(' ', '.')}@deventer.example",
        rollen=[list(Rol)[number % 7], *([Rol.TENANT_ADMIN] if number == 1 else [])],
        actief=actief and number != 2,
        aangemaakt_op=klok.now() - timedelta(days=200),
        laatst_ingelogd_op=klok.now() - timedelta(hours=30 * number) if number else None,
    )


def _invited(number: int) -> Uitnodiging:
    """Just written, sent, not sent yet, given up, and expired."""
    now = klok.now()
    state = (MailState.KLAAR, MailState.VERZONDEN, MailState.ONDERWEG, MailState.NIET_VERZONDEN, MailState.VERZONDEN)
    zin = (None, None, smtp.AWAY, smtp.REFUSES_ADDRESS, None)
    return Uitnodiging(
        id=an_id(f"uitnodiging-{number}"),
        email=LANG if number == 3 else f"collega{number}@deventer.example",
        rollen=["agent"],
        state="open",
        verloopt_op=now - timedelta(hours=1) if number == 4 else now + timedelta(days=7 - number),
        mail=Mail(
            state=state[number],
            fout_zin=zin[number],
            verzonden_op=now - timedelta(minutes=5),
            volgende_poging_op=now + timedelta(minutes=10),
        ),
    )
