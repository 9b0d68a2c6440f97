"""The technical log: the tenant, events named noun.verbed. Never anything of a citizen.

One event is one line, whoever wrote it: what libraries say goes the same way, under the event `bibliotheek.gemeld`.
Nothing that came from outside (a path, a browser's name, the words of an error) can begin a line of its own, add a
field or steer the terminal of whoever reads: outside ASCII everything is escaped, and so are control characters.
"""

from __future__ import annotations

import logging
import sys
import unicodedata
from collections.abc import Iterable
from typing import Final, TextIO

import structlog
from structlog.types import EventDict, Processor

# Libraries that put full URLs, with citizens' numbers in the query, in their log lines.
_TOO_TALKATIVE = ("httpx", "httpx2", "httpcore", "httpcore2", "uvicorn.access", "sqlalchemy.engine")
_UNSEEN: Final = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs"})  # control, invisible, line ends, halves of a character


_processors: Final[list[Processor]] = []  # one list: a logger that was used before `configure` follows it as well


def configure(*, development: bool) -> None:
    """Set up structlog and the standard library's log for this process: one JSON object per line."""
    _processors[:] = [*_common(), *_rendering(development=development)]
    structlog.configure(
        processors=_processors,
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, handlers=[library_handler(sys.stderr, development=development)])
    for name in _TOO_TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def library_handler(stream: TextIO, *, development: bool) -> logging.Handler:
    """Where the standard library's log goes: the same lines as our own events, with the tenant of the request."""
    handler = logging.StreamHandler(stream)
    remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_of_library, *_common()],
            processors=[remove, *_rendering(development=development)],
        )
    )
    return handler


def _common() -> Iterable[Processor]:
    return (
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    )


def _rendering(*, development: bool) -> Iterable[Processor]:
    if development:
        return (_seen, structlog.dev.ConsoleRenderer(colors=False))
    return (structlog.processors.JSONRenderer(),)


def _of_library(_: object, __: str, event: EventDict) -> EventDict:
    """A library's sentence is a field; the event has a name of ours, so that nobody's words can pass for one."""
    record: logging.LogRecord = event["_record"]
    return {**event, "event": "bibliotheek.gemeld", "logger": record.name, "melding": event["event"]}


def _seen(_: object, __: str, event: EventDict) -> EventDict:
    """For a person's terminal: what cannot be seen is written out; a traceback keeps its lines, all indented."""
    shown: EventDict = {name: _escaped(one) if isinstance(one, str) else one for name, one in event.items()}
    if trace := event.get("exception"):
        shown["exception"] = "\n".join("    " + _escaped(line) for line in str(trace).split("\n"))
    return shown


def _escaped(text: str) -> str:
    return "".join(
        one.encode("unicode_escape").decode() if unicodedata.category(one) in _UNSEEN else one for one in text
    )


log: structlog.stdlib.BoundLogger = structlog.get_logger()
