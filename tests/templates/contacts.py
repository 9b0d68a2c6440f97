"""Klantcontacten of the sample pages: enough of them, over enough days, in every state of delivery."""

from __future__ import annotations

from datetime import datetime, timedelta

from app import klok
from app.afleveringen.models import Aflevering, AfleveringState
from app.codelijsten.models import Gespreksresultaat, Kanaal
from app.connectors.ports import Contact
from app.klantcontacten.models import Klantcontact
from app.klantcontacten.queries import Row
from tests.templates.people import an_id

KANALEN = [
    Kanaal(id=an_id(naam), naam=naam, volgorde=at)
    for at, naam in enumerate(("Telefoon", "Balie", "E-mail", "Chat", "WhatsApp", "Contactformulier op de website"))
]
RESULTATEN = [
    Gespreksresultaat(id=an_id(naam), naam=naam, volgorde=at)
    for at, naam in enumerate(("Zelf afgehandeld", "Doorverbonden", "Terugbelverzoek gemaakt", "Niet bereikt"))
]
ONDERWERPEN = (
    ("Paspoort verlopen, spoed voor vakantie", "Belt of het paspoort vóór vrijdag klaar kan zijn. Spoed uitgelegd."),
    ("Grofvuil niet opgehaald", "Stond er om half acht. Nieuwe afspraak voor donderdag gemaakt."),
    ("Parkeervergunning bezoekers", ""),
    ("Verhuizing doorgeven binnen de gemeente", "Wil weten of de kinderen ook in één keer mee kunnen."),
    ("Bezwaar tegen de WOZ-waarde van een appartement aan de Burgemeester van Marlesingel", ""),
    ("Kwijtschelding gemeentelijke belastingen", "Formulier toegestuurd.\n\nBelt terug als het er maandag niet is."),
    ("Trouwlocatie en trouwambtenaar", ""),
)
STATES = list(AfleveringState)
EXAMPLE_SENTENCE = "Het register weigerde het contact: het veld onderwerp is te lang."


def registered(number: int, op: datetime, *, state: AfleveringState = AfleveringState.BEVESTIGD) -> Row:
    """One klantcontact of our own with its delivery."""
    onderwerp, inhoud = ONDERWERPEN[number % len(ONDERWERPEN)]
    contact = Klantcontact(
        id=an_id(f"klantcontact {number}"),
        gesprek_id=an_id(f"gesprek {number}"),
        kenmerk=f"{4_100_000_000 + number * 7919:010d}"[:10],
        kanaal=KANALEN[number % len(KANALEN)].naam,
        gespreksresultaat=RESULTATEN[number % len(RESULTATEN)].naam,
        onderwerp=onderwerp,
        inhoud=inhoud,
        plaatsgevonden_op=op,
        vastgelegd_op=op + timedelta(minutes=6),
        medewerker_naam="Sanne Proef",
    )
    return contact, _aflevering(number, contact, state)


def _aflevering(number: int, contact: Klantcontact, state: AfleveringState) -> Aflevering:
    op = contact.vastgelegd_op
    dead = state == AfleveringState.NIET_AANGEKOMEN
    return Aflevering(
        id=an_id(f"aflevering {number}"),
        klantcontact_id=contact.id,
        klantcontact=contact,
        koppeling="open-klant",
        state=state,
        pogingen=12 if dead else number % 3,
        volgende_poging_op=klok.now() + timedelta(minutes=4),
        fout_zin=EXAMPLE_SENTENCE if dead else None,
        aangemaakt_op=op,
        ronde_begonnen_op=op,
        bevestigd_op=op + timedelta(seconds=3) if state == AfleveringState.BEVESTIGD else None,
    )


def of_one_person(count: int = 26) -> list[Row]:
    """Own contacts over many days; the newest are in every state of delivery."""
    now = klok.now()
    rows = []
    for number in range(count):
        state = STATES[number] if number < len(STATES) else AfleveringState.BEVESTIGD
        op = now - timedelta(days=number * number / 3, hours=number % 5 + 0.2)
        rows.append(registered(number, op, state=state))
    return rows


def from_register(count: int = 9) -> list[Contact]:
    """Contacts that only the register knows."""
    now = klok.now()
    return [
        Contact(
            id=f"oud-{number}",
            kenmerk=f"00{number:04d}" if number % 2 else None,
            kanaal=("telefoon", "balie", "e-mail")[number % 3],
            onderwerp=ONDERWERPEN[-1 - number % len(ONDERWERPEN)][0],
            inhoud=ONDERWERPEN[-1 - number % len(ONDERWERPEN)][1],
            plaatsgevonden_op=now - timedelta(days=3 + number * 40, hours=number),
            gelukt=number % 4 != 0,
        )
        for number in range(count)
    ]
