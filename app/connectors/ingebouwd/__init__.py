"""The built-in register: our own tables behind the same port, for a municipality without a register of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar, cast

from sqlalchemy import select

from app import geheimen
from app.connectors.base import Connector, Instance, KoppelingSettings
from app.connectors.ports import Aanroep, Bevestiging, Contact, Klantinteracties, NieuwContact, Rejected
from app.db import unit_of_work
from app.klantcontacten.models import Betrokkene, Klantcontact
from tenants.context import Tenant

P = TypeVar("P")
MOST = 100


class Ingebouwd(Connector[KoppelingSettings]):
    kind = "ingebouwd"
    title = "Ingebouwd register"
    offers = frozenset({Klantinteracties})
    settings_type = KoppelingSettings

    def port(self, port: type[P]) -> P:
        return cast(P, IngebouwdRegister(self.instance))

    async def check(self) -> None:
        """Nothing to reach: the tables are ours and the readiness probe watches the database."""


class IngebouwdRegister:
    """Opens its own unit of work, for the tenant it was made for: another municipality's rows do not exist here."""

    def __init__(self, instance: Instance) -> None:
        self._tenant: Tenant = instance.tenant
        self._naam = instance.naam

    async def contacten_van(self, bsn: str, aanroep: Aanroep) -> Sequence[Contact]:
        subject = geheimen.subject_hmac(self._tenant, "bsn", bsn)
        question = (
            select(Klantcontact)
            .where(Klantcontact.id.in_(select(Betrokkene.klantcontact_id).where(Betrokkene.subject_hmac == subject)))
            .order_by(Klantcontact.plaatsgevonden_op.desc(), Klantcontact.id.desc())
            .limit(MOST)
        )
        async with unit_of_work(self._tenant) as session:
            return [_contact(row) for row in await session.scalars(question)]

    async def lever_af(self, contact: NieuwContact, *, eerste_poging: bool) -> Bevestiging:
        """The row is the register: it arrived when it was saved."""
        async with unit_of_work(self._tenant) as session:
            found = await session.scalar(select(Klantcontact.id).where(Klantcontact.id == contact.id))
        if found is None:
            raise Rejected(f"{self._naam} kent dit contact niet meer.", reden="weg")
        return Bevestiging(extern_id=str(found))


def _contact(row: Klantcontact) -> Contact:
    return Contact(
        id=str(row.id),
        kenmerk=row.kenmerk,
        kanaal=row.kanaal,
        onderwerp=row.onderwerp,
        inhoud=row.inhoud,
        plaatsgevonden_op=row.plaatsgevonden_op,
        gelukt=row.indicatie_contact_gelukt,
    )
