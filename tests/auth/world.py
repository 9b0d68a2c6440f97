"""A browser that keeps `__Host-` cookies, and an application of the real layers with a few plain routes."""

from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

import httpx2
from litestar import Litestar, Request, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template.config import TemplateConfig
from litestar.types import ASGIApp, Receive, Scope, Send

from app.auth import routes, urls
from app.auth.medewerker import Medewerker
from app.auth.middleware import CsrfMiddleware, SessionMiddleware
from app.auth.responses import ask_to_confirm, ask_to_sign_in
from app.auth.rights import PASSIVE, PUBLIC, PUBLIC_FILE, Recht, requires
from app.auth.tenant import TenantMiddleware, provide_medewerker, provide_tenant
from app.beveiliging import MAX_BODY, ReadableInput, SecurityHeaders
from app.db import provide_session
from app.errors import NotConfirmed, NotSignedIn, Refused
from app.sessies import routes as sessies
from tenants import registry
from tests.auth.provider import StubProvider

AnyRequest = Request[Any, Any, Any]


def build_app() -> ASGIApp:
    """The layers as app/main.py composes them, around our routes and a few that say what they got."""
    litestar = Litestar(
        [
            *routes.HANDLERS,
            *sessies.HANDLERS,
            start,
            make,
            manage,
            see_rights,
            change_rights,
            events,
            echo,
            style,
            livez,
            broken,
        ],
        middleware=[ReadableInput(), SessionMiddleware(), CsrfMiddleware()],
        dependencies={
            "tenant": Provide(provide_tenant, sync_to_thread=False),
            "medewerker": Provide(provide_medewerker, sync_to_thread=False),
            "session": Provide(provide_session),
            "tenant_by_slug": Provide(lambda: registry.by_slug, sync_to_thread=False),
        },
        exception_handlers={NotSignedIn: _not_signed_in, Refused: _refused},
        template_config=TemplateConfig(directory=Path(__file__).parent / "templates", engine=JinjaTemplateEngine),
        request_max_body_size=MAX_BODY,
        openapi_config=None,
    )
    inside = TenantMiddleware(litestar, by_host=registry.by_host, unknown=_unknown, unavailable=_unknown)
    return SecurityHeaders(inside, form_action=[urls.issuer_origin()], https=False)


@get("/", guards=[requires(Recht.AANGEMELD)])
async def start(medewerker: NamedDependency[Medewerker]) -> dict[str, Any]:
    return {
        "naam": medewerker.naam,
        "csrf": medewerker.csrf,
        "rol": medewerker.rol_naam,
        "initialen": medewerker.initialen,
        "modus": medewerker.modus,
    }


@post("/gesprekken", guards=[requires(Recht.GESPREK_VOEREN)], status_code=201)
async def make(request: AnyRequest, medewerker: NamedDependency[Medewerker]) -> dict[str, Any]:
    form = await request.form()
    return {"door": medewerker.gebruikersnaam, "form": {name: form.getall(name) for name in form}}


@get("/beheer/afleveringen", guards=[requires(Recht.AFLEVERINGEN_BEHEREN)])
async def manage() -> str:
    return "beheer"


@get("/rechten", guards=[requires(Recht.AANGEMELD, bevestigd=True)])
async def see_rights() -> str:
    return "rechten"


@post("/rechten", guards=[requires(Recht.AANGEMELD, bevestigd=True)], status_code=201)
async def change_rights(request: AnyRequest) -> dict[str, Any]:
    form = await request.form()
    return {name: form.getall(name) for name in form}


@get("/gebeurtenissen", guards=[requires(Recht.AANGEMELD)], opt=PASSIVE)
async def events() -> str:
    return "stil"


@post("/json", guards=[requires(Recht.AANGEMELD)], status_code=200)
async def echo(data: JSONBody[dict[str, Any]]) -> dict[str, Any]:
    return data


@get(["/static/{name:str}", "/thema/{name:str}"], opt=PUBLIC_FILE)
async def style(request: AnyRequest) -> Response[str]:
    return Response("a{}", media_type="text/css", headers={"x-user": str(request.scope.get("user"))})


@get("/livez", opt=PUBLIC_FILE)
async def livez() -> str:
    return "ok"


@get("/kapot", opt=PUBLIC)
async def broken() -> str:
    raise RuntimeError("kapot")


def _refused(request: AnyRequest, error: Refused) -> Response[Any]:
    if isinstance(error, NotConfirmed) and (question := ask_to_confirm(request, error)):
        return question
    return Response({"status": error.status, "title": error.titel, "detail": error.uitleg}, status_code=error.status)


