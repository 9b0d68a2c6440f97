"""Probes. Readiness asks our own database only: a register or Redis that is down must not take us down."""

from litestar import Response, get
from sqlalchemy import literal, select

from app import metrics
from app.auth.rights import PUBLIC_FILE
from app.db import platform_unit_of_work
from app.log import log
from app.stoppen import stopping


@get("/livez", opt=PUBLIC_FILE)
async def livez() -> dict[str, str]:
    return {"status": "levend"}


@get("/readyz", opt=PUBLIC_FILE)
async def readyz() -> Response[dict[str, str]]:
    """503 as soon as this process is leaving, while it still serves: a balancer needs a moment to look elsewhere."""
    if stopping.announced:
        return Response({"status": "stopt"}, status_code=503)
    try:
        async with platform_unit_of_work() as session:
            await session.execute(select(literal(1)))
    except Exception as error:
        metrics.database_away.inc()
        log.error("gezondheid.niet_klaar", soort=type(error).__name__)
        return Response({"status": "database onbereikbaar"}, status_code=503)
    return Response({"status": "klaar"})


HANDLERS = (livez, readyz)
