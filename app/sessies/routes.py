"""One's own sessions: how this one stands, locking it, and the list of all with an end to each."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.auth import cookies, urls
from app.auth.medewerker import Medewerker
from app.auth.rights import PASSIVE, Recht, requires
from app.grenzen.klassen import SAVES
from app.sessies import queries, service

GUARDS = [requires(Recht.AANGEMELD)]
LIST = "/mijn/sessies"
AnyRequest = Request[Any, Any, Any]


@get("/sessie", guards=GUARDS, opt=SAVES | PASSIVE)
async def show_state(medewerker: NamedDependency[Medewerker]) -> dict[str, str]:
    """How this session stands, for a page that wonders; asking is no activity. 401 when it rests or is over."""
    return _state(medewerker)


@post("/sessie/activiteit", guards=GUARDS, opt=SAVES, status_code=200)
async def report_activity(medewerker: NamedDependency[Medewerker]) -> dict[str, str]:
    """The person did something at the page: pressed a key, clicked, scrolled."""
    return _state(medewerker)


@post("/vergrendeling", guards=GUARDS, opt=SAVES, status_code=303)
async def lock(
    request: AnyRequest, session: NamedDependency[AsyncSession], medewerker: NamedDependency[Medewerker]
) -> Response[Any]:
    """Lock at once. Without script the browser comes back to its page, where the lock stands then."""
    await service.lock(session, medewerker)
    if "text/html" not in request.headers.get("accept", ""):
        return Response(None, status_code=204)
    return Redirect(urls.safe_path(str((await request.form()).get("volgende", ""))), status_code=303)


@get(LIST, guards=GUARDS)
async def index(
    session: NamedDependency[AsyncSession], medewerker: NamedDependency[Medewerker], beeindigd: FromQuery[str] = ""
) -> Template:
    sessies = await queries.sessies_of(session, medewerker)
    return Template("sessies/index.html", context={"sessies": sessies, "beeindigd": beeindigd == "ja"})


@post(LIST + "/{kenmerk:str}/einde", guards=GUARDS, status_code=303)
async def end_one(
    session: NamedDependency[AsyncSession], medewerker: NamedDependency[Medewerker], kenmerk: FromPath[str]
) -> Redirect:
    if await service.end_one(session, medewerker, kenmerk):
        return Redirect(urls.SIGN_IN, status_code=303, cookies=[cookies.cleared(cookies.SESSION)])
    return Redirect(f"{LIST}?beeindigd=ja", status_code=303)


@post(LIST + "/einde", guards=GUARDS, status_code=303)
async def end_others(session: NamedDependency[AsyncSession], medewerker: NamedDependency[Medewerker]) -> Redirect:
    await service.end_others(session, medewerker)
    return Redirect(f"{LIST}?beeindigd=ja", status_code=303)


def _state(medewerker: Medewerker) -> dict[str, str]:
    """Names of session and person that say nothing elsewhere, the token for forms, and moments (ISO 8601)."""
    return {
        "kenmerk": medewerker.sessie_kenmerk,
        "persoon": medewerker.persoon_kenmerk,
        "csrf": medewerker.csrf,
        "tot": medewerker.sessie_tot.isoformat() if medewerker.sessie_tot else "",
        "slot_op": medewerker.slot_op.isoformat() if medewerker.slot_op else "",
    }


HANDLERS = (show_state, report_activity, lock, index, end_one, end_others)
