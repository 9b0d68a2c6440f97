"""Who is calling: searching, and the panels of the klantbeeld. Each panel is its own request and transaction."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.response import Redirect, Template

from app.auth.medewerker import Medewerker
from app.auth.rights import Recht, requires
from app.connectors.ports import ConnectorFailure
from app.db import unit_of_work
from app.gesprekken.pagina import workbench
from app.htmx import is_htmx, redirect
from app.invoer import fields
from app.klantbeeld import pagina, service
from tenants.context import Tenant

GUARDS = [requires(Recht.GESPREK_VOEREN)]
Form = Annotated[dict[str, Any], Body(media_type=RequestEncodingType.URL_ENCODED)]


@post("/gesprekken/{gesprek_id:uuid}/zoekvragen", guards=GUARDS, status_code=200)
async def search(
    request: Request[Any, Any, Any],
    tenant: NamedDependency[Tenant],
    medewerker: NamedDependency[Medewerker],
    gesprek_id: FromPath[UUID],
    data: Form,
) -> Template | Response[Any] | Redirect:
    uitkomst = await service.search(tenant, medewerker, gesprek_id, fields(data))
    if uitkomst.gekozen:
        return redirect(request, f"/gesprekken/{gesprek_id}")
    context = pagina.results(uitkomst) | {"gesprek_id": gesprek_id}
    if is_htmx(request):
        return Template("zoeken/_resultaten.html", context=context)
    async with unit_of_work(tenant) as session:  # a plain form gets the whole page, with what was typed still in it
        page = await workbench(session, medewerker, gesprek_id, tab="zoeken")
    context = page | context | {"getypt": fields(data)}
    wrong = uitkomst.velden_fouten or (uitkomst.normvraag and uitkomst.normvraag.fouten)
    return Template("gesprekken/show.html", context=context, status_code=400 if wrong else 200)


@get("/gesprekken/{gesprek_id:uuid}/klantbeeld/persoon", guards=GUARDS)
async def person_panel(
    tenant: NamedDependency[Tenant], medewerker: NamedDependency[Medewerker], gesprek_id: FromPath[UUID]
) -> Template:
    context: dict[str, Any] = {"gesprek_id": gesprek_id, "persoon": None, "fout": None, "bron_naam": ""}
    try:
        persoon, bron = await service.person(tenant, medewerker, gesprek_id)
    except ConnectorFailure as failure:
        context["fout"] = {"bron": "BRP", "zin": failure.zin, "opnieuw_om": None}
    else:
        context["bron_naam"] = bron
        context["persoon"] = pagina.person(persoon, bron) if persoon else None
    return Template("klantbeeld/_persoon.html", context=context)


@get("/gesprekken/{gesprek_id:uuid}/klantbeeld/contacten", guards=GUARDS)
async def contacten_panel(
    tenant: NamedDependency[Tenant], medewerker: NamedDependency[Medewerker], gesprek_id: FromPath[UUID]
) -> Template:
    tijdlijn = await service.contacten(tenant, medewerker, gesprek_id)
    context = pagina.timeline(tijdlijn) | {"gesprek_id": gesprek_id}
    return Template("klantbeeld/_contacten.html", context=context)


@post("/gesprekken/{gesprek_id:uuid}/klant/bsn", guards=GUARDS, status_code=200)
async def show_bsn(
    tenant: NamedDependency[Tenant], medewerker: NamedDependency[Medewerker], gesprek_id: FromPath[UUID]
) -> Template:
    bsn = await service.show_bsn(tenant, medewerker, gesprek_id)
    return Template("klantbeeld/_bsn.html", context={"bsn": f"{bsn[:4]} {bsn[4:6]} {bsn[6:]}"})


HANDLERS = (search, person_panel, contacten_panel, show_bsn)
