"""A web process that is told to stop says so first, ends its streams and finishes what is under way."""

from __future__ import annotations

import http.client
import threading
import time
from pathlib import Path

import pytest

from app.demo.valkey import EmbeddedValkey
from app.stoppen import Stopping
from tests.processen.conftest import HOST, Web, web
from tests.stack import eventually

pytestmark = pytest.mark.anyio


def open_stream(server: Web, cookie: str) -> http.client.HTTPResponse:
    """An event stream that has said its first event."""
    connection = server.connection(timeout=20)
    connection.request(
        "GET", "/gebeurtenissen", headers={"host": HOST, "cookie": cookie, "accept": "text/event-stream"}
    )
    answer = connection.getresponse()
    assert answer.status == 200
    assert b"verbonden" in answer.readline() + answer.readline() + answer.readline()
    return answer


async def test_the_probe_says_no_while_pages_are_still_served(applied: None, tmp_path: Path) -> None:
    with web(tmp_path, KISS_DRAIN_SECONDS="3") as server:
        server.stop()
        eventually(lambda: server.status("/readyz") == 503, seconds=2, what="the probe says that it leaves")
        assert server.status("/livez") == 200
        assert server.status("/aanmelden") == 200
        assert server.process.wait(15) == -15  # uvicorn ends by the signal it was given


async def test_streams_end_at_once_and_the_process_with_them(
    valkey: EmbeddedValkey, cookie: str, tmp_path: Path
) -> None:
    with web(tmp_path, REDIS_URL=valkey.url) as server:
        streams = [open_stream(server, cookie) for _ in range(3)]
        assert server.measured()["kiss_streams"] == 3
        began = time.monotonic()
        server.stop()
        for stream in streams:
            stream.read()  # to its proper end: a stream that is cut raises IncompleteRead
        server.process.wait(15)
        assert time.monotonic() - began < 10, "streams held the process until its patience was over"


async def test_a_request_under_way_is_finished(applied: None, tmp_path: Path) -> None:
    """The body of a form is still coming when the signal arrives; its answer comes all the same."""
    with web(tmp_path) as server:
        connection = server.connection()
        connection.putrequest("POST", "/aanmelden", skip_host=True)
        for name, value in (
            ("host", HOST),
            ("content-length", "9"),
            ("content-type", "application/x-www-form-urlencoded"),
        ):
            connection.putheader(name, value)
        connection.endheaders()
        connection.send(b"volg")
        eventually(lambda: server.status("/livez") == 200)
        server.stop()
        eventually(lambda: server.status("/livez") == 0, what="no new connections are accepted")
        connection.send(b"ende=")
        answer = connection.getresponse()
        assert answer.status == 403  # refused for its token, by the application
        assert server.process.wait(15) == -15


async def test_nobody_is_refused_while_it_leaves(applied: None, tmp_path: Path) -> None:
    """Requests one after another until the door closes: each is answered; then there is no door, no half answer."""
    with web(tmp_path, KISS_DRAIN_SECONDS="1") as server:
        answered: list[int] = []
        ended: list[Exception] = []

        def visit() -> None:
            while not ended:
                try:
                    answered.append(server.get("/livez")[0])
                except (OSError, http.client.HTTPException) as error:
                    ended.append(error)

        visitor = threading.Thread(target=visit)
        visitor.start()
        eventually(lambda: len(answered) > 20)
        server.stop()
        visitor.join(15)
        assert not visitor.is_alive()
        assert set(answered) == {200}
        # Refused, or reset: who stands before the door at the moment it closes was never let in.
        assert type(ended[0]) in {ConnectionRefusedError, ConnectionResetError}


def test_a_stream_that_comes_late_is_sent_away() -> None:
    leaving = Stopping()
    with leaving.stream() as end:
        assert not end.is_set()
        leaving.announce()
        assert not end.is_set(), "streams go on while the balancer looks elsewhere"
        leaving.end_streams()
        assert end.is_set()
    with leaving.stream() as end:
        assert end.is_set()
    assert leaving.open_streams == 0
