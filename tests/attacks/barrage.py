"""Many spoilt requests at a time, and what was wrong with the answers."""

from __future__ import annotations

import asyncio
import hashlib
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.attacks.ask import Ask
from tests.attacks.mutations_body import STAGES
from tests.attacks.mutations_head import spoil
from tests.attacks.targets import Place, Targets
from tests.attacks.wire import Hangs, Line, Reply

CORPUS = Path(__file__).parent / "corpus"
LINES = 12  # connections with whole requests; fewer than the pool of the database
STRANGE = 60  # connections with requests that may keep the server waiting
WIRE = 0.16  # of the requests: spoilt as bytes, or in their framing
TRACES = re.compile(
    r"Traceback|verzoek\.mislukt|database\.onbereikbaar|Exception in ASGI|never retrieved|was never awaited|Unclosed"
)
# "It is busy now" (app/grenzen/fouten.py): the one 503 that is meant, on a machine that does too much at once.
BUSY = (b"retry-after: 2\r\n", b"Retry-After: 2\r\n")
MOST_ATTEMPTS = 8
OURS = b"content-security-policy: default-src 'none'"


@dataclass(frozen=True)
class Shot:
    """One request as bytes, and how it was made."""

    raw: bytes
    framed: bool
    head: bool
    how: str


def mutate(ask: Ask, chance: random.Random) -> Shot:
    """One to three mutations of any stage, in the order in which a request comes to be."""
    wire = chance.random() < WIRE
    for stage in ("fields", "body", "head"):
        if stage == "body":
            ask.encode()
        for _ in range(chance.choice((0, 0, 1)) if wire else chance.choice((0, 1, 1))):
            _apply(ask, chance, stage)
    raw = None
    if wire or not ask.how:
        if chance.random() < 0.5:
            _apply(ask, chance, "wire")
        else:
            ask.framed, raw = False, spoil(ask.raw(), chance)
            ask.how.append("spoil")
    return Shot(raw or ask.raw(), ask.framed, ask.method == b"HEAD", " ".join(ask.how))


def _apply(ask: Ask, chance: random.Random, stage: str) -> None:
    mutation = chance.choice(STAGES[stage])
    mutation(ask, chance)
    ask.how.append(mutation.__name__)


def fault(reply: Reply) -> str:
    """What is wrong with this answer; empty when nothing is."""
    if any(status >= 500 for status in reply.statuses):
        return f"status {max(reply.statuses)}"
    if reply.status == 0:
        return "hung up"
    text = reply.head + reply.body
    if b"Traceback (most recent" in text:
        return "shows a traceback"
    if text and OURS not in text and not reply.later and b"HTTP/1.1 100" not in text:
        return f"status {reply.status} without our headers"
    return ""


@dataclass
class Barrage:
    """A run against one process; `findings` are one line each, what each request got stands in the counters."""

    place: Place
    targets: Targets
    chance: random.Random
    findings: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    routes: Counter[str] = field(default_factory=Counter)
    mutations: Counter[str] = field(default_factory=Counter)
    busy: int = 0  # answers that asked to come back later

    async def run(self, count: int) -> None:
        """`count` requests, whole ones and strange ones side by side, then a look in the log."""
        whole: list[tuple[Shot, str]] = []
        strange: list[tuple[Shot, str]] = []
        for _ in range(count):
            ask, route = self.targets.pick(self.chance)
            shot = mutate(ask, self.chance)
            (whole if shot.framed else strange).append((shot, route))
        await asyncio.gather(
            *(self._line(one, whole_ones) for whole_ones in (iter(whole),) for one in self._lines(LINES)),
            *(self._line(one, strange_ones) for strange_ones in (iter(strange),) for one in self._lines(STRANGE)),
        )
        self.findings += [
            f"in the log: {line[:300]}" for line in self.place.said().splitlines() if TRACES.search(line)
        ]

    def _lines(self, count: int) -> list[Line]:
        return [Line(self.place.web.port) for _ in range(count)]

    async def _line(self, line: Line, shots: Iterator[tuple[Shot, str]]) -> None:
        for shot, route in shots:
            self.routes[route] += 1
            self.mutations.update(shot.how.split())
            try:
                reply = await self._patient(line, shot)
            except Hangs:
                self._found("hangs", shot, route)
                continue
            self.statuses.update(reply.statuses)
            wrong = fault(reply)
            if wrong:
                self._found(wrong, shot, route)
        await line.close()

    async def _patient(self, line: Line, shot: Shot) -> Reply:
        """The answer; one that says "it is busy now, come back" is taken at its word, as a browser would."""
        for attempt in range(1, MOST_ATTEMPTS + 1):
            reply = await line.send(shot.raw, framed=shot.framed, head=shot.head)
            if not any(word in reply.head for word in BUSY) or attempt == MOST_ATTEMPTS:
                break
            self.busy += 1
            await asyncio.sleep(attempt)
        return reply

    def _found(self, what: str, shot: Shot, route: str) -> None:
        name = keep(shot, self.targets)
        self.findings.append(f"{what}: {route}, {shot.how} ({name})")


def names(targets: Targets) -> dict[bytes, bytes]:
    """What differs from run to run, by the name it has in the corpus."""
    found = {f"{{{{{name}}}}}": str(one) for name, one in vars(targets.things).items()}
    for who, visitors in (("", targets.visitors), ("leaving ", targets.leaving)):
        for rol, one in visitors.items():
            named = {"cookie": one.cookie, "csrf": one.csrf, "inloggen": one.inloggen, "inlog-csrf": one.inlog_csrf}
            found |= {f"{{{{{who}{rol} {name}}}}}": value for name, value in named.items() if value}
    return {name.encode(): value.encode() for name, value in found.items()}


def keep(shot: Shot, targets: Targets) -> str:
    """Write the request in the corpus, where it is sent in every run from then on. Gives the file's name."""
    raw = shot.raw
    for name, value in names(targets).items():
        raw = raw.replace(value, name)
    name = hashlib.sha256(raw).hexdigest()[:12] + (".http" if shot.framed else ".strange")
    CORPUS.mkdir(exist_ok=True)
    (CORPUS / name).write_bytes(raw)
    return name


def kept(path: Path, targets: Targets) -> Shot:
    """A request of the corpus, with the ids and sessions of now."""
    raw = path.read_bytes()
    for name, value in names(targets).items():
        raw = raw.replace(name, value)
    return Shot(raw, path.suffix == ".http", raw.startswith(b"HEAD "), path.name)
