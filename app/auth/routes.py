"""Signing in, coming back, confirming, signing out (here and elsewhere), and one's own preferences."""

from collections.abc import Iterable
from typing import Any

from litestar import MediaType, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect, Template
from sqlalchemy import update

from app import klok
from app.auth import afmelden, cookies, inloggen, sessions, urls
from app.auth.csrf import SIGN_IN_FORM, sign_in_token
from app.auth.medewerker import Medewerker, initialen
from app.auth.meting import counted
from app.auth.models import Inlogsoort, Lidmaatschap, Modus
from app.auth.oidc import provider
from app.auth.queries import active_by_name
from app.auth.rights import PROGRAM, PUBLIC, ROL_NAMEN, Recht, requires
from app.auth.tenant import BySlug, medewerker_of_scope
from app.db import unit_of_work
from app.errors import BadInput
from app.grenzen.klassen import SIGNS_IN
from app.settings import settings
from tenants.context import Tenant

AnyRequest = Request[Any, Any, Any]


@get(urls.SIGN_IN, opt=PUBLIC, name="aanmelden")
async def show_sign_in(request: AnyRequest, tenant: NamedDependency[Tenant]) -> Response[Any]:
    """The sign-in page; the cookie it sets binds the form and the answer of the provider to this browser.

    Who is signed in goes on at once, unless they ask to sign in once more (`opnieuw`): before their session is over.
    """
    volgende = urls.safe_path(request.query_params.get("volgende"))
    if medewerker_of_scope(request.scope) is not None and "opnieuw" not in request.query_params:
        return Redirect(volgende, status_code=303)
    browser = cookies.read(request.scope, cookies.SIGN_IN) or cookies.new_token()
    context = {
        "tenant": tenant,
        "volgende": volgende,
        "csrf": sign_in_token(tenant, browser),
        "mensen": await _people(tenant) if offers_people(tenant) else [],
    }
    return Template("auth/aanmelden.html", context=context, cookies=[cookies.written(cookies.SIGN_IN, browser)])


@post(urls.SIGN_IN, opt=SIGN_IN_FORM | SIGNS_IN, status_code=303)
async def begin_sign_in(request: AnyRequest, tenant: NamedDependency[Tenant]) -> Redirect:
    form = await request.form()
    browser = cookies.read(request.scope, cookies.SIGN_IN)
    if browser is None:  # the token was checked against this cookie before we came here
        raise BadInput("Laad de pagina opnieuw en probeer het nog eens.")
    with counted(tenant, ends=False):
        address = await inloggen.start(
            tenant,
            provider(tenant),
            host=host_of_request(request),
            browser=browser,
            volgende=str(form.get("volgende", "")),
            login_hint=str(form.get("als", ""))[:100] or None if offers_people(tenant) else None,
            soort=await _kind_of_sign_in(request, tenant),
        )
    return Redirect(address, status_code=303)


@get(urls.CALLBACK, opt=PUBLIC)
async def finish_sign_in(
    request: AnyRequest, tenant: NamedDependency[Tenant], tenant_by_slug: NamedDependency[BySlug]
) -> Redirect:
    """The provider's answer. The browser gets a new session and loses the cookie of signing in."""
    try:
        with counted(tenant):
            signed_in = await inloggen.complete(
                tenant,
                provider(tenant),
                _once_each(request),
                host=host_of_request(request),
                browser=cookies.read(request.scope, cookies.SIGN_IN),
                old_session=cookies.read(request.scope, cookies.SESSION),
                user_agent=request.headers.get("user-agent", ""),
            )
    except inloggen.NoRole as refusal:
        refusal.points_to(await _others(tenant, refusal.identity.organisaties, tenant_by_slug))
        raise
    except inloggen.NotProven as refusal:
        return Redirect(urls.confirm_url(refusal.volgende), status_code=303)
    except inloggen.AttemptUnknown:
        if medewerker_of_scope(request.scope) is None:
            raise
        return Redirect(urls.START, status_code=303)  # "back" after signing in; nothing is wrong
    fresh = [cookies.cleared(cookies.SIGN_IN)]
    if signed_in.cookie is not None:
        fresh.append(cookies.written(cookies.SESSION, signed_in.cookie))
    return Redirect(signed_in.volgende, status_code=303, cookies=fresh)


