"""How objects hang together, and walking along it: from a row to what it is about, and back by an index.

A path is steps separated by `/`, ending in a field: `betrokkenen<hadKlantcontact` are the betrokkenen that refer to
this object, `>wasPartij` is the object that it refers to itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from app.practice.store import IDENTIFICATORS, REFERENCES, Row, Store

POINTS_TO = {
    "wasPartij": "partijen",
    "hadKlantcontact": "klantcontacten",
    "klantcontact": "klantcontacten",
    "wasKlantcontact": "klantcontacten",
    "aanleidinggevendKlantcontact": "klantcontacten",
    "identificeerdePartij": "partijen",
    "subIdentificatorVan": "partij-identificatoren",
    "verstrektDoorBetrokkene": "betrokkenen",
    "verstrektDoorPartij": "partijen",
    "voorkeursDigitaalAdres": "digitaleadressen",
    "actor": "actoren",
    "toegewezenAanActoren": "actoren",
    "werkteVoorPartij": "partijen",
}
# What an answer lists or, in `_expand`, holds whole: resource → field → step. None: always empty here.
RELATIONS: dict[str, dict[str, str | None]] = {
    "klantcontacten": {
        "gingOverOnderwerpobjecten": "onderwerpobjecten<klantcontact",
        "hadBetrokkenen": "betrokkenen<hadKlantcontact",
        "leiddeTotInterneTaken": "internetaken<aanleidinggevendKlantcontact",
        "omvatteBijlagen": None,
    },
    "betrokkenen": {
        "digitaleAdressen": "digitaleadressen<verstrektDoorBetrokkene",
        "hadKlantcontact": ">hadKlantcontact",
        "wasPartij": ">wasPartij",
    },
    "partijen": {
        "betrokkenen": "betrokkenen<wasPartij",
        "categorieRelaties": None,
        "digitaleAdressen": "digitaleadressen<verstrektDoorPartij",
        "rekeningnummers": None,
        "vertegenwoordigden": None,
    },
    "digitaleadressen": {"verstrektDoorBetrokkene": ">verstrektDoorBetrokkene"},
}


@dataclass(frozen=True, slots=True)
class Step:
    """From a row of `start` to rows of `end`, over the reference `key` of one of the two."""

    start: str
    end: str
    key: str
    forward: bool


@cache
def parse(resource: str, path: str) -> tuple[tuple[Step, ...], str]:
    """Steps of a path and the field at its end (empty when the path ends in a step)."""
    steps, at = [], resource
    for part in path.split("/"):
        if part.startswith(">"):
            steps.append(Step(at, POINTS_TO[part[1:]], part[1:], forward=True))
        elif "<" in part:
            other, _, key = part.partition("<")
            steps.append(Step(at, other, key, forward=False))
        else:
            return tuple(steps), part
        at = steps[-1].end
    return tuple(steps), ""


@dataclass(frozen=True, slots=True)
class Graph:
    """The objects of one municipality."""

    store: Store
    tenant: str

    def related(self, resource: str, row: Row, path: str) -> list[Row]:
        """Rows at the end of a path's steps."""
        steps, _ = parse(resource, path)
        found = [row]
        for step in steps:
            found = _once(one for at in found for one in self._step(step, at, along=True))
        return found

    def values(self, resource: str, row: Row, path: str) -> list[Any]:
        """What stands at the end of a path: as many values as there are rows."""
        _, field = parse(resource, path)
        return [dig(one, field) for one in self.related(resource, row, path)]

    def narrowed(self, resource: str, path: str, value: str) -> list[Row] | None:
        """The rows that lead to `value`, by indexes only; None when there is none for this path."""
        steps, field = parse(resource, path)
        found = self._indexed(steps[-1].end if steps else resource, field, value)
        for step in reversed(steps):
            if found is None:
                return None
            found = _once(one for at in found for one in self._step(step, at, along=False))
        return found

    def _step(self, step: Step, row: Row, *, along: bool) -> list[Row]:
        """One step along the path, or back."""
        there = step.end if along else step.start
        if step.forward != along:
            return self.store.find(self.tenant, there, step.key, row["uuid"])
        value = row.get(step.key)
        given = value if isinstance(value, list) else [value]
        return [found for one in given if one and (found := self.store.get(self.tenant, there, one["uuid"]))]

    def _indexed(self, resource: str, field: str, value: str) -> list[Row] | None:
        if field == "uuid":
            row = self.store.get(self.tenant, resource, value)
            return [row] if row else []
        if field == f"{IDENTIFICATORS.get(resource)}.objectId":
            return self.store.find(self.tenant, resource, "objectId", value)
        if field in REFERENCES.get(resource, ()):
            return self.store.find(self.tenant, resource, field, value)
        return None


def dig(row: Row, path: str) -> Any:
    """The value at a dotted path within one row; None where a group is absent."""
    value: Any = row
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _once(rows: Iterable[Row]) -> list[Row]:
    return list({row["uuid"]: row for row in rows}.values())
