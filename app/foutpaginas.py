"""How every no and every failure is shown: a page for people, problem+json for programs (RFC 9457)."""

from __future__ import annotations

import secrets
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.response import Template
from litestar.types import ExceptionHandlersMap
from sqlalchemy.exc import DBAPIError, IntegrityError

from app import metrics
from app.auth.responses import address_of, ask_to_confirm, ask_to_sign_in
from app.auth.tenant import tenant_of_scope
from app.beveiliging import MAX_BODY, typed_fields
from app.db import UNREACHABLE, is_for_now, is_held_up, sqlstate
from app.errors import TO_START, Actie, NotConfirmed, NotSignedIn, Refused
from app.grenzen import klassen
from app.grenzen.fouten import Druk
from app.htmx import is_htmx
from app.log import log

Req = Request[Any, Any, Any]

_WORDS = {
    400: ("Deze gegevens kunnen we niet lezen", "Ga terug, laad de pagina opnieuw en probeer het nog eens."),
    404: ("Deze pagina bestaat niet", "Misschien is het gesprek al afgerond, of klopt het adres niet."),
    405: ("Dit kan hier niet", "Ga terug naar de startpagina en begin daar opnieuw."),
    413: (
        "Dit is te groot",
        "U kunt hier hoogstens {} tekst in één keer versturen. Ga terug in uw browser: wat u typte, staat er nog. "
        "Maak het korter en probeer het opnieuw.",
    ),
    503: ("Even niet bereikbaar", "We zijn er zo weer. Wat bewaard is, staat er nog. Probeer het over een minuut."),
}
_CRASH = ("Dit is niet gelukt", "Wat u bewaard hebt, staat er nog. Probeer het over een minuut weer.")
_MAY_BE_TRIED_AGAIN = frozenset({429, 500, 503})


def render(
    request: Req,
    status: int,
    titel: str,
    uitleg: str,
    *,
    foutnummer: str | None = None,
    acties: tuple[Actie, ...] = (TO_START,),
) -> Response[Any]:
    """The page for people, or problem+json when a program (or a save) asked.

    Where the failure is ours, the page offers the same once more: the visit, or the form with all that was typed.
    """
    if _wants_problem(request):
        body = {"type": "about:blank", "status": status, "title": titel, "detail": uitleg}
        if foutnummer:
            body["instance"] = f"urn:kiss:fout:{foutnummer}"
        return Response(body, status_code=status, media_type="application/problem+json")
    context = {
        "status": status,
        "titel": titel,
        "uitleg": uitleg,
        "foutnummer": foutnummer,
        "acties": acties,
        "opnieuw": _again(request) if status in _MAY_BE_TRIED_AGAIN else None,
    }
    name = "_fout.html" if is_htmx(request) else "fout.html"
    return Template(name, context=context, status_code=status)


def _again(request: Req) -> dict[str, Any] | None:
    """The same request as a link, or as a form: its own token goes along, so it can do no more than the first did."""
    if is_htmx(request):
        return None
    if request.method in {"GET", "HEAD"}:
        return {"href": address_of(request), "velden": None}
    fields = typed_fields(request.scope)
    return {"href": address_of(request), "velden": fields} if fields else None


def _wants_problem(request: Req) -> bool:
    if request.scope.get("tenant") is None:  # a probe or a file: there is no municipality to make a page for
        return True
    if is_htmx(request):
        return False
    accept = request.headers.get("accept", "")
    return "text/html" not in accept


def refused(request: Req, error: Refused) -> Response[Any]:
    if isinstance(error, NotSignedIn) and (to_sign_in := ask_to_sign_in(request)):
        return to_sign_in
    if isinstance(error, NotConfirmed) and (question := ask_to_confirm(request, error)):
        return question
    response = render(request, error.status, error.titel, error.uitleg, acties=error.acties)
    if error.opnieuw_na is not None:
        response.headers["Retry-After"] = str(error.opnieuw_na)
    return response


def http_error(request: Req, error: HTTPException) -> Response[Any]:
    """Litestar's own refusals. Its validation errors are 400 here as well; 422 does not exist."""
    status = 400 if error.status_code == 422 else error.status_code
    if isinstance(error.__cause__, NotADirectoryError):  # an address behind a file of ours: Litestar says 500
        status = 404
    if status >= 500:
        return crash(request, error)
    titel, uitleg = _WORDS.get(status, _WORDS[400])
    return render(request, status, titel, uitleg.format(_most(request)) if status == 413 else uitleg)


def _most(request: Req) -> str:
    """How much text this address takes, as people say it."""
    most = request.route_handler.resolve_request_max_body_size() or MAX_BODY
    return "1 MB" if most >= MAX_BODY else f"{most // 1024} kB"


def conflict(request: Req, error: IntegrityError) -> Response[Any]:
    log.warning("database.weigerde", soort=type(error.orig).__name__)
    return render(
        request,
        409,
        "Iemand anders was u voor",
        "Deze gegevens zijn intussen veranderd. Laad de pagina opnieuw en kijk of het nog nodig is.",
    )


def unavailable(request: Req, error: Exception) -> Response[Any]:
    """The database is gone or too busy: say so, and when to try again."""
    metrics.database_away.inc()
    log.error("database.onbereikbaar", soort=type(error).__name__)
    response = render(request, 503, *_WORDS[503])
    response.headers["Retry-After"] = "5"
    return response


def database_error(request: Req, error: Exception) -> Response[Any]:
    """A statement failed: others were in the way, by something that passes (a crash, a full disk), or by a defect."""
    if is_held_up(error):
        return held_up(request, error)
    return unavailable(request, error) if is_for_now(error) else crash(request, error)


def held_up(request: Req, error: Exception) -> Response[Any]:
    """The database is there; it only took too long. Not an outage, so not the alert of one."""
    log.warning("database.hield_op", code=sqlstate(error) or type(error).__name__)
    metrics.busy.labels(tenant_of_scope(request.scope).slug, klassen.current().value).inc()
    return refused(request, Druk())


def crash(request: Req, error: Exception) -> Response[Any]:
    """Something nobody expected. The number on the page is the number in the log."""
    foutnummer = secrets.token_hex(4)
    log.exception("verzoek.mislukt", foutnummer=foutnummer, exc_info=error)
    return render(request, 500, *_CRASH, foutnummer=foutnummer)


HANDLERS: ExceptionHandlersMap = {
    Refused: refused,
    HTTPException: http_error,
    IntegrityError: conflict,
    DBAPIError: database_error,
    **dict.fromkeys(UNREACHABLE, database_error),
    Exception: crash,
}
