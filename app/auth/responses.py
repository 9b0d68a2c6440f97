"""What someone without a session gets."""

from __future__ import annotations

from typing import Any

from litestar import Request
from litestar.response import Redirect

from app.auth import urls


def sign_in_redirect(request: Request[Any, Any, Any]) -> Redirect | None:
    """For the handler of `NotSignedIn`: to the sign-in page and back here for a visit of a page, None for the rest.

    Fragments (htmx), saves, fetch and event streams want the status 401 instead.
    """
    if not _is_page_visit(request):
        return None
    query = request.scope["query_string"].decode("ascii", "replace")
    here = request.scope["path"] + (f"?{query}" if query else "")
    return Redirect(urls.sign_in_url(here), status_code=303)


def _is_page_visit(request: Request[Any, Any, Any]) -> bool:
    if request.method not in {"GET", "HEAD"} or request.headers.get("hx-request"):
        return False
    mode = request.headers.get("sec-fetch-mode")
    return mode == "navigate" if mode else "text/html" in request.headers.get("accept", "")
