"""Samples of the pages around the workbench: signing in, start, the administrator's list, what went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from app import klok, onbekend, voordeur
from app.afleveringen import routes as afleveringen
from app.afleveringen.models import AfleveringState
from app.auth.inloggen import NoRole
from app.auth.rights import ROL_NAMEN
from app.auth.tokens import Identity
from app.errors import TO_START, NotAllowed, NotFound
from app.foutpaginas import _CRASH, _WORDS
from app.start import routes as start
from app.uiterlijk.blik import at_first
from app.voordeur import Mens, Voorbeeld
from tenants.context import Tenant
from tenants.manifest import FOLDER, read_all
from tests.templates import contacts
from tests.templates.people import BRAM, DEVENTER, SANNE, TARIK, an_id
from tests.templates.samples import Sample
from tests.templates.strook import chips

MENSEN = {
    "agent": ("Sanne Proef", "Karim Testman"),
    "specialist": ("Tarik Fictief",),
    "teamleider": ("Anouk Voorbeeld",),
    "tenant_admin": ("Bram Model",),
}


def samples() -> Iterator[Sample]:
    yield from _aanmelden()
    yield from _start()
    yield from _beheer()
    yield from _fouten()
    nobody = {"thema_url": onbekend._theme_path(), "modus": "systeem"}
    for naam, weg in (("onbekende-gemeente", False), ("database-weg", True)):
        words = onbekend.AWAY if weg else onbekend.UNKNOWN
        yield Sample(naam, "buiten_gemeente.html", nobody | words | {"weg": weg}, tenant=None)
    full = voordeur.context(voorbeelden(), lambda one: f"http://{one.hosts[0]}:8000", "http://127.0.0.1:1/")
    yield Sample("voordeur", "voordeur.html", full, tenant=None)
    yield Sample("voordeur-leeg", "voordeur.html", full | {"gemeenten": [], "oefenomgeving": ""}, tenant=None)


def voorbeelden() -> list[Voorbeeld]:
    """All that the manifests name, as the database would give them, and one with nobody in it."""
    found = []
    for manifest in read_all([FOLDER]):
        tenant = Tenant(
            manifest.slug, manifest.naam, manifest.hosts, manifest.ring, manifest.kleur, manifest.monogram
        )
        mensen = (Mens(one.naam, one.alle_rollen[0], one.gebruikersnaam) for one in manifest.mensen if one.lid)
        found.append(Voorbeeld(tenant, at_first(tenant), manifest.landschap, tuple(mensen)))
    nobody = replace(found[0].tenant, slug="niemandsland", naam="Niemandsland")
    return [*found, Voorbeeld(nobody, at_first(nobody), "", ())]


def _aanmelden() -> Iterator[Sample]:
    empty: dict[str, Any] = {"volgende": "/", "csrf": "een-token", "mensen": []}
    groups = [
        {"rol": ROL_NAMEN[rol], "mensen": [{"gebruikersnaam": naam.lower(), "naam": naam} for naam in namen]}
        for rol, namen in MENSEN.items()
    ]
    yield Sample("aanmelden", "auth/aanmelden.html", empty, pad="/aanmelden")
    yield Sample("aanmelden-mensen", "auth/aanmelden.html", empty | {"mensen": groups}, pad="/aanmelden")


def _start() -> Iterator[Sample]:
    now = klok.now()
    many = chips(7)
    rows = [
        contacts.registered(number, now - timedelta(hours=number * 11), state=contacts.STATES[number % 4])
        for number in range(9)
    ]
    full = {
        "strip": many,
        "gesprekken": [chip for chip in many if chip.state == "open"],
        "contacten": [start._contact(row) for row in rows],
        "gesloten": None,
        "terug_tot": now + timedelta(seconds=10),
    }
    empty = full | {"strip": [], "gesprekken": [], "contacten": []}
    closed = full | {"gesloten": an_id("gesloten"), "terug_tot": now + timedelta(minutes=5)}
    yield Sample("start", "start/index.html", full, medewerker=SANNE)
    yield Sample("start-menu", "start/index.html", full, medewerker=SANNE, klik=".bar details.menu > summary")
    yield Sample("start-toetsen", "start/index.html", full, medewerker=SANNE, klik=".toetsen [data-command=toetsen]")
    yield Sample("start-leeg", "start/index.html", empty, medewerker=SANNE)
    yield Sample("start-gesloten", "start/index.html", closed, medewerker=SANNE)
    yield Sample("start-specialist", "start/index.html", empty, medewerker=TARIK)
    yield Sample("start-beheerder", "start/index.html", empty, medewerker=BRAM)


def _beheer() -> Iterator[Sample]:
    now = klok.now()
    states = [AfleveringState.NIET_AANGEKOMEN] * 4 + [AfleveringState.ONDERWEG, AfleveringState.VASTGELEGD]
    rows = [
        afleveringen._row(contacts.registered(number, now - timedelta(hours=number * 9), state=state)[1])
        for number, state in enumerate(states)
    ]
    pad = "/beheer/afleveringen"
    yield Sample("afleveringen", "beheer/afleveringen.html", {"rijen": rows}, pad=pad, medewerker=BRAM)
    yield Sample("afleveringen-leeg", "beheer/afleveringen.html", {"rijen": []}, pad=pad, medewerker=BRAM)


def _fouten() -> Iterator[Sample]:
    gone = NotFound()
    no = NotAllowed("Dit onderdeel is niet voor uw rol (Redacteur). Vraag uw functioneel beheerder.")
    pages = {
        403: (no.titel, no.uitleg, None),
        404: (gone.titel, gone.uitleg, None),
        500: (*_CRASH, "9f3c21ab"),
        503: (*_WORDS[503], None),
    }
    for status, (titel, uitleg, foutnummer) in pages.items():
        context = {
            "status": status,
            "titel": titel,
            "uitleg": uitleg,
            "foutnummer": foutnummer,
            "acties": (TO_START,),
            "opnieuw": {"href": "/ergens", "velden": None} if status >= 500 else None,
        }
        yield Sample(f"fout-{status}", "fout.html", context, pad="/ergens", medewerker=SANNE)
    yield Sample("fout-afgemeld", "fout.html", context, pad="/ergens")
    typed = [("_csrf", "t"), ("notitie", "Mevrouw belt over haar paspoort.")]
    yield Sample(
        "fout-opnieuw", "fout.html", context | {"opnieuw": {"href": "/ergens", "velden": typed}}, pad="/ergens"
    )
    yield Sample("fout-andere-gemeente", "fout.html", _elsewhere(), pad="/aanmelden/terug")


def _elsewhere() -> dict[str, Any]:
    refusal = NoRole(DEVENTER, Identity("https://inloggen.example", "1", None, None, None, ("zwolle",)))
    refusal.points_to([("Zwolle", "http://zwolle.localhost:8000")])
    return {
        "status": refusal.status,
        "titel": refusal.titel,
        "uitleg": refusal.uitleg,
        "foutnummer": None,
        "acties": refusal.acties,
        "opnieuw": None,
    }