@get(urls.CONFIRM, guards=[requires(Recht.AANGEMELD)])
async def show_confirmation(request: AnyRequest, medewerker: NamedDependency[Medewerker]) -> Response[Any]:
    """The question "is it still you?"; who answered it lately goes on at once."""
    volgende = urls.safe_path(request.query_params.get("volgende"))
    if medewerker.is_bevestigd(klok.now()):
        return Redirect(volgende, status_code=303)
    return Template("auth/bevestigen.html", context={"volgende": volgende})


@post(urls.CONFIRM, guards=[requires(Recht.AANGEMELD)], opt=SIGNS_IN, status_code=303)
async def begin_confirmation(
    request: AnyRequest, tenant: NamedDependency[Tenant], medewerker: NamedDependency[Medewerker]
) -> Redirect:
    """To the provider, which asks again. The session stays as it is until the answer proves something."""
    browser = cookies.new_token()
    with counted(tenant, ends=False):
        address = await inloggen.start(
            tenant,
            provider(tenant),
            host=host_of_request(request),
            browser=browser,
            volgende=str((await request.form()).get("volgende", "")),
            login_hint=medewerker.gebruikersnaam if offers_people(tenant) else None,
            soort=Inlogsoort.BEVESTIGEN,
            voor_sessie=medewerker.sessie,
        )
    return Redirect(address, status_code=303, cookies=[cookies.written(cookies.SIGN_IN, browser)])


@get(urls.CONFIRMED, guards=[requires(Recht.AANGEMELD)])
async def show_confirmed() -> Template:
    """Where the question ends when it was asked in a tab of its own."""
    return Template("auth/klaar.html", context={"titel": "U hebt bevestigd dat u het bent", "gebeurde": "bevestigd"})


@get(urls.SIGNED_IN, guards=[requires(Recht.AANGEMELD)])
async def show_signed_in() -> Template:
    """Where signing in ends when it was done in a window of its own; that window closes itself."""
    return Template("auth/klaar.html", context={"titel": "U bent aangemeld", "gebeurde": "aangemeld"})


@post("/afmelden", guards=[requires(Recht.AANGEMELD)], status_code=303)
async def sign_out(
    request: AnyRequest, tenant: NamedDependency[Tenant], medewerker: NamedDependency[Medewerker]
) -> Redirect:
    address = await afmelden.sign_out(tenant, provider(tenant), medewerker, host=host_of_request(request))
    # "cookies" would empty the whole registered domain, other municipalities' sessions included.
    headers = {"Clear-Site-Data": '"cache"'}
    return Redirect(address, status_code=303, cookies=[cookies.cleared(cookies.SESSION)], headers=headers)


@post(urls.NOTICE, opt=PROGRAM, status_code=200)
async def receive_notice(request: AnyRequest, tenant: NamedDependency[Tenant]) -> Response[str]:
    """The provider says that somebody signed out there (OpenID Connect Back-Channel Logout 1.0, section 2.8)."""
    sent = (await request.form()).getall("logout_token", [])
    if len(sent) != 1 or not isinstance(sent[0], str):
        raise afmelden.NoticeRefused("geen token")
    await afmelden.receive_notice(tenant, provider(tenant), sent[0])
    return Response("", status_code=200, media_type=MediaType.TEXT)


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


HANDLERS = [
    show_sign_in,
    begin_sign_in,
    finish_sign_in,
    show_confirmation,
    begin_confirmation,
    show_confirmed,
    show_signed_in,
    sign_out,
    receive_notice,
    save_preferences,
]


def offers_people(tenant: Tenant) -> bool:
    """Whether the page lists people by name and role: a demo municipality in development, nowhere else."""
    return settings().development and tenant.voorbeeld


def host_of_request(request: AnyRequest) -> str:
    return str(request.scope.get("host", ""))


async def _kind_of_sign_in(request: AnyRequest, tenant: Tenant) -> Inlogsoort:
    """Whoever comes from a locked screen is asked again by the provider, whatever it remembers of them.

    Such a browser still brings the cookie of a session that rests or is over; after signing out it does not.
    """
    token = cookies.read(request.scope, cookies.SESSION)
    if token is None:
        return Inlogsoort.AANMELDEN
    async with unit_of_work(tenant) as session:
        left = await sessions.person_left(session, cookies.hash_of(token))
    return Inlogsoort.AANMELDEN if left is None else Inlogsoort.OPNIEUW


async def _others(tenant: Tenant, slugs: Iterable[str], by_slug: BySlug) -> list[tuple[str, str]]:
    """Name and address of the active municipalities among these organisations of one person, without this one."""
    found = [await by_slug(slug) for slug in slugs if slug != tenant.slug]
    return sorted((one.naam, urls.public_url(one)) for one in found if one is not None)


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
