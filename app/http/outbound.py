"""One call to another system: deadline, places, breaker, retry, size cap, and a log line without personal data."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import TypeVar

import httpx2
import msgspec
import stamina
import stamina.instrumentation

from app import metrics
from app.connectors.ports import ConnectorFailure, Unavailable
from app.http.deadline import end_of_call
from app.http.failures import MayRepeat, Verdict, judge, readable
from app.http.guard import AddressRefused, Destination
from app.http.pool import pool
from app.http.transport import Resolver, Tls, resolve
from app.log import log

MAX_BYTES = 2 * 1024 * 1024
ATTEMPT_SECONDS = 10.0
ATTEMPTS = 3
TELLING_SECONDS = 0.5  # a time-out after less says nothing about the other side

T = TypeVar("T")
_JSON = re.compile(r"application/([a-z0-9.+-]+\+)?json\s*(;|$)", re.IGNORECASE)

stamina.instrumentation.set_on_retry_hooks([])  # each attempt has its line here already


@dataclass(frozen=True, slots=True)
class Answer:
    """Status 200-299, or a 4xx other than 401, 403, 408, 425 and 429. `content` is at most 2 MB."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)
    naam: str  # of the koppeling, for sentences
    key: tuple[str, str] = ("", "")  # tenant and koppeling, for what is measured

    @property
    def ok(self) -> bool:
        return self.status < 300

    def read(self, kind: type[T]) -> T:
        """The JSON body as `kind`. Raises `Unavailable` for another content type, broken JSON or missing keys."""
        if not _JSON.match(self.headers.get("content-type", "")):
            raise self.unreadable("geen-json")
        try:
            return msgspec.json.decode(self.content, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):  # the last: nested without end
            raise self.unreadable("onleesbaar") from None

    def unreadable(self, reden: str) -> Unavailable:
        """The failure to raise, counted beside the answer that came: something else than the register replied."""
        metrics.outbound.labels(*self.key, reden).inc()
        return Unavailable(f"{self.naam} geeft een antwoord dat we niet kunnen lezen.", reden=reden)


@dataclass(frozen=True, slots=True)
class _Question:
    method: str
    path: str = field(repr=False)
    route: str
    params: Mapping[str, str] | None = field(repr=False)
    json: object = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)

    def build(self, client: httpx2.AsyncClient, where: Destination) -> httpx2.Request:
        """The request; raises `AddressRefused` when the path would lead to another host than the checked one."""
        url = httpx2.URL(where.url + self.path)
        standard = 443 if url.scheme == "https" else 80
        if (url.scheme, url.raw_host.decode(), url.port or standard) != (where.scheme, where.host, where.port):
            raise AddressRefused("Het adres van de vraag hoort niet bij deze koppeling.")
        headers = dict(self.headers)
        content = None
        if self.json is not None:
            content = msgspec.json.encode(self.json)
            headers["Content-Type"] = "application/json; charset=utf-8"
        return client.build_request(self.method, url, params=self.params, headers=headers, content=content)


