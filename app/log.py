"""The technical log: tenant, request id, events named noun.verbed. Never anything of a citizen."""

from __future__ import annotations

import logging
import sys

import structlog

# Libraries that put full URLs, with citizens' numbers in the query, in their log lines.
_TOO_TALKATIVE = ("httpx", "httpx2", "httpcore", "httpcore2", "uvicorn.access", "sqlalchemy.engine")


def configure(*, development: bool) -> None:
    """Set up structlog and the standard library's log for this process: one JSON object per line."""
    renderer = structlog.dev.ConsoleRenderer(colors=False) if development else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
    for name in _TOO_TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


log: structlog.stdlib.BoundLogger = structlog.get_logger()
