"""Routes of the measures: the same page, the same query, once by bare asyncpg and once the way of the product."""

from typing import Any
from uuid import UUID

import asyncpg
from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.afleveringen import queries
from app.auth.rights import PUBLIC_FILE
from tenants.context import Tenant

CHIP = "afleveringen/_chip.html"
pools: dict[str, asyncpg.Pool] = {}  # by "bare": a measure puts its own pool here


@get("/bench/kaal/{klantcontact_id:uuid}", opt=PUBLIC_FILE)
async def bare(tenant: NamedDependency[Tenant], klantcontact_id: FromPath[UUID]) -> Template:
    """The columns that the product's query reads, of the same row, with the schema in the text."""
    statement = f'SELECT * FROM "{tenant.schema}".aflevering WHERE klantcontact_id = $1'  # noqa: S608 - the schema is ours
    row = await pools["bare"].fetchrow(statement, klantcontact_id)
    return _page(row["klantcontact_id"], row["state"])


@get("/bench/pagina/{klantcontact_id:uuid}", opt=PUBLIC_FILE)
async def ours(session: NamedDependency[AsyncSession], klantcontact_id: FromPath[UUID]) -> Template:
    row = await queries.of_klantcontact(session, klantcontact_id)
    return _page(row.klantcontact_id, row.state)


def _page(klantcontact_id: Any, state: str) -> Template:
    return Template(CHIP, context={"aflevering": {"klantcontact": klantcontact_id, "state": state}})


HANDLERS = (bare, ours)
