"""`kiss seed`: many contacts that look like years of work, in one municipality, and never on their way anywhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app import klok
from app.afleveringen import service as afleveringen
from app.afleveringen.models import Aflevering
from app.audit.models import Auditregel
from app.db import unit_of_work
from app.demo.postgres import EmbeddedPostgres
from app.geheimen import unseal
from app.klantbeeld import service as klantbeeld
from app.klantcontacten.kenmerk import text_hash
from app.klantcontacten.models import Betrokkene, Klantcontact
from app.practice.people import sample
from app.volume import tijden
from app.volume.service import Gezaaid, NietHier, fill
from app.zegels.models import Log
from app.zegels.service import check, seal
from tests import ledger
from tests.tenants import support
from tests.town import Town
from tests.volume.conftest import CONTACTEN, SEED

pytestmark = pytest.mark.anyio
HOOFD = sample("zwolle")["hoofdpersoon"].bsn
Rows = list[Klantcontact]


@pytest.fixture(scope="module")
async def rows(gezaaid: Gezaaid, zwolle: Town) -> Rows:
    """What was added, in the order of its numbers."""
    async with unit_of_work(zwolle.tenant) as session:
        every = list(await session.scalars(select(Klantcontact)))
    return sorted(every, key=lambda one: int(one.kenmerk))


async def test_as_many_as_asked_for_and_all_of_them_confirmed(gezaaid: Gezaaid, rows: Rows, zwolle: Town) -> None:
    assert len(rows) == CONTACTEN == gezaaid.contacten
    assert [int(one.kenmerk) for one in rows] == list(range(1_000_001, 1_000_001 + CONTACTEN))
    async with unit_of_work(zwolle.tenant) as session:
        by = (Aflevering.state, Aflevering.koppeling)
        states = (await session.execute(select(*by, func.count()).group_by(*by))).all()
        assert [tuple(one) for one in states] == [("bevestigd", "ingebouwd", CONTACTEN)]
        people = (await session.scalars(select(Betrokkene))).all()
    assert len(people) == gezaaid.betrokkenen
    assert 0.7 < len(people) / CONTACTEN < 0.85
    assert await afleveringen.deliver_round(zwolle.tenant) == 0  # nothing of it is on its way


async def test_hours_days_and_years_are_those_of_a_contact_centre(rows: Rows) -> None:
    moments = [(one.kanaal, klok.local(one.plaatsgevonden_op)) for one in rows]
    assert all(when < klok.now() for _, when in moments)
    assert (max(moments, key=lambda one: one[1])[1] - min(moments, key=lambda one: one[1])[1]).days > 1700
    at_work = [when for kanaal, when in moments if kanaal in ("Telefoon", "Balie")]
    assert all(8 <= when.hour < 17 and not tijden.is_dicht(when.date()) for when in at_work)
    assert any(when.hour >= 18 for kanaal, when in moments if kanaal in ("E-mail", "Website"))
    per_day = Counter(when.weekday() for _, when in moments)
    assert per_day[0] > per_day[2] > per_day[4] > 10 * per_day[5]
    assert [when for _, when in moments] == sorted(when for _, when in moments)
    years = Counter((klok.now() - when).days // 365 for _, when in moments)
    assert years[0] > years[4] * 1.1  # a little more every year
    months = Counter(when.month for _, when in moments)
    assert months[2] > months[8]


async def test_kanalen_results_and_people_have_their_shares(rows: Rows) -> None:
    kanalen = Counter(one.kanaal for one in rows)
    assert [name for name, _ in kanalen.most_common(3)] == ["Telefoon", "Balie", "E-mail"]
    assert set(kanalen) == {"Telefoon", "Balie", "E-mail", "Chat", "Website", "Brief"}
    assert 0.45 < kanalen["Telefoon"] / CONTACTEN < 0.65
    results = Counter((one.gespreksresultaat, one.indicatie_contact_gelukt) for one in rows)
    assert results.most_common(1)[0][0] == ("Beantwoord", True)
    assert 0.02 < sum(n for (_, gelukt), n in results.items() if not gelukt) / CONTACTEN < 0.12
    gesprekken = Counter(one.gesprek_id for one in rows)
    assert set(gesprekken.values()) == {1, 2}  # some callers ask two things
    assert {one.medewerker_naam for one in rows} == {"Fenna Proef"}


async def test_texts_are_varied_and_read_like_notes(rows: Rows) -> None:
    assert len({one.onderwerp for one in rows}) > 50
    assert len({one.inhoud for one in rows}) > CONTACTEN * 0.8
    lengths = sorted(len(one.inhoud) for one in rows)
    assert lengths[0] >= 10
    assert lengths[-1] > 350
    assert 80 < lengths[CONTACTEN // 2] < 250
    for one in rows:
        assert "{" not in one.inhoud
        assert one.text_sha256 == text_hash(one.onderwerp, one.inhoud)


async def test_people_are_sealed_and_found_again(rows: Rows, zwolle: Town) -> None:
    async with unit_of_work(zwolle.tenant) as session:
        one = (await session.scalars(select(Betrokkene).limit(1))).one()
    bsn = unseal(zwolle.tenant, "betrokkene.subject", one.subject, row=one.id)
    assert (bsn[:2], len(bsn)) == ("99", 9)
    gesprek = await zwolle.gesprek(bsn=HOOFD)
    history = await klantbeeld.contacten(zwolle.tenant, zwolle.agent, gesprek)
    assert len(history.eigen) > 20
    moments = [contact.plaatsgevonden_op for contact, _ in history.eigen]
    assert moments == sorted(moments, reverse=True)
    assert [stand.fout for stand in history.bronnen] == [None]


async def test_both_logs_stay_whole_and_the_check_is_content(rows: Rows, zwolle: Town) -> None:
    async with unit_of_work(zwolle.tenant) as session:
        lines = list(
            await session.scalars(select(Auditregel).where(Auditregel.handeling == "klantcontacten.gezaaid"))
        )
    assert sum(line.gegevens["aantal"] for line in lines) == CONTACTEN
    await seal(zwolle.tenant)
    assert all([(await check(zwolle.tenant, log)).in_orde for log in Log])
    assert await support.problems("zwolle") == {}


async def test_the_same_seed_gives_the_same_and_it_adds_up(rows: Rows, zwolle: Town) -> None:
    again = await fill(zwolle.tenant, CONTACTEN, jaren=5, seed=SEED)
    assert again.contacten == CONTACTEN
    async with unit_of_work(zwolle.tenant) as session:
        every = sorted(await session.scalars(select(Klantcontact)), key=lambda one: int(one.kenmerk))
    assert len(every) == 2 * CONTACTEN
    for old, new in zip(every[:CONTACTEN], every[CONTACTEN:], strict=True):
        assert (old.onderwerp, old.inhoud, old.plaatsgevonden_op, old.kanaal) == (
            new.onderwerp, new.inhoud, new.plaatsgevonden_op, new.kanaal
        )  # fmt: skip
    other = await fill(zwolle.tenant, 50)
    assert other.seed == str(2 * CONTACTEN)  # without a seed: how many there were, so always other ones


async def test_own_registers_are_told_nothing(applied: EmbeddedPostgres, practice: str) -> None:
    deventer = await support.tenant("deventer")
    before = len(ledger.lines(practice, "deventer"))
    added = await fill(deventer, 200, jaren=1)
    assert added.contacten == 200
    await afleveringen.deliver_round(deventer)
    assert len(ledger.lines(practice, "deventer")) == before
    async with unit_of_work(deventer) as session:
        assert set(await session.scalars(select(Aflevering.koppeling))) == {"open-klant"}


async def test_refused_where_real_contacts_could_be(applied: EmbeddedPostgres, zwolle: Town) -> None:
    with pytest.raises(NietHier, match="geen voorbeeldgemeente"):
        await fill(replace(zwolle.tenant, voorbeeld=False), 10)
    production = support.environment(KISS_ENV="production", KISS_PUBLIC_SCHEME="https", KISS_PRACTICE_URL=None)
    with production, pytest.raises(NietHier, match="alleen in ontwikkeling"):
        await fill(zwolle.tenant, 10)
    with pytest.raises(ValueError, match="Kies 1 tot"):
        await fill(zwolle.tenant, 0)


def kiss(*words: str) -> subprocess.CompletedProcess[str]:
    """As an operator does it, in a process of its own."""
    command = [Path(sys.executable).parent / "kiss", "seed", "--tenant", *words]
    return subprocess.run(command, capture_output=True, text=True, env=dict(os.environ), check=False)


def test_the_command_says_how_many_and_how_fast(applied: EmbeddedPostgres) -> None:
    ended = kiss("deventer", "--contacten", "60", "--jaren", "2", "--json")
    assert ended.returncode == 0, ended.stderr
    said = json.loads(ended.stdout)
    assert (said["tenant"], said["contacten"]) == ("deventer", 60)
    assert said["per_seconde"] > 0
    ended = kiss("zwolle", "--contacten", "60")
    assert "  60 van 60\n60 contacten erbij in zwolle" in ended.stdout


def test_easter() -> None:
    """The dates of the almanac."""
    assert [tijden.pasen(jaar).isoformat()[5:] for jaar in (2024, 2025, 2026, 2027, 2038)] == [
        "03-31", "04-20", "04-05", "03-28", "04-25"
    ]  # fmt: skip
