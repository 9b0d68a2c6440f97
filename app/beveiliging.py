"""Headers on every response, and input that can be read or is refused, byte for byte."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import parse_qsl, unquote_to_bytes

from litestar import Request
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import RequestEncodingType, ScopeType
from litestar.exceptions import HTTPException, InternalServerException, SerializationException
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from litestar.utils.scope.state import ScopeState

from app.errors import BadInput, NotFound

# Bytes of a body (413 above). Routes for what people type at length ask for more with `request_max_body_size=`.
MAX_BODY: Final = 1_000_000
SMALL_BODY: Final = 65_536
MAX_FIELDS: Final = 1_000
MAX_PATH: Final = 2_000  # characters, without the query
MAX_PART: Final = 255  # bytes between two slashes, as file systems have it
YEAR: Final = 31_536_000

# Pictures that people of a municipality chose. Opened by themselves they are a page of nobody, without any right.
_PICTURE = re.compile(r"/(?:logo|favicon)/[0-9a-f]{8,64}\.(?:svg|png)")
SANDBOX: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
# Names that change with the content: /static/dist/app-K3VJ7Q2A.js, /thema/4f1d….css.
_HASHED = re.compile(
    r"/static/.+[-.][0-9A-Za-z]{8,64}\.(?:css|js|mjs|woff2|svg|png|webp|map)|/thema/[0-9a-f]{8,64}\.css|"
    + _PICTURE.pattern
)


def content_security_policy(form_action: Iterable[str] = ()) -> str:
    """Only our own files, no inline script or style. `form_action`: other origins that forms may end up at."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "font-src 'self'",
            "connect-src 'self'",
            "worker-src 'self'",
            " ".join(("form-action 'self'", *form_action)),
            "frame-ancestors 'none'",
            "base-uri 'none'",
        )
    )


def security_headers(form_action: Iterable[str] = (), *, https: bool) -> dict[str, str]:
    """What every answer carries, whoever gives it; `https` adds HSTS."""
    headers = {
        "content-security-policy": content_security_policy(form_action),
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        # Not no-referrer: browsers would send `Origin: null` with our own forms.
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    }
    if https:
        headers["strict-transport-security"] = f"max-age={2 * YEAR}; includeSubDomains"
    return headers


class SecurityHeaders:
    """Outermost ASGI layer: these headers stand on every response, also on errors, redirects and static files.

    `form_action`: the issuer's origin, since Chromium applies form-action to the redirects after a form is sent and
    both signing in and signing out are forms that end there. `https`: adds HSTS.
    """

    def __init__(self, app: ASGIApp, *, form_action: Iterable[str] = (), https: bool) -> None:
        self.app = app
        self.fixed = security_headers(form_action, https=https)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message.setdefault("headers", [])
                headers = MutableScopeHeaders.from_message(message)
                for name, value in self.fixed.items():
                    headers[name] = value
                headers["cache-control"] = _cache_control(scope["path"], message["status"])
                if message["status"] == 200 and _PICTURE.fullmatch(scope["path"]):
                    headers["content-security-policy"] = SANDBOX
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _cache_control(path: str, status: int) -> str:
    if status in {200, 206, 304} and _HASHED.fullmatch(path):
        return f"public, max-age={YEAR}, immutable"
    return "no-store"


class ClientLeft(BadInput):
    """The rest of a body never came. Nobody reads the answer, but it counts as theirs and not as our 500."""

    status = 408

    def __init__(self) -> None:
        super().__init__("We kregen niet alles van uw verzoek. Probeer het opnieuw.")


class ReadableInput(ASGIMiddleware):
    """Refuses with 400 what is not UTF-8 or holds a NUL, in path, query and body; reads the form once for all.

    Litestar 2.25 answers 500 to such a body, and PostgreSQL refuses a NUL. Litestar's own parser also keeps the last
    1,024 form bodies of all municipalities in a process-wide cache; ours does not, since they may hold a BSN.
    Stands first, before whatever reads the form.
    """

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        path = _readable(unquote_to_bytes(scope.get("raw_path", b"") or scope["path"]))
        if len(path) > MAX_PATH or max(map(len, path.encode().split(b"/"))) > MAX_PART:
            raise NotFound  # nothing here has such a name, and a file system fails on it
        _readable(unquote_to_bytes(scope["query_string"].replace(b"+", b" ")))
        if scope["type"] == ScopeType.HTTP and scope["method"] not in {"GET", "HEAD", "OPTIONS"}:
            try:
                await _read_body(Request(scope, receive=receive))
            except InternalServerException:  # Litestar's word for a client that went away; no failure of ours
                raise ClientLeft from None
        await next_app(scope, receive, send)


def typed_fields(scope: Scope) -> list[tuple[str, str]]:
    """What was typed in the form of this request, in its order, as `ReadableInput` read it; without files."""
    form = ScopeState.from_scope(scope).form
    pairs: list[tuple[str, Any]] = []
    for name, value in (form if isinstance(form, dict) else {}).items():
        pairs += [(name, one) for one in (value if isinstance(value, list) else [value])]
    return [(name, value) for name, value in pairs if isinstance(value, str)]


def _readable(raw: bytes) -> str:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise _unreadable() from None
    if "\x00" in text:
        raise _unreadable()
    return text


async def _read_body(request: Request[Any, Any, Any]) -> None:
    """Read what the content type says, and see to it that a handler cannot read the same bytes as something else."""
    kept = ScopeState.from_scope(request.scope)
    content_type = request.content_type[0]
    if content_type == RequestEncodingType.MULTI_PART:
        await _read_multipart(request)
        kept.body = b""  # it has been consumed; waiting for it again would last until the client leaves
        return
    body = await request.body()
    if content_type == RequestEncodingType.URL_ENCODED:
        _readable(unquote_to_bytes(body))
        _readable(body)
        kept.form, kept.json = _form(body), None
    elif content_type == RequestEncodingType.JSON:
        _readable(body.replace(rb"\u0000", b"\x00"))
        await _read_json(request)
    elif body:
        raise BadInput("We lezen hier alleen formulieren en JSON.")


async def _read_json(request: Request[Any, Any, Any]) -> None:
    try:
        await request.json()
    except (ValueError, RecursionError, SerializationException):
        raise _unreadable() from None


def _form(body: bytes) -> dict[str, Any]:
    """Names to one value or a list, the shape Litestar keeps."""
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError:
        raise BadInput("Dit formulier heeft te veel velden. Laad de pagina opnieuw.") from None
    form: dict[str, list[str]] = {}
    for name, value in pairs:
        form.setdefault(name, []).append(value)
    return {name: values if len(values) > 1 else values[0] for name, values in form.items()}


async def _read_multipart(request: Request[Any, Any, Any]) -> None:
    try:
        form = await request.form()
    except HTTPException:
        raise
    except (ValueError, LookupError, AssertionError, TypeError):  # bytes, charset or boundary nobody can read
        raise _unreadable() from None
    for name, value in form.multi_items():
        if "\x00" in name or (isinstance(value, str) and "\x00" in value):
            raise _unreadable()


def _unreadable() -> BadInput:
    return BadInput("Er staan tekens in die wij niet kunnen lezen. Typ de tekst opnieuw en probeer het nog eens.")
