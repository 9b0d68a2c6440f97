"""The logs as a file: CSV that opens in a spreadsheet without doing anything, or JSON lines for a program."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any
from uuid import UUID

from app import klok
from app.audit.models import Auditregel
from app.logboeken import woorden
from app.verwerkingen.models import Verwerking
from app.zegels.models import Log

BOM = "\ufeff"  # without it Excel reads UTF-8 as something else
GEVAARLIJK = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
)  # a spreadsheet takes what begins so for a formula (OWASP, CSV injection)
Regel = Auditregel | Verwerking


class Vorm(StrEnum):
    CSV = "csv"
    JSONL = "jsonl"


MEDIA: Mapping[Vorm, str] = {Vorm.CSV: "text/csv; charset=utf-8", Vorm.JSONL: "application/jsonl; charset=utf-8"}
KOPPEN: Mapping[Log, tuple[str, ...]] = {
    Log.VERWERKING: (
        "moment", "medewerker", "activiteit", "doel", "grondslag", "bron", "uitkomst", "velden", "over_inwoner",
        "gesprek", "spoor", "regel",
    ),
    Log.AUDIT: ("moment", "medewerker", "handeling", "object_soort", "object", "uitkomst", "gegevens", "regel"),
}  # fmt: skip


def head(log: Log, vorm: Vorm) -> str:
    """What stands before the first line."""
    return BOM + _csv([KOPPEN[log]]) if vorm is Vorm.CSV else ""


def lines(log: Log, vorm: Vorm, rows: Iterable[Regel], names: Mapping[UUID, str]) -> str:
    """These rows in the shape of the file."""
    values = [record(row, names) for row in rows]
    if vorm is Vorm.JSONL:
        return "".join(json.dumps(one, ensure_ascii=False, default=str) + "\n" for one in values)
    return _csv([_cell(one[name]) for name in KOPPEN[log]] for one in values)


def record(row: Regel, names: Mapping[UUID, str]) -> dict[str, Any]:
    """One line by the names in `KOPPEN`. Of the citizen only whether there was one; nobody reads who."""
    shared = {
        "moment": klok.local(row.moment).isoformat(timespec="milliseconds"),
        "medewerker": woorden.who(names, row.medewerker_id),
        "uitkomst": row.uitkomst,
        "regel": str(row.id),
    }
    if isinstance(row, Verwerking):
        return shared | {
            "activiteit": row.activiteit,
            "doel": row.doel,
            "grondslag": row.grondslag,
            "bron": row.bron,
            "velden": row.velden,
            "over_inwoner": row.subject_hmac is not None,
            "gesprek": str(row.gesprek_id) if row.gesprek_id else None,
            "spoor": row.trace_id,
        }
    return shared | {
        "handeling": row.handeling,
        "object_soort": row.object_soort,
        "object": row.object_id,
        "gegevens": row.gegevens,
    }


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        text = woorden.details(value)
    elif isinstance(value, bool):
        text = "ja" if value else "nee"
    else:
        text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(GEVAARLIJK) else text


def _csv(rows: Iterable[Iterable[str]]) -> str:
    """Semicolons, since a Dutch spreadsheet uses the comma for decimals."""
    text = io.StringIO()
    csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL).writerows(rows)
    return text.getvalue()
