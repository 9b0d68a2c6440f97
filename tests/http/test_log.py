"""Nothing of a citizen in any log, at any level a person may set by hand; and the line an operator needs is there."""

from __future__ import annotations

import logging

import pytest
import structlog

from app.connectors.ports import ConnectorFailure
from app.http import Outbound, deadline, destination
from tests.http.servers import answer, cut, reset, scripted

pytestmark = pytest.mark.anyio
BSN = "999990019"


async def test_no_bsn_and_no_key_in_any_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    steps = (answer(BSN.encode()), answer(status=400), reset, answer(status=503), cut, answer(status=302), answer())
    with structlog.testing.capture_logs() as lines:
        async with scripted(*steps) as server:
            where = destination(server.url, private=True)
            for number in range(len(steps)):
                http = Outbound(
                    tenant="deventer",
                    koppeling=f"register-{number}",
                    naam="Register",
                    where=where,
                    headers={"Authorization": f"Token geheim-{BSN}"},
                )
                problem = None
                async with deadline(1.0):
                    try:
                        await http.get(f"/personen/{BSN}", route="personen/{bsn}", params={"bsn": BSN})
                        await http.post("/personen", route="personen", json={"burgerservicenummer": [BSN]})
                    except ConnectorFailure as failure:
                        problem = failure
                assert BSN not in repr([problem, getattr(problem, "zin", ""), getattr(problem, "__cause__", None)])
                assert "geheim" not in repr(http)
            assert server.requests >= len(steps)
    assert BSN not in caplog.text
    assert "geheim" not in caplog.text
    assert BSN not in repr(lines)
    assert "geheim" not in repr(lines)
    assert "127.0.0.1" not in repr(lines)


async def test_the_line_of_a_call() -> None:
    with structlog.testing.capture_logs() as lines:
        async with scripted(answer(status=503), answer()) as server:
            where = destination(server.url, private=True)
            await Outbound(tenant="deventer", koppeling="brp", naam="BRP", where=where).get(
                "/x", route="personen/{bsn}"
            )
    first, second = [{k: v for k, v in line.items() if k != "duur_ms"} for line in lines]
    same = {"tenant": "deventer", "koppeling": "brp", "method": "GET", "route": "personen/{bsn}", "log_level": "info"}
    assert first == {"event": "outbound.called", "poging": 1, "reden": "503", **same}
    assert second == {"event": "outbound.called", "poging": 2, "status": 200, **same}
    assert all(isinstance(line["duur_ms"], int) for line in lines)
