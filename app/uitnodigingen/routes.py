"""The link of an invitation: what it is, and the way to sign in."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.auth import cookies, inloggen, urls
from app.auth.csrf import SIGN_IN_FORM, sign_in_token
from app.auth.models import Inlogsoort
from app.auth.oidc import provider
from app.auth.rights import PUBLIC
from app.auth.tenant import medewerker_of_scope
from app.db import unit_of_work
from app.errors import BadInput
from app.grenzen.klassen import SIGNS_IN
from app.uitnodigingen import queries, service
from tenants.context import Tenant

AnyRequest = Request[Any, Any, Any]


@get("/uitnodiging/{token:str}", opt=PUBLIC | SIGNS_IN)
async def show(
    request: AnyRequest, session: NamedDependency[AsyncSession], tenant: NamedDependency[Tenant], token: FromPath[str]
) -> Response[Any]:
    """What the invitation is for, and the button that goes on; the cookie binds that button to this browser."""
    uitnodiging = await service.opened(session, token)
    browser = cookies.read(request.scope, cookies.SIGN_IN) or cookies.new_token()
    signed_in = medewerker_of_scope(request.scope)
    context = {
        "tenant": tenant,
        "sleutel": token,
        "csrf": sign_in_token(tenant, browser),
        "email": uitnodiging.email,
        "rollen": service.role_names(uitnodiging.rollen),
        "geldig_tot": service.in_words(uitnodiging.verloopt_op),
        "uitnodiger": await queries.name_of(session, uitnodiging.door),
        "aangemeld_als": signed_in.naam if signed_in else None,
    }
    return Template("uitnodiging/show.html", context=context, cookies=[cookies.written(cookies.SIGN_IN, browser)])


@post("/uitnodiging/{token:str}/aanmelding", opt=SIGN_IN_FORM | SIGNS_IN, status_code=303)
async def begin(request: AnyRequest, tenant: NamedDependency[Tenant], token: FromPath[str]) -> Redirect:
    """To the provider; the answer comes back to app.auth.inloggen, which uses the invitation. `anders`: it must ask
    who it is, also when it still knows somebody."""
    async with unit_of_work(tenant) as session:  # ends before the provider is asked anything
        uitnodiging = await service.opened(session, token)
    browser = cookies.read(request.scope, cookies.SIGN_IN)
    if browser is None:  # the token was checked against this cookie before we came here
        raise BadInput("Laad de pagina opnieuw en probeer het nog eens.")
    anders = "anders" in await request.form()
    address = await inloggen.start(
        tenant,
        provider(tenant),
        host=str(request.scope.get("host", "")),
        browser=browser,
        volgende=urls.START,
        login_hint=uitnodiging.email,
        soort=Inlogsoort.OPNIEUW if anders else Inlogsoort.AANMELDEN,
        uitnodiging_id=uitnodiging.id,
    )
    return Redirect(address, status_code=303)


HANDLERS = (show, begin)
