"""What the page of one code list gets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from app.codelijsten.forms import Invoer
from app.codelijsten.lijsten import ICONEN, Lijst, Regel
from app.codelijsten.models import Kanaal
from app.codelijsten.service import stand_of

GEBEURD: Final[Mapping[str, str]] = {
    "toegevoegd": "Toegevoegd. Medewerkers kunnen het meteen kiezen.",
    "gewijzigd": "Bewaard. Oude contacten houden de naam van toen.",
    "verplaatst": "De volgorde is veranderd.",
    "vervallen": "Weggehaald uit de lijst. Oude contacten houden de naam.",
    "terug": "Staat weer in de lijst, achteraan.",
}


def show(
    lijst: Lijst,
    rows: Sequence[Regel],
    earlier: Mapping[UUID, list[str]],
    *,
    bewerk: str = "",
    typed: Invoer | None = None,
    gebeurd: str = "",
    regel: str = "",
) -> dict[str, Any]:
    """`bewerk`: id of the row in edit. `typed`: sent and not saved. `regel`: id of what `gebeurd` is about."""
    new = typed if typed and not typed.regel else Invoer()
    in_use = sum(row.vervallen_op is None for row in rows)
    shown = [_row(row, earlier.get(row.id, []), bewerk, typed) for row in rows]
    return {
        "lijst": {
            "code": lijst.code,
            "titel": lijst.titel,
            "een": lijst.een,
            "uitleg": lijst.uitleg,
            "langst": lijst.langst,
        },
        "pad_lijst": f"/beheer/{lijst.code}",
        "met_icoon": lijst.tabel is Kanaal,
        "iconen": ICONEN,
        "regels": shown[:in_use],
        "vervallen": shown[in_use:],
        "nieuw": {
            "naam": new.naam,
            "icoon": new.extra.get("icoon", "message"),
            "gelukt": new.extra.get("gelukt", True),
        },
        "fouten_nieuw": new.fouten,
        "fouten": typed.fouten if typed and typed.regel else {},
        "gebeurd": GEBEURD.get(gebeurd, ""),
        "terug": regel if gebeurd == "vervallen" and any(row["id"] == regel for row in shown[in_use:]) else "",
    }


def _row(row: Regel, earlier: list[str], bewerk: str, typed: Invoer | None) -> dict[str, Any]:
    mine = typed if typed and typed.regel == str(row.id) and typed.naam else None
    extra = {"icoon": row.icoon} if isinstance(row, Kanaal) else {"gelukt": row.gelukt}
    return {
        "id": str(row.id),
        "naam": row.naam,
        **extra,
        "eerder": earlier,
        "vervallen_op": row.vervallen_op,
        "bewerk": bewerk == str(row.id),
        "gezien": stand_of(row),
        "getypt": {"naam": mine.naam, **mine.extra} if mine else {"naam": row.naam, **extra},
    }
