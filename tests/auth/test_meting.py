"""How sign-ins end is counted per municipality, with nothing of a person in a label."""

from __future__ import annotations

import pytest
from prometheus_client import REGISTRY

from app.auth import oidc
from tests.auth.provider import StubProvider
from tests.auth.world import Browser

pytestmark = pytest.mark.anyio


def ended(outcome: str, tenant: str = "deventer") -> float:
    return REGISTRY.get_sample_value("kiss_sign_ins_total", {"tenant": tenant, "outcome": outcome}) or 0


async def test_each_end_is_counted_once(deventer: Browser, idp: StubProvider) -> None:
    before = {outcome: ended(outcome) for outcome in ("gelukt", "geen_rol", "geweigerd", "geen_dienst")}
    elsewhere = ended("gelukt", "zwolle")
    await deventer.sign_in(idp, "sanne.proef")
    await deventer.post("/afmelden", {"_csrf": await deventer.csrf()})
    await deventer.sign_in(idp, "niemand.hier")
    query = idp.authorize(await deventer.begin(), "deventer:sanne.proef")
    await deventer.come_back({**query, "code": "x"})
    idp.down = True
    oidc.known_issuer.cache_clear()
    page = await deventer.get("/aanmelden")
    refused = await deventer.post("/aanmelden", {"_csrf": page.json()["csrf"], "volgende": ""})
    assert refused.status_code == 503
    assert {outcome: ended(outcome) - count for outcome, count in before.items()} == dict.fromkeys(before, 1)
    assert ended("gelukt", "zwolle") == elsewhere
