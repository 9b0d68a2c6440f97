"""Every key carries its municipality; there is no way around it."""

from __future__ import annotations

import inspect

import pytest

from app.demo.valkey import EmbeddedValkey
from app.redis import TenantRedis, client
from tenants.context import NoTenant, Tenant

pytestmark = pytest.mark.anyio


async def test_one_municipality_does_not_see_the_others(
    valkey: EmbeddedValkey, deventer: Tenant, zwolle: Tenant
) -> None:
    await TenantRedis(deventer).set("theme", b"groen", seconds=60)
    await TenantRedis(zwolle).set("theme", b"paars", seconds=60)
    assert await TenantRedis(deventer).get("theme") == b"groen"
    assert await TenantRedis(zwolle).get("theme") == b"paars"
    await TenantRedis(zwolle).delete("theme")
    assert await TenantRedis(zwolle).get("theme") is None
    assert await TenantRedis(deventer).get("theme") == b"groen"
    assert await client().keys("*theme*") == [b"kiss:t:deventer:theme"]
    assert 0 < await client().ttl("kiss:t:deventer:theme") <= 60
    await client().aclose()


async def test_without_a_municipality_there_is_no_redis(environment: pytest.MonkeyPatch) -> None:
    with pytest.raises(NoTenant):
        TenantRedis(None)


def test_every_method_takes_a_name_within_the_municipality(environment: pytest.MonkeyPatch, deventer: Tenant) -> None:
    assert TenantRedis(deventer).key("x") == "kiss:t:deventer:x"
    public = {name for name, _ in inspect.getmembers(TenantRedis, inspect.isfunction) if not name.startswith("_")}
    assert public == {"key", "get", "set", "delete", "publish", "tally"}, (
        "A new method needs a test that it prefixes."
    )
