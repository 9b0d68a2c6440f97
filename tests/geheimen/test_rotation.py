"""Changing keys on a real database, while people work and when the command is killed."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, text, update

from app import geheimen
from app.cli import main
from app.db import platform_unit_of_work, unit_of_work
from app.demo.postgres import EmbeddedPostgres
from app.gesprekken import queries, service
from app.gesprekken.models import Klantverwijzing
from app.klantcontacten.models import Betrokkene
from tenants import admin, keys_cli, registry, sleutels, verzegeling
from tenants.context import Tenant
from tests.tenants import support
from tests.town import Town, town

pytestmark = pytest.mark.anyio
BSN = "999990019"
KILLED = """
import asyncio, os, signal, sys
from tenants import keys_cli, sleutels, verzegeling
from datetime import timedelta
sleutels.SPREAD = timedelta()
verzegeling.BATCH = 5
left = [int(sys.argv[1])]
whole = verzegeling._one
async def one(*args):
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    left[0] -= 1
    return await whole(*args)
verzegeling._one = one
keys_cli.keys(["rotate", "--tenant", "deventer", "--json"])
"""


@pytest.fixture(scope="module")
async def gemeenten(cluster: EmbeddedPostgres) -> AsyncIterator[None]:
    await support.empty(cluster)
    with support.settings_for(cluster):
        await support.apply_demo()
        yield
        await support.forget_pool()


@pytest.fixture
async def deventer(gemeenten: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    monkeypatch.setattr(sleutels, "SPREAD", timedelta())
    monkeypatch.setattr(verzegeling, "BATCH", 7)
    found = await town(await present(), "sanne.proef")
    await found.empty()
    return found


async def present() -> Tenant:
    registry.clear()
    return await support.tenant("deventer")


async def fill(found: Town, number: int) -> None:
    for _ in range(number):
        await found.save(await found.gesprek(notitie="Paspoort kwijt", bsn=BSN))


async def rotate() -> dict[str, Any]:
    async with admin.connect() as connection:
        return await keys_cli._rotate(connection, "deventer", keys_cli._quiet)


async def destroy() -> int:
    async with admin.connect() as connection:
        return await keys_cli._destroy(connection, "deventer")


async def kiss(*words: str) -> Result:
    """A command as the terminal runs it: with a loop and connections of its own."""
    await support.forget_pool()
    done = await asyncio.to_thread(CliRunner().invoke, main, ["keys", *words])
    await support.forget_pool()
    return done


async def opened(tenant: Tenant) -> list[str]:
    """Every subject that stands sealed, opened with this tenant's keys."""
    async with unit_of_work(tenant) as session:
        rows = (await session.scalars(select(Betrokkene))).all()
        refs = (await session.scalars(select(Klantverwijzing))).all()
    values = [geheimen.unseal(tenant, "betrokkene.subject", row.subject, row=row.id) for row in rows]
    return values + [geheimen.unseal(tenant, "klantverwijzing.subject", row.subject, row=row.id) for row in refs]


async def test_a_new_data_key_takes_over_and_the_old_one_goes(deventer: Town) -> None:
    await fill(deventer, 12)
    before = deventer.tenant
    known = geheimen.subject_hmac(before, "bsn", BSN)
    report = await rotate()
    now = await present()
    assert report["over"] == {}
    assert report["onleesbaar"] == 0
    assert report["versleuteld"] >= 36  # betrokkene.subject, and both of klantverwijzing
    assert now.sleutel_nummer == before.sleutel_nummer + 1
    assert await opened(now) == [BSN] * 24
    assert geheimen.subject_hmac(now, "bsn", BSN) == known
    again = await rotate()
    assert (again["versleuteld"], again["nummer"]) == (0, now.sleutel_nummer)  # run again, it ends the same
    assert await destroy() == before.sleutel_nummer
    gone = await present()
    assert gone.sleutels == ()
    assert await opened(gone) == [BSN] * 24
    with pytest.raises(Exception, match="geen oude sleutel"):
        await destroy()


