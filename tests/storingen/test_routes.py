"""Every route of the route table while every register is away."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app import metrics
from tests.routes.conftest import Client, People, things
from tests.routes.test_matrix import ELSEWHERE, HAPPY, PEOPLE, ROUTES
from tests.storingen.balie import Praktijk
from tests.town import Town

pytestmark = pytest.mark.anyio


async def test_every_page_with_every_register_away(
    deventer: Town, clients: People, praktijk: Praktijk, count: Callable[[str, int], None]
) -> None:
    """From the route table: each answers as on a good day, and a new page that calls out belongs in `VRAGEN`."""
    praktijk.play("deventer", "refused")
    rows = [row for row in ROUTES if row[:2] not in ELSEWHERE]
    asking = set()
    for method, path, roles in rows:
        before = calls()
        assert await happy(method, path, roles, deventer, clients) == HAPPY[method, path][0], f"{method} {path}"
        if calls() > before:
            asking.add(f"{method} {path}")
    assert asking == {
        "POST /gesprekken/{gesprek_id}/zoekvragen",
        "GET /gesprekken/{gesprek_id}/klantbeeld/persoon",
        "GET /gesprekken/{gesprek_id}/klantbeeld/contacten",
    }
    count("pages under a fault of a register", len(rows))


def calls() -> float:
    samples = [one for metric in metrics.outbound.collect() for one in metric.samples]
    return sum(one.value for one in samples if one.name.endswith("_total"))


async def happy(method: str, path: str, roles: frozenset[str], town: Town, clients: People) -> int:
    await town.empty()
    own = await things(town)
    client: Client = await clients.of(town, PEOPLE[next(role for role in PEOPLE if role in roles)])
    page = await client.send(method, own.fill(path), HAPPY[method, path][1](own))
    return page.status_code
