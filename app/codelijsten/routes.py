"""The tenant admin's pages of the code lists: kanalen and gespreksresultaten, one page each."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect, Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.medewerker import Medewerker
from app.auth.rights import Recht, requires
from app.codelijsten import forms, pagina, queries, service
from app.codelijsten.lijsten import LIJSTEN, Lijst, Regel
from app.db import unit_of_work
from app.errors import Conflict, NotFound
from app.invoer import fields
from tenants.context import Tenant

SEE = [requires(Recht.INRICHTING_BEHEREN)]
Form = Annotated[dict[str, Any] | None, Body(media_type=RequestEncodingType.URL_ENCODED)]
Req = Request[Any, Any, Any]
Change = Callable[[AsyncSession], Awaitable[Regel]]


def _paths(ending: str = "") -> list[str]:
    """The same page for each list; the id in the address is called after its table."""
    return [f"/beheer/{lijst.code}{ending.format(id=f'{{{lijst.soort}_id:uuid}}')}" for lijst in LIJSTEN.values()]


def _asked(request: Req) -> Lijst:
    return LIJSTEN[request.url.path.split("/")[2]]


def _regel_id(request: Req) -> UUID:
    (found,) = request.path_params.values()
    if not isinstance(found, UUID):
        raise NotFound("Deze regel staat niet in de lijst van uw gemeente.")
    return found


@get(_paths(), guards=SEE)
async def index(request: Req, session: NamedDependency[AsyncSession]) -> Template:
    bewerk, gebeurd, regel = (str(request.query_params.get(name, "")) for name in ("bewerk", "gebeurd", "regel"))
    return await _page(session, _asked(request), bewerk=bewerk, gebeurd=gebeurd, regel=regel)


@post(_paths(), guards=SEE, status_code=303)
async def add(
    request: Req, tenant: NamedDependency[Tenant], medewerker: NamedDependency[Medewerker], data: Form
) -> Redirect | Template:
    lijst = _asked(request)
    typed = forms.read(lijst, fields(data))
    verb = partial(service.add, lijst=lijst, naam=typed.naam, extra=dict(typed.extra), door=medewerker.id)
    return await _do(tenant, lijst, verb, "toegevoegd", typed)


@post(_paths("/{id}/wijziging"), guards=SEE, status_code=303)
async def change(
    request: Req, tenant: NamedDependency[Tenant], medewerker: NamedDependency[Medewerker], data: Form
) -> Redirect | Template:
    lijst, regel_id, form = _asked(request), _regel_id(request), fields(data)
    typed = forms.read(lijst, form, str(regel_id))
    verb = partial(
        service.change,
        lijst=lijst,
        regel_id=regel_id,
        naam=typed.naam,
        extra=dict(typed.extra),
        gezien=form.get("gezien", ""),
        door=medewerker.id,
    )
    return await _do(tenant, lijst, verb, "gewijzigd", typed)


@post(_paths("/{id}/plaats"), guards=SEE, status_code=303)
async def move(
    request: Req, tenant: NamedDependency[Tenant], medewerker: NamedDependency[Medewerker], data: Form
) -> Redirect | Template:
    lijst, regel_id = _asked(request), _regel_id(request)
    up = fields(data).get("richting") == "omhoog"
    verb = partial(service.move, lijst=lijst, regel_id=regel_id, omhoog=up, door=medewerker.id)
    return await _do(tenant, lijst, verb, "verplaatst", forms.Invoer(str(regel_id)))


@post(_paths("/{id}/stopzetting"), guards=SEE, status_code=303)
async def end(
    request: Req, tenant: NamedDependency[Tenant], medewerker: NamedDependency[Medewerker]
) -> Redirect | Template:
    lijst, regel_id = _asked(request), _regel_id(request)
    verb = partial(service.end, lijst=lijst, regel_id=regel_id, door=medewerker.id)
    return await _do(tenant, lijst, verb, "vervallen", forms.Invoer(str(regel_id)))


@post(_paths("/{id}/herstel"), guards=SEE, status_code=303)
async def restore(
    request: Req, tenant: NamedDependency[Tenant], medewerker: NamedDependency[Medewerker]
) -> Redirect | Template:
    lijst, regel_id = _asked(request), _regel_id(request)
    verb = partial(service.restore, lijst=lijst, regel_id=regel_id, door=medewerker.id)
    return await _do(tenant, lijst, verb, "terug", forms.Invoer(str(regel_id)))


HANDLERS = (index, add, change, move, end, restore)


async def _do(tenant: Tenant, lijst: Lijst, verb: Change, gebeurd: str, typed: forms.Invoer) -> Redirect | Template:
    """One verb of the service in a transaction of its own: a refusal takes nothing along, and the page can still be
    made after it, with what was typed."""
    if typed.fouten:
        return await _refused(tenant, lijst, typed, 400)
    try:
        async with unit_of_work(tenant) as session:
            regel = await verb(session)
    except service.NameTaken as refusal:
        return await _refused(tenant, lijst, _with(typed, naam=refusal.uitleg), refusal.status)
    except Conflict as refusal:
        return await _refused(tenant, lijst, _with(typed, stand=refusal.uitleg), refusal.status)
    return Redirect(f"/beheer/{lijst.code}?gebeurd={gebeurd}&regel={regel.id}", status_code=303)


def _with(typed: forms.Invoer, **fouten: str) -> forms.Invoer:
    return forms.Invoer(typed.regel, typed.naam, typed.extra, fouten)


async def _refused(tenant: Tenant, lijst: Lijst, typed: forms.Invoer, status: int) -> Template:
    """The list as it is; the row in edit again when it was one that somebody typed in."""
    async with unit_of_work(tenant) as session:
        in_edit = typed.regel if typed.naam or "naam" in typed.fouten else ""
        return await _page(session, lijst, bewerk=in_edit, typed=typed, status=status)


async def _page(
    session: AsyncSession,
    lijst: Lijst,
    *,
    bewerk: str = "",
    typed: forms.Invoer | None = None,
    gebeurd: str = "",
    regel: str = "",
    status: int = 200,
) -> Template:
    rows, earlier = await queries.whole(session, lijst), await queries.earlier_names(session, lijst)
    context = pagina.show(lijst, rows, earlier, bewerk=bewerk, typed=typed, gebeurd=gebeurd, regel=regel)
    return Template("beheer/codelijst.html", context=context, status_code=status)
