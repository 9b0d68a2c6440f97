"""Signing in, coming back, signing out, and one's own preferences."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect, Template
from sqlalchemy import update

from app.auth import cookies, inloggen, urls
from app.auth.csrf import SIGN_IN_FORM, sign_in_token
from app.auth.medewerker import Medewerker, initialen
from app.auth.models import Lidmaatschap, Modus
from app.auth.oidc import provider
from app.auth.queries import active_by_name
from app.auth.rights import PUBLIC, ROL_NAMEN, Recht, requires
from app.auth.tenant import medewerker_of_scope
from app.db import unit_of_work
from app.errors import BadInput
from app.settings import settings
from tenants.context import Tenant

AnyRequest = Request[Any, Any, Any]


@get(urls.SIGN_IN, opt=PUBLIC, name="aanmelden")
async def show_sign_in(request: AnyRequest, tenant: NamedDependency[Tenant]) -> Response[Any]:
    """The sign-in page; the cookie it sets binds the form and the answer of the provider to this browser."""
    volgende = urls.safe_path(request.query_params.get("volgende"))
    if medewerker_of_scope(request.scope) is not None:
        return Redirect(volgende, status_code=303)
    browser = cookies.read(request.scope, cookies.SIGN_IN) or cookies.new_token()
    context = {
        "tenant": tenant,
        "volgende": volgende,
        "csrf": sign_in_token(tenant, browser),
        "mensen": await _people(tenant) if offers_people(tenant) else [],
    }
    return Template("auth/aanmelden.html", context=context, cookies=[cookies.written(cookies.SIGN_IN, browser)])


@post(urls.SIGN_IN, opt=SIGN_IN_FORM, status_code=303)
async def begin_sign_in(request: AnyRequest, tenant: NamedDependency[Tenant]) -> Redirect:
    form = await request.form()
    browser = cookies.read(request.scope, cookies.SIGN_IN)
    if browser is None:  # the token was checked against this cookie before we came here
        raise BadInput("Laad de pagina opnieuw en probeer het nog eens.")
    address = await inloggen.start(
        tenant,
        provider(tenant),
        host=host_of_request(request),
        browser=browser,
        volgende=str(form.get("volgende", "")),
        login_hint=str(form.get("als", ""))[:100] or None if offers_people(tenant) else None,
    )
    return Redirect(address, status_code=303)


@get(urls.CALLBACK, opt=PUBLIC)
async def finish_sign_in(request: AnyRequest, tenant: NamedDependency[Tenant]) -> Redirect:
    """The provider's answer. The browser gets a new session and loses the cookie of signing in."""
    try:
        signed_in = await inloggen.complete(
            tenant,
            provider(tenant),
            _once_each(request),
            host=host_of_request(request),
            browser=cookies.read(request.scope, cookies.SIGN_IN),
            old_session=cookies.read(request.scope, cookies.SESSION),
        )
    except inloggen.AttemptUnknown:
        if medewerker_of_scope(request.scope) is None:
            raise
        return Redirect(urls.START, status_code=303)  # "back" after signing in; nothing is wrong
    fresh = [cookies.written(cookies.SESSION, signed_in.cookie), cookies.cleared(cookies.SIGN_IN)]
    return Redirect(signed_in.volgende, status_code=303, cookies=fresh)


@post("/afmelden", guards=[requires(Recht.AANGEMELD)], status_code=303)
async def sign_out(
    request: AnyRequest, tenant: NamedDependency[Tenant], medewerker: NamedDependency[Medewerker]
) -> Redirect:
    address = await inloggen.sign_out(tenant, provider(tenant), medewerker, host=host_of_request(request))
    # "cookies" would empty the whole registered domain, other municipalities' sessions included.
    headers = {"Clear-Site-Data": '"cache"'}
    return Redirect(address, status_code=303, cookies=[cookies.cleared(cookies.SESSION)], headers=headers)


@post("/voorkeuren", guards=[requires(Recht.AANGEMELD)], status_code=303)
async def save_preferences(
    request: AnyRequest, tenant: NamedDependency[Tenant], medewerker: NamedDependency[Medewerker]
) -> Redirect:
    """How pages look for this person: field `modus`; `volgende` is the page to return to."""
    form = await request.form()
    if form.get("modus") not in list(Modus):
        raise BadInput("Kies een van de weergaven uit de lijst.")
    async with unit_of_work(tenant) as session:
        await session.execute(
            update(Lidmaatschap).where(Lidmaatschap.id == medewerker.id).values(modus=form.get("modus"))
        )
    return Redirect(urls.safe_path(str(form.get("volgende", ""))), status_code=303)


HANDLERS = [show_sign_in, begin_sign_in, finish_sign_in, sign_out, save_preferences]


def offers_people(tenant: Tenant) -> bool:
    """Whether the page lists people by name and role: a demo municipality in development, nowhere else."""
    return settings().development and tenant.voorbeeld


def host_of_request(request: AnyRequest) -> str:
    return str(request.scope.get("host", ""))


async def _people(tenant: Tenant) -> list[dict[str, Any]]:
    """The active members by their first role, in the order of the roles.

    `[{"rol": "Klantcontactmedewerker", "mensen": [{"gebruikersnaam": …, "naam": …, "initialen": …}, …]}, …]`
    """
    async with unit_of_work(tenant) as session:
        people = (await session.scalars(active_by_name())).all()
    groups = ((naam, [_person(one) for one in people if one.rollen[:1] == [rol]]) for rol, naam in ROL_NAMEN.items())
    return [{"rol": naam, "mensen": members} for naam, members in groups if members]


def _person(one: Lidmaatschap) -> dict[str, str]:
    return {"gebruikersnaam": one.gebruikersnaam, "naam": one.naam, "initialen": initialen(one.naam)}


def _once_each(request: AnyRequest) -> dict[str, str]:
    """The query as a provider sends it; a parameter given twice is a trick (RFC 6749, section 3.1)."""
    pairs = list(request.query_params.multi_items())
    query = {name: str(value) for name, value in pairs}
    if len(query) != len(pairs):
        raise inloggen.SignInFailed("parameter staat er twee keer")
    return query
