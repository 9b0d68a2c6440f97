"""`kiss dev session`: a session without the identity provider, for tests and scripts in development."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import click

from app import klok
from app.audit.service import record
from app.auth import bevestigen, cookies, sessions
from app.auth.queries import active_by_username
from app.db import engine, unit_of_work
from app.settings import settings
from tenants.context import Tenant

BySlug = Callable[[str], Awaitable[Tenant | None]]


def session_command(by_slug: BySlug) -> click.Command:
    """The command `session` for the group `dev`; `by_slug` is the registry's look-up."""

    @click.command("session")
    @click.option("--tenant", "slug", required=True, help="Gemeente, bijvoorbeeld deventer.")
    @click.option("--as", "gebruikersnaam", required=True, help="Gebruikersnaam, bijvoorbeeld sanne.proef.")
    def session(slug: str, gebruikersnaam: str) -> None:
        """Toon een sessiecookie van deze medewerker (alleen in ontwikkeling)."""
        if not settings().development:
            raise click.ClickException("Dit kan alleen in ontwikkeling (KISS_ENV=development).")
        click.echo(asyncio.run(_cookie_line(by_slug, slug, gebruikersnaam)))

    return session


async def _cookie_line(by_slug: BySlug, slug: str, gebruikersnaam: str) -> str:
    try:
        tenant = await by_slug(slug)
        if tenant is None:
            raise click.ClickException(f"De gemeente {slug} bestaat niet.")
        return f"{cookies.SESSION}={await open_for(tenant, gebruikersnaam)}"
    finally:
        await engine().dispose()


async def open_for(tenant: Tenant, gebruikersnaam: str) -> str:
    """The cookie value of a new session for an active member; raises `click.ClickException` when there is none."""
    async with unit_of_work(tenant) as session:
        lidmaatschap = await session.scalar(active_by_username(gebruikersnaam))
        if lidmaatschap is None:
            raise click.ClickException(f"{gebruikersnaam} is geen actieve medewerker van {tenant.naam}.")
        record(
            session, "medewerker.aangemeld", "lidmaatschap", lidmaatschap.id, lidmaatschap.id, via="kiss dev session"
        )
        return await sessions.open_session(session, lidmaatschap, _as_just_signed_in())


def _as_just_signed_in() -> sessions.Herkomst:
    now, certain = klok.now(), bevestigen.levels()
    return sessions.Herkomst(
        niveau=certain[0] if certain else None, aangemeld_op=now, bevestigd_tot=now + bevestigen.LASTS
    )
