"""Looks for secrets and personal data in everything that goes out while the tests run (G-PII, T-PII-01), and at the
headers and cookies of every answer (G-HDR). Loaded by tests/conftest.py.

What it looks for: BSNs of the practice registers' people (99…, they pass the eleven test), the e-mail address and
telephone number below, and the secrets of this run's settings. Where: log events and records at DEBUG, bodies of
error pages, addresses that answers send browsers to, jobs as they leave, all of Valkey before it stops, metrics, logs
of processes, what `kiss … --json` says. A find fails the test during which it was found, or else the run.
"""

from __future__ import annotations

import logging
import os
import re
from collections import Counter
from collections.abc import Generator, Iterable, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import redis as plain_redis
import structlog
from dramatiq import Message
from dramatiq.brokers.redis import RedisBroker
from litestar.types import ASGIApp, Receive, Scope, Send
from prometheus_client import generate_latest

from app import log as app_log
from app import metrics
from app.beveiliging import security_headers
from app.demo.valkey import EmbeddedValkey
from app.klantbeeld.invoer import elfproef

EMAIL, PHONE = "kanarie@inwoner.example", "0612345987"  # of a citizen; tests type them in notes
_NUMBER = re.compile(r"(?<![0-9A-Za-z.-])99\d{7}(?![0-9A-Za-z-])")
_SECRETS = re.compile(
    r"DATABASE_(?:ADMIN_|DIRECT_)?URL|REDIS_URL|SMTP_URL|KISS_SECRET_KEY|OIDC_CLIENT_SECRET|KISS_OEFEN_.+"
)
_PASSWORD = re.compile(r"://[^:/@]*:([^@/]+)@")
SHORTEST = 12  # characters; a shorter secret of a test may be an ordinary word
HEADERS = frozenset(security_headers(https=False)) | {"cache-control"}
# Nothing that was typed stands on these pages, whoever sent it.
WITHOUT_INPUT = frozenset({404, 405, 413})


@lru_cache(maxsize=64)
def _secrets(values: tuple[str, ...]) -> re.Pattern[str] | None:
    found = {match[1] if (match := _PASSWORD.search(value)) else value for value in values}
    long = sorted(re.escape(one) for one in found if len(one) >= SHORTEST and "://" not in one)
    return re.compile("|".join(long)) if long else None


class Canaries:
    """What was looked at, by kind, and what was found: one sentence each."""

    def __init__(self) -> None:
        self.looked: Counter[str] = Counter()
        self.found: list[str] = []

    def personal(self, where: str, text: str) -> None:
        """No citizen may stand in `text`."""
        for number in _NUMBER.findall(text):
            if elfproef(number):
                self._find(where, f"BSN {number[:4]}…", text, number)
        for canary in (EMAIL, PHONE):
            if canary in text:
                self._find(where, "a citizen's address or number", text, canary)

    def secret(self, where: str, text: str) -> None:
        """No secret of the settings may stand in `text`."""
        pattern = _secrets(tuple(value for name, value in sorted(os.environ.items()) if _SECRETS.fullmatch(name)))
        if pattern and (match := pattern.search(text)):
            self._find(where, "a secret of the settings", text, match[0])

    def both(self, kind: str, where: str, text: str) -> None:
        self.looked[kind] += 1
        self.personal(where, text)
        self.secret(where, text)

    def answer(self, where: str, status: int, headers: Iterable[tuple[str, str]]) -> None:
        """An answer carries the whole set of headers, only `__Host-` cookies, and sends nobody to a citizen."""
        self.looked["answers with their headers"] += 1
        pairs = [(name.lower(), value) for name, value in headers]
        if missing := HEADERS - {name for name, _ in pairs}:
            self.found.append(f"{where} ({status}) misses {', '.join(sorted(missing))}")
        for name, value in pairs:
            if name == "set-cookie" and not _safe_cookie(value):
                self.found.append(f"{where} ({status}) sets a cookie that is not __Host-: {value.split('=')[0]}")
            if name == "location":
                self.both("addresses", f"{where}, location", value)

    def page(self, where: str, status: int, text: str) -> None:
        """What is on a page that says no."""
        self.looked["error pages"] += status >= 400
        self.secret(where, text)
        if status in WITHOUT_INPUT:
            self.personal(where, text)

    def _find(self, where: str, what: str, text: str, canary: str) -> None:
        at = text.find(canary)
        around = text[max(at - 60, 0) : at] + "<canary>" + text[at + len(canary) :][:60]
        self.found.append(f"{where} holds {what}: {around!r}")


canaries = Canaries()


def _safe_cookie(value: str) -> bool:
    parts = {part.strip().lower() for part in value.split(";")[1:]}
    return value.startswith("__Host-") and {"secure", "httponly", "path=/"} <= parts and "domain" not in str(parts)