async def test_the_old_key_stays_as_long_as_something_needs_it(deventer: Town) -> None:
    await fill(deventer, 2)
    await rotate()
    behind = deventer.tenant  # a process that has not heard yet
    async with unit_of_work(behind) as session:
        one = (await session.scalars(select(Betrokkene).limit(1))).one()
        old = geheimen.seal(behind, "betrokkene.subject", BSN, row=one.id)
        await session.execute(update(Betrokkene).where(Betrokkene.id == one.id).values(subject=old))
    with pytest.raises(Exception, match="nog 1 waarden"):
        await destroy()
    assert (await rotate())["versleuteld"] == 1
    await destroy()
    assert await opened(await present()) == [BSN] * 4


async def test_a_damaged_value_stops_nothing_but_the_destruction(deventer: Town) -> None:
    await fill(deventer, 9)
    async with unit_of_work(deventer.tenant) as session:
        one = (await session.scalars(select(Betrokkene).order_by(Betrokkene.id).limit(1))).one()
        await session.execute(update(Betrokkene).where(Betrokkene.id == one.id).values(subject=b"\x02\x00\x01kapot"))
    report = await rotate()
    assert (report["over"], report["onleesbaar"]) == ({"betrokkene.subject": 1}, 1)
    with pytest.raises(Exception, match="nog 1 waarden"):
        await destroy()
    await deventer.empty()
    await destroy()


async def test_nobody_notices_a_rotation(deventer: Town, monkeypatch: pytest.MonkeyPatch, count: Any) -> None:
    """People read and write all the while, with a catalogue that is up to its full age behind."""
    monkeypatch.setattr(registry, "MAX_AGE", 0.5)
    monkeypatch.setattr(registry, "RENEW_AFTER", 0.4)
    monkeypatch.setattr(sleutels, "SPREAD", timedelta(seconds=1))
    await fill(deventer, 20)
    gesprek_id = await deventer.gesprek()
    done, reads = asyncio.Event(), 0

    async def work() -> None:
        nonlocal reads
        while not done.is_set():
            tenant = await registry.by_slug("deventer")
            assert tenant is not None
            assert set(await opened(tenant)) == {BSN}
            async with unit_of_work(tenant) as session:
                own = await queries.gesprek_of(session, gesprek_id, medewerker_id=deventer.agent.id)
                service.refer(session, own, bsn=BSN, naam="P. Proef")
            reads += 1

    workers = [asyncio.create_task(work()) for _ in range(2)]
    try:
        report = await rotate()
    finally:
        done.set()
        await asyncio.gather(*workers)
    assert report["over"] == {}
    assert reads >= 10
    await destroy()
    assert set(await opened(await present())) == {BSN}
    count("reads during a rotation of the data key", reads)


async def test_without_the_wait_somebody_would_notice(deventer: Town) -> None:
    """What the wait is for: a process that is behind cannot open what the next key sealed."""
    await fill(deventer, 1)
    await rotate()  # SPREAD is zero here
    with pytest.raises(geheimen.CannotOpen):
        await opened(deventer.tenant)
    await destroy()


async def test_killed_in_the_middle_it_ends_the_same(deventer: Town, count: Any) -> None:
    await fill(deventer, 10)
    before = deventer.tenant.sleutel_nummer
    for after in (0, 3, 17):
        command = [sys.executable, "-c", KILLED, str(after)]
        died = await asyncio.to_thread(subprocess.run, command, capture_output=True, env=os.environ)
        assert died.returncode == -signal.SIGKILL, died.stderr
        assert await opened(await present()) == [BSN] * 20
    report = await rotate()
    assert (report["nummer"], report["over"]) == (before + 1, {})
    await destroy()
    assert await opened(await present()) == [BSN] * 20
    count("rotations killed", 3)


