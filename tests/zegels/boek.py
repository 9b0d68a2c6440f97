"""One log with its seals as plain rows: read from a real database, changed by a thief, checked or put back there."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import select

from app.db import unit_of_work
from app.demo.postgres import EmbeddedPostgres
from app.zegels import queries
from app.zegels.controle import Controle
from app.zegels.keten import Hoofd, Zegelrij
from app.zegels.models import Log, Zegel
from app.zegels.regel import KOLOMMEN, NIEUWSTE, encoded
from app.zegels.sleutels import sleutels
from tenants.context import Tenant
from tests.town import Town

SEAL = ("log", "nummer", "rij_id", "versie", "hash", "merk")
HEAD = tuple(Hoofd.__slots__)


@dataclass(frozen=True)
class Z:
    """A row of `zegel`."""

    nummer: int
    rij_id: UUID
    versie: int
    hash: bytes
    merk: bytes


@dataclass
class Boek:
    """The tables of one log. `regels`: the columns of a row in the order in which they are sealed, by its id."""

    tenant: Tenant
    log: Log
    regels: dict[UUID, tuple[Any, ...]]
    zegels: list[Z]
    hoofden: list[Hoofd]
    elders: list[Hoofd] = field(default_factory=list)  # what a collector outside has

    def copy(self) -> Boek:
        return replace(self, regels=dict(self.regels), zegels=list(self.zegels), hoofden=list(self.hoofden))

    def regel(self, zegel: Z) -> bytes:
        return encoded(self.log, zegel.versie, self.regels[zegel.rij_id])

    def check(self, nu: datetime) -> Controle:
        """What `service.check` does, on these rows."""
        heads = sorted(self.hoofden, key=lambda one: one.nummer)
        controle = Controle(self.tenant.slug, self.log, sleutels(self.tenant.slug), heads, self.elders)
        sealed = set()
        for zegel in sorted(self.zegels, key=lambda one: one.nummer):
            sealed.add(zegel.rij_id)
            row = self.regels.get(zegel.rij_id)
            regel = self.regel(zegel) if row else None
            moment = row[1] if row else None
            controle.add(Zegelrij(zegel.nummer, zegel.rij_id, zegel.hash, zegel.merk, regel, moment))
        for rij_id in sorted(self.regels.keys() - sealed):
            controle.unsealed(rij_id, self.regels[rij_id][1])
        last_seal = max((zegel.nummer for zegel in self.zegels), default=0)
        controle.close(laatste_zegel=last_seal, laatste_hoofd=max((one.nummer for one in heads), default=0), nu=nu)
        return controle


async def read(town: Town, log: Log) -> Boek:
    async with unit_of_work(town.tenant) as session:
        rows = (await session.execute(select(*queries.columns(log)))).all()
        seals = await session.scalars(select(Zegel).where(Zegel.log == log).order_by(Zegel.nummer))
        zegels = [Z(one.nummer, one.rij_id, one.versie, one.hash, one.merk) for one in seals]
        hoofden = await queries.heads(session, log)
    return Boek(town.tenant, log, {row[0]: tuple(row) for row in rows}, zegels, hoofden, list(hoofden))


async def write(cluster: EmbeddedPostgres, boek: Boek) -> None:
    """Make the tables in the database what the book says, as an administrator of the database can."""
    schema, log = boek.tenant.schema, boek.log
    connection = await asyncpg.connect(cluster.superuser_dsn)
    try:
        async with connection.transaction():
            await connection.set_type_codec(
                "jsonb",
                schema="pg_catalog",
                encoder=lambda text: b"\x01" + text.encode(),
                decoder=bytes,
                format="binary",
            )
            await connection.execute(f'TRUNCATE "{schema}"."{log}"')
            for table in ("zegel", "zegelhoofd"):
                await connection.execute(f'DELETE FROM "{schema}"."{table}" WHERE log = $1', log.value)  # noqa: S608
            records = [
                (log, KOLOMMEN[log, NIEUWSTE], list(boek.regels.values())),
                ("zegel", SEAL, [(log.value, *(getattr(one, name) for name in SEAL[1:])) for one in boek.zegels]),
                ("zegelhoofd", HEAD, [tuple(getattr(one, name) for name in HEAD) for one in boek.hoofden]),
            ]
            for table, columns, rows in records:
                await connection.copy_records_to_table(table, schema_name=schema, columns=columns, records=rows)
    finally:
        await connection.close()
