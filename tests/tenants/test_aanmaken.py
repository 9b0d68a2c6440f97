"""`kiss tenants create`: a municipality in steps, that may be killed at any of them and ends the same."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from app.cli import main
from app.db import platform_unit_of_work
from app.demo.postgres import EmbeddedPostgres
from tenants.models import Inrichtingsstap, Platformaudit
from tests.proof import Proof
from tests.tenants import support
from tests.tenants.killed import Kill, Kiss, forge
from tests.tenants.snapshot import snapshot

STEPS = ("catalogus", "rollen", "schema", "sjabloon", "register", "aanmelddienst", "uitnodiging", "openen")
INVITED = ("--beheerder", "noor.nieuw@gemeente.example")
SAME = ("--naam", "Gelijk", "--kleur", "#0b5d66", "--monogram", "Xx", *INVITED)
BEFORE_COMMIT = Kill("tenants.ledger:audit", 0)
AFTER_COMMIT = Kill("tenants.stappen:_one", 0)


@pytest.fixture(scope="module")
def new(cluster: EmbeddedPostgres) -> Iterator[EmbeddedPostgres]:
    asyncio.run(support.empty(cluster))
    with support.settings_for(cluster):
        yield cluster


@pytest.fixture(scope="module")
def killable(new: EmbeddedPostgres) -> Iterator[Kiss]:
    with forge() as kiss:
        yield kiss


def kiss(*words: str) -> Result:
    return CliRunner().invoke(main, ["tenants", *words])


def of(server: EmbeddedPostgres, slug: str) -> dict[str, Any]:
    return asyncio.run(snapshot(server, slug))


def steps(slug: str) -> dict[str, str]:
    async def read() -> dict[str, str]:
        async with platform_unit_of_work() as session:
            rows = await session.scalars(select(Inrichtingsstap).where(Inrichtingsstap.slug == slug))
            found = {row.stap: row.state for row in rows}
        await support.forget_pool()
        return found

    return asyncio.run(read())


def audited(slug: str) -> list[str]:
    async def read() -> list[str]:
        async with platform_unit_of_work() as session:
            query = select(Platformaudit.handeling).where(Platformaudit.slug == slug).order_by(Platformaudit.id)
            found = list(await session.scalars(query))
        await support.forget_pool()
        return found

    return asyncio.run(read())


def test_a_municipality_from_one_line(new: EmbeddedPostgres) -> None:
    ended = kiss("create", "oost-gelre", *INVITED, "--ring", "early", "--json")
    assert ended.exit_code == 0, ended.output
    report = json.loads(ended.stdout)
    assert (report["slug"], report["klaar"]) == ("oost-gelre", True)
    assert [(one["stap"], one["state"]) for one in report["stappen"]] == [
        (name, "overgeslagen" if name == "aanmelddienst" else "klaar") for name in STEPS
    ]
    assert "KISS_KEYCLOAK_URL" in report["stappen"][5]["fout"]
    found = json.loads(kiss("show", "oost-gelre", "--json").stdout)
    assert (found["naam"], found["hosts"], found["state"], found["ring"], found["monogram"]) == (
        "Oost Gelre", ["oost-gelre.localhost"], "actief", "early", "Og",
    )  # fmt: skip
    assert kiss("check", "oost-gelre").exit_code == 0
    assert audited("oost-gelre") == [f"aanmaken.{name}" for name in STEPS], "every step stands in the audit"
    assert steps("oost-gelre").keys() == set(STEPS)


def test_again_it_changes_nothing(new: EmbeddedPostgres) -> None:
    assert kiss("create", "nogmaals", "--ring", "early").exit_code == 0
    before = of(new, "nogmaals")
    ended = kiss("create", "nogmaals", "--ring", "early", "--json")
    assert ended.exit_code == 0
    assert not any(one["nu"] for one in json.loads(ended.stdout)["stappen"] if one["state"] == "klaar")
    assert of(new, "nogmaals") == before


@pytest.mark.proof(
    "tenants-create", smoke=8, full=64, unit="kills of kiss tenants create", goal="elke keer hetzelfde einde"
)
def test_killed_at_every_step_and_run_again_it_ends_the_same(
    new: EmbeddedPostgres, killable: Kiss, proof: Proof
) -> None:
    """Every step, before and after its commit in turn; round 8 begins again with the moments changed over."""
    assert killable("tenants", "create", "rechtuit", *SAME).exit == 0
    straight = of(new, "rechtuit")
    for batch in proof.batches(1):
        round_, number = divmod(batch.first, len(STEPS))
        kill = (BEFORE_COMMIT, AFTER_COMMIT)[(round_ + number) % 2]
        proof.found(_one_kill(new, killable, f"ronde{batch.first}-{STEPS[number]}", kill, number + 1, straight))


def _one_kill(
    new: EmbeddedPostgres, killable: Kiss, slug: str, kill: Kill, at: int, straight: dict[str, Any]
) -> list[str]:
    ended = killable("tenants", "create", slug, *SAME, kill=Kill(kill.function, at))
    done = [name for name, state in steps(slug).items() if state in ("klaar", "overgeslagen")]
    again = killable("tenants", "create", slug, *SAME)
    found = of(new, slug)
    return [
        *([] if ended.killed else [f"{slug}: not killed, {ended}"]),
        *([] if len(done) == at - (kill is BEFORE_COMMIT) else [f"{slug}: {done} were done"]),
        *([] if again.exit == 0 else [f"{slug}: {again}"]),
        *(
            f"{slug}: {what} is {found[what]}, not {straight[what]}"
            for what in found
            if found[what] != straight[what]
        ),
    ]


def test_what_is_half_made_is_nobodys_and_says_so(new: EmbeddedPostgres, killable: Kiss) -> None:
    assert killable(
        "tenants", "create", "halverwege", "--host", "half.test", kill=Kill("tenants.stappen:_one", 4)
    ).killed
    assert json.loads(kiss("show", "halverwege", "--json").stdout)["state"] == "nieuw"
    ended = kiss("check", "halverwege")
    assert (ended.exit_code, "kiss tenants create halverwege" in ended.output) == (1, True)
    ended = kiss("migrate")
    assert ended.exit_code == 0, "the runner leaves it to the command that makes it"
    ended = kiss("create", "halverwege", "--host", "anders.test")
    assert (ended.exit_code, "hosts = ['half.test']" in ended.stderr) == (1, True)
    ended = kiss("create", "halverwege")
    assert ended.exit_code == 0, ended.output
    assert "catalogus    klaar (was al klaar)" in ended.output
    assert json.loads(kiss("show", "halverwege", "--json").stdout)["hosts"] == ["half.test"]
    assert steps("halverwege")["uitnodiging"] == "overgeslagen"
    assert kiss("create", "halverwege", *INVITED).exit_code == 0
    assert steps("halverwege")["uitnodiging"] == "klaar", "what was left out is tried again"


def test_a_step_that_fails_is_told_and_tried_again(new: EmbeddedPostgres) -> None:
    assert kiss("create", "eerste").exit_code == 0
    ended = kiss("create", "botsing", "--host", "eerste.localhost", "--json")
    assert ended.exit_code == 1
    (step,) = json.loads(ended.stdout)["stappen"]
    assert (step["state"], step["fout"]) == ("mislukt", "De host eerste.localhost is van eerste.")
    assert audited("botsing") == ["aanmaken.catalogus"]
    assert kiss("create", "botsing", "--host", "botsing.test").exit_code == 0


@pytest.mark.parametrize(
    ("slug", "sentence"),
    [
        ("beheer", "is een naam van KISS zelf"),
        ("x" * 41, "telt 41 tekens"),
        ("oost--gelre", "twee streepjes"),
        ("1gouda", "begint met een cijfer"),
        ("Gouda", "heeft hoofdletters"),
        ("gоuda", "“о” (U+043E)"),
        ("../../etc", "bevat “.”"),
        ("xn--gda-0na", "twee streepjes"),
    ],
)
def test_an_odd_slug_is_refused_with_a_sentence(new: EmbeddedPostgres, slug: str, sentence: str) -> None:
    ended = kiss("create", slug, "--json")
    assert (ended.exit_code, ended.stdout, sentence in ended.stderr) == (1, "", True), ended.stderr


def test_what_cannot_be_is_refused_before_the_first_step(new: EmbeddedPostgres) -> None:
    for words, sentence in (
        (("--kleur", "rood"), "kleur heeft niet de juiste vorm"),
        (("--host", "Hof van Twente"), "is geen hostnaam"),
        (("--beheerder", "noor"), "is geen e-mailadres"),
        (("--monogram", "Hvt"), "monogram is te lang"),
    ):
        ended = kiss("create", "hof-van-twente", *words)
        assert (ended.exit_code, sentence in ended.stderr) == (1, True), ended.stderr
    assert steps("hof-van-twente") == {}
