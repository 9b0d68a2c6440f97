"""The tenant admin's page about opening hours: the week, holidays, extra closing days."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.response import Redirect, Template
from sqlalchemy.ext.asyncio import AsyncSession

from app import klok
from app.auth.medewerker import Medewerker
from app.auth.rights import Recht, requires
from app.db import unit_of_work
from app.errors import Conflict
from app.invoer import fields, whole_number
from app.openingstijden import forms, pagina, queries, service
from app.openingstijden.feestdagen import feestdagen
from app.openingstijden.pagina import PATH, Getypt
from tenants.context import Tenant

SEE = [requires(Recht.INRICHTING_BEHEREN)]
DAYS = "/beheer/sluitingsdagen"
Form = Annotated[dict[str, Any] | None, Body(media_type=RequestEncodingType.URL_ENCODED)]
Req = Request[Any, Any, Any]
Do = Callable[[AsyncSession], Awaitable[Any]]


@get(PATH, guards=SEE)
async def index(request: Req, session: NamedDependency[AsyncSession]) -> Template:
    gebeurd, regel, jaar = (str(request.query_params.get(name, "")) for name in ("gebeurd", "regel", "jaar"))
    return await _page(session, jaar=_year(jaar), gebeurd=gebeurd, regel=regel)


@post(PATH, guards=SEE, status_code=303)
async def change_week(
    tenant: NamedDependency[Tenant], medewerker: NamedDependency[Medewerker], data: Form
) -> Redirect | Template:
    form = fields(data)
    typed = forms.read_week(form, service.today())
    if typed.week is None or typed.vanaf is None:
        return await _refused(tenant, Getypt(week=typed), 400)
    gezien = form.get("gezien", "")
    verb = partial(service.change_week, week=typed.week, vanaf=typed.vanaf, gezien=gezien, door=medewerker.id)
    return await _do(tenant, verb, "week", Getypt(week=typed))


@post(f"{PATH}/{{week_id:uuid}}/intrekking", guards=SEE, status_code=303)
async def withdraw_week(
    tenant: NamedDependency[Tenant], medewerker: NamedDependency[Medewerker], week_id: FromPath[UUID]
) -> Redirect | Template:
    return await _do(tenant, partial(service.withdraw_week, week_id=week_id, door=medewerker.id), "ingetrokken")


@post("/beheer/feestdagen", guards=SEE, status_code=303)
async def choose_holidays(
    tenant: NamedDependency[Tenant], medewerker: NamedDependency[Medewerker], data: Form
) -> Redirect:
    form = fields(data)
    jaar = _year(str(whole_number(form.get("jaar", ""), "jaar")))
    dicht = {one.code for one in feestdagen(jaar) if form.get(f"dicht-{one.code}") == "ja"}
    async with unit_of_work(tenant) as session:
        changed = await service.choose_holidays(session, jaar, dicht, door=medewerker.id)
    return Redirect(f"{PATH}?jaar={jaar}&gebeurd={'feestdagen' if changed else 'zelfde'}", status_code=303)


@post(DAYS, guards=SEE, status_code=303)
async def close_on(
    tenant: NamedDependency[Tenant], medewerker: NamedDependency[Medewerker], data: Form
) -> Redirect | Template:
    typed = forms.read_day(fields(data), service.today())
    if typed.fouten or typed.datum is None:
        return await _refused(tenant, Getypt(dag=typed), 400)
    verb = partial(service.close_on, datum=typed.datum, naam=typed.getypt["naam"], door=medewerker.id)
    return await _do(tenant, verb, "sluitingsdag", Getypt(dag=typed))


@post(f"{DAYS}/{{sluitingsdag_id:uuid}}/stopzetting", guards=SEE, status_code=303)
async def open_after_all(
    tenant: NamedDependency[Tenant], medewerker: NamedDependency[Medewerker], sluitingsdag_id: FromPath[UUID]
) -> Redirect | Template:
    verb = partial(service.open_after_all, sluitingsdag_id=sluitingsdag_id, door=medewerker.id)
    return await _do(tenant, verb, f"open&regel={sluitingsdag_id}")


@post(f"{DAYS}/{{sluitingsdag_id:uuid}}/herstel", guards=SEE, status_code=303)
async def close_again(
    tenant: NamedDependency[Tenant], medewerker: NamedDependency[Medewerker], sluitingsdag_id: FromPath[UUID]
) -> Redirect | Template:
    verb = partial(service.close_again, sluitingsdag_id=sluitingsdag_id, door=medewerker.id)
    return await _do(tenant, verb, "terug")


HANDLERS = (index, change_week, withdraw_week, choose_holidays, close_on, open_after_all, close_again)


def _year(text: str) -> int:
    """A year that the page shows: this one, or one of the next."""
    first = service.today().year
    years = {str(year): year for year in range(first, first + pagina.YEARS_AHEAD)}
    return years.get(text, first)


async def _do(tenant: Tenant, verb: Do, gebeurd: str, getypt: Getypt | None = None) -> Redirect | Template:
    """One verb of the service in a transaction of its own; a refusal shows the page as it is, with what was typed."""
    getypt = getypt or Getypt()
    try:
        async with unit_of_work(tenant) as session:
            await verb(session)
    except service.DayTaken as refusal:
        dag = forms.DagInvoer(getypt.dag.getypt, fouten={"datum": refusal.uitleg})
        stand = "" if getypt.dag.getypt else refusal.uitleg
        return await _refused(tenant, Getypt(dag=dag if getypt.dag.getypt else forms.DagInvoer(), stand=stand), 409)
    except Conflict as refusal:
        return await _refused(tenant, Getypt(getypt.week, getypt.dag, refusal.uitleg), refusal.status)
    return Redirect(f"{PATH}?gebeurd={gebeurd}", status_code=303)


async def _refused(tenant: Tenant, getypt: Getypt, status: int) -> Template:
    async with unit_of_work(tenant) as session:
        return await _page(session, getypt=getypt, status=status)


async def _page(
    session: AsyncSession,
    *,
    jaar: int | None = None,
    getypt: Getypt | None = None,
    gebeurd: str = "",
    regel: str = "",
    status: int = 200,
) -> Template:
    today = service.today()
    context = pagina.show(
        await queries.kalender(session),
        await queries.weeks(session),
        await queries.closing_days(session, today),
        now=klok.now(),
        today=today,
        jaar=jaar or today.year,
        getypt=getypt,
        gebeurd=gebeurd,
        regel=regel,
    )
    return Template("beheer/openingstijden.html", context=context, status_code=status)
