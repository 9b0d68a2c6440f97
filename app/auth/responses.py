"""What someone without a session gets, and someone who has to prove again who they are."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response
from litestar.response import Redirect, Template

from app.auth import cookies, csrf, urls
from app.auth.tenant import tenant_of_scope
from app.beveiliging import typed_fields
from app.errors import NotConfirmed
from app.htmx import is_htmx


def ask_to_sign_in(request: Request[Any, Any, Any]) -> Response[Any] | None:
    """For the handler of `NotSignedIn`: to the sign-in page and back here for a visit of a page, None for the rest.

    Fragments (htmx), saves, fetch and event streams want the status 401 instead. Behind a locked screen pages and
    fragments get the lock instead of what they asked for, under their own address.
    """
    if request.scope.get("slot") and "text/html" in request.headers.get("accept", "text/html"):
        return _locked(request)
    if not _is_page_visit(request):
        return None
    return Redirect(urls.sign_in_url(address_of(request)), status_code=303)


def _locked(request: Request[Any, Any, Any]) -> Response[Any]:
    """The lock. A form that came too late goes back to its page: the page itself keeps what was typed there."""
    if is_htmx(request):
        return Template("auth/_vergrendeld.html", context={"weer": urls.AGAIN}, status_code=401)
    visit = _is_page_visit(request)
    host = str(request.scope.get("host", ""))
    browser = cookies.read(request.scope, cookies.SIGN_IN) or cookies.new_token()
    context = {
        "csrf": csrf.sign_in_token(tenant_of_scope(request.scope), browser),
        "volgende": urls.safe_path(
            address_of(request) if visit else urls.back_from(request.headers.get("referer"), host)
        ),
    }
    fresh = [cookies.written(cookies.SIGN_IN, browser)]
    return Template("auth/vergrendeld.html", context=context, status_code=401, cookies=fresh)


def ask_to_confirm(request: Request[Any, Any, Any], error: NotConfirmed) -> Response[Any] | None:
    """For the handler of `NotConfirmed`: a visit of a page goes to the question and comes back here.

    What was sent with a form stands on a page of its own, from where it is sent again after the question was answered
    in another tab: nothing typed is lost. None for programs: they want the status.
    """
    if _is_page_visit(request):
        return Redirect(urls.confirm_url(address_of(request)), status_code=303)
    if "text/html" not in request.headers.get("accept", ""):
        return None
    context = {
        "titel": error.titel,
        "uitleg": error.uitleg,
        "vraag": urls.confirm_url(urls.CONFIRMED),
        "opnieuw": None if is_htmx(request) else address_of(request),
        "velden": [field for field in typed_fields(request.scope) if field[0] != csrf.FIELD],
    }
    name = "auth/_bevestig_eerst.html" if is_htmx(request) else "auth/bevestig_eerst.html"
    return Template(name, context=context, status_code=error.status)


def address_of(request: Request[Any, Any, Any]) -> str:
    """Path and query of this request."""
    query = request.scope["query_string"].decode("ascii", "replace")
    return str(request.scope["path"]) + (f"?{query}" if query else "")


def _is_page_visit(request: Request[Any, Any, Any]) -> bool:
    if request.method not in {"GET", "HEAD"} or request.headers.get("hx-request"):
        return False
    mode = request.headers.get("sec-fetch-mode")
    return mode == "navigate" if mode else "text/html" in request.headers.get("accept", "")
