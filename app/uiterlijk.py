"""The look of one municipality as a stylesheet of its own; its address carries the hash of its contents."""

from __future__ import annotations

from functools import lru_cache

from litestar import MediaType, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.auth.rights import PUBLIC_FILE
from app.errors import NotFound
from app.thema import Theme, derive
from tenants.context import Tenant


@lru_cache(maxsize=512)
def theme(kleur: str) -> Theme:
    return derive(kleur)


def theme_url(tenant: Tenant) -> str:
    return f"/thema/{theme(tenant.kleur).hash}.css"


@get("/thema/{bestand:str}", opt=PUBLIC_FILE, media_type=MediaType.TEXT)
async def stylesheet(tenant: NamedDependency[Tenant], bestand: FromPath[str]) -> Response[str]:
    mine = theme(tenant.kleur)
    if bestand != f"{mine.hash}.css":
        raise NotFound("Deze vormgeving is vernieuwd. Laad de pagina opnieuw.")
    return Response(mine.css, media_type="text/css; charset=utf-8")


HANDLERS = (stylesheet,)
