"""Requests that change something come from our own pages: a token bound to the session, and where they came from."""

from __future__ import annotations

import hmac
from typing import Any

from litestar import Request
from litestar.types import Scope

from app.auth import cookies, rights
from app.auth.tenant import medewerker_of_scope, tenant_of_scope
from app.errors import NotAllowed
from app.geheimen import subject_hmac
from app.settings import settings
from tenants.context import Tenant

FIELD = "_csrf"
HEADER = "x-csrf"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SIGN_IN_FORM = {"public": True, "csrf": "sign_in"}  # option of the one form that is sent before there is a session


class PageTooOld(NotAllowed):
    """The form's token is not this session's. Rendered like every Refused, with status 403."""

    titel = "Deze pagina is te oud"

    def __init__(self) -> None:
        super().__init__(
            "Deze pagina is te oud. Laad de pagina opnieuw en probeer het nog eens. Wat al bewaard is, staat er nog."
        )


def sign_in_token(tenant: Tenant, cookie: str) -> str:
    """The token for the sign-in form: bound to this browser's cookie and this municipality."""
    return subject_hmac(tenant, "csrf-aanmelden", cookie).hex()


async def check(request: Request[Any, Any, Any]) -> None:
    """Raises `PageTooOld` for an unsafe request that is not plainly from a page of this session."""
    scope = request.scope
    if scope["method"] in SAFE_METHODS or request.route_handler.opt.get("csrf") == "program":
        return  # a program's request is no use to a page that makes a browser send it: it holds a signed token
    if not _from_here(scope):
        raise PageTooOld
    medewerker = medewerker_of_scope(scope)
    needs_sign_in_token = request.route_handler.opt.get("csrf") == "sign_in"
    if medewerker is None and not needs_sign_in_token and not rights.is_public(request.route_handler):
        return  # the guard says that nobody is signed in; nothing happens without a session
    expected = _sign_in_token_of(scope) if medewerker is None or needs_sign_in_token else medewerker.csrf
    if expected is None or not hmac.compare_digest(await _token_of(request), expected.encode()):
        raise PageTooOld


def _sign_in_token_of(scope: Scope) -> str | None:
    cookie = cookies.read(scope, cookies.SIGN_IN)
    return sign_in_token(tenant_of_scope(scope), cookie) if cookie else None


async def _token_of(request: Request[Any, Any, Any]) -> bytes:
    """The token as sent, in the header or else in the form; empty when it is absent or sent twice."""
    sent: list[Any] = request.headers.getall(HEADER, [])
    if not sent:
        sent = (await request.form()).getall(FIELD, [])
    return sent[0].encode() if len(sent) == 1 and isinstance(sent[0], str) else b""


def _from_here(scope: Scope) -> bool:
    """What the browser itself says of where the request came from (Fetch Metadata, RFC 6454); absent is fine."""
    headers: dict[bytes, list[bytes]] = {}
    for name, value in scope["headers"]:
        headers.setdefault(name.lower(), []).append(value)
    site = headers.get(b"sec-fetch-site", [b"none"])
    if site not in ([b"same-origin"], [b"none"]):
        return False
    origin = headers.get(b"origin")
    own = settings().public_scheme.encode() + b"://" + headers[b"host"][0].lower()
    return origin is None or origin == [own]
