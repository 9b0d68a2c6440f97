"""The kinds there are, and the way from a municipality's rows to ports that work.

    async with unit_of_work(tenant) as session:
        bronnen = await ports_for(session, Personen)
    async with deadline(PAGE):                              # app.http: shared by every call inside
        personen = await bronnen[0].port.zoek(OpBsn(bsn), aanroep)

Ports hold no session: call them after the transaction, so that a slow register never keeps one open.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, NoReturn, TypeVar, cast

from pydantic import SecretStr, ValidationError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import geheimen
from app.connectors.base import Connector, Instance, KoppelingSettings
from app.connectors.haal_centraal_brp import HaalCentraalBrp
from app.connectors.ingebouwd import Ingebouwd
from app.connectors.klantinteracties import KlantinteractiesApi
from app.connectors.models import Koppeling
from app.connectors.open_klant_1 import OpenKlant1
from app.connectors.ports import Misconfigured
from app.db import tenant_of
from tenants.context import Tenant

KINDS: dict[str, type[Connector[Any]]] = {
    HaalCentraalBrp.kind: HaalCentraalBrp,
    KlantinteractiesApi.kind: KlantinteractiesApi,
    OpenKlant1.kind: OpenKlant1,
    Ingebouwd.kind: Ingebouwd,
}

P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Bron(Generic[P]):
    """One instance that offers a port. `schrijft`: new klantcontacten go here."""

    slug: str
    naam: str
    port: P
    schrijft: bool


async def ports_for(session: AsyncSession, port: type[P]) -> list[Bron[P]]:
    """Every active koppeling of this municipality that offers `port`, by slug.

    A row whose settings cannot work is there too: its port raises `Misconfigured` on each call, so that one wrong
    koppeling shows in its own panel and takes nothing else along.
    """
    rows = await session.scalars(select(Koppeling).where(Koppeling.actief).order_by(Koppeling.slug))
    tenant = tenant_of(session)
    return [_bron(tenant, row, port) for row in rows if port in offers(row.soort)]


async def port_of(session: AsyncSession, slug: str, port: type[P]) -> P:
    """The port of koppeling `slug`. Raises `Misconfigured` when it is not there, is off, or does not offer `port`."""
    row = await session.scalar(select(Koppeling).where(Koppeling.slug == slug))
    if row is None or port not in offers(row.soort):
        raise Misconfigured(f"De koppeling {slug} bestaat niet.", reden="geen-koppeling")
    if not row.actief:
        raise Misconfigured(row.uit_reden or f"De koppeling {row.naam} staat uit.", reden="koppeling-uit")
    works: P = connector(tenant_of(session), row).port(port)
    return works


def offers(soort: str) -> frozenset[type]:
    """The ports a kind offers; none for a kind we do not know."""
    kind = KINDS.get(soort)
    return kind.offers if kind else frozenset()


def connector(tenant: Tenant, row: Koppeling) -> Connector[Any]:
    """The connector of one row, secrets opened. Raises `Misconfigured` with a sentence that names no value."""
    kind = KINDS.get(row.soort)
    if kind is None:
        raise Misconfigured(f"{row.naam}: deze soort koppeling bestaat niet.", reden="onbekende-soort")
    instance = Instance(tenant, row.slug, row.naam, private=bool(row.prive_adres_reden))
    try:
        secrets = json.loads(geheimen.unseal(tenant, _context(row.slug), row.geheimen)) if row.geheimen else {}
        settings = kind.settings_type.model_validate(kind.settings_type.upgrade(row.instellingen | secrets))
    except geheimen.CannotOpen:
        raise Misconfigured(
            f"{row.naam}: de sleutel kan niet worden gelezen. Vul hem opnieuw in.", reden="sleutel"
        ) from None
    except ValidationError as error:
        fields = ", ".join(sorted({str(item["loc"][0]) for item in error.errors() if item["loc"]}))
        raise Misconfigured(f"{row.naam}: controleer de instellingen ({fields}).", reden="instellingen") from None
    return kind(instance, settings)


def stored(tenant: Tenant, soort: str, slug: str, values: Mapping[str, Any]) -> tuple[dict[str, Any], bytes | None]:
    """What goes in `instellingen` and `geheimen` of a row with these settings: checked, secrets sealed.

    Raises pydantic's `ValidationError` for the screen or the manifest to show, `KeyError` for an unknown kind.
    """
    settings = KINDS[soort].settings_type.model_validate(dict(values))
    secret = settings.secret_fields()
    opened = {name: _opened(getattr(settings, name)) for name in secret}
    kept = {name: value for name, value in opened.items() if value is not None}
    sealed = geheimen.seal(tenant, _context(slug), json.dumps(kept)) if kept else None
    return settings.model_dump(mode="json", exclude=set(secret), exclude_defaults=True) | _version(settings), sealed


def _version(settings: KoppelingSettings) -> dict[str, Any]:
    return {"versie": settings.versie}


def _opened(value: SecretStr | None) -> str | None:
    return value.get_secret_value() if value is not None else None


def _context(slug: str) -> str:
    return f"koppeling.{slug}"


def _bron(tenant: Tenant, row: Koppeling, port: type[P]) -> Bron[P]:
    try:
        works = connector(tenant, row).port(port)
    except Misconfigured as problem:
        works = cast(P, _Unusable(problem.zin, problem.reden))
    return Bron(row.slug, row.naam, works, row.schrijft)


class _Unusable:
    """Stands in for a port whose settings can't work: every method raises `Misconfigured`."""

    def __init__(self, zin: str, reden: str) -> None:
        self._zin, self._reden = zin, reden

    def __getattr__(self, name: str) -> Any:  # any method of any port
        if name.startswith("_"):
            raise AttributeError(name)

        async def refuse(*_: object, **__: object) -> NoReturn:
            raise Misconfigured(self._zin, reden=self._reden)

        return refuse
