"""One page of a collection: which query parameters there are, which rows they leave, and where the next page is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from app.practice.answers import Problem, invalid, not_found
from app.practice.klant.filters import EXPANDS, FILTERS, SINCE_216, Filter
from app.practice.klant.service import Register
from app.practice.klant.show import Shower
from app.practice.store import Row

DEFAULT_PAGE, LARGEST_PAGE = 100, 500
LONGEST_NUMBER = 9  # digits; nobody has a thousand million pages


def page(shower: Shower, resource: str, query: Mapping[str, str]) -> dict[str, Any]:
    """The answer to GET on a collection. Raises `Problem` for what the server refuses."""
    register = shower.register
    unknown = sorted(set(query) - known(resource, old=register.old))
    if unknown:
        names = ", ".join(unknown)
        raise Problem(400, "unknown-parameters", "Invalid input.", f"Onbekende query parameters: {names}")
    expand = shower.expands(resource, query.get("expand", ""))
    rows = _filtered(register, resource, _asked(resource, query))
    size = min(_digits(query.get("pageSize")) or DEFAULT_PAGE, LARGEST_PAGE)
    last = max(1, -(-len(rows) // size))
    number = last if query.get("page") == "last" else _digits(query.get("page") or "1")
    if not number or number > last:
        raise not_found("Ongeldige pagina.")
    shown = rows[(number - 1) * size : number * size]
    return {
        "count": len(rows),
        "next": _url(shower, resource, query, number + 1) if number < last else None,
        "previous": _url(shower, resource, query, number - 1) if number > 1 else None,
        "results": [shower.show(resource, row, expand) for row in shown],
    }


def known(resource: str, *, old: bool) -> set[str]:
    """Query parameters of a collection in one of the versions."""
    names = set(FILTERS[resource]) | {"page", "pageSize"} | ({"expand"} if resource in EXPANDS else set())
    return names - SINCE_216.get(resource, frozenset()) if old else names


def _asked(resource: str, query: Mapping[str, str]) -> list[tuple[Filter, Any]]:
    """Filters with a value that can be one. An empty value is no filter."""
    asked, wrong = [], []
    for name, filter_ in FILTERS[resource].items():
        if query.get(name):
            value, bad = filter_.check(name, query[name])
            wrong += bad
            if value is not None:
                asked.append((filter_, value))
    if wrong:
        raise invalid(*wrong)
    return asked


def _filtered(register: Register, resource: str, asked: list[tuple[Filter, Any]]) -> list[Row]:
    """Rows that fit every filter, newest first. Begins at the index that leaves fewest rows."""
    graph = register.graph
    narrowed = [graph.narrowed(resource, one.path, value) for one, value in asked if one.indexed]
    found = min((rows for rows in narrowed if rows is not None), key=len, default=None)
    rows = list(register.store.all(register.tenant, resource)) if found is None else found
    rows = [row for row in rows if all(one.fits(graph.values(resource, row, one.path), v) for one, v in asked)]
    if resource == "klantcontacten":
        return sorted(rows, key=lambda row: datetime.fromisoformat(row["plaatsgevondenOp"]), reverse=True)
    return rows[::-1]


def _digits(text: str | None) -> int:
    """A positive number; 0 for anything else, which a page refuses and a page size ignores."""
    if text is None or not (text.isascii() and text.isdecimal()):
        return 0
    digits = text.lstrip("0") or "0"
    return int(digits) if len(digits) <= LONGEST_NUMBER else 10**LONGEST_NUMBER


def _url(shower: Shower, resource: str, query: Mapping[str, str], number: int) -> str:
    """The first page has no number, as there."""
    rest = {name: value for name, value in query.items() if name != "page"}
    text = urlencode(rest | ({"page": str(number)} if number > 1 else {}))
    return f"{shower.base}/{resource}" + (f"?{text}" if text else "")
