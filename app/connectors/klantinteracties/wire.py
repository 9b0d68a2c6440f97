"""What the Klantinteracties API sends, as far as we read it (Open Klant 2.15–2.18). Unknown fields are ignored."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec import Struct, field

from app.connectors.ports import Contact


class Verwijzing(Struct):
    uuid: str


class WireContact(Struct):
    uuid: str
    kanaal: str
    onderwerp: str
    plaatsgevondenOp: datetime  # noqa: N815
    inhoud: str | None = ""
    nummer: str | None = None
    referentienummer: str | None = None
    indicatieContactGelukt: bool | None = None  # noqa: N815
    hadBetrokkenen: list[Verwijzing] = field(default_factory=list)  # noqa: N815
    gingOverOnderwerpobjecten: list[Verwijzing] = field(default_factory=list)  # noqa: N815

    def __post_init__(self) -> None:
        """A moment that no clock of ours can show makes the answer unreadable, and not the page."""
        if not 1900 <= self.plaatsgevondenOp.year < 2900:
            raise ValueError("plaatsgevondenOp")

    @property
    def moment(self) -> datetime:
        """Aware; the API answers in UTC, a moment without zone is taken for that."""
        return self.plaatsgevondenOp if self.plaatsgevondenOp.tzinfo else self.plaatsgevondenOp.replace(tzinfo=UTC)

    def contact(self) -> Contact:
        return Contact(
            id=self.uuid,
            kenmerk=self.referentienummer or self.nummer or None,
            kanaal=self.kanaal,
            onderwerp=self.onderwerp,
            inhoud=self.inhoud or "",
            plaatsgevonden_op=self.moment,
            gelukt=self.indicatieContactGelukt,
        )


class Contacten(Struct):
    results: list[WireContact]


class WireBetrokkene(Struct):
    uuid: str
    hadKlantcontact: Verwijzing | None = None  # noqa: N815


class Betrokkenen(Struct):
    results: list[WireBetrokkene]


class Verwijzingen(Struct):
    results: list[Verwijzing]


class Gemaakt(Struct):
    """Answer of /maak-klantcontact."""

    klantcontact: Verwijzing


class Param(Struct):
    name: str = ""
    code: str = ""
    reason: str = ""


class Fout(Struct):
    code: str = ""
    invalidParams: list[Param] = field(default_factory=list)  # noqa: N815

    def about(self, *fields: str) -> bool:
        """Does it complain about one of these fields, at any depth?"""
        return any(param.name.rpartition(".")[2] in fields for param in self.invalidParams)
