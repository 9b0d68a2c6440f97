"""Creating, finding and showing objects of the Klantinteracties API, over the store of one municipality."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from app.practice.answers import Param, Problem, invalid, not_found
from app.practice.klant.fields import read
from app.practice.klant.resources import BETROKKENE, KLANTCONTACT, ONDERWERPOBJECT, RESOURCES, stored_default
from app.practice.people import elfproef
from app.practice.store import Row, Store

POINTS_TO = {
    "wasPartij": "partijen",
    "hadKlantcontact": "klantcontacten",
    "klantcontact": "klantcontacten",
    "wasKlantcontact": "klantcontacten",
    "identificeerdePartij": "partijen",
    "subIdentificatorVan": "partij-identificatoren",
    "verstrektDoorBetrokkene": "betrokkenen",
    "verstrektDoorPartij": "partijen",
}


@dataclass(frozen=True, slots=True)
class Register:
    """The register of one municipality; `old` plays Open Klant 2.15."""

    store: Store
    tenant: str

    @property
    def old(self) -> bool:
        return self.store.setting(self.tenant, "versie", "2.18") == "2.15"

    def create(self, resource: str, body: Any) -> Row:
        """Store one new object and give its row. Raises `Problem` with everything that is wrong."""
        row = self._checked(resource, body)
        if resource == "partijen":
            return self._create_partij(row, body)
        self.store.add(self.tenant, (resource, row))
        return row

    def make_klantcontact(self, body: Any) -> dict[str, Row | None]:
        """klantcontact, betrokkene and onderwerpobject together or not at all (POST /maak-klantcontact)."""
        if self.old:
            raise not_found()
        body = _object(body)
        if not isinstance(body.get("klantcontact"), dict):
            raise invalid(Param("klantcontact", "required", "Dit veld is vereist."))
        contact, wrong = self._read("klantcontacten", body["klantcontact"], prefix="klantcontact.")
        made: list[tuple[str, Row]] = [("klantcontacten", contact)]
        parts = (
            ("betrokkene", "betrokkenen", "hadKlantcontact"),
            ("onderwerpobject", "onderwerpobjecten", "klantcontact"),
        )
        for name, resource, back in parts:
            if body.get(name) is None:
                continue
            part, bad = self._read(
                resource,
                _object(body[name]) | {back: {"uuid": contact["uuid"]}},
                prefix=f"{name}.",
                fresh=contact["uuid"],
            )
            wrong += bad
            made.append((resource, part))
        if wrong:
            raise invalid(*wrong)
        self.store.add(self.tenant, *made)
        rows = dict(made)
        return {
            "klantcontact": contact,
            "betrokkene": rows.get("betrokkenen"),
            "onderwerpobject": rows.get("onderwerpobjecten"),
        }

    def change(self, resource: str, uuid: str, body: Any, *, partial: bool) -> Row:
        row = self.one(resource, uuid)
        stored, wrong = read(RESOURCES[resource].fields, _object(body), partial=partial)
        wrong += self._dangling(stored) + self._taken(resource, row | stored, uuid)
        if wrong:
            raise invalid(*wrong)
        changed = row | stored
        self.store.replace(self.tenant, resource, changed)
        return changed

    def remove(self, resource: str, uuid: str) -> None:
        """As observed: a klantcontact takes its betrokkenen and onderwerpobjecten along, digitale adressen stay."""
        self.one(resource, uuid)
        if resource == "klantcontacten":
            for other, key in (("betrokkenen", "hadKlantcontact"), ("onderwerpobjecten", "klantcontact")):
                for row in self.store.find(self.tenant, other, key, uuid):
                    self.store.remove(self.tenant, other, row["uuid"])
        if resource == "partijen":
            for other, key in (("betrokkenen", "wasPartij"), ("partij-identificatoren", "identificeerdePartij")):
                for row in self.store.find(self.tenant, other, key, uuid):
                    self.store.remove(self.tenant, other, row["uuid"])
        self.store.remove(self.tenant, resource, uuid)

    def one(self, resource: str, uuid: str) -> Row:
        try:
            row = self.store.get(self.tenant, resource, str(UUID(uuid)))
        except ValueError:
            row = None
        if row is None:
            raise not_found()
        return row

    def _checked(self, resource: str, body: Any) -> Row:
        row, wrong = self._read(resource, _object(body))
        if wrong:
            raise invalid(*wrong)
        return row

    def _read(
        self, resource: str, body: dict[str, Any], *, prefix: str = "", fresh: str = ""
    ) -> tuple[Row, list[Param]]:
        fields = {"klantcontacten": KLANTCONTACT, "betrokkenen": BETROKKENE, "onderwerpobjecten": ONDERWERPOBJECT}
        row, wrong = read(fields.get(resource, RESOURCES[resource].fields), body, prefix=prefix)
        row["uuid"] = str(uuid4())
        if not wrong:
            wrong = self._dangling(row, prefix=prefix, fresh=fresh) + self._taken(resource, row, prefix=prefix)
        if resource == "klantcontacten" and not wrong:
            self._number(row)
        return stored_default(resource, row), wrong

    def _number(self, row: Row) -> None:
        """2.15 makes a nummer when none is given and knows no referentienummer or metadata; later ones don't."""
        if self.old:
            row["referentienummer"], row["metadata"] = None, {}
            row["nummer"] = row["nummer"] or f"{len(list(self.store.all(self.tenant, 'klantcontacten'))) + 1:010d}"

    def _dangling(self, row: Row, *, prefix: str = "", fresh: str = "") -> list[Param]:
        wrong = []
        for name, target in POINTS_TO.items():
            value = row.get(name)
            if value and value["uuid"] != fresh and self.store.get(self.tenant, target, value["uuid"]) is None:
                wrong.append(Param(f"{prefix}{name}", "does_not_exist", "Object bestaat niet."))
        return wrong

    def _taken(self, resource: str, row: Row, uuid: str = "", *, prefix: str = "") -> list[Param]:
        if resource == "klantcontacten":
            names = ("nummer",) if self.old else ("referentienummer", "nummer")
            return [
                Param(f"{prefix}{name}", "unique", f"Er bestaat al een klantcontact met eenzelfde {name}.")
                for name in names
                if row.get(name)
                and any(one["uuid"] != uuid for one in self.store.find(self.tenant, resource, name, row[name]))
            ]
        if resource == "partij-identificatoren":
            return self._identificator(row, uuid)
        return []

    def _identificator(self, row: Row, uuid: str) -> list[Param]:
        own = row["partijIdentificator"]
        if own["codeSoortObjectId"] == "bsn" and not _is_bsn(own["objectId"]):
            return [Param("partijIdentificator.objectId", "invalid", "Onjuist BSN nummer.")]
        same = [
            one
            for one in self.store.find(self.tenant, "partij-identificatoren", "objectId", own["objectId"])
            if one["partijIdentificator"] == own and one["uuid"] != uuid
        ]
        if same:
            return [
                Param(
                    "__all__",
                    "non_field_errors",
                    "`PartijIdentificator` moet uniek zijn, er bestaat er al een met deze gegevenscombinatie.",
                )
            ]
        return []

    def _create_partij(self, row: Row, body: dict[str, Any]) -> Row:
        identificatie = body.get("partijIdentificatie")
        if not isinstance(identificatie, dict):
            raise invalid(Param("partijIdentificatie", "required", "Dit veld is vereist."))
        row["partijIdentificatie"] = identificatie
        made: list[tuple[str, Row]] = [("partijen", row)]
        for at, one in enumerate(body.get("partijIdentificatoren") or []):
            given = _object(one) | {"identificeerdePartij": None}
            identificator, wrong = self._read("partij-identificatoren", given)
            if wrong:
                raise invalid(
                    *(
                        Param(
                            f"partijIdentificatoren.{at}.{w.name}" if w.name != "__all__" else w.name,
                            w.code,
                            w.reason,
                        )
                        for w in wrong
                    )
                )
            made.append(("partij-identificatoren", identificator | {"identificeerdePartij": {"uuid": row["uuid"]}}))
        self.store.add(self.tenant, *made)
        return row


def _is_bsn(text: str) -> bool:
    return len(text) == 9 and text.isdecimal() and elfproef(text)


def _object(body: Any) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise invalid(Param("nonFieldErrors", "invalid", "Ongeldige data. Verwacht een dictionary."))
    return body


def newest_first(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: row["plaatsgevondenOp"], reverse=True)


def no_rights(given: str, wanted: str) -> Problem | None:
    """What a token gets: None when it is right."""
    headers = {"WWW-Authenticate": "Token"}
    if not given:
        detail = "Authenticatiegegevens zijn niet opgegeven."
        return Problem(
            401, "not_authenticated", "Authenticatiegegevens zijn niet opgegeven.", detail, headers=headers
        )
    if given != f"Token {wanted}":
        return Problem(
            401, "authentication_failed", "Ongeldige authenticatiegegevens.", "Ongeldige token.", headers=headers
        )
    return None
