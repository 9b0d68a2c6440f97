"""How rows look on the wire: urls, back references, expansions, pages and filters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from app.practice.answers import Param, Problem, invalid, not_found
from app.practice.klant.resources import RESOURCES
from app.practice.klant.service import POINTS_TO, Register, newest_first
from app.practice.store import Row

DEFAULT_PAGE, LARGEST_PAGE = 100, 500


class Shower:
    """Shows rows of one register under one base URL (`http://host/deventer/klantinteracties/api/v1`)."""

    def __init__(self, register: Register, base: str) -> None:
        self.register, self.base = register, base

    def show(self, resource: str, row: Row, expand: frozenset[str] = frozenset()) -> dict[str, Any]:
        made = {"uuid": row["uuid"], "url": self._url(resource, row["uuid"])}
        made |= {name: self._linked(name, value) for name, value in row.items() if name != "uuid"}
        made |= getattr(self, "_" + resource.replace("-", "_"), lambda row: {})(row)
        if self.register.old:
            for name in ("referentienummer", "metadata", "reactie", "hoofdOnderwerpType", "verdereActieOndernomen"):
                made.pop(name, None)
        if expand:
            made["_expand"] = self._expanded(resource, row, expand)
        return made

    def page(self, resource: str, query: Mapping[str, str]) -> dict[str, Any]:
        """One page of a collection. Raises `Problem` for what the server refuses."""
        known = self._known(resource)
        unknown = sorted(set(query) - known)
        if unknown:
            names = ", ".join(unknown)
            raise Problem(400, "unknown-parameters", "Invalid input.", f"Onbekende query parameters: {names}")
        expand = self.expands(resource, query.get("expand", ""))
        rows = self._filtered(resource, query)
        size = min(_positive(query.get("pageSize"), DEFAULT_PAGE), LARGEST_PAGE)
        number = _positive(query.get("page"), 1)
        if number > max(1, -(-len(rows) // size)):
            raise not_found("Ongeldige pagina.")
        shown = rows[(number - 1) * size : number * size]
        return {
            "count": len(rows),
            "next": self._page_url(resource, query, number + 1) if number * size < len(rows) else None,
            "previous": self._page_url(resource, query, number - 1) if number > 1 else None,
            "results": [self.show(resource, row, expand) for row in shown],
        }

    def expands(self, resource: str, text: str) -> frozenset[str]:
        wanted = frozenset(part for part in text.split(",") if part)
        wrong = wanted - RESOURCES[resource].expands
        if wrong:
            raise invalid(Param("expand", "invalid_choice", f'"{sorted(wrong)[0]}" is een ongeldige keuze.'))
        return wanted

    def _known(self, resource: str) -> set[str]:
        known = set(RESOURCES[resource].filters) | {"page", "pageSize"}
        known |= {"expand"} if RESOURCES[resource].expands else set()
        return known - RESOURCES[resource].since_218 if self.register.old else known

    def _filtered(self, resource: str, query: Mapping[str, str]) -> list[Row]:
        wanted = {
            path: query[name]
            for name, path in RESOURCES[resource].filters.items()
            if query.get(name) not in (None, "")
        }
        rows = self._candidates(resource, wanted)
        rows = [
            row
            for row in rows
            if all(_fits(self._values(resource, row, path), path, v) for path, v in wanted.items())
        ]
        return newest_first(rows) if resource == "klantcontacten" else rows[::-1]

    def _candidates(self, resource: str, wanted: dict[str, str]) -> list[Row]:
        """Narrow down by an index where there is one, so that a question about one person stays quick."""
        store, tenant = self.register.store, self.register.tenant
        number = wanted.get("@partij.identificator.objectId") or wanted.get("@identificator.objectId")
        if number:
            partijen = [
                one["identificeerdePartij"]["uuid"]
                for one in store.find(tenant, "partij-identificatoren", "objectId", number)
                if one.get("identificeerdePartij")
            ]
            return self._of_partijen(resource, partijen)
        if partij := wanted.get("@partij.uuid") or wanted.get("wasPartij.uuid"):
            return self._of_partijen(resource, [partij])
        for path in ("referentienummer", "nummer"):
            if path in wanted and resource == "klantcontacten":
                return store.find(tenant, resource, path, wanted[path])
        return list(store.all(tenant, resource))

    def _of_partijen(self, resource: str, partijen: list[str]) -> list[Row]:
        store, tenant = self.register.store, self.register.tenant
        if resource == "partijen":
            return [row for one in partijen if (row := store.get(tenant, "partijen", one))]
        betrokkenen = [row for one in partijen for row in store.find(tenant, "betrokkenen", "wasPartij", one)]
        if resource == "betrokkenen":
            return betrokkenen
        found = {row["hadKlantcontact"]["uuid"]: None for row in betrokkenen}
        return [row for uuid in found if (row := store.get(tenant, "klantcontacten", uuid))]

    def _values(self, resource: str, row: Row, path: str) -> list[Any]:
        store, tenant = self.register.store, self.register.tenant
        if not path.startswith("@"):
            return [_dig(row, path.removeprefix("~"))]
        start, _, rest = path[1:].partition(".")
        if start == "contact":
            contact = store.get(tenant, "klantcontacten", row["hadKlantcontact"]["uuid"])
            return [_dig(contact, rest)] if contact else []
        if start == "onderwerp":
            objects = store.find(tenant, "onderwerpobjecten", "klantcontact", row["uuid"])
            return [_dig(one, f"onderwerpobjectidentificator.{rest}") for one in objects]
        if start == "identificator":
            return self._identificatoren(row["uuid"], rest)
        betrokkenen = store.find(tenant, "betrokkenen", "hadKlantcontact", row["uuid"])
        if start == "betrokkene":
            return [one["uuid"] for one in betrokkenen]
        partijen = [one["wasPartij"]["uuid"] for one in betrokkenen if one["wasPartij"]]
        if rest == "uuid":
            return list(partijen)
        return [v for one in partijen for v in self._identificatoren(one, rest.removeprefix("identificator."))]

    def _identificatoren(self, partij: str, name: str) -> list[Any]:
        store, tenant = self.register.store, self.register.tenant
        found = store.find(tenant, "partij-identificatoren", "identificeerdePartij", partij)
        return [one["partijIdentificator"][name] for one in found]

    def _url(self, resource: str, uuid: str) -> str:
        return f"{self.base}/{resource}/{uuid}"

    def _page_url(self, resource: str, query: Mapping[str, str], number: int) -> str:
        return f"{self.base}/{resource}?{urlencode({**query, 'page': number})}"

    def _linked(self, name: str, value: Any) -> Any:
        if name in POINTS_TO and value:
            return {"uuid": value["uuid"], "url": self._url(POINTS_TO[name], value["uuid"])}
        return value

    def _refs(self, resource: str, key: str, uuid: str) -> list[dict[str, str]]:
        found = self.register.store.find(self.register.tenant, resource, key, uuid)
        return [{"uuid": row["uuid"], "url": self._url(resource, row["uuid"])} for row in found]

    def _klantcontacten(self, row: Row) -> dict[str, Any]:
        return {
            "gingOverOnderwerpobjecten": self._refs("onderwerpobjecten", "klantcontact", row["uuid"]),
            "hadBetrokkenActoren": [],
            "omvatteBijlagen": [],
            "hadBetrokkenen": self._refs("betrokkenen", "hadKlantcontact", row["uuid"]),
            "leiddeTotInterneTaken": [],
        }

    def _betrokkenen(self, row: Row) -> dict[str, Any]:
        naam = row.get("contactnaam") or {}
        parts = (naam.get(key) for key in ("voornaam", "voorvoegselAchternaam", "achternaam"))
        return {
            "digitaleAdressen": self._refs("digitaleadressen", "verstrektDoorBetrokkene", row["uuid"]),
            "volledigeNaam": " ".join(part for part in parts if part),
        }

    def _partijen(self, row: Row) -> dict[str, Any]:
        identificatoren = self.register.store.find(
            self.register.tenant, "partij-identificatoren", "identificeerdePartij", row["uuid"]
        )
        identificatie = dict(row["partijIdentificatie"])
        if row["soortPartij"] != "organisatie":
            identificatie["volledigeNaam"] = ""
        return {
            "betrokkenen": self._refs("betrokkenen", "wasPartij", row["uuid"]),
            "categorieRelaties": [],
            "digitaleAdressen": self._refs("digitaleadressen", "verstrektDoorPartij", row["uuid"]),
            "vertegenwoordigden": [],
            "partijIdentificatoren": [self.show("partij-identificatoren", one) for one in identificatoren],
            "partijIdentificatie": identificatie,
        }

    def _expanded(self, resource: str, row: Row, expand: frozenset[str]) -> dict[str, Any]:
        made: dict[str, Any] = {}
        if {"hadBetrokkenen", "hadBetrokkenen.wasPartij"} & expand:
            deeper = frozenset({"wasPartij"}) if "hadBetrokkenen.wasPartij" in expand else frozenset()
            found = self.register.store.find(self.register.tenant, "betrokkenen", "hadKlantcontact", row["uuid"])
            made["hadBetrokkenen"] = [self.show("betrokkenen", one, deeper) for one in found]
        for name, other, key in (
            ("gingOverOnderwerpobjecten", "onderwerpobjecten", "klantcontact"),
            ("betrokkenen", "betrokkenen", "wasPartij"),
            ("digitaleAdressen", "digitaleadressen", "verstrektDoorPartij"),
        ):
            if name in expand:
                found = self.register.store.find(self.register.tenant, other, key, row["uuid"])
                made[name] = [self.show(other, one) for one in found]
        if "leiddeTotInterneTaken" in expand:
            made["leiddeTotInterneTaken"] = []
        for name, target in (("hadKlantcontact", "klantcontacten"), ("wasPartij", "partijen")):
            if name in expand:
                linked = row[name] and self.register.store.get(self.register.tenant, target, row[name]["uuid"])
                made[name] = self.show(target, linked) if linked else None
        return made


def _dig(row: Row, path: str) -> Any:
    value: Any = row
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _fits(values: list[Any], path: str, wanted: str) -> bool:
    if path.startswith("~"):
        return any(wanted.casefold() in str(value or "").casefold() for value in values)
    if wanted.lower() in ("true", "false") and any(isinstance(value, bool) for value in values):
        return any(value is (wanted.lower() == "true") for value in values)
    return any(str(value) == wanted for value in values if value is not None)


def _positive(text: str | None, default: int) -> int:
    if text is None or text == "":
        return default
    if not (text.isascii() and text.isdecimal()) or int(text) == 0:
        raise not_found("Ongeldige pagina.")
    return int(text)
