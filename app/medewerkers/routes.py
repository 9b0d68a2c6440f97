"""The tenant admin's part about people: who works here with which roles, and who was invited."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.response import Redirect, Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.medewerker import Medewerker
from app.auth.models import Lidmaatschap
from app.auth.rights import Recht, requires
from app.db import unit_of_work
from app.errors import Conflict
from app.invoer import fields
from app.medewerkers import forms, pagina, queries, service
from app.uitnodigingen import queries as uitnodigingen
from app.uitnodigingen import service as uitnodigen
from tenants.context import Tenant

SEE = [requires(Recht.MEDEWERKERS_BEHEREN)]
CHANGE = [requires(Recht.MEDEWERKERS_BEHEREN, bevestigd=True)]
PATH = "/beheer/medewerkers"
Form = Annotated[dict[str, Any] | None, Body(media_type=RequestEncodingType.URL_ENCODED)]
Req = Request[Any, Any, Any]


@get(PATH, guards=SEE)
async def index(request: Req, session: NamedDependency[AsyncSession]) -> Template:
    zoek = str(request.query_params.get("zoek", "")).strip()[:100]
    return await _listing(session, zoek=zoek, gebeurd=str(request.query_params.get("gebeurd", "")))


@get("/beheer/medewerkers/{lidmaatschap_id:uuid}", guards=SEE)
async def show(
    request: Req,
    session: NamedDependency[AsyncSession],
    medewerker: NamedDependency[Medewerker],
    lidmaatschap_id: FromPath[UUID],
) -> Template:
    lidmaatschap = await queries.by_id(session, lidmaatschap_id)
    gebeurd = str(request.query_params.get("gebeurd", ""))
    return _detail(pagina.detail(lidmaatschap, zelf=lidmaatschap.id == medewerker.id, gebeurd=gebeurd))


@post("/beheer/uitnodigingen", guards=CHANGE, status_code=303)
async def invite(
    session: NamedDependency[AsyncSession], medewerker: NamedDependency[Medewerker], data: Form
) -> Redirect | Template:
    typed = await forms.read_invitation(session, fields(data))
    if typed.fouten:
        return await _listing(session, typed=typed, status=400)
    try:
        await uitnodigen.invite(session, typed.email, typed.rollen, door=medewerker)
    except uitnodigen.AlreadyInvited as refusal:
        return await _listing(session, typed=replace(typed, fouten={"email": refusal.uitleg}), status=409)
    return Redirect(f"{PATH}?gebeurd=uitgenodigd", status_code=303)


@post("/beheer/uitnodigingen/{uitnodiging_id:uuid}/verzending", guards=CHANGE, status_code=303)
async def send_again(
    session: NamedDependency[AsyncSession], medewerker: NamedDependency[Medewerker], uitnodiging_id: FromPath[UUID]
) -> Redirect | Template:
    try:
        await uitnodigen.send_again(session, uitnodiging_id, door=medewerker)
    except Conflict as refusal:
        return await _not_now(session, refusal)
    return Redirect(f"{PATH}?gebeurd=opnieuw", status_code=303)


@post("/beheer/uitnodigingen/{uitnodiging_id:uuid}/intrekking", guards=SEE, status_code=303)
async def withdraw(
    session: NamedDependency[AsyncSession], medewerker: NamedDependency[Medewerker], uitnodiging_id: FromPath[UUID]
) -> Redirect | Template:
    try:
        await uitnodigen.withdraw(session, uitnodiging_id, door=medewerker)
    except Conflict as refusal:
        return await _not_now(session, refusal)
    return Redirect(f"{PATH}?gebeurd=ingetrokken", status_code=303)


@post("/beheer/medewerkers/{lidmaatschap_id:uuid}/rollen", guards=CHANGE, status_code=303)
async def change_roles(
    tenant: NamedDependency[Tenant],
    medewerker: NamedDependency[Medewerker],
    lidmaatschap_id: FromPath[UUID],
    data: Form,
) -> Redirect | Template:
    form = fields(data)
    rollen = forms.read_roles(form)
    if not rollen:
        return await _refused(tenant, medewerker, lidmaatschap_id, {"rollen": forms.NO_ROLE}, 400, gekozen=())
    change = partial(service.change_roles, rollen=rollen)
    return await _change(tenant, medewerker, lidmaatschap_id, form, change, "rollen", gekozen=rollen)


@post("/beheer/medewerkers/{lidmaatschap_id:uuid}/stopzetting", guards=CHANGE, status_code=303)
async def deactivate(
    tenant: NamedDependency[Tenant],
    medewerker: NamedDependency[Medewerker],
    lidmaatschap_id: FromPath[UUID],
    data: Form,
) -> Redirect | Template:
    return await _change(tenant, medewerker, lidmaatschap_id, fields(data), service.deactivate, "gestopt")


@post("/beheer/medewerkers/{lidmaatschap_id:uuid}/herstel", guards=CHANGE, status_code=303)
async def activate(
    tenant: NamedDependency[Tenant],
    medewerker: NamedDependency[Medewerker],
    lidmaatschap_id: FromPath[UUID],
    data: Form,
) -> Redirect | Template:
    return await _change(tenant, medewerker, lidmaatschap_id, fields(data), service.activate, "hersteld")


HANDLERS = (index, show, invite, send_again, withdraw, change_roles, deactivate, activate)


async def _change(
    tenant: Tenant,
    medewerker: Medewerker,
    lidmaatschap_id: UUID,
    form: Mapping[str, str],
    change: Callable[..., Awaitable[Lidmaatschap]],
    gebeurd: str,
    *,
    gekozen: tuple[str, ...] | None = None,
) -> Redirect | Template:
    """One of the verbs of the service, in a transaction of its own: a refusal takes nothing along, and the page can
    still be made after it."""
    try:
        async with unit_of_work(tenant) as session:
            await change(session, lidmaatschap_id, gezien=form.get("gezien", ""), door=medewerker.id)
    except service.LastAdmin as refusal:
        fouten = {"rollen" if gebeurd == "rollen" else "toegang": refusal.uitleg}
        return await _refused(tenant, medewerker, lidmaatschap_id, fouten, refusal.status, gekozen=gekozen)
    except Conflict as refusal:  # the page shows how it is now, not what was ticked against something else
        return await _refused(tenant, medewerker, lidmaatschap_id, {"stand": refusal.uitleg}, refusal.status)
    return Redirect(f"{PATH}/{lidmaatschap_id}?gebeurd={gebeurd}", status_code=303)


async def _refused(
    tenant: Tenant,
    medewerker: Medewerker,
    lidmaatschap_id: UUID,
    fouten: dict[str, str],
    status: int,
    *,
    gekozen: tuple[str, ...] | None = None,
) -> Template:
    async with unit_of_work(tenant) as session:
        lidmaatschap = await queries.by_id(session, lidmaatschap_id)
    zelf = lidmaatschap.id == medewerker.id
    return _detail(pagina.detail(lidmaatschap, zelf=zelf, fouten=fouten, gekozen=gekozen), status=status)


async def _not_now(session: AsyncSession, refusal: Conflict) -> Template:
    """The list as it is, with why this did not happen. Nothing was written."""
    return await _listing(session, typed=forms.Invitation(fouten={"uitnodiging": refusal.uitleg}), status=409)


async def _listing(
    session: AsyncSession,
    *,
    zoek: str = "",
    typed: forms.Invitation | None = None,
    gebeurd: str = "",
    status: int = 200,
) -> Template:
    members, invited = await queries.members(session, zoek), await uitnodigingen.open_ones(session)
    context = pagina.listing(members, invited, zoek=zoek, typed=typed, gebeurd=gebeurd)
    return Template("beheer/medewerkers.html", context=context, status_code=status)


def _detail(context: dict[str, Any], *, status: int = 200) -> Template:
    return Template("beheer/medewerker.html", context=context, status_code=status)
