"""Open Klant 1 (the API's Klanten and Contactmomenten), which is still to come: known by name and never called."""

from __future__ import annotations

from typing import NoReturn, TypeVar

from pydantic import Field

from app.connectors.base import Connector, HttpSettings, Sleutel
from app.connectors.later import LATER
from app.connectors.ports import Klantinteracties, Misconfigured

P = TypeVar("P")


class OpenKlant1Settings(HttpSettings):
    token: Sleutel = Field(title="Token")


class OpenKlant1(Connector[OpenKlant1Settings]):
    kind = "open-klant-1"
    title = "Open Klant 1 (komt nog)"
    offers = frozenset({Klantinteracties})
    settings_type = OpenKlant1Settings

    def port(self, port: type[P]) -> NoReturn:
        """There is none: a row that somebody switched on by hand says so in its own panel."""
        raise self._later()

    async def check(self) -> None:
        raise self._later()

    def _later(self) -> Misconfigured:
        return Misconfigured(LATER[self.kind], reden="komt-nog")