async def test_ciphertexts_that_change_places_do_not_open(deventer: Town, seed: int) -> None:
    """T-ISO-09: between municipalities, fields and rows."""
    await fill(deventer, 2)
    zwolle = await town(await support.tenant("zwolle"), "fenna.proef")
    await zwolle.empty()
    await zwolle.save(await zwolle.gesprek(bsn="999990020"))
    tenant = await present()
    async with unit_of_work(zwolle.tenant) as session:
        theirs = (await session.scalars(select(Betrokkene))).one()
    async with unit_of_work(tenant) as session:
        one, two = (await session.scalars(select(Betrokkene))).all()
        ref = (await session.scalars(select(Klantverwijzing).limit(1))).one()
    for sealed, row in (
        (theirs.subject, theirs.id),
        (theirs.subject, one.id),
        (two.subject, one.id),
        (ref.subject, ref.id),
    ):
        with pytest.raises(geheimen.CannotOpen):
            geheimen.unseal(tenant, "betrokkene.subject", sealed, row=row)
    assert geheimen.unseal(tenant, "betrokkene.subject", one.subject, row=one.id) == BSN


async def test_wrapped_keys_of_two_municipalities_that_change_places_do_not_open(deventer: Town) -> None:
    zwolle = await support.tenant("zwolle")
    async with platform_unit_of_work() as session:
        rows = (await session.execute(text("SELECT slug, sleutel, hash_sleutel FROM platform.gemeente"))).all()
    keys = {row.slug: row for row in rows}
    for label in (geheimen.key_label("deventer", 1), geheimen.hash_label("deventer"), geheimen.hash_label("zwolle")):
        with pytest.raises(geheimen.CannotOpen):
            geheimen.wrapped_anew(keys["zwolle"].sleutel, label)
    assert geheimen.wrapped_anew(zwolle.sleutel, geheimen.key_label("zwolle", 1)) is None


async def test_the_platforms_key_changes_with_overlap(deventer: Town) -> None:
    await fill(deventer, 1)
    old, new = os.environ["KISS_SECRET_KEY"], base64.b64encode(secrets.token_bytes(32)).decode()
    with support.environment(KISS_SECRET_KEY=new, KISS_SECRET_KEY_OLD=old):
        assert await opened(await present()) == [BSN] * 2
        first = await kiss("rewrap", "--json")
        assert first.exit_code == 0, first.output
        shown = json.loads(first.stdout)
        assert shown["over"] == 0
        assert {one["slug"] for one in shown["gemeenten"]} == {"deventer", "zwolle"}
        assert all(one["omgepakt"] >= 2 for one in shown["gemeenten"])
        again = await kiss("rewrap")
        assert "deventer: 0 omgepakt" in again.stdout
        assert "KISS_SECRET_KEY_OLD mag weg" in again.stdout
    geheimen._opened.cache_clear()
    geheimen._data_key.cache_clear()
    await support.forget_pool()
    with support.environment(KISS_SECRET_KEY=new):
        assert await opened(await present()) == [BSN] * 2
    with support.environment(KISS_SECRET_KEY=base64.b64encode(b"z" * 32).decode()):
        stuck = await kiss("rewrap", "--json")
        assert stuck.exit_code == 1
        assert json.loads(stuck.stdout)["over"] == 2
    with support.environment(KISS_SECRET_KEY=old, KISS_SECRET_KEY_OLD=new):
        back = await kiss("rewrap")
        assert back.exit_code == 0
    geheimen._opened.cache_clear()
    registry.clear()
    await support.forget_pool()


async def test_the_commands_speak_json_and_sentences(deventer: Town) -> None:
    for name in ("rotate", "status", "destroy"):
        done = await kiss(name, "--tenant", "deventer", "--json")
        assert done.exit_code == 0, done.output
        assert json.loads(done.stdout)["slug"] == "deventer"
    unknown = await kiss("rotate", "--tenant", "gouda")
    assert unknown.exit_code == 1
    assert "Er is geen gemeente gouda" in unknown.output
