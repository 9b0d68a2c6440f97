"""The Litestar application. Every route of the product is listed here, nowhere else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from litestar import Litestar
from litestar.channels import ChannelsPlugin
from litestar.di import Provide
from litestar.static_files import create_static_files_router
from litestar.template import TemplateConfig
from litestar.types import ASGIApp, ControllerRouterHandler

from app import foutpaginas, gezondheid, live, log, metrics
from app.afleveringen import routes as afleveringen
from app.assets import DIST
from app.auth import routes as auth
from app.auth.middleware import CsrfMiddleware, SessionMiddleware
from app.auth.rights import PUBLIC_FILE
from app.auth.tenant import TenantMiddleware, provide_medewerker, provide_tenant
from app.auth.urls import issuer_origin
from app.beveiliging import SMALL_BODY, ReadableInput, SecurityHeaders
from app.codelijsten import routes as codelijsten
from app.db import engine, provide_session
from app.galerij import routes as galerij
from app.gesprekken import routes as gesprekken
from app.grenzen.middleware import KlasseMiddleware, LimitMiddleware
from app.http import close_all
from app.klantbeeld import routes as klantbeeld
from app.logboeken import routes as logboeken
from app.medewerkers import routes as medewerkers
from app.onbekend import database_away, unknown_host
from app.openingstijden import routes as openingstijden
from app.paginas import engine as page_engine
from app.sessies import routes as sessies
from app.settings import settings
from app.start import routes as start
from app.uiterlijk import routes as uiterlijk
from app.uiterlijk.geheugen import UiterlijkMiddleware
from app.uitnodigingen import routes as uitnodigingen
from app.voordeur import Voordeur
from tenants import registry, voorbeelden

ROUTES: tuple[ControllerRouterHandler, ...] = (
    *gezondheid.HANDLERS,
    *uiterlijk.HANDLERS,
    *auth.HANDLERS,
    *sessies.HANDLERS,
    *start.HANDLERS,
    *gesprekken.HANDLERS,
    *klantbeeld.HANDLERS,
    *afleveringen.HANDLERS,
    *logboeken.HANDLERS,
    *uitnodigingen.HANDLERS,
    *medewerkers.HANDLERS,
    *codelijsten.HANDLERS,
    *openingstijden.HANDLERS,
    *galerij.HANDLERS,
)


@asynccontextmanager
async def lifespan(_: Litestar) -> AsyncGenerator[None, None]:
    metrics.serve()
    watching = asyncio.create_task(metrics.watch_loop())
    yield
    watching.cancel()
    await close_all()
    await engine().dispose()


def create_litestar(channels: ChannelsPlugin) -> Litestar:
    """The routes with sessions, CSRF and error pages; without the layers that stand outside Litestar."""
    return Litestar(
        route_handlers=[
            *ROUTES,
            create_static_files_router(path="/static", directories=[DIST], opt=PUBLIC_FILE, include_in_schema=False),
        ],
        dependencies={
            "tenant": Provide(provide_tenant, sync_to_thread=False),
            "medewerker": Provide(provide_medewerker, sync_to_thread=False),
            "session": Provide(provide_session),
            "tenant_by_slug": Provide(lambda: registry.by_slug, sync_to_thread=False),
            "active_tenants": Provide(lambda: registry.all_active, sync_to_thread=False),
        },
        middleware=[
            KlasseMiddleware(),
            ReadableInput(),
            SessionMiddleware(),
            LimitMiddleware(),
            UiterlijkMiddleware(),
            CsrfMiddleware(),
        ],
        exception_handlers=foutpaginas.HANDLERS,
        template_config=TemplateConfig(instance=page_engine()),
        plugins=[channels],
        lifespan=[lifespan],
        request_max_body_size=SMALL_BODY,
        openapi_config=None,
        logging_config=None,
        debug=False,
    )


def create_app() -> ASGIApp:
    """What the server runs: headers on every answer, host to municipality, then the routes."""
    config = settings()
    log.configure(development=config.development)
    app = create_litestar(live.plugin())
    unknown = Voordeur(unknown_host, voorbeelden.read) if config.development else unknown_host
    with_tenant = TenantMiddleware(app, by_host=registry.by_host, unknown=unknown, unavailable=database_away)
    return SecurityHeaders(
        metrics.Measured(with_tenant),
        form_action=[issuer_origin()],
        https=config.public_scheme == "https",
    )
