"""Schemathesis on what has a schema: our routes as their own table describes them, and the official API files.

The registers' files are not ours and stand beside the project; without them their half is left out, not skipped:
tests/contract says so where they are missing.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from jsonschema import Draft202012Validator
from schemathesis import Case, GenerationMode

from tests.attacks.barrage import TRACES
from tests.attacks.beschrijving import PROBLEM, description
from tests.attacks.targets import ANONYMOUS, Place, Targets, settle
from tests.processen.conftest import HOST
from tests.proof import Proof
from tests.report import PROJECT

pytestmark = pytest.mark.anyio
BATCH = 200
EXAMPLES = 10  # of one operation in a row
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
SPECS = Path(os.environ.get("KISS_SPECS") or PROJECT.parent / "shared" / "specs")
_PROBLEM = Draft202012Validator(PROBLEM)
Headers = Callable[[random.Random], dict[str, str]]


@dataclass
class Api:
    """Something with a description: its operations, where it is, and with which headers it is asked."""

    naam: str
    base: str
    document: dict[str, Any] | Path
    headers: Headers
    operations: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        loaded = (
            schemathesis.openapi.from_path(self.document)
            if isinstance(self.document, Path)
            else schemathesis.openapi.from_dict(self.document)
        )
        self.operations = [one.ok() for one in loaded.get_all_operations()]


@dataclass
class Run:
    """Cases that were sent, and what was wrong with the answers."""

    apis: list[Api]
    sent: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)

    def cases(self, count: int, chance: random.Random) -> None:
        """`count` cases, some of an operation at a time, valid ones and ones that break the description."""
        with requests.Session() as session:
            session.trust_env = False
            while self.sent.total() < count:
                (api,) = chance.choices(self.apis, weights=[max(len(one.operations), 5) for one in self.apis])
                self._some(api, chance.choice(api.operations), chance, session)

    def _some(self, api: Api, operation: Any, chance: random.Random, session: requests.Session) -> None:
        @seed(chance.getrandbits(32))
        @settings(
            max_examples=EXAMPLES,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=chance.choice(MODES)))
        def ask(case: Case) -> None:
            self._one(api, case, api.headers(chance), session)

        with suppress(Unsatisfiable):  # a page without a field has nothing to break
            ask()

    def _one(self, api: Api, case: Case, headers: dict[str, str], session: requests.Session) -> None:
        what = f"{api.naam}: {case.operation.label}"
        for attempt in range(1, 6):
            answer = case.call(base_url=api.base, session=session, headers=headers, allow_redirects=False, timeout=30)
            if answer.headers.get("retry-after") != ["2"]:
                break
            time.sleep(attempt)  # "it is busy now", which is a no and no failure
        self.sent[what] += 1
        self.statuses[answer.status_code] += 1
        if answer.status_code >= 500:
            self.findings.append(f"{what}: {answer.status_code} on {case.as_curl_command()[:2_000]}")
        kind = (answer.headers.get("content-type") or [""])[0]
        if api.naam == "kiss" and kind.startswith("application/problem+json"):
            faults = [error.message for error in _PROBLEM.iter_errors(answer.json())]
            self.findings += [f"{what}: an error that is no problem+json: {fault}" for fault in faults]


def kiss(place: Place, targets: Targets) -> Api:
    """Our own routes, asked by people of each role and by nobody."""

    def headers(chance: random.Random) -> dict[str, str]:
        who = chance.choice(list(targets.visitors.values()))
        sent = {"Host": HOST, "Cookie": who.cookies().decode()}
        return sent if who.rol == ANONYMOUS else sent | {"X-Csrf": who.csrf}

    return Api("kiss", f"http://127.0.0.1:{place.web.port}", description(targets), headers)


def registers(base: str) -> list[Api]:
    """The practice registers by their official files, where those are."""
    files = {
        "klantinteracties": (
            "klantinteracties",
            "klantinteracties/api/v1",
            {"Authorization": "Token oefen-klant-deventer"},
        ),
        "brp": ("haal-centraal-brp-personen", "haalcentraal/api/brp", {"X-API-KEY": "oefen-brp-deventer"}),
    }
    return [
        Api(naam, f"{base}/deventer/{path}", SPECS / folder / "openapi.yaml", lambda _, sent=sent: dict(sent))  # type: ignore[misc]
        for naam, (folder, path, sent) in files.items()
        if (SPECS / folder / "openapi.yaml").is_file()
    ]


@pytest.mark.timeout(600)
@pytest.mark.proof(
    "schemathesis", smoke=600, full=50_000, unit="Schemathesis cases", goal="geen 5xx, elke fout een problem+json"
)
async def test_no_case_breaks_it(place: Place, practice: str, proof: Proof) -> None:
    others = registers(practice)
    for batch in proof.batches(BATCH):
        targets = await settle(place)
        run = Run([kiss(place, targets), *others])
        await asyncio.to_thread(run.cases, batch.count, random.Random(batch.seed))
        said = [line[:300] for line in place.said().splitlines() if TRACES.search(line)]
        proof.found(run.findings + [f"in the log: {line}" for line in said])
        assert len(run.sent) > batch.count / EXAMPLES / 2, "too few operations"
        assert run.statuses[200] + run.statuses[303] > 0


async def test_every_route_is_described(place: Place) -> None:
    api = kiss(place, await settle(place))
    assert len(api.operations) > 35
    assert {one.label for one in api.operations} >= {"POST /gesprekken/{gesprek_id}/klant", "GET /logboek"}
