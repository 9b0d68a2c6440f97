"""Samples of the workbench: searching, the klantbeeld and its panels, wrapping up, what was saved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from app import klok
from app.afleveringen.models import AfleveringState
from app.connectors.ports import Contact, Persoon
from app.gesprekken import pagina
from app.gesprekken.concept import NOTITIE_MAX, ONDERWERP_MAX
from app.gesprekken.forms import LEEG, Afronding, blank, parse
from app.gesprekken.models import Gesprek, GesprekState, Vraag
from app.ids import new_id
from app.klantbeeld import pagina as klantbeeld
from app.klantbeeld.invoer import understand
from app.klantbeeld.norm import Normvraag
from app.klantbeeld.service import TE_VEEL, Bronstand, Gevonden, Tijdlijn, Zoekuitkomst
from app.klantcontacten.queries import Row
from tests.templates import contacts, people
from tests.templates.people import SANNE, an_id
from tests.templates.samples import Fragment, Sample
from tests.templates.strook import chips

SHOW = "gesprekken/show.html"
NOTITIE = (
    "Paspoort verlopen op 3 november, vliegt vrijdag.\nGevraagd naar spoedprocedure; kosten genoemd.\n"
    "Zij belt morgen terug over de pasfoto’s."
)
STIL = {"klantbeeld/persoon": None, "klantbeeld/contacten": None}
WEG = "De BRP antwoordt niet."
REGISTER_WEG = "Open Klant antwoordt niet."


def samples() -> Iterator[Sample]:
    yield from _zoeken()
    yield from _bewaren()
    yield from _klantbeeld()
    yield from _afronden()
    yield from _opgeslagen()


def workbench(
    name: str,
    klant: Persoon | None = None,
    *,
    tab: str | None = None,
    dock: Afronding | str | None = None,
    saved: Sequence[Row] = (),
    notitie: str = "",
    onderwerp: str = "",
    strip: int = 3,
    presentie: Sequence[str] = (),
) -> dict[str, Any]:
    """What `app.gesprekken.pagina.workbench` gives, from rows that were never in a database."""
    gesprek, vraag = _rows(name, notitie, onderwerp, saved=bool(saved), dock=bool(dock))
    naam = klant.volledige_naam if klant else None
    state = gesprek.state
    context: dict[str, Any] = {
        "strip": chips(strip, huidig=gesprek.id, titel=naam, state=state),
        "gesprek": pagina._gesprek(gesprek) | _undoable(bool(saved)),
        "vragen": [pagina._vraag(vraag)],
        "vraag": pagina._vraag(vraag),
        "klant": {"verwijzing": an_id(f"verwijzing {name}"), "naam": naam, "aanhef_naam": naam} if klant else None,
        "tab": tab or ("klantbeeld" if klant else "zoeken"),
        "dock": "afronding" if dock else None,
        "afronding": None,
        "presentie": list(presentie),
        "opgeslagen": list(saved),
        "kanalen": [],
        "gespreksresultaten": [],
        "notitie_max": NOTITIE_MAX,
        "onderwerp_max": ONDERWERP_MAX,
    }
    if dock:
        form = dock if isinstance(dock, Afronding) else blank([vraag], {vraag.id: dict.fromkeys(LEEG, "")})
        lists = {"kanalen": contacts.KANALEN, "gespreksresultaten": contacts.RESULTATEN}
        context |= lists | {"afronding": pagina.form_of(form, [vraag])}
    return context


def _undoable(saved: bool) -> dict[str, Any]:
    """Just saved. The toast stays however slow the machine is; how long it really stays is a setting."""
    now = klok.now()
    return {"opgeslagen_op": now, "ongedaan_tot": now + timedelta(minutes=5)} if saved else {}


def _rows(name: str, notitie: str, onderwerp: str, *, saved: bool, dock: bool) -> tuple[Gesprek, Vraag]:
    now = klok.now()
    gesprek = Gesprek(
        id=an_id(name),
        state=GesprekState.OPGESLAGEN if saved else GesprekState.OPEN,
        doel="identificeren",
        begonnen_op=now - timedelta(minutes=6, seconds=41),
        afronden_op=now - timedelta(seconds=52) if dock else None,
    )
    meta = {"versie": 4, "bewaard_op": (now - timedelta(seconds=5)).isoformat(), "door": str(SANNE.id)}
    velden = {"notitie": meta} if notitie else {}
    vraag = Vraag(
        id=an_id(f"vraag {name}"), volgnummer=1, notitie=notitie, onderwerp=onderwerp, velden=velden, gesprek=gesprek
    )
    return gesprek, vraag


def _sample(
    name: str,
    *,
    panels: dict[str, Fragment | None] | None = None,
    browser: dict[str, Any] | None = None,
    **kwargs: Any,
) -> Sample:
    """A workbench; `browser` is what happens in the browser after the page has opened."""
    context = workbench(name, **kwargs)
    pad = f"/gesprekken/{an_id(name)}"
    return Sample(name, SHOW, context, pad=pad, medewerker=SANNE, panels=panels or {}, **(browser or {}))


def persoon_panel(name: str, persoon: Persoon | None, fout: str | None = None) -> Fragment:
    context = {
        "gesprek_id": an_id(name),
        "fout": {"bron": "BRP", "zin": fout, "opnieuw_om": None} if fout else None,
        "bron_naam": "BRP",
        "persoon": klantbeeld.person(persoon, "BRP") if persoon else None,
    }
    return "klantbeeld/_persoon.html", context


def contacten_panel(
    name: str, eigen: Sequence[Row] = (), register: Sequence[Contact] = (), fout: str | None = None
) -> Fragment:
    bronnen = [Bronstand("KISS", None), Bronstand("Open Klant", fout)]
    tijdlijn = klantbeeld.timeline(Tijdlijn(eigen, register, bronnen))
    return "klantbeeld/_contacten.html", tijdlijn | {"gesprek_id": an_id(name)}


def both(name: str, persoon: Persoon | None, *, fouten: bool = False, leeg: bool = False) -> dict[str, Any]:
    own = [] if leeg else contacts.of_one_person(8 if fouten else 26)
    register = [] if leeg or fouten else contacts.from_register()
    return {
        "klantbeeld/persoon": persoon_panel(name, persoon, WEG if fouten else None),
        "klantbeeld/contacten": contacten_panel(name, own, register, REGISTER_WEG if fouten else None),
    }


WAAROM = {"toelichting": "Schrijf in een paar woorden waarom."}


def _zoeken() -> Iterator[Sample]:
    found = [people.JOHANNA, people.LANG, people.GEHEIM, people.OVERLEDEN, people.KIND, people.VERTROKKEN]
    several = [Gevonden(an_id(f"gevonden {one.bsn}"), one) for one in found]
    address = "7411 HH 12"
    outcomes = {
        "resultaten": (address, {"personen": several, "bronnen": "BRP", "seconden": 0.42}),
        "niemand": ("7411 HH 99", {"bronnen": "BRP"}),
        "veldfout": ("999999999", {}),
        "te-veel": (address, {"fout": TE_VEEL, "te_veel": True}),
        "bron-weg": (address, {"fout": WEG}),
        "waarom": (address, {"normvraag": Normvraag(60, {"vraag": address})}),
        "waarom-fout": (address, {"normvraag": Normvraag(60, {"vraag": address}, "anders", "", WAAROM)}),
    }
    yield _sample("gesprek-nieuw", strip=1)
    yield _sample("gesprek-meer", strip=10, browser={"klik": ".gesprek details.menu > summary"})
    yield _sample("gesprek-zoeken", strip=7, notitie=NOTITIE, onderwerp="Paspoort verlopen")
    for state, (typed, outcome) in outcomes.items():
        name = f"zoeken-{state}"
        begrepen = understand({"vraag": typed})
        answer = Zoekuitkomst(begrepen, velden_fouten=begrepen.fouten, **outcome)  # type: ignore[arg-type]
        context = klantbeeld.results(answer) | {"gesprek_id": an_id(name)}
        yield _sample(name, panels={"zoekvragen": ("zoeken/_resultaten.html", context)}, browser={"zoek": typed})


def _bewaren() -> Iterator[Sample]:
    """What an agent types cannot be saved: somebody else did, or the server does not answer."""
    ander = "Paspoort verlopen; doorverwezen naar de balie."
    conflict = {"van_u": NOTITIE, "van_ander": ander, "door": "Karim Testman", "om": "10:42:07", "versie": 5}
    for name, answer in {"gesprek-conflict": (409, conflict), "gesprek-niet-bewaard": (503, {})}.items():
        browser = {"typ": NOTITIE + " En over het rijbewijs.", "bewaard": answer}
        yield _sample(name, klant=people.JOHANNA, panels=both(name, people.JOHANNA), notitie=NOTITIE, browser=browser)


def _klantbeeld() -> Iterator[Sample]:
    states = {
        "vol": people.JOHANNA,
        "lang": people.LANG,
        "geheim": people.GEHEIM,
        "overleden": people.OVERLEDEN,
        "minderjarig": people.KIND,
        "vertrokken": people.VERTROKKEN,
    }
    for state, persoon in states.items():
        name, full = f"klantbeeld-{state}", state == "vol"
        panels = both(name, persoon, leeg=not full)
        extra: dict[str, Any] = {"strip": 7, "onderwerp": "Paspoort verlopen, spoed", "notitie": NOTITIE}
        yield _sample(name, klant=persoon, panels=panels, **(extra if full else {}))
    down, gone = "klantbeeld-bron-weg", "klantbeeld-nummer-weg"
    yield _sample(down, klant=people.JOHANNA, panels=both(down, None, fouten=True), presentie=["Karim Testman"])
    yield _sample(gone, klant=people.JOHANNA, panels=both(gone, None, leeg=True))
    yield _sample("klantbeeld-laden", klant=people.JOHANNA, panels=dict(STIL))
    yield _sample("klantbeeld-zonder-klant", tab="klantbeeld")


def _afronden() -> Iterator[Sample]:
    name = "afronden"
    text: dict[str, Any] = {"notitie": NOTITIE, "onderwerp": "Paspoort verlopen"}
    yield _sample(name, klant=people.JOHANNA, panels=both(name, people.JOHANNA), dock="leeg", **text)
    yield _sample("afronden-zonder-klant", dock="leeg")
    for name, form in {
        "afronden-een-fout": {"onderwerp-1": "Paspoort", "kanaal-1": _choice(contacts.KANALEN)},
        "afronden-twee-fouten": {"kanaal-1": _choice(contacts.KANALEN)},
    }.items():
        panels = both(name, people.JOHANNA)
        yield _sample(name, klant=people.JOHANNA, panels=panels, dock=_refused(name, form), **text)


def _choice(options: Sequence[Any]) -> str:
    return str(options[0].id)


def _refused(name: str, form: dict[str, str]) -> Afronding:
    """The wrap-up as the server hands it back."""
    _, vraag = _rows(name, NOTITIE, "", saved=False, dock=True)
    keuzes = {
        "kanaal": {str(one.id) for one in contacts.KANALEN},
        "gespreksresultaat": {str(one.id) for one in contacts.RESULTATEN},
    }
    return parse(form | {"sleutel": str(new_id())}, [vraag], keuzes=keuzes)


def _opgeslagen() -> Iterator[Sample]:
    now = klok.now()
    name = "opgeslagen"
    saved = [contacts.registered(0, now - timedelta(minutes=7), state=AfleveringState.ONDERWEG)]
    yield _sample(name, klant=people.JOHANNA, panels=both(name, people.JOHANNA), saved=saved)
    yield _sample("opgeslagen-zonder-klant", tab="klantbeeld", saved=[contacts.registered(3, now)])
