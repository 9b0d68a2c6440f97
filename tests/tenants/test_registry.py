"""Host name to municipality: strict about names, cheap for unknown ones, and never older than ten seconds."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError

from app.db import engine
from app.demo.postgres import EmbeddedPostgres
from tenants import registry
from tenants.registry import by_host, by_slug, normalised
from tests.tenants import support

pytestmark = pytest.mark.anyio
ALLOWED = set("abcdefghijklmnopqrstuvwxyz0123456789-.")


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("deventer.localhost", "deventer.localhost"),
        ("Deventer.LocalHost:8000", "deventer.localhost"),
        ("deventer.localhost.", "deventer.localhost"),
        ("deventer.localhost.:443", "deventer.localhost"),
        ("localhost", "localhost"),
        ("127.0.0.1:8000", "127.0.0.1"),
        ("xn--s-hertogenbosch-x.nl", "xn--s-hertogenbosch-x.nl"),
    ],
)
def test_names_that_mean_the_same(header: str, name: str) -> None:
    assert normalised(header) == name


@pytest.mark.parametrize(
    "header",
    ["", ".", ":8000", "a..b", ".a", "a:", "a:x", "a:123456", "a:80:80", "a b", " a", "a\n", "a/b", "a@b", "a_b",
     "-a", "a-", "[::1]:8000", "a,b", "a?b", "deventer.localhost..", "\u212aiss.nl", "zwolle。localhost", "x" * 64,
     ".".join(["x" * 63] * 4), "a%00b", "a\0"],
)  # fmt: skip
def test_names_that_are_none(header: str) -> None:
    assert normalised(header) is None


@given(st.text(max_size=300))
@example("\u212a.nl:80")
def test_any_text_gives_a_plain_name_or_nothing(header: str) -> None:
    name = normalised(header)
    if name is not None:
        assert set(name) <= ALLOWED
        assert 0 < len(name) <= 253
        assert normalised(name) == name, "a name is its own normal form"


@given(
    st.lists(st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True), min_size=1, max_size=5),
    st.booleans(),
    st.one_of(st.none(), st.integers(0, 65535)),
)
def test_case_dot_and_port_make_no_difference(labels: list[str], dot: bool, port: int | None) -> None:
    name = ".".join(labels)
    header = name.upper() + "." * dot + (f":{port}" if port is not None else "")
    assert normalised(header) == name


async def test_by_host_and_by_slug(gemeenten: EmbeddedPostgres) -> None:
    found = await by_host("DEVENTER.localhost:8000")
    assert found is not None
    assert (found.slug, found.naam, found.monogram, found.kleur) == ("deventer", "Deventer", "Dv", "#0b5d66")
    assert (found.hosts, found.voorbeeld, len(found.sleutel) > 32) == (("deventer.localhost",), True, True)
    assert await by_slug("deventer") is found
    assert [tenant.slug for tenant in await registry.all_active()] == ["deventer", "zwolle"]
    for host in ("gouda.localhost", "localhost", "x.deventer.localhost", "deventer", "", "deventer.localhost@x"):
        assert await by_host(host) is None
    assert await by_slug("gouda") is None
    assert "sleutel=" not in repr(found)


async def test_unknown_hosts_cost_no_query_and_no_memory(gemeenten: EmbeddedPostgres) -> None:
    await by_host("deventer.localhost")
    kept = registry._snapshot
    with support.counted() as sent:
        for number in range(500):
            assert await by_host(f"host{number}.example") is None
    assert sent == []
    assert registry._snapshot is kept
    assert kept is not None
    assert len(kept.hosts) == 2


async def test_a_stopped_municipality_is_gone(gemeenten: EmbeddedPostgres) -> None:
    assert await by_host("zwolle.localhost")
    await support.as_superuser(gemeenten, "UPDATE platform.gemeente SET state = 'gestopt' WHERE slug = 'zwolle'")
    assert await by_host("zwolle.localhost"), "still the snapshot"
    registry.clear()
    assert await by_host("zwolle.localhost") is None
    assert [tenant.slug for tenant in await registry.all_active()] == ["deventer"]
    await support.as_superuser(gemeenten, "UPDATE platform.gemeente SET state = 'actief' WHERE slug = 'zwolle'")
    registry.clear()
    assert await by_host("zwolle.localhost")


async def test_it_is_never_older_than_ten_seconds(
    gemeenten: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await by_slug("deventer")
    assert registry._snapshot is not None
    registry._snapshot.read_at -= registry.RENEW_AFTER + 0.1
    with support.counted() as sent:
        answers = await asyncio.gather(*(by_slug("deventer") for _ in range(20)))
    assert len([statement for statement in sent if "gemeente" in statement]) == 1, "one renews, the rest goes on"
    assert answers == [first] * 20
    registry._snapshot.read_at -= registry.MAX_AGE
    await support.as_superuser(gemeenten, "ALTER TABLE platform.gemeente RENAME TO weg")
    try:
        with pytest.raises(DBAPIError):
            await by_slug("deventer")
    finally:
        await support.as_superuser(gemeenten, "ALTER TABLE platform.weg RENAME TO gemeente")
    assert await by_slug("deventer") == first


async def test_a_read_that_was_under_way_at_a_clear_is_not_kept(gemeenten: EmbeddedPostgres) -> None:
    registry.clear()
    reading = asyncio.create_task(by_slug("deventer"))
    await asyncio.sleep(0)
    registry.clear()
    assert await reading is not None
    assert registry._snapshot is None
    assert engine().pool is not None
