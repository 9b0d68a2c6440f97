"""The delivery state of one contact, and the tenant admin's list of what did not arrive."""

from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.afleveringen import queries, service
from app.afleveringen.models import Aflevering, AfleveringState
from app.auth.medewerker import Medewerker
from app.auth.rights import PASSIVE, Recht, requires
from tenants.context import Tenant

SEE = [requires(Recht.AFLEVERING_ZIEN)]
ADMIN = [requires(Recht.AFLEVERINGEN_BEHEREN)]


@get("/klantcontacten/{klantcontact_id:uuid}/aflevering", guards=SEE, opt=PASSIVE)
async def chip(session: NamedDependency[AsyncSession], klantcontact_id: FromPath[UUID]) -> Template:
    aflevering = await queries.of_klantcontact(session, klantcontact_id)
    return Template("afleveringen/_chip.html", context={"aflevering": chip_of(aflevering)})


@get("/beheer/afleveringen", guards=ADMIN)
async def index(session: NamedDependency[AsyncSession]) -> Template:
    rows = await queries.unconfirmed(session)
    return Template("beheer/afleveringen.html", context={"rijen": [_row(row) for row in rows]})


@post("/beheer/afleveringen/{aflevering_id:uuid}/opnieuw", guards=ADMIN, status_code=303)
async def again(
    session: NamedDependency[AsyncSession],
    tenant: NamedDependency[Tenant],
    medewerker: NamedDependency[Medewerker],
    aflevering_id: FromPath[UUID],
) -> Redirect:
    await service.retry(session, tenant, aflevering_id, medewerker_id=medewerker.id)
    return Redirect("/beheer/afleveringen", status_code=303)


def chip_of(aflevering: Aflevering) -> dict[str, Any]:
    return {
        "id": aflevering.id,
        "klantcontact": aflevering.klantcontact_id,
        "state": aflevering.state,
        "sinds": aflevering.bevestigd_op or aflevering.aangemaakt_op,
    }


def _row(aflevering: Aflevering) -> dict[str, Any]:
    """A line for the tenant admin: which contact, why, what next. Not what the citizen said."""
    return {
        "id": aflevering.id,
        "klantcontact": aflevering.klantcontact_id,
        "kenmerk": aflevering.klantcontact.kenmerk,
        "vastgelegd_op": aflevering.klantcontact.vastgelegd_op,
        "register": aflevering.koppeling,
        "state": aflevering.state,
        "sinds": aflevering.aangemaakt_op,
        "pogingen": aflevering.pogingen,
        "volgende_poging_op": aflevering.volgende_poging_op,
        "fout_zin": aflevering.fout_zin or "",
        "kan_opnieuw": aflevering.state == AfleveringState.NIET_AANGEKOMEN,
    }


HANDLERS = (chip, index, again)
