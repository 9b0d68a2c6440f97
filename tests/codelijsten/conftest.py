from __future__ import annotations

import pytest
from sqlalchemy import delete, insert

from app.codelijsten.models import Codenaam, Gespreksresultaat, Kanaal
from app.db import unit_of_work
from app.ids import new_id
from tenants.manifest import KANALEN, RESULTATEN
from tests.afleveringen.conftest import applied, practice, zwolle
from tests.afleveringen.conftest import deventer as emptied
from tests.routes.conftest import application, clients
from tests.town import Town

__all__ = ["application", "applied", "clients", "emptied", "practice", "zwolle"]


@pytest.fixture
async def deventer(emptied: Town) -> Town:
    """The lists as the manifest made them."""
    async with unit_of_work(emptied.tenant) as session:
        await session.execute(delete(Codenaam))
        for table, lines in ((Kanaal, KANALEN), (Gespreksresultaat, RESULTATEN)):
            await session.execute(delete(table))
            rows = [{"id": new_id(), "volgorde": i, **line.model_dump()} for i, line in enumerate(lines, start=1)]
            await session.execute(insert(table), rows)
    return emptied