def watched(app: ASGIApp, into: Canaries = canaries) -> ASGIApp:
    """The application as a test calls it, with every answer looked at."""

    async def look(scope: Scope, receive: Receive, send: Send) -> None:
        state: dict[str, Any] = {"status": 0, "body": b""}
        where = f"{scope.get('method')} {scope.get('path_template') or scope.get('path')}"

        async def note(message: Any) -> None:
            if message["type"] == "http.response.start":
                state["status"] = message["status"]
                pairs = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in message["headers"]]
                into.answer(where, message["status"], pairs)
            elif message["type"] == "http.response.body" and state["status"] >= 400:
                state["body"] += message.get("body", b"")
                if not message.get("more_body"):
                    into.page(where, state["status"], state["body"].decode("utf-8", "replace"))
            await send(message)

        await app(scope, receive, note)

    return look


class Records(logging.Handler):
    """Every record of every library, at DEBUG."""

    def __init__(self, into: Canaries) -> None:
        super().__init__(logging.DEBUG)
        self.into = into

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(TypeError, ValueError):  # a record whose words don't fit its arguments is not ours to mend
            text = record.getMessage() + (f" {record.exc_info[1]!r}" if record.exc_info else "")
            self.into.both("log records", f"a record of {record.name}", text)


def tap(into: Canaries) -> structlog.types.Processor:
    """A processor that looks at our own events before they are written."""

    def look(_: object, __: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
        into.both(
            "log events", f"event {event.get('event')}", " ".join(f"{name}={value}" for name, value in event.items())
        )
        return event

    return look


def in_valkey(address: str, into: Canaries = canaries) -> None:
    """Every key and value of a Valkey that still runs."""
    with suppress(plain_redis.RedisError, OSError), plain_redis.Redis.from_url(address, socket_timeout=5) as client:
        for key in client.scan_iter(count=500):
            into.both("keys of Valkey", "a key of Valkey", f"{key!r} {_value(client, key)!r}")


def _value(client: Any, key: bytes) -> object:
    kind = client.type(key)
    readers: Mapping[bytes, Any] = {
        b"string": client.get,
        b"hash": client.hgetall,
        b"set": client.smembers,
        b"list": lambda one: client.lrange(one, 0, -1),
        b"zset": lambda one: client.zrange(one, 0, -1),
        b"stream": client.xrange,
    }
    return readers[kind](key)


def in_logs(folder: Path, into: Canaries = canaries) -> None:
    """Logs of processes of ours. The practice registers are other people's, and mail is meant to say things."""
    for path in folder.rglob("*.log"):
        if path.stem not in {"practice", "praktijk", "post"}:
            for line in path.read_text("utf-8", "replace").splitlines():
                into.both("lines of processes", f"{path.name}", line)


class Plugin:
    """Puts the taps in place, and makes a find fail."""

    def __init__(self, counts: dict[str, int]) -> None:
        self.counts = counts

    def pytest_configure(self) -> None:
        self.records = Records(canaries)
        for name in app_log._TOO_TALKATIVE:
            logging.getLogger(name).setLevel(logging.WARNING)
        _tap_events()
        _tap_jobs()
        _tap_valkey()

    def _hear_everything(self) -> None:
        """At each test anew: another test may have set up logging its own way."""
        root = logging.getLogger()
        root.setLevel(logging.DEBUG)
        if self.records not in root.handlers:
            root.addHandler(self.records)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Generator[None, Any, Any]:
        self._hear_everything()
        before = len(canaries.found)
        result = yield
        new = canaries.found[before:]
        del canaries.found[before:]
        assert not new, "\n".join(sorted(set(new))[:10])
        return result

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        metrics.pool.set_function(lambda: 0.0)  # it would ask for settings, which are those of no process now
        for line in generate_latest().decode().splitlines():
            canaries.both("metrics", "a metric", line)
        self.counts |= {f"canaries looked for: {kind}": number for kind, number in canaries.looked.items()}
        if canaries.found and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for found in sorted(set(canaries.found))[:20]:
            terminalreporter.write_line(f"canary: {found}", red=True)


def _tap_events() -> None:
    """With the product's own settings of structlog, and with none."""
    rendering = app_log._rendering
    app_log._rendering = lambda *, development: (tap(canaries), *rendering(development=development))
    kept = structlog.get_config()["processors"]
    structlog.configure(processors=[*kept[:-1], tap(canaries), kept[-1]])


def _tap_jobs() -> None:
    enqueue = RedisBroker.enqueue

    def look(self: RedisBroker, message: Message[Any], *, delay: int | None = None) -> Message[Any]:
        canaries.both("jobs", f"job {message.actor_name}", repr(message.asdict()))
        return enqueue(self, message, delay=delay)

    RedisBroker.enqueue = look  # type: ignore[method-assign]


def _tap_valkey() -> None:
    stop = EmbeddedValkey.stop

    def look(self: EmbeddedValkey) -> None:
        if self.process is not None and self.process.poll() is None:
            in_valkey(self.url)
        stop(self)

    EmbeddedValkey.stop = look  # type: ignore[method-assign]
