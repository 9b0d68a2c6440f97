"""Eight municipalities at once through four connections: nobody ever sees a word of another."""

from __future__ import annotations

import random
import re
import secrets

import pytest
from litestar.types import ASGIApp

from tests.isolation.eilanden import SLUGS, Eiland, canary, foreign
from tests.isolation.verkeer import Traffic
from tests.proof import Proof

pytestmark = pytest.mark.anyio
# What the application says when it could not answer.
FAILED = re.compile(r"verzoek\.mislukt|database\.onbereikbaar|Traceback|never retrieved|never awaited")


@pytest.mark.timeout(400)
@pytest.mark.proof(
    "interleaving",
    smoke=10_000,
    full=1_000_000,
    unit="requests over 8 municipalities",
    goal="geen kanarie van een ander",
)
async def test_nobody_sees_another_municipality(
    eilanden: list[Eiland], application: ASGIApp, proof: Proof, capfd: pytest.CaptureFixture[str]
) -> None:
    for batch in proof.batches(2_500):
        traffic = Traffic(application, eilanden, random.Random(batch.seed))
        await traffic.run(batch.count)
        said = "".join(capfd.readouterr())
        proof.found(
            traffic.findings
            + [f"the log holds a canary of {slug}" for slug in SLUGS if f"CNRY-{slug}" in said]
            + [f"in the log: {line[:400]}" for line in said.splitlines() if FAILED.search(line)]
        )
        assert traffic.own_sightings > batch.count / 4, f"too few pages with a canary: {traffic.statuses}"
        assert traffic.cancelled > batch.count / 50
        assert traffic.busy < batch.count / 10, "too much was asked to come back"
        assert traffic.statuses[200] > batch.count / 3, traffic.statuses
        assert traffic.statuses[404] + traffic.statuses[403] + traffic.statuses[303] > batch.count / 20


def test_a_sighting_is_noticed() -> None:
    page = f"<p>{canary('eiland-1', 7)}</p>".encode()
    assert foreign("eiland-2", page) == {"eiland-1"}
    assert foreign("eiland-1", page) == set()
    assert foreign("", page) == {"eiland-1"}


async def test_a_wrong_session_for_a_host_is_noticed(eilanden: list[Eiland], application: ASGIApp) -> None:
    """The harness itself: somebody whose session is valid at the host counts as let in when the harness thinks that
    they belong elsewhere."""
    one, two = eilanden[:2]
    traffic = Traffic(application, eilanden, random.Random(secrets.randbits(30)))
    from tests.isolation.asgi import call

    reply = await call(application, "GET", one.host, "/", cookie=f"__Host-sid={one.mensen[0].cookie}")
    traffic._check(reply, one, "agent: GET /", two, two)
    assert traffic.findings == ["agent: GET /: a session of eiland-2 was let in"]
