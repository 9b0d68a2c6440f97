"""What the pages of the logs get: lines in words, the question as it was asked, how the seals stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from app.audit.models import Auditregel
from app.logboeken import woorden
from app.logboeken.filters import Filter, Plek
from app.logboeken.queries import GETELD
from app.verwerkingen.models import Verwerking
from app.zegels.models import Log, Zegelcontrole

NAMEN: Mapping[str, str] = {Log.VERWERKING: "Verwerkingen", Log.AUDIT: "Wijzigingen"}
PADEN: Mapping[str, str] = {Log.VERWERKING: "/logboek", Log.AUDIT: "/logboek/audit"}
Regel = Auditregel | Verwerking


def listing(
    asked: Filter,
    rows: Sequence[Regel],
    volgende: Plek | None,
    aantal: int,
    names: Mapping[UUID, str],
    handelingen: Sequence[str] = (),
) -> dict[str, Any]:
    """The page with one of the two logs."""
    codes = handelingen if asked.log is Log.AUDIT else list(woorden.ACTIVITEITEN)
    words = woorden.act if asked.log is Log.AUDIT else lambda code: woorden.ACTIVITEITEN[code]
    return {
        "log": asked.log.value,
        "pad_log": PADEN[asked.log],
        "filter": asked,
        "regels": [line(row, names) for row in rows],
        "aantal": counted(aantal),
        "volgende": f"{PADEN[asked.log]}?{asked.query(na=volgende)}" if volgende else None,
        "begin": f"{PADEN[asked.log]}?{asked.query()}" if asked.na else None,
        "medewerkers": [{"waarde": str(rij_id), "naam": naam} for rij_id, naam in names.items()],
        "handelingen": [{"waarde": code, "naam": words(code)} for code in codes],
    }


def counted(aantal: int) -> str:
    """`1.000+` when counting stopped."""
    return f"{GETELD:_}+".replace("_", ".") if aantal > GETELD else f"{aantal:_}".replace("_", ".")


def line(row: Regel, names: Mapping[UUID, str]) -> dict[str, Any]:
    """One line of the table."""
    shared = {
        "moment": row.moment,
        "wie": woorden.who(names, row.medewerker_id),
        "wat": woorden.what(row),
        "uitkomst": woorden.outcome(row),
        "mislukt": row.uitkomst in ("mislukt", "geweigerd"),
    }
    if isinstance(row, Verwerking):
        return shared | {
            "href": f"/logboek/verwerkingen/{row.id}",
            "waarom": woorden.act(row.doel),
            "bron": row.bron,
            "inwoner": row.subject_hmac is not None,
        }
    return shared | {
        "href": f"/logboek/audit/{row.id}",
        "waarop": woorden.act(row.object_soort),
        "bijzonderheden": woorden.details(row.gegevens),
    }


def detail(row: Regel, nummer: int | None, names: Mapping[UUID, str]) -> dict[str, Any]:
    """One line with everything that stands in it, but for whom it is about: that is a hash nobody can read."""
    log = Log.VERWERKING if isinstance(row, Verwerking) else Log.AUDIT
    facts = [("Wie", woorden.who(names, row.medewerker_id)), ("Wat", woorden.what(row))]
    if isinstance(row, Verwerking):
        facts += [
            ("Waarom", woorden.act(row.doel)),
            ("Grondslag", row.grondslag),
            ("Bron", row.bron),
            (woorden.asked(row), row.velden or "geen"),
            ("Over een inwoner", "Ja, alleen te vinden met het BSN" if row.subject_hmac else "Nee, of niet bekend"),
            ("Gesprek", str(row.gesprek_id) if row.gesprek_id else "Buiten een gesprek"),
            ("Spoor", row.trace_id),
        ]
    else:
        facts += [
            ("Waarop", f"{woorden.act(row.object_soort)} {row.object_id}"),
            ("Bijzonderheden", woorden.details(row.gegevens) or "geen"),
        ]
    facts += [("Uitkomst", woorden.outcome(row)), ("Regel", str(row.id))]
    gesprek = row.gesprek_id if isinstance(row, Verwerking) else None
    return {
        "titel": woorden.what(row),
        "moment": row.moment,
        "feiten": facts,
        "zegel": nummer,
        "log": log.value,
        "log_naam": NAMEN[log],
        "pad_log": PADEN[log],
        "gesprek": str(gesprek) if gesprek else None,
    }


def standing(checks: Mapping[str, Zegelcontrole], *, asked: bool) -> dict[str, Any]:
    """How the seals stand: per log until when it was looked at, and what was wrong. `asked`: a check is under way."""
    return {
        "controles": [_standing(log, checks.get(log)) for log in (Log.VERWERKING, Log.AUDIT)],
        "gevraagd": asked,
    }


def _standing(log: Log, check: Zegelcontrole | None) -> dict[str, Any]:
    return {
        "naam": NAMEN[log],
        "moment": check.moment if check else None,
        "in_orde": check.in_orde if check else None,
        "tot_nummer": f"{check.tot_nummer:_}".replace("_", ".") if check else "0",
        "bevindingen": check.bevindingen.get("regels", []) if check else [],
    }
