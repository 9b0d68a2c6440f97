"""Creating, changing and removing objects of the Klantinteracties API, over the store of one municipality."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from app.practice.answers import Param, Problem, invalid, not_found
from app.practice.gemeenten import GEMEENTEN
from app.practice.klant.fields import read, references
from app.practice.klant.relations import POINTS_TO, Graph
from app.practice.klant.removal import forget
from app.practice.klant.resources import RESOURCES, SINCE_216
from app.practice.klant.rules import RULES
from app.practice.store import Row, Store

NUMBERED = ("klantcontacten", "partijen", "internetaken")
# In /maak-klantcontact: part → its resource and how it refers to the new contact.
PARTS = {"betrokkene": ("betrokkenen", "hadKlantcontact"), "onderwerpobject": ("onderwerpobjecten", "klantcontact")}


@dataclass(frozen=True, slots=True)
class Register:
    """The register of one municipality; `old` plays Open Klant 2.15."""

    store: Store
    tenant: str

    @property
    def old(self) -> bool:
        return self.store.setting(self.tenant, "versie", GEMEENTEN[self.tenant].versie) == "2.15"

    @property
    def graph(self) -> Graph:
        return Graph(self.store, self.tenant)

    def create(self, resource: str, body: Any) -> Row:
        """Store one new object and give its row. Raises `Problem` with everything that is wrong."""
        if resource == "partijen":
            return self._create_partij(_object(body))
        row, wrong = self._new(resource, _object(body))
        if wrong:
            raise invalid(*wrong)
        self.store.add(self.tenant, (resource, row))
        return row

    def make_klantcontact(self, body: Any) -> dict[str, Row]:
        """klantcontact, betrokkene and onderwerpobject together or not at all (POST /maak-klantcontact)."""
        if self.old:
            raise not_found()
        body = _object(body)
        if not isinstance(body.get("klantcontact"), dict):
            raise invalid(Param("klantcontact", "required", "Dit veld is vereist."))
        contact, wrong = self._new("klantcontacten", body["klantcontact"], prefix="klantcontact.")
        made: dict[str, Row] = {}
        for part, (resource, back) in PARTS.items():
            if body.get(part) is not None:
                given = _object(body[part]) | {back: {"uuid": contact["uuid"]}}
                made[part], bad = self._new(resource, given, prefix=f"{part}.", fresh=contact["uuid"])
                wrong += bad
        if wrong:
            raise invalid(*wrong)
        objects = ((PARTS[part][0], row) for part, row in made.items())
        self.store.add(self.tenant, ("klantcontacten", contact), *objects)
        return {"klantcontact": contact} | made

    def change(self, resource: str, uuid: str, body: Any, *, whole: bool) -> Row:
        """PUT (`whole`) or PATCH. What is not sent stays as it is, as there."""
        row, body = self.one(resource, uuid), self._known(resource, _object(body))
        stored, wrong = read(RESOURCES[resource], body, new=False, whole=whole)
        changed = row | stored
        wrong = wrong or self._dangling(stored)
        if not wrong and resource in RULES:
            wrong = RULES[resource](self.graph, changed, row, body)
        if wrong:
            raise invalid(*wrong)
        self.store.replace(self.tenant, resource, changed)
        return changed

    def remove(self, resource: str, uuid: str) -> None:
        forget(self.store, self.tenant, resource, self.one(resource, uuid))

    def one(self, resource: str, uuid: str) -> Row:
        try:
            row = self.store.get(self.tenant, resource, str(UUID(uuid)))
        except ValueError:
            row = None
        if row is None:
            raise not_found()
        return row

    def _new(
        self, resource: str, body: dict[str, Any], *, prefix: str = "", fresh: str = ""
    ) -> tuple[Row, list[Param]]:
        """A row that may be stored, unless something is wrong. `fresh`: uuid that is about to exist."""
        body = self._known(resource, body)
        row, wrong = read(RESOURCES[resource], body, prefix=prefix)
        row["uuid"] = str(uuid4())
        wrong = wrong or self._dangling(row, prefix=prefix, fresh=fresh)
        if not wrong and resource in RULES:
            wrong = [
                Param(prefix + one.name, one.code, one.reason) for one in RULES[resource](self.graph, row, None, body)
            ]
        if not wrong:
            self._number(resource, row)
        return row, wrong

    def _known(self, resource: str, body: dict[str, Any]) -> dict[str, Any]:
        unknown = SINCE_216.get(resource, ()) if self.old else ()
        return {name: value for name, value in body.items() if name not in unknown}

    def _number(self, resource: str, row: Row) -> None:
        """2.15 makes a nummer when none is given; later ones don't."""
        if self.old and resource in NUMBERED and not row["nummer"]:
            start = sum(1 for _ in self.store.all(self.tenant, resource)) + 1
            numbers = (f"{number:010d}" for number in count(start))
            row["nummer"] = next(
                text for text in numbers if not self.store.find(self.tenant, resource, "nummer", text)
            )

    def _dangling(self, row: Row, *, prefix: str = "", fresh: str = "") -> list[Param]:
        """References to what does not exist."""
        wrong = []
        for name, value in row.items():
            target = POINTS_TO.get("actor" if name == "toegewezenAanActor" else name)
            if name == "voorkeursRekeningnummer":  # no such resource here: none exists
                target = name
            for one in value if isinstance(value, list) else [value]:
                if not target or not one or one["uuid"] == fresh:
                    continue
                if self.store.get(self.tenant, target, one["uuid"]) is None:
                    wrong.append(Param(f"{prefix}{name}.uuid", "invalid", "Object bestaat niet."))
        return wrong

    def _create_partij(self, body: dict[str, Any]) -> Row:
        """A partij with its identificatoren and adressen, all or none."""
        row, wrong = self._new("partijen", body)
        adressen, bad = references("digitaleAdressen", body.get("digitaleAdressen") or [])
        wrong += bad
        if not bad:
            wrong += [
                Param(f"digitaleAdressen.{at}.uuid", "invalid", "DigitaalAdres object bestaat niet.")
                for at, one in enumerate(adressen)
                if self.store.get(self.tenant, "digitaleadressen", one["uuid"]) is None
            ]
        made = self._inline(body.get("partijIdentificatoren") or [], wrong)
        if wrong:
            raise invalid(*wrong)
        own = {"uuid": row["uuid"]}
        identificatoren = (("partij-identificatoren", one | {"identificeerdePartij": own}) for one in made)
        with self.store.transaction():
            self.store.add(self.tenant, ("partijen", row), *identificatoren)
            for one in adressen:
                adres = self.one("digitaleadressen", one["uuid"])
                self.store.replace(self.tenant, "digitaleadressen", adres | {"verstrektDoorPartij": own})
        return row

    def _inline(self, given: Any, wrong: list[Param]) -> list[Row]:
        """New identificatoren inside a new partij; what is wrong is added to `wrong`."""
        made: list[Row] = []
        for at, one in enumerate(given if isinstance(given, list) else [given]):
            row, bad = self._new("partij-identificatoren", _object(one) | {"identificeerdePartij": None})
            wrong += [
                Param(param.name if param.name == "__all__" else f"partijIdentificatoren.{at}.{param.name}",
                      param.code, param.reason)
                for param in bad
            ]  # fmt: skip
            made.append(row)
        soorten = [] if wrong else [row["partijIdentificator"]["codeSoortObjectId"] for row in made]
        if len(soorten) != len(set(soorten)):
            wrong.append(Param("__all__", "invalid", "Van elke codeSoortObjectId mag een partij er één hebben."))
        return made


def _object(body: Any) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise invalid(Param("nonFieldErrors", "invalid", "Ongeldige data. Verwacht een dictionary."))
    return body


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
