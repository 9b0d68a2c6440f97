"""A process of its own that writes the technical log: the real application under hostile requests.

    python -m tests.attacks.injectie.logproces FOLDER

Leaves `production`, `development`, `production-old` and `development-old` there: what four processes wrote on their
standard error. The old ones put back how the standard library's lines and the terminal's looked before, so that a
test can see that it would notice. The database and settings are those of the environment. Four children of one
process, since starting Python with the whole application takes longer than the work.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote

import structlog

from app import log
from app.auth.cli import open_for
from app.db import engine
from app.main import create_app
from app.start import routes as start
from tenants import registry
from tests.attacks.injectie.proefteksten import ALLES
from tests.isolation.asgi import call

KINDS = ("production", "development", "production-old", "development-old")
SOME = 12  # each so many texts, where the renderer is not the one that counts
HOST = "deventer.localhost:8000"


async def main(kind: str, *, old: bool) -> None:
    configure = log.configure
    log.configure = lambda **_: configure(development=kind == "development")  # whatever KISS_ENV says
    app = create_app()
    if old:
        _as_before(development=kind == "development")
    tenant = await registry.by_slug("deventer")
    assert tenant is not None
    cookie = f"__Host-sid={await open_for(tenant, 'sanne.proef')}"
    for text in [*ALLES.values()][:: SOME if old or kind == "development" else 1]:
        hostile = {"user-agent": text, "referer": text, "x-forwarded-for": text, "x-request-id": text}
        sent = {name: quote(value) if not value.isascii() else value for name, value in hostile.items()}
        await call(app, "GET", HOST, f"/{quote(text, safe='')}?zoek={quote(text, safe='')}", **sent)
        answer = (
            f"/aanmelden/terug?error={quote(text, safe='')}&state={quote(text, safe='')}&iss={quote(text, safe='')}"
        )
        await call(app, "GET", HOST, answer, **sent)
        start.strip = _broken(text)  # type: ignore[assignment]
        crashed = await call(app, "GET", HOST, "/", cookie=cookie, **sent)
        assert crashed.status == 500, crashed.status
    await engine().dispose()


def _broken(text: str) -> Any:
    """What a page calls, as a library would break on these words."""

    async def broken(*_: object, **__: object) -> NoReturn:
        logging.getLogger("een.bibliotheek").warning("kan %s niet lezen", text)
        log.log.warning("proef.gemeld", reden=text, velden=[text], per_veld={text: text})
        with suppress(ValueError):
            try:
                raise ValueError(text)
            except ValueError:
                logging.getLogger("een.bibliotheek").exception("stuk")
                raise
        raise RuntimeError(text)

    return broken


def _as_before(*, development: bool) -> None:
    for handler in logging.getLogger().handlers:
        handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    if development:
        structlog.configure(
            processors=[structlog.contextvars.merge_contextvars, structlog.dev.ConsoleRenderer(colors=False)],
            logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        )


def child(path: Path) -> int:
    """Fork; the child writes its log to `path` and ends. Gives its pid."""
    pid = os.fork()
    if pid:
        return pid
    os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 2)
    kind, _, old = path.name.partition("-")
    status = 1
    try:
        asyncio.run(main(kind, old=bool(old)))
        status = 0
    finally:
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    children = [child(Path(sys.argv[1]) / name) for name in KINDS]
    sys.exit(max(os.waitpid(pid, 0)[1] for pid in children))
