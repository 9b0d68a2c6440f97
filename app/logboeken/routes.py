"""The privacy officer's part: both logs, one line, looking for a citizen, a copy, and a check of the seals."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.response import Redirect, Stream, Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.service import record
from app.auth.medewerker import Medewerker
from app.auth.rights import Recht, requires
from app.db import after_commit
from app.errors import BadInput
from app.grenzen.klassen import COPIES
from app.invoer import fields
from app.logboeken import pagina, queries, service
from app.logboeken.filters import understand
from app.logboeken.uitvoer import Vorm
from app.zegels.jobs import controleer_logboek
from app.zegels.models import Log
from tenants.context import Tenant

SEE = [requires(Recht.LOGBOEK_INZIEN)]
TAKE = [requires(Recht.LOGBOEK_INZIEN, bevestigd=True)]
Form = Annotated[dict[str, Any], Body(media_type=RequestEncodingType.URL_ENCODED)]
Req = Request[Any, Any, Any]


@get("/logboek", guards=SEE)
async def verwerkingen(request: Req, session: NamedDependency[AsyncSession]) -> Template:
    return await _listing(request, session, Log.VERWERKING)


@get("/logboek/audit", guards=SEE)
async def auditregels(request: Req, session: NamedDependency[AsyncSession]) -> Template:
    return await _listing(request, session, Log.AUDIT)


@get("/logboek/verwerkingen/{verwerking_id:uuid}", guards=SEE)
async def verwerking(session: NamedDependency[AsyncSession], verwerking_id: FromPath[UUID]) -> Template:
    return await _line(session, Log.VERWERKING, verwerking_id)


@get("/logboek/audit/{auditregel_id:uuid}", guards=SEE)
async def auditregel(session: NamedDependency[AsyncSession], auditregel_id: FromPath[UUID]) -> Template:
    return await _line(session, Log.AUDIT, auditregel_id)


@get("/logboek/inwoner", guards=SEE)
async def inwoner() -> Template:
    return Template("logboek/inwoner.html", context=_about({}))


@post("/logboek/inwoner", guards=SEE, status_code=200)
async def search_inwoner(
    session: NamedDependency[AsyncSession], medewerker: NamedDependency[Medewerker], data: Form
) -> Template:
    form = fields(data)
    asked = understand(Log.VERWERKING, {name: value for name, value in form.items() if name in ("van", "tot", "na")})
    bsn, fout = service.read_bsn(form.get("bsn", ""))
    fouten = {**asked.fouten, **({"bsn": fout} if fout else {})}
    if fouten:
        return Template("logboek/inwoner.html", context=_about(form, fouten), status_code=400)
    found = await service.about(session, medewerker, asked, bsn)
    names = await queries.names(session)
    context = _about(form) | {
        "regels": [pagina.line(row, names) for row in found.regels],
        "aantal": pagina.counted(found.aantal),
        "volgende": str(found.volgende) if found.volgende else None,
    }
    return Template("logboek/inwoner.html", context=context)


@post("/logboek/uitvoer", guards=TAKE, opt=COPIES, status_code=200)
async def export(
    tenant: NamedDependency[Tenant], medewerker: NamedDependency[Medewerker], data: Form
) -> Stream | Template:
    form = fields(data)
    try:
        log, vorm = Log(form.get("log", "")), Vorm(form.get("vorm", ""))
    except ValueError as error:
        raise BadInput("Kies op de pagina van het logboek wat u wilt uitvoeren, en hoe.") from error
    asked = understand(log, form | {"na": ""})
    bsn, fout = service.read_bsn(form["bsn"]) if "bsn" in form else (None, None)
    fouten = {**asked.fouten, **({"bsn": fout} if fout else {})}
    if "bsn" in form and fouten:
        return Template("logboek/inwoner.html", context=_about(form, fouten), status_code=400)
    if fouten:
        raise BadInput(next(iter(fouten.values())))
    bestand = await service.export(tenant, medewerker, asked, vorm, bsn)
    headers = {"Content-Disposition": f'attachment; filename="{bestand.naam}"', "Cache-Control": "no-store"}
    return Stream(bestand.delen, media_type=bestand.media, headers=headers)


@post("/logboek/controle", guards=SEE, status_code=303)
async def check(
    session: NamedDependency[AsyncSession],
    tenant: NamedDependency[Tenant],
    medewerker: NamedDependency[Medewerker],
) -> Redirect:
    record(session, "logboek.controle_gevraagd", "logboek", "zegels", medewerker.id)

    async def ring() -> None:
        await controleer_logboek.ring(tenant, "nu")

    after_commit(session, ring)
    return Redirect("/logboek?controle=gevraagd", status_code=303)


async def _listing(request: Req, session: AsyncSession, log: Log) -> Template:
    asked = understand(log, {name: request.query_params.get(name, "") for name in request.query_params})
    names = await queries.names(session)
    rows, volgende, aantal = [], None, 0
    if not asked.fouten:
        found, volgende = await queries.page(session, asked)
        rows, aantal = list(found), await queries.count(session, asked)
    handelingen = await queries.handelingen(session) if log is Log.AUDIT else []
    checks = await queries.latest_checks(session)
    context = pagina.listing(asked, rows, volgende, aantal, names, handelingen)
    context |= pagina.standing(checks, asked=request.query_params.get("controle") == "gevraagd")
    return Template("logboek/index.html", context=context, status_code=400 if asked.fouten else 200)


async def _line(session: AsyncSession, log: Log, rij_id: UUID) -> Template:
    row, nummer = await queries.line(session, log, rij_id)
    return Template("logboek/show.html", context=pagina.detail(row, nummer, await queries.names(session)))


def _about(form: dict[str, str], fouten: dict[str, str] | None = None) -> dict[str, Any]:
    """The page that looks for a citizen, before anything was found. `form`: as it was typed."""
    typed = {name: form.get(name, "") for name in ("bsn", "van", "tot")}
    return {"getypt": typed, "fouten": fouten or {}, "regels": None, "aantal": "0", "volgende": None}


HANDLERS = (verwerkingen, auditregels, verwerking, auditregel, inwoner, search_inwoner, export, check)