def _not_signed_in(request: AnyRequest, error: NotSignedIn) -> Response[Any]:
    return ask_to_sign_in(request) or _refused(request, error)


async def _unknown(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": b"Deze pagina bestaat niet.", "more_body": False})


class Browser:
    """One browser on one host. Keeps cookies as browsers keep `__Host-` ones: per host, whole, until cleared."""

    def __init__(self, app: ASGIApp, host: str) -> None:
        self.host = host
        self.cookies: dict[str, str] = {}
        transport = httpx2.ASGITransport(app=app)  # type: ignore[arg-type]
        self.client = httpx2.AsyncClient(transport=transport, base_url=f"http://{host}", follow_redirects=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.aclose()

    async def send(self, method: str, path: str, **options: Any) -> httpx2.Response:
        headers = httpx2.Headers(options.pop("headers", None))
        if self.cookies and "cookie" not in headers:
            headers["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers.setdefault("accept", "text/html")
        response = await self.client.request(method, path, headers=headers, **options)
        self.client.cookies.clear()
        for line in response.headers.get_list("set-cookie"):
            self._keep(line)
        return response

    def _keep(self, line: str) -> None:
        for name, morsel in SimpleCookie(line).items():
            assert morsel["path"] == "/"
            assert morsel["secure"]
            assert morsel["httponly"]
            assert morsel["samesite"].lower() == "lax"
            assert not morsel["domain"]
            if morsel["max-age"] == "0":
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = morsel.value

    async def get(self, path: str, **options: Any) -> httpx2.Response:
        return await self.send("GET", path, **options)

    async def post(self, path: str, form: dict[str, Any] | None = None, **options: Any) -> httpx2.Response:
        return await self.send("POST", path, data=form, **options)

    async def begin(self, volgende: str = "", **form: str) -> str:
        """To the provider: the address that the browser is sent to."""
        page = await self.get("/aanmelden", params={"volgende": volgende} if volgende else None)
        sent = {"_csrf": page.json()["csrf"], "volgende": page.json()["volgende"], **form}
        response = await self.post("/aanmelden", sent)
        assert response.status_code == 303, response.text
        return str(response.headers["location"])

    async def come_back(self, query: dict[str, str]) -> httpx2.Response:
        return await self.get("/aanmelden/terug", params=query)

    async def sign_in(self, idp: StubProvider, gebruikersnaam: str, volgende: str = "") -> httpx2.Response:
        """The whole way; subjects at the provider are `<gemeente>:<gebruikersnaam>`, as the manifests say."""
        self.cookies.pop("__Host-sid", None)
        return await self.come_back(idp.authorize(await self.begin(volgende), self.subject(gebruikersnaam)))

    async def confirm(
        self, idp: StubProvider, volgende: str = "/rechten", subject: str | None = None
    ) -> tuple[dict[str, str], httpx2.Response]:
        """From the question to the answer of the provider: what we asked there, and where we end up."""
        sent = {"_csrf": await self.csrf(), "volgende": volgende}
        asked = await self.post("/aanmelden/bevestigen", sent)
        assert asked.status_code == 303, asked.text
        location = str(asked.headers["location"])
        query = idp.authorize(location, subject or self.subject("sanne.proef"))
        return query_of(location), await self.come_back(query)

    def subject(self, gebruikersnaam: str) -> str:
        return f"{self.host.partition('.')[0]}:{gebruikersnaam}"

    async def csrf(self) -> str:
        response = await self.get("/")
        assert response.status_code == 200, response.text
        return str(response.json()["csrf"])


def query_of(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


async def raw(
    app: ASGIApp,
    headers: list[tuple[bytes, bytes]],
    path: str = "/",
    *,
    method: str = "GET",
    query: bytes = b"",
    body: bytes = b"",
) -> tuple[int, bytes, list[tuple[bytes, bytes]]]:
    """One request with exactly these headers, as a server would hand it over."""
    sent: list[dict[str, Any]] = []
    scope = {
        "type": "http",
        "method": method,
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query,
        "headers": headers,
        "scheme": "http",
        "http_version": "1.1",
        "server": ("127.0.0.1", 8000),
        "client": ("127.0.0.1", 9),
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)  # type: ignore[arg-type]
    answer = b"".join(message.get("body", b"") for message in sent[1:])
    return sent[0]["status"], answer, sent[0]["headers"]
