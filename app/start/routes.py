"""The start page: what is open, what was registered lately, which keys help. And the stream of live events."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar import get
from litestar.channels import ChannelsPlugin
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import ServerSentEvent, Template
from sqlalchemy.ext.asyncio import AsyncSession

from app import klok, live
from app.auth.medewerker import Medewerker
from app.auth.rights import PASSIVE, Recht, requires
from app.auth.sessions import exists
from app.db import unit_of_work
from app.gesprekken.opslaan import undo_window
from app.gesprekken.pagina import strip
from app.grenzen import stromen
from app.grenzen.klassen import STREAMS
from app.klantcontacten.queries import Row, latest_by
from tenants.context import Tenant

GUARDS = [requires(Recht.AANGEMELD)]
RECENT = timedelta(days=7)


@get("/", guards=GUARDS)
async def index(
    session: NamedDependency[AsyncSession], medewerker: NamedDependency[Medewerker], gesloten: FromQuery[str] = ""
) -> Template:
    chips, rows = await strip(session, medewerker)
    recent = await latest_by(session, medewerker.id, since=klok.now() - RECENT)
    open_chips = [chip for chip in chips if rows[chip.id][0].is_open]
    context = {
        "strip": chips,
        "gesprekken": open_chips,
        "contacten": [_contact(row) for row in recent],
        "gesloten": _as_id(gesloten),
        "terug_tot": klok.now() + undo_window(),
    }
    return Template("start/index.html", context=context)


@get("/gebeurtenissen", guards=GUARDS, opt=PASSIVE | STREAMS)
async def events(
    tenant: NamedDependency[Tenant],
    medewerker: NamedDependency[Medewerker],
    channels: NamedDependency[ChannelsPlugin],
) -> ServerSentEvent:
    stromen.check(tenant, medewerker.id)

    async def still_signed_in() -> bool:
        async with unit_of_work(tenant) as session:
            return await exists(session, medewerker.sessie)

    headers = {"X-Accel-Buffering": "no"}
    stream = live.stream(channels, tenant, still_signed_in, sessie=medewerker.sessie_kenmerk)
    return ServerSentEvent(stromen.counted(tenant, medewerker.id, stream), headers=headers)


def _contact(row: Row) -> dict[str, Any]:
    contact, aflevering = row
    return {
        "id": contact.id,
        "kenmerk": contact.kenmerk,
        "onderwerp": contact.onderwerp,
        "kanaal": contact.kanaal,
        "gespreksresultaat": contact.gespreksresultaat,
        "plaatsgevonden_op": contact.plaatsgevonden_op,
        "aflevering": {
            "id": aflevering.id,
            "klantcontact": contact.id,
            "state": aflevering.state,
            "sinds": aflevering.bevestigd_op or contact.vastgelegd_op,
            "register": aflevering.koppeling,
        },
    }


def _as_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


HANDLERS = (index, events)
