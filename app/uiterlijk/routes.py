"""The look of one municipality as files (stylesheet, logo, icon), and the tenant admin's page about it.

The address of a file carries the hash of its contents. One that was right until somebody saved leads to the present
one: a page that is still open stays whole.
"""

import re
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.medewerker import Medewerker
from app.auth.rights import PUBLIC_FILE, Recht, requires
from app.beveiliging import MAX_BODY
from app.db import unit_of_work
from app.errors import Conflict, NotFound
from app.htmx import is_htmx
from app.invoer import fields, whole_number
from app.thema import scoped
from app.uiterlijk import forms, geheugen, pagina, queries, service
from app.uiterlijk.blik import NEUTRAL, file_name, theme
from tenants.context import Tenant

SEE = [requires(Recht.INRICHTING_BEHEREN)]
PATH = pagina.PATH
Req = Request[Any, Any, Any]

SHEET = re.compile(r"[0-9a-f]{16}\.css")
PICTURE = re.compile(r"([0-9a-f]{32})\.(svg|png)")
JUST_READ = 1.0  # seconds: another process may have saved since
GONE = "Deze vormgeving is vernieuwd. Laad de pagina opnieuw."


@get("/thema/{bestand:str}", opt=PUBLIC_FILE)
async def stylesheet(tenant: NamedDependency[Tenant], bestand: FromPath[str]) -> Response[str] | Redirect:
    if not SHEET.fullmatch(bestand):
        raise NotFound(GONE)
    mine = await geheugen.present(tenant)
    if not mine.thema_url.endswith(f"/{bestand}"):
        mine = await geheugen.present(tenant, max_age=JUST_READ)
    if not mine.thema_url.endswith(f"/{bestand}"):
        return Redirect(mine.thema_url, status_code=302)
    return Response(theme(mine.kleur).css, media_type="text/css; charset=utf-8")


@get("/logo/{bestand:str}", opt=PUBLIC_FILE)
async def logo(tenant: NamedDependency[Tenant], bestand: FromPath[str]) -> Response[bytes] | Redirect:
    return await _picture(tenant, bestand) or _now((await geheugen.present(tenant, max_age=JUST_READ)).logo_url)


@get("/favicon/{bestand:str}", opt=PUBLIC_FILE)
async def favicon(tenant: NamedDependency[Tenant], bestand: FromPath[str]) -> Response[bytes] | Redirect:
    return await _picture(tenant, bestand) or _now((await geheugen.present(tenant, max_age=JUST_READ)).favicon_url)


@get(PATH, guards=SEE)
async def index(request: Req, session: NamedDependency[AsyncSession], tenant: NamedDependency[Tenant]) -> Template:
    gebeurd = str(request.query_params.get("gebeurd", ""))
    return _page(pagina.show(tenant, await queries.present(session), gebeurd=gebeurd))


@get(f"{PATH}/voorbeeld", guards=SEE)
async def example(request: Req, session: NamedDependency[AsyncSession], tenant: NamedDependency[Tenant]) -> Template:
    """The example of what is typed now; by itself a page, since the address can be opened."""
    kleur, monogram = (str(request.query_params.get(name, ""))[:40] for name in ("kleur", "monogram"))
    blik = await queries.present(session)
    if is_htmx(request):
        return Template("beheer/_voorbeeld.html", context=pagina.example(tenant, blik, kleur, monogram))
    return _page(pagina.show(tenant, blik, forms.Invoer(kleur, monogram)))


@get(f"{PATH}/voorbeeld.css", guards=SEE)
async def example_stylesheet(request: Req) -> Response[str]:
    kleur = forms.read_colour(str(request.query_params.get("kleur", ""))) or NEUTRAL
    return Response(scoped(theme(kleur), ".voorbeeld"), media_type="text/css; charset=utf-8")


@post(f"{PATH}/voorbeeld", guards=SEE, status_code=200, request_max_body_size=MAX_BODY)
async def look_first(
    request: Req, session: NamedDependency[AsyncSession], tenant: NamedDependency[Tenant]
) -> Template:
    """The same without JavaScript: the page with what was typed, and nothing saved."""
    form, files = await _sent(request)
    typed = forms.read(form, files)
    return _page(pagina.show(tenant, await queries.present(session), typed))


@post(PATH, guards=SEE, status_code=303, request_max_body_size=MAX_BODY)
async def save(
    request: Req, tenant: NamedDependency[Tenant], medewerker: NamedDependency[Medewerker]
) -> Redirect | Template:
    form, files = await _sent(request)
    typed = forms.read(form, files)
    if typed.wens is None:
        return await _refused(tenant, typed, 400)
    try:
        async with unit_of_work(tenant) as session:
            gezien = whole_number(form.get("gezien", ""), "gezien")
            changed = await service.save(session, typed.wens, gezien=gezien, door=medewerker.id)
    except Conflict as refusal:
        lost = dict.fromkeys(files, forms.CHOOSE_AGAIN)
        again = forms.Invoer(typed.kleur, typed.monogram, fouten=lost | {"stand": refusal.uitleg})
        return await _refused(tenant, again, refusal.status)
    return Redirect(f"{PATH}?gebeurd={'bewaard' if changed else 'zelfde'}", status_code=303)


@post(f"{PATH}/herstel", guards=SEE, status_code=303)
async def undo(
    request: Req, tenant: NamedDependency[Tenant], medewerker: NamedDependency[Medewerker]
) -> Redirect | Template:
    form, _ = await _sent(request)
    try:
        async with unit_of_work(tenant) as session:
            gezien = whole_number(form.get("gezien", ""), "gezien")
            await service.undo(session, gezien=gezien, door=medewerker.id)
    except Conflict as refusal:
        return await _refused(tenant, None, refusal.status, stand=refusal.uitleg)
    return Redirect(f"{PATH}?gebeurd=terug", status_code=303)


HANDLERS = (stylesheet, logo, favicon, index, example, example_stylesheet, look_first, save, undo)


async def _picture(tenant: Tenant, bestand: str) -> Response[bytes] | None:
    """The picture by that name; None when this municipality does not have it (any more)."""
    named = PICTURE.fullmatch(bestand)
    if named is None:
        raise NotFound(GONE)
    async with unit_of_work(tenant) as session:
        found = await queries.picture(session, named[1])
    if found is None or file_name(found.hash, found.soort) != bestand:
        return None
    return Response(found.inhoud, media_type=found.soort)


def _now(url: str | None) -> Redirect:
    if url is None:
        raise NotFound(GONE)
    return Redirect(url, status_code=302)


async def _sent(request: Req) -> tuple[dict[str, str], dict[str, bytes]]:
    """What was typed, and the files that were chosen: a field for a file that was left empty is none."""
    form = await request.form()
    texts = {name: value for name, value in form.items() if isinstance(value, str)}
    files = {}
    for name in ("logo", "favicon"):
        chosen = form.get(name)
        if isinstance(chosen, UploadFile) and (inhoud := await chosen.read()):
            files[name] = inhoud
    return fields(texts), files


async def _refused(tenant: Tenant, typed: forms.Invoer | None, status: int, *, stand: str = "") -> Template:
    async with unit_of_work(tenant) as session:
        blik = await queries.present(session)
    if stand:
        typed = forms.Invoer(blik.kleur, blik.monogram, fouten={"stand": stand})
    return _page(pagina.show(tenant, blik, typed), status=status)


def _page(context: dict[str, Any], *, status: int = 200) -> Template:
    return Template("beheer/uiterlijk.html", context=context, status_code=status)
