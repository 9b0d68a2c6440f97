"""How rows look on the wire: urls, back references and expansions."""

from __future__ import annotations

from typing import Any

from app.practice.answers import Param, invalid
from app.practice.klant.filters import EXPANDS
from app.practice.klant.relations import POINTS_TO, RELATIONS
from app.practice.klant.resources import SINCE_216
from app.practice.klant.service import Register
from app.practice.store import Row

Tree = dict[str, Any]  # name to expand → tree of what to expand below it


class Shower:
    """Shows rows of one register under one base URL (`http://host/deventer/klantinteracties/api/v1`)."""

    def __init__(self, register: Register, base: str) -> None:
        self.register, self.base, self.graph = register, base, register.graph

    def show(self, resource: str, row: Row, expand: Tree | None = None) -> dict[str, Any]:
        made = {"uuid": row["uuid"], "url": self.url(resource, row["uuid"])}
        made |= {name: self._linked(name, value) for name, value in row.items() if name != "uuid"}
        for name, path in RELATIONS.get(resource, {}).items():
            if path is None:
                made[name] = []
            elif not path.startswith(">"):
                made[name] = [self._ref(one, path.partition("<")[0]) for one in self._related(resource, row, path)]
        made |= self._own(resource, row)
        absent = SINCE_216.get(resource, ()) if self.register.old else ()
        if resource == "actoren" and row["actorIdentificatie"] is None:
            absent = ("actorIdentificatie",)
        made = {name: value for name, value in made.items() if name not in absent}
        if expand:
            made["_expand"] = {name: self._expanded(resource, row, name, below) for name, below in expand.items()}
        return made

    def expands(self, resource: str, text: str) -> Tree:
        """`a,a.b` as a tree. Raises `Problem` for a name that is not offered."""
        tree: Tree = {}
        for name in (part for part in text.split(",") if part):
            if name not in EXPANDS.get(resource, ()):
                raise invalid(Param("expand", "invalid_choice", f'"{name}" is een ongeldige keuze.'))
            at = tree
            for part in name.split("."):
                at = at.setdefault(part, {})
        return tree

    def url(self, resource: str, uuid: str) -> str:
        return f"{self.base}/{resource}/{uuid}"

    def _expanded(self, resource: str, row: Row, name: str, below: Tree) -> Any:
        path = RELATIONS[resource][name]
        if path is None:
            return []
        target = POINTS_TO[path[1:]] if path.startswith(">") else path.partition("<")[0]
        found = [self.show(target, one, below) for one in self._related(resource, row, path)]
        return next(iter(found), None) if path.startswith(">") else found

    def _related(self, resource: str, row: Row, path: str) -> list[Row]:
        return self.graph.related(resource, row, path)

    def _ref(self, row: Row, resource: str) -> dict[str, str]:
        return {"uuid": row["uuid"], "url": self.url(resource, row["uuid"])}

    def _linked(self, name: str, value: Any) -> Any:
        target = POINTS_TO.get(name)
        if isinstance(value, list) and target:
            return [self._ref(one, target) for one in value]
        return self._ref(value, target) if target and value else value

    def _own(self, resource: str, row: Row) -> dict[str, Any]:
        """What only this resource shows."""
        if resource == "klantcontacten":
            return {"hadBetrokkenActoren": self._shown("actoren", row, "actorklantcontacten<klantcontact/>actor")}
        if resource == "betrokkenen":
            return {"volledigeNaam": _full_name(row["contactnaam"])}
        if resource == "internetaken":
            actoren = self._linked("toegewezenAanActoren", row["toegewezenAanActoren"])
            return {"toegewezenAanActor": actoren[0]} if actoren else {}
        if resource == "partijen":
            path = "partij-identificatoren<identificeerdePartij"
            return {
                "partijIdentificatoren": self._shown("partij-identificatoren", row, path, "partijen"),
                "partijIdentificatie": self._identificatie(row),
            }
        return {}

    def _shown(self, target: str, row: Row, path: str, resource: str = "klantcontacten") -> list[dict[str, Any]]:
        return [self.show(target, one) for one in self._related(resource, row, path)]

    def _identificatie(self, row: Row) -> dict[str, Any]:
        made = {name: self._linked(name, value) for name, value in row["partijIdentificatie"].items()}
        return (
            made if row["soortPartij"] == "organisatie" else made | {"volledigeNaam": _full_name(made["contactnaam"])}
        )


def _full_name(contactnaam: dict[str, str] | None) -> str:
    naam = contactnaam or {}
    parts = (naam.get(key) for key in ("voornaam", "voorvoegselAchternaam", "achternaam"))
    return " ".join(part for part in parts if part)
