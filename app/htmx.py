"""The few words of htmx 4 that the server needs."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response
from litestar.response import Redirect


def is_htmx(request: Request[Any, Any, Any]) -> bool:
    """Whether htmx asks for a fragment rather than a person for a page."""
    return request.headers.get("hx-request") == "true"


def redirect(request: Request[Any, Any, Any], path: str) -> Response[Any] | Redirect:
    """Send the browser to another page: htmx by its own header, a plain form by 303."""
    if is_htmx(request):
        return Response(None, status_code=200, headers={"HX-Redirect": path})
    return Redirect(path, status_code=303)
