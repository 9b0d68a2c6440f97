"""Two replicas behind HAProxy. One is stopped, one is killed: no visitor is refused, and streams are back at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.demo.valkey import EmbeddedValkey
from tests.processen.conftest import Web, web
from tests.processen.haproxy import PROGRAM, haproxy
from tests.processen.test_stoppen import open_stream
from tests.stack import eventually

pytestmark = [pytest.mark.anyio, pytest.mark.skipif(not PROGRAM, reason="HAProxy staat niet op deze machine")]
VISITORS = 6


class Visitors:
    """Threads that ask for the start page one after another; every answer that is not a page is kept."""

    def __init__(self, front: Web, cookie: str) -> None:
        self.answers = 0
        self.failed: list[str] = []
        self._front, self._cookie = front, cookie
        self._enough = threading.Event()
        self._threads = [threading.Thread(target=self._visit) for _ in range(VISITORS)]

    def _visit(self) -> None:
        while not self._enough.is_set():
            try:
                status, page = self._front.get("/", cookie=self._cookie, accept="text/html")
            except OSError as error:
                self.failed.append(repr(error))
                continue
            self.answers += 1
            if status != 200 or "<h1" not in page:
                self.failed.append(str(status))

    @contextmanager
    def visiting(self) -> Iterator[None]:
        for thread in self._threads:
            thread.start()
        try:
            eventually(lambda: self.answers > 30, seconds=30, what="visitors get pages")
            yield
            seen = self.answers
            eventually(lambda: self.answers > seen + 60, seconds=30, what="visitors still get pages")
        finally:
            self._enough.set()
            for thread in self._threads:
                thread.join(20)


async def test_a_replica_that_is_told_to_stop_costs_nobody_a_page(
    valkey: EmbeddedValkey, cookie: str, tmp_path: Path
) -> None:
    one, two = (tmp_path / name for name in ("een", "twee"))
    for folder in (one, two):
        folder.mkdir()
    settings = {"REDIS_URL": valkey.url, "KISS_DRAIN_SECONDS": "1"}
    with (
        web(one, **settings) as leaving,
        web(two, **settings) as staying,
        haproxy(tmp_path, (leaving, staying)) as front,
    ):
        visitors = Visitors(front, cookie)
        with visitors.visiting():
            leaving.stop()
            assert leaving.process.wait(30) == -15
        assert visitors.failed == []
        assert staying.status("/readyz") == 200


async def test_a_replica_that_is_killed_costs_nobody_a_page(
    valkey: EmbeddedValkey, cookie: str, tmp_path: Path
) -> None:
    one, two = (tmp_path / name for name in ("een", "twee"))
    for folder in (one, two):
        folder.mkdir()
    with (
        web(one, REDIS_URL=valkey.url) as killed,
        web(two, REDIS_URL=valkey.url) as staying,
        haproxy(tmp_path, (killed, staying)) as front,
    ):
        visitors = Visitors(front, cookie)
        with visitors.visiting():
            killed.process.kill()
            killed.process.wait(10)
            for _ in range(4):  # round robin: the dead one had its turn
                assert open_stream(front, cookie).status == 200
        assert visitors.failed == []
