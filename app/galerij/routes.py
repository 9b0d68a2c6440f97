"""The gallery and its stylesheet. Outside development these addresses do not exist, for anybody."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import MediaType, Response, get
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromQuery
from litestar.response import Template
from litestar.types import Guard

from app.auth.rights import Recht, requires
from app.errors import NotFound
from app.galerij import pagina
from app.galerij.stijl import stylesheet
from app.settings import settings
from app.uiterlijk.blik import theme
from tenants.context import Tenant

ActiveTenants = Callable[[], Awaitable[tuple[Tenant, ...]]]


def only_in_development(_: ASGIConnection[Any, Any, Any, Any], __: BaseRouteHandler) -> None:
    """Stands before the lock: who is not signed in gets no sign-in page for something that is not there."""
    if not settings().development:
        raise NotFound("Deze pagina bestaat niet. Kijk of het adres klopt.")


GUARDS: list[Guard] = [only_in_development, requires(Recht.AANGEMELD)]


@get(pagina.PATH, guards=GUARDS)
async def show_gallery(
    tenant: NamedDependency[Tenant],
    active_tenants: NamedDependency[ActiveTenants],
    breedte: FromQuery[str] = "",
    gemeente: FromQuery[str] = "",
) -> Template:
    context = pagina.context(tenant, await active_tenants(), breedte=_width(breedte), gemeente=gemeente)
    return Template("galerij/index.html", context=context)


@get(pagina.PATH + "/stijl.css", guards=GUARDS, media_type=MediaType.TEXT)
async def show_style(
    tenant: NamedDependency[Tenant],
    active_tenants: NamedDependency[ActiveTenants],
    breedte: FromQuery[str] = "",
    gemeente: FromQuery[str] = "",
) -> Response[str]:
    shown = next((one for one in await active_tenants() if one.slug == gemeente), tenant)
    css = stylesheet(theme(shown.kleur).css, _width(breedte))
    return Response(css, media_type="text/css; charset=utf-8")


def _width(text: str) -> int | None:
    """One of the widths on offer; anything else leaves the window as it is."""
    return int(text) if text in {str(width) for width in pagina.WIDTHS} else None


HANDLERS = (show_gallery, show_style)
