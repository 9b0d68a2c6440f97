"""Whose address it is: ours to decide, not the visitor's (CVE-2025-59152)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from app.grenzen.adres import UNKNOWN, keyed, visitor
from tests.tenants import support
from tests.town import Town

pytestmark = pytest.mark.anyio


def scope(client: str | None, *forwarded: str) -> Any:
    headers = [(b"X-Forwarded-For", one.encode("latin-1")) for one in forwarded]
    return {"type": "http", "client": (client, 1) if client else None, "headers": headers}


@pytest.fixture
async def balancers(applied: None) -> AsyncIterator[None]:
    with support.environment(KISS_TRUSTED_PROXIES="10.0.0.0/8, 192.0.2.7, 2001:db8:1::/48"):
        yield


@pytest.mark.parametrize(
    ("client", "forwarded", "found"),
    [
        ("198.51.100.4", (), "198.51.100.4"),
        ("198.51.100.4", ("203.0.113.9",), "198.51.100.4"),  # not ours: what it forwards is its own word
        ("10.0.0.1", ("203.0.113.9",), "203.0.113.9"),
        ("10.0.0.1", ("1.1.1.1, 203.0.113.9",), "203.0.113.9"),  # the front is the visitor's own word
        ("10.0.0.1", ("1.1.1.1", "203.0.113.9, 10.2.3.4"), "203.0.113.9"),
        ("10.0.0.1", ("1.1.1.1, 192.0.2.7", "10.2.3.4"), "1.1.1.1"),
        ("10.0.0.1", ("10.1.1.1",), "10.1.1.1"),
        ("10.0.0.1", (), "10.0.0.1"),
        ("10.0.0.1", ("203.0.113.9, onzin",), "10.0.0.1"),
        ("10.0.0.1", ("127.0.0.1; DROP",), "10.0.0.1"),
        ("10.0.0.1", ("203.0.113.9:4711",), "10.0.0.1"),
        ("::ffff:10.0.0.1", ("203.0.113.9",), "203.0.113.9"),
        ("2001:db8:1::5", ("2001:db8:aaaa:bbbb:1:2:3:4",), "2001:db8:aaaa:bbbb::/64"),
        ("2001:db8:aaaa:bbbb:9:9:9:9", (), "2001:db8:aaaa:bbbb::/64"),
        ("/run/kiss.sock", ("203.0.113.9",), UNKNOWN),
        (None, ("203.0.113.9",), UNKNOWN),
    ],
)
async def test_the_last_address_that_our_own_balancer_saw(
    balancers: None, client: str | None, forwarded: tuple[str, ...], found: str
) -> None:
    assert visitor(scope(client, *forwarded)) == found


async def test_nobody_is_believed_without_a_setting(applied: None) -> None:
    assert visitor(scope("10.0.0.1", "203.0.113.9")) == "10.0.0.1"


async def _keyed(town: Town) -> str:
    return keyed(town.tenant, scope("203.0.113.9"))


async def test_a_key_shows_no_address(deventer: Town, zwolle: Town) -> None:
    assert "203" not in (await _keyed(deventer))[:3]
    assert len(await _keyed(deventer)) == 32
    assert await _keyed(deventer) != await _keyed(zwolle)


async def test_a_proxy_that_is_no_address_stops_the_start(applied: None) -> None:
    with support.environment(KISS_TRUSTED_PROXIES="balancer.intern"), pytest.raises(SystemExit, match="TRUSTED"):
        visitor(scope("10.0.0.1"))
