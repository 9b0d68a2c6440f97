"""Samples of the privacy officer's pages: both logs, one line, looking for a citizen, seals in order and not."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from app import klok
from app.audit.models import Auditregel
from app.logboeken import pagina
from app.logboeken.filters import Plek, understand
from app.verwerkingen.models import Verwerking
from app.verwerkingen.service import GRONDSLAG, Activiteit, Uitkomst
from app.zegels.bevinding import Bevinding, Soort
from app.zegels.models import Log, Zegelcontrole
from tests.templates.people import BRAM, PETRA, SANNE, an_id
from tests.templates.samples import Sample

NAMES = {one.id: one.naam for one in (SANNE, BRAM, PETRA)}
HANDELINGEN = ["aflevering.opnieuw", "gesprek.opgeslagen", "logboek.uitgevoerd", "medewerker.aangemeld"]


def samples() -> Iterator[Sample]:
    yield Sample("start-privacy", "start/index.html", _start(), medewerker=PETRA)
    yield _page("logboek", Log.VERWERKING, _look_ups(24), {}, 1_001)
    yield _page("logboek-wijzigingen", Log.AUDIT, _changes(24), {"van": "2026-11-01"}, 24)
    yield _page("logboek-leeg", Log.VERWERKING, [], {}, 0, checked=False)
    yield _page("logboek-fout", Log.AUDIT, [], {"van": "gisteren", "gesprek": "12"}, 0)
    yield _page("logboek-gebroken", Log.AUDIT, _changes(3), {}, 3, broken=True)
    detail = pagina.detail(_look_ups(1)[0], 1204, NAMES)
    yield Sample("logboek-regel", "logboek/show.html", detail, pad="/logboek/verwerkingen/1", medewerker=PETRA)
    unsealed = pagina.detail(_changes(1)[0], None, NAMES)
    yield Sample("logboek-wijziging", "logboek/show.html", unsealed, pad="/logboek/audit/1", medewerker=PETRA)
    yield from _citizen()


def _start() -> dict[str, Any]:
    return {"strip": [], "gesprekken": [], "contacten": [], "gesloten": None, "terug_tot": klok.now()}


def _page(
    name: str,
    log: Log,
    rows: list[Any],
    asked: dict[str, str],
    aantal: int,
    *,
    checked: bool = True,
    broken: bool = False,
) -> Sample:
    more = Plek(rows[-1].moment, rows[-1].id) if aantal > 1_000 else None
    context = pagina.listing(understand(log, asked), rows, more, aantal, NAMES, HANDELINGEN)
    context |= pagina.standing(_checks(broken=broken) if checked else {}, asked=not checked)
    return Sample(name, "logboek/index.html", context, pad=pagina.PADEN[log], medewerker=PETRA)


def _checks(*, broken: bool) -> dict[str, Zegelcontrole]:
    found = [
        Bevinding(Log.AUDIT, Soort.GEWIJZIGD, 18, an_id("gewijzigd")),
        Bevinding(Log.AUDIT, Soort.AFGEKAPT, 1203, None, 1207),
        Bevinding(Log.AUDIT, Soort.INGEVOEGD, None, an_id("ingevoegd")),
    ]
    return {
        log.value: Zegelcontrole(
            log=log.value,
            moment=klok.now() - timedelta(hours=3),
            tot_nummer=184_220,
            in_orde=not (broken and log is Log.AUDIT),
            ongezegeld=0,
            bevindingen={"regels": [one.as_dict() for one in found]} if broken and log is Log.AUDIT else {},
        )
        for log in Log
    }


def _citizen() -> Iterator[Sample]:
    empty: dict[str, Any] = {
        "getypt": {"bsn": "", "van": "", "tot": ""},
        "fouten": {},
        "regels": None,
        "aantal": "0",
        "volgende": None,
    }
    typed = {"bsn": "999993653", "van": "", "tot": ""}
    wrong = empty | {"getypt": typed | {"bsn": "99999"}, "fouten": {"bsn": "Dit zijn 5 cijfers. Een BSN heeft er 9."}}
    rows = _look_ups(6)
    found = empty | {"getypt": typed, "regels": [pagina.line(row, NAMES) for row in rows], "aantal": "6"}
    nobody = empty | {"getypt": typed, "regels": []}
    contexts = {"": empty, "-fout": wrong, "-gevonden": found | {"volgende": "x"}, "-niemand": nobody}
    for end, context in contexts.items():
        name = f"logboek-inwoner{end}"
        yield Sample(name, "logboek/inwoner.html", context, pad="/logboek/inwoner", medewerker=PETRA)


def _look_ups(number: int) -> list[Verwerking]:
    choose = random.Random(1)
    return [
        Verwerking(
            id=an_id(f"verwerking-{index}"),
            trace_id=f"{choose.getrandbits(128):032x}",
            moment=klok.now() - timedelta(minutes=17 * index),
            medewerker_id=choose.choice([SANNE.id, PETRA.id, an_id("weg")]),
            gesprek_id=an_id("gesprek"),
            activiteit=choose.choice(list(Activiteit)),
            doel="identificeren",
            grondslag=GRONDSLAG,
            bron=choose.choice(["brp", "open-klant"]),
            uitkomst=choose.choice(list(Uitkomst)),
            subject_soort="bsn",
            subject_hmac=choose.choice([b"h" * 32, None]),
            velden="burgerservicenummer, naam, geboorte, verblijfplaats",
        )
        for index in range(number)
    ]


def _changes(number: int) -> list[Auditregel]:
    choose = random.Random(2)
    return [
        Auditregel(
            id=an_id(f"audit-{index}"),
            moment=klok.now() - timedelta(minutes=23 * index),
            handeling=choose.choice(HANDELINGEN),
            object_soort="gesprek",
            object_id=str(an_id(f"gesprek-{index}")),
            medewerker_id=choose.choice([SANNE.id, BRAM.id, None]),
            uitkomst=choose.choice(["gelukt", "gelukt", "geweigerd"]),
            gegevens={"kenmerk": "1000001", "velden": ["naam", "rollen"]} if index % 3 else {},
        )
        for index in range(number)
    ]
