"""The workbench of an agent: begin, type, choose, wrap up, undo."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.response import Redirect, Template
from sqlalchemy.ext.asyncio import AsyncSession

from app import klok
from app.auth.medewerker import Medewerker
from app.auth.rights import PASSIVE, Recht, requires
from app.beveiliging import MAX_BODY
from app.codelijsten import queries as codelijsten
from app.errors import BadInput
from app.gesprekken import concept, opslaan, queries, service
from app.gesprekken.forms import parse
from app.gesprekken.pagina import workbench
from app.grenzen.klassen import SAVES
from app.invoer import fields, whole_number
from app.weergave import tijd_s

GUARDS = [requires(Recht.GESPREK_VOEREN)]
Form = Annotated[dict[str, Any], Body(media_type=RequestEncodingType.URL_ENCODED)]


def _to(gesprek_id: UUID) -> Redirect:
    return Redirect(f"/gesprekken/{gesprek_id}", status_code=303)


@post("/gesprekken", guards=GUARDS, opt=SAVES, status_code=303)
async def begin(session: NamedDependency[AsyncSession], medewerker: NamedDependency[Medewerker]) -> Redirect:
    gesprek = await service.begin(session, medewerker_id=medewerker.id)
    return _to(gesprek.id)


@get("/gesprekken/{gesprek_id:uuid}", guards=GUARDS)
async def show(
    session: NamedDependency[AsyncSession], medewerker: NamedDependency[Medewerker], gesprek_id: FromPath[UUID]
) -> Template:
    return Template("gesprekken/show.html", context=await workbench(session, medewerker, gesprek_id))


@get("/gesprekken/{gesprek_id:uuid}/zoeken", guards=GUARDS)
async def show_search(
    session: NamedDependency[AsyncSession], medewerker: NamedDependency[Medewerker], gesprek_id: FromPath[UUID]
) -> Template:
    context = await workbench(session, medewerker, gesprek_id, tab="zoeken")
    return Template("gesprekken/show.html", context=context)


@post(
    "/gesprekken/{gesprek_id:uuid}/vragen/{vraag_id:uuid}/concept",
    guards=GUARDS,
    opt=SAVES | PASSIVE,
    request_max_body_size=MAX_BODY,
    status_code=200,
)
async def save_draft(
    session: NamedDependency[AsyncSession],
    medewerker: NamedDependency[Medewerker],
    gesprek_id: FromPath[UUID],
    vraag_id: FromPath[UUID],
    data: Form,
) -> Response[dict[str, Any]]:
    sent = fields(data)
    try:
        stand = await concept.save_field(
            session,
            gesprek_id=gesprek_id,
            vraag_id=vraag_id,
            medewerker_id=medewerker.id,
            veld=sent.get("veld", ""),
            waarde=sent.get("waarde", "").replace("\r\n", "\n"),
            versie=whole_number(sent.get("versie", ""), "versie"),
        )
    except concept.Overschreven as conflict:
        return Response(_conflict(conflict), status_code=409)
    bewaard = stand.bewaard_op or klok.now()
    return Response({"bewaard_op": bewaard.isoformat(), "bewaard_om": tijd_s(bewaard), "versie": stand.versie})


def _conflict(conflict: concept.Overschreven) -> dict[str, Any]:
    stand = conflict.stand
    return {
        "status": 409,
        "title": conflict.titel,
        "detail": conflict.uitleg,
        "van_u": conflict.van_u,
        "van_ander": stand.waarde,
        "door": conflict.door,
        "om": tijd_s(stand.bewaard_op) if stand.bewaard_op else "",
        "versie": stand.versie,
    }


@post("/gesprekken/{gesprek_id:uuid}/klant", guards=GUARDS, opt=SAVES, status_code=303)
async def choose_klant(
    session: NamedDependency[AsyncSession],
    medewerker: NamedDependency[Medewerker],
    gesprek_id: FromPath[UUID],
    data: Form,
) -> Redirect:
    try:
        verwijzing_id = UUID(fields(data).get("verwijzing", ""))
    except ValueError as error:
        raise BadInput("Deze keuze kunnen we niet lezen. Zoek opnieuw en kies een persoon.") from error
    gesprek = await queries.gesprek_for_update(session, gesprek_id, medewerker_id=medewerker.id)
    verwijzing = await queries.verwijzing_of(
        session, verwijzing_id, gesprek_id=gesprek.id, medewerker_id=medewerker.id
    )
    await service.choose(session, gesprek, verwijzing)
    return _to(gesprek.id)


@post("/gesprekken/{gesprek_id:uuid}/klant/los", guards=GUARDS, opt=SAVES, status_code=303)
async def let_klant_go(
    session: NamedDependency[AsyncSession], medewerker: NamedDependency[Medewerker], gesprek_id: FromPath[UUID]
) -> Redirect:
    gesprek = await queries.gesprek_for_update(session, gesprek_id, medewerker_id=medewerker.id)
    await service.let_go(session, gesprek)
    return _to(gesprek.id)


@get("/gesprekken/{gesprek_id:uuid}/afronding", guards=GUARDS, opt=SAVES)
async def show_wrap_up(
    session: NamedDependency[AsyncSession], medewerker: NamedDependency[Medewerker], gesprek_id: FromPath[UUID]
) -> Template:
    await service.begin_wrap_up(session, gesprek_id, medewerker_id=medewerker.id)
    context = await workbench(session, medewerker, gesprek_id, dock=True)
    return Template("gesprekken/show.html", context=context)


@post(
    "/gesprekken/{gesprek_id:uuid}/afronding",
    guards=GUARDS,
    opt=SAVES,
    request_max_body_size=MAX_BODY,
    status_code=303,
)
async def wrap_up(
    session: NamedDependency[AsyncSession],
    medewerker: NamedDependency[Medewerker],
    gesprek_id: FromPath[UUID],
    data: Form,
) -> Redirect | Template:
    gesprek = await queries.gesprek_for_update(session, gesprek_id, medewerker_id=medewerker.id)
    keuzes = {
        "kanaal": {str(kanaal.id) for kanaal in await codelijsten.kanalen(session)},
        "gespreksresultaat": {str(resultaat.id) for resultaat in await codelijsten.gespreksresultaten(session)},
    }
    afronding = parse(fields(data), gesprek.vragen, keuzes=keuzes)
    if gesprek.is_open and afronding.fouten:
        await opslaan.keep_typed(session, gesprek, afronding)
        context = await workbench(session, medewerker, gesprek_id, dock=True, afronding=afronding)
        return Template("gesprekken/show.html", context=context, status_code=400)
    await opslaan.save(session, gesprek_id, afronding, medewerker)
    return _to(gesprek_id)


@post("/gesprekken/{gesprek_id:uuid}/afronding/ongedaan", guards=GUARDS, opt=SAVES, status_code=303)
async def undo(
    session: NamedDependency[AsyncSession], medewerker: NamedDependency[Medewerker], gesprek_id: FromPath[UUID]
) -> Redirect:
    await opslaan.undo(session, gesprek_id, medewerker)
    return _to(gesprek_id)


@post("/gesprekken/{gesprek_id:uuid}/sluiting", guards=GUARDS, opt=SAVES, status_code=303)
async def throw_away(
    session: NamedDependency[AsyncSession], medewerker: NamedDependency[Medewerker], gesprek_id: FromPath[UUID]
) -> Redirect:
    gesprek = await queries.gesprek_for_update(session, gesprek_id, medewerker_id=medewerker.id)
    await service.throw_away(session, gesprek)
    return Redirect(f"/?gesloten={gesprek_id}", status_code=303)


HANDLERS = (
    begin,
    show,
    show_search,
    save_draft,
    choose_klant,
    let_klant_go,
    show_wrap_up,
    wrap_up,
    undo,
    throw_away,
)
