"""Klantinteracties API as Open Klant 2.15–2.18 serves it (standards.md section 3). Offers `Klantinteracties`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar, cast

from pydantic import Field

from app.connectors.base import Connector, HttpSettings, Instance, Sleutel, trace_headers
from app.connectors.klantinteracties import afleveren, lezen
from app.connectors.ports import Aanroep, Bevestiging, Contact, Klantinteracties, NieuwContact

P = TypeVar("P")


class KlantinteractiesSettings(HttpSettings):
    token: Sleutel = Field(title="Token")


class KlantinteractiesApi(Connector[KlantinteractiesSettings]):
    kind = "klantinteracties"
    title = "Open Klant (Klantinteracties API)"
    offers = frozenset({Klantinteracties})
    settings_type = KlantinteractiesSettings

    def port(self, port: type[P]) -> P:
        return cast(P, OpenKlant(self.instance, self.settings))

    async def check(self) -> None:
        """Asks for a kenmerk that nobody has: proves address and token, reads no contact."""
        await OpenKlant(self.instance, self.settings).prove()


class OpenKlant:
    """The port. GETs may be repeated; a POST is sent once, and the caller's next attempt looks first."""

    def __init__(self, instance: Instance, settings: KlantinteractiesSettings) -> None:
        self._http = instance.outbound(settings, {"Authorization": f"Token {settings.token.get_secret_value()}"})

    async def contacten_van(self, bsn: str, aanroep: Aanroep) -> Sequence[Contact]:
        return await lezen.contacten_van(self._http, bsn, trace_headers(aanroep))

    async def lever_af(self, contact: NieuwContact, *, eerste_poging: bool) -> Bevestiging:
        return await afleveren.lever_af(self._http, contact, eerste_poging=eerste_poging)

    async def prove(self) -> None:
        answer = await self._http.get(lezen.KLANTCONTACTEN, route="controle", params={"nummer": "0000000000"})
        if not answer.ok:
            raise lezen.unusable(self._http, answer)
