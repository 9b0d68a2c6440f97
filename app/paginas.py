"""What every page knows without its handler saying so: the municipality, the person, the moment."""

from __future__ import annotations

from typing import Any

from jinja2 import Template as JinjaTemplate
from litestar import Request
from litestar.plugins.jinja import JinjaTemplateEngine

from app import klok
from app.auth.medewerker import Medewerker
from app.auth.rights import Recht
from app.auth.urls import AGAIN
from app.settings import settings
from app.uiterlijk import geheugen
from app.uiterlijk.blik import Blik, at_first
from app.weergave import environment
from tenants.context import Tenant


def page_context(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """Names that stand in every template; a handler's own context goes before."""
    tenant: Tenant | None = request.scope.get("tenant")  # type: ignore[assignment]
    medewerker: Medewerker | None = request.scope.get("user")
    blik = geheugen.known(tenant) if tenant else None
    return names(tenant, medewerker, pad=request.url.path, oefenomgeving=_practice_url(tenant), blik=blik)


def names(
    tenant: Tenant | None,
    medewerker: Medewerker | None,
    *,
    pad: str,
    oefenomgeving: str | None = None,
    blik: Blik | None = None,
) -> dict[str, Any]:
    """The same names without a request: for whom, who looks, at which path; `blik`: how the municipality looks."""
    blik = blik or (at_first(tenant) if tenant else None)
    return {
        "tenant": tenant,
        "blik": blik,
        "thema_url": blik.thema_url if blik else None,
        "medewerker": medewerker,
        "modus": medewerker.modus if medewerker else "systeem",
        "csrf": medewerker.csrf if medewerker else "",
        "mag": lambda recht: medewerker is not None and medewerker.mag(Recht(recht)),
        "nu": klok.now(),
        "pad": pad,
        "oefenomgeving": oefenomgeving,
        "weer_aanmelden": AGAIN,
    }


def _practice_url(tenant: Tenant | None) -> str | None:
    """Where a person who tries things out finds invented people to search for; only in a demo municipality."""
    url = settings().practice_url
    return str(url) if tenant and tenant.voorbeeld and url else None


class Page:
    """A template that adds the page's own names when it is rendered."""

    def __init__(self, template: JinjaTemplate) -> None:
        self._template = template

    def render(self, *args: Any, **context: Any) -> str:
        return self._template.render(page_context(context["request"]) | context)


class PageEngine(JinjaTemplateEngine):
    """Litestar's Jinja engine, for `Template` responses of every handler alike."""

    def get_template(self, template_name: str) -> Page:  # type: ignore[override]
        return Page(super().get_template(template_name))


def engine() -> PageEngine:
    return PageEngine(engine_instance=environment())
