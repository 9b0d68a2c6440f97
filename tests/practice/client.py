"""Asking the practice registers over HTTP, as any client would."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx2

CONTACT: dict[str, Any] = {
    "kanaal": "Telefoon",
    "onderwerp": "Losse stoeptegel",
    "inhoud": "Bij de lantaarnpaal.",
    "taal": "nld",
    "vertrouwelijk": False,
}
BRP = "/haalcentraal/api/brp/personen"
API = "/klantinteracties/api/v1"


@dataclass
class Registers:
    """The registers of one municipality."""

    base: str
    client: httpx2.Client
    tenant: str = "deventer"

    def klant(self, method: str, path: str, status: int = 200, **more: Any) -> Any:
        """Body of an answer of Open Klant, which must have this status."""
        return self._body(self.raw(method, path, **more), status)

    def raw(self, method: str, path: str, **more: Any) -> httpx2.Response:
        headers = {"Authorization": f"Token oefen-klant-{self.tenant}"} | more.pop("headers", {})
        return self.client.request(method, f"{self.base}/{self.tenant}{API}{path}", headers=headers, **more)

    def post(self, resource: str, **body: Any) -> Any:
        return self.klant("POST", f"/{resource}", 201, json=body)

    def refused(self, resource: str, **body: Any) -> dict[str, str]:
        """Field → code of what is wrong with a new object."""
        return self.codes(self.klant("POST", f"/{resource}", 400, json=body))

    def contact(self, **other: Any) -> Any:
        return self.post("klantcontacten", **CONTACT | other)

    def found(self, resource: str, **query: str) -> list[str]:
        """uuids of one page of a collection."""
        return [one["uuid"] for one in self.klant("GET", f"/{resource}", params=query)["results"]]

    def brp(self, status: int = 200, **question: Any) -> Any:
        question = {"fields": ["burgerservicenummer"]} | question
        headers = {"X-API-KEY": f"oefen-brp-{self.tenant}"}
        return self._body(self.client.post(f"{self.base}/{self.tenant}{BRP}", json=question, headers=headers), status)

    def bsns(self, **question: Any) -> list[str]:
        return [one["burgerservicenummer"] for one in self.brp(**question)["personen"]]

    def codes(self, body: Any) -> dict[str, str]:
        return {one["name"]: one["code"] for one in body["invalidParams"]}

    def steer(self, what: str, **params: str | int) -> Any:
        return self._body(self.client.post(f"{self.base}/_praktijk/{self.tenant}/{what}", params=params), 200)

    def ledger(self) -> list[dict[str, Any]]:
        lines: list[dict[str, Any]] = self.client.get(f"{self.base}/_praktijk/{self.tenant}/ledger").json()
        return lines

    def _body(self, answer: httpx2.Response, status: int) -> Any:
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None


def ref(row: Any) -> dict[str, str]:
    return {"uuid": row["uuid"]}


def partij(**other: Any) -> dict[str, Any]:
    return {"soortPartij": "persoon", "indicatieActief": True, "partijIdentificatie": {"contactnaam": None}} | other


def identificator(soort: str, number: str, objecttype: str, register: str) -> dict[str, str]:
    return {"codeSoortObjectId": soort, "objectId": number, "codeObjecttype": objecttype, "codeRegister": register}


def bsn(number: str) -> dict[str, str]:
    return identificator("bsn", number, "natuurlijk_persoon", "brp")