class Outbound:
    """The way out for one koppeling of one tenant. Holds credentials, so it shows none of its headers.

    `naam` is what people call the koppeling; it opens the sentences of `Unavailable` and `Misconfigured`.
    """

    def __init__(
        self,
        *,
        tenant: str,
        koppeling: str,
        naam: str,
        where: Destination,
        headers: Mapping[str, str] | None = None,
        tls: Tls | None = None,
        resolver: Resolver = resolve,
    ) -> None:
        self.naam = naam
        self.key = (tenant, koppeling)
        self._where = where
        self._headers = {
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "User-Agent": "kiss",
            **(headers or {}),
        }
        self._tls = tls or Tls()
        self._resolver = resolver

    async def get(
        self,
        path: str,
        *,
        route: str,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """`call` with GET: may be repeated."""
        return await self.call("GET", path, route=route, params=params, headers=headers)

    async def post(
        self,
        path: str,
        *,
        route: str,
        json: object,
        headers: Mapping[str, str] | None = None,
        safe_to_repeat: bool = False,
    ) -> Answer:
        """`call` with POST: sent once, unless `safe_to_repeat`."""
        return await self.call("POST", path, route=route, json=json, headers=headers, safe_to_repeat=safe_to_repeat)

    async def call(
        self,
        method: str,
        path: str,
        *,
        route: str,
        params: Mapping[str, str] | None = None,
        json: object = None,
        headers: Mapping[str, str] | None = None,
        safe_to_repeat: bool = False,
    ) -> Answer:
        """Call `path` under the base URL and give the answer, within the deadline (app.http.deadline).

        `route` is the template of the path: it goes to the log instead of the URL, which may hold a BSN.
        GET, and a call that says `safe_to_repeat`, is tried up to three times: lost connection, 429, 502, 503, 504.
        Raises `Unavailable` (no answer in time, 5xx, 408, 425, 429, too large) or `Misconfigured` (401, 403, a
        redirect, an address or certificate that may not be used).
        """
        question = _Question(method, path, route, params, json, {**self._headers, **(headers or {})})
        until = end_of_call()

        def again(problem: Exception) -> bool | float:
            left = until - monotonic() - TELLING_SECONDS
            wait = problem.retry_after if isinstance(problem, MayRepeat) else left
            if wait is None:
                return left > 0
            return wait if wait < left else False

        async for attempt in stamina.retry_context(
            on=again,
            attempts=ATTEMPTS if method == "GET" or safe_to_repeat else 1,
            timeout=None,
            wait_initial=0.1,
            wait_max=0.5,
            wait_jitter=0.2,
        ):
            with attempt:
                return await self._attempt(question, until, attempt.num)
        raise AssertionError("the last problem was raised")

    async def _attempt(self, question: _Question, until: float, number: int) -> Answer:
        started = monotonic()
        outcome: dict[str, str | int] = {}
        tenant, koppeling = self.key
        try:
            async with asyncio.timeout(min(until - started, ATTEMPT_SECONDS)):
                answer = await self._take_turn(question)
        except TimeoutError:
            outcome["reden"] = "te-traag"
            raise Unavailable(f"{self.naam} antwoordt niet op tijd.", reden="te-traag") from None
        except ConnectorFailure as problem:
            outcome["reden"] = problem.reden
            raise
        else:
            outcome["status"] = answer.status
            return answer
        finally:
            metrics.outbound.labels(tenant, koppeling, str(outcome.get("reden", "antwoord"))).inc()
            metrics.outbound_seconds.labels(tenant, koppeling).observe(monotonic() - started)
            log.info(
                "outbound.called",
                tenant=tenant,
                koppeling=koppeling,
                method=question.method,
                route=question.route,
                duur_ms=round((monotonic() - started) * 1000),
                poging=number,
                **outcome,
            )

    async def _take_turn(self, question: _Question) -> Answer:
        """One of the places of this koppeling, past its breaker, whose lesson is told whatever ends the exchange."""
        gate = pool().gate(self.key)
        self._unless_open(refused=gate.breaker.refuses)
        async with gate.places:
            self._unless_open(refused=not gate.breaker.enter())
            started = monotonic()
            verdict = Verdict()
            try:
                with readable(self.naam, verdict):
                    return await self._exchange(question, verdict)
            except asyncio.CancelledError:  # our deadline, or the page was left
                if monotonic() - started >= TELLING_SECONDS:
                    verdict.healthy = False
                raise
            finally:
                verdict.tell(gate.breaker)

    def _unless_open(self, *, refused: bool) -> None:
        if refused:
            raise Unavailable(f"{self.naam} antwoordt al even niet. We proberen het zo weer.", reden="even-gestopt")

    async def _exchange(self, question: _Question, verdict: Verdict) -> Answer:
        async with pool().client(self.key, self._where, self._tls, self._resolver) as client:
            answer = await client.send(question.build(client, self._where), stream=True)
            try:
                judge(self.naam, answer.status_code, answer.headers.get("retry-after"), verdict)
                content = await self._body(answer)
            finally:
                await answer.aclose()
        return Answer(answer.status_code, answer.headers, content, self.naam, self.key)

    async def _body(self, answer: httpx2.Response) -> bytes:
        """At most `MAX_BYTES`, counted while they come. A packed answer is refused: we asked for none (zip bombs)."""
        if answer.headers.get("content-encoding", "identity").lower() != "identity":
            raise Unavailable(f"{self.naam} geeft een antwoord dat we niet kunnen lezen.", reden="ingepakt")
        content = bytearray()
        async for chunk in answer.aiter_raw():
            content += chunk
            if len(content) > MAX_BYTES:
                raise Unavailable(f"{self.naam} geeft een te groot antwoord.", reden="te-groot")
        return bytes(content)
