"""Rows in both logs to seal: made by the product's own writers, with everything that a column may hold."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app import klok
from app.audit import service as audit
from app.audit.models import Auditregel
from app.db import unit_of_work
from app.demo.postgres import EmbeddedPostgres
from app.geheimen import subject_hmac
from app.ids import new_id
from app.verwerkingen.models import Verwerking
from app.zegels.models import Log
from tenants.context import Tenant
from tests.tenants import support
from tests.town import Town

LOGS = ("auditregel", "verwerking", "zegel", "zegelhoofd", "zegelcontrole")


async def clear(cluster: EmbeddedPostgres, tenant: Tenant) -> None:
    names = ", ".join(f'"{tenant.schema}"."{name}"' for name in LOGS)
    await support.as_superuser(cluster, f"TRUNCATE {names}")


async def fill(
    town: Town, number: int, seed: int, *, age: timedelta = timedelta(0), step: timedelta = timedelta(seconds=1)
) -> None:
    """`number` rows in each log, the newest `age` old, `step` apart."""
    choose = random.Random(seed)
    start = klok.now() - age - step * number
    async with unit_of_work(town.tenant) as session:
        for index in range(number):
            moment = start + step * (index + 1)
            session.add(audit_row(town, choose, moment))
            session.add(look_up(town, choose, moment))


def audit_row(town: Town, choose: random.Random, moment: datetime) -> Auditregel:
    gegevens = {
        "velden": choose.sample(["naam", "rollen", "é€", "a\nb"], 2),
        "getal": choose.choice([1, 0.1, 10**20, -3]),
        "leeg": None,
    }
    return Auditregel(
        id=new_id(),
        moment=moment,
        handeling=choose.choice(["gesprek.opgeslagen", "instelling.gewijzigd"]),
        object_soort="gesprek",
        object_id=str(new_id()),
        medewerker_id=choose.choice([town.agent.id, None]),
        uitkomst="gelukt",
        gegevens=choose.choice([{}, gegevens]),
    )


def look_up(town: Town, choose: random.Random, moment: datetime) -> Verwerking:
    known = choose.random() < 0.7
    return Verwerking(
        id=new_id(),
        trace_id=f"{choose.getrandbits(128):032x}",
        moment=moment,
        medewerker_id=town.agent.id,
        gesprek_id=choose.choice([new_id(), None]),
        activiteit="persoon-raadplegen",
        doel="identificeren",
        grondslag="AVG artikel 6 lid 1 onder e (publieke taak)",
        bron="brp",
        uitkomst="gevonden" if known else "niemand",
        subject_soort="bsn" if known else None,
        subject_hmac=subject_hmac(town.tenant, "bsn", str(choose.randrange(10**9))) if known else None,
        velden="naam,adres",
    )


async def note(session: AsyncSession, town: Town) -> UUID:
    """One audit row by the product's own writer; gives its id."""
    audit.record(session, "gesprek.opgeslagen", "gesprek", new_id(), town.agent.id, velden=["naam"])
    [row] = [one for one in session.new if isinstance(one, Auditregel)]
    return row.id


async def numbers(town: Town, log: Log) -> list[tuple[int, UUID]]:
    """What is sealed: number and row, in order."""
    async with unit_of_work(town.tenant) as session:
        table = f'"{town.tenant.schema}".zegel'
        query = text(f"SELECT nummer, rij_id FROM {table} WHERE log = :log ORDER BY nummer")  # noqa: S608
        return [(row.nummer, row.rij_id) for row in await session.execute(query, {"log": log.value})]
