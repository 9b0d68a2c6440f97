from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy import delete

from app.db import unit_of_work
from app.demo.postgres import EmbeddedPostgres
from app.mail.models import Mail
from app.uitnodigingen.models import Uitnodiging
from tenants.context import Tenant
from tests.mail.server import MailServer
from tests.tenants import support

SENDER = "klantcontact@kiss.example"


@pytest.fixture(scope="package")
def server() -> Iterator[MailServer]:
    running = MailServer().start()
    yield running
    running.stop()


@pytest.fixture(scope="package")
async def applied(cluster: EmbeddedPostgres, server: MailServer) -> AsyncIterator[None]:
    await support.empty(cluster)
    with support.settings_for(cluster, SMTP_URL=server.url, KISS_SMTP_FROM=SENDER):
        await support.apply_demo()
        yield
        await support.forget_pool()


@pytest.fixture
async def deventer(applied: None, server: MailServer) -> Tenant:
    return await _fresh("deventer", server)


@pytest.fixture
async def zwolle(applied: None, server: MailServer) -> Tenant:
    return await _fresh("zwolle", server)


async def _fresh(slug: str, server: MailServer) -> Tenant:
    tenant = await support.tenant(slug)
    async with unit_of_work(tenant) as session:
        await session.execute(delete(Uitnodiging))
        await session.execute(delete(Mail))
    server.forget()
    return tenant
