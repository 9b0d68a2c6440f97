"""The home page of the practice environment: what it plays, and what its registers received."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import MediaType, Request, Response, get

from app.practice.faults import KINDS
from app.practice.gemeenten import GEMEENTEN
from app.practice.people import sample
from app.practice.seed import inhabitants

HERE = Path(__file__).resolve().parent
STATIC = HERE / "static"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
_pages = Environment(
    loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)


@get("/", media_type=MediaType.HTML, sync_to_thread=False)
def index(request: Request[Any, Any, Any]) -> Response[str]:
    practice = request.app.state["practice"]
    store = practice.store
    gemeenten = [
        {
            "slug": tenant,
            "naam": GEMEENTEN[tenant].naam,
            "inwoners": len(inhabitants(store, tenant)),
            "contacten": len(list(store.all(tenant, "klantcontacten"))),
            "voorbeelden": list(sample(tenant).items()),
            "ontvangen": store.ledger(tenant)[-10:][::-1],
            "storingen": [(one, KINDS[one["kind"]]) for one in practice.faults.shown(tenant)],
        }
        for tenant in GEMEENTEN
    ]
    page = _pages.get_template("index.html").render(gemeenten=gemeenten)
    return Response(page, headers=HEADERS, media_type=MediaType.HTML)


@get("/livez", sync_to_thread=False)
def livez() -> dict[str, str]:
    return {"status": "levend"}


HANDLERS = (index, livez)
