"""`kiss contacten`, `kiss outbox`, `kiss routes`: looking at a municipality without a browser.

With --json exactly one JSON document leaves on standard output.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from typing import Any, TypeVar
from uuid import UUID

import click
from litestar.channels import ChannelsPlugin
from litestar.channels.backends.memory import MemoryChannelsBackend

from app import log
from app.afleveringen import queries as afleveringen
from app.afleveringen import service
from app.afleveringen.models import Aflevering, AfleveringState
from app.auth.cli import session_command
from app.auth.rights import asks_certainty, guard_of
from app.auth.tenant import ANY_HOST
from app.db import engine, unit_of_work
from app.errors import Refused
from app.failpoints_cli import failpoints
from app.klantcontacten.queries import all_keys
from app.settings import settings
from tenants import registry
from tenants.context import Tenant

T = TypeVar("T")
TENANT = click.option("--tenant", "slug", required=True, help="Slug van de gemeente, bijvoorbeeld deventer.")
JSON = click.option("--json", "as_json", is_flag=True, help="Eén JSON-document op standaarduitvoer.")


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run one command's work with its own loop, and leave no connection open."""

    async def whole() -> T:
        try:
            return await work
        finally:
            await engine().dispose()

    log.configure(development=settings().development)
    return asyncio.run(whole())


async def tenant_by(slug: str) -> Tenant:
    tenant = await registry.by_slug(slug)
    if tenant is None:
        raise click.ClickException(f"Er is geen gemeente {slug}. Kijk met: kiss tenants list")
    return tenant


def show(rows: list[dict[str, Any]], *, as_json: bool, empty: str) -> None:
    """Rows as one JSON document, or as lines for a person."""
    if as_json:
        click.echo(json.dumps(rows, default=str, ensure_ascii=False))
        return
    for row in rows:
        click.echo("  ".join(str(value) for value in row.values()))
    if not rows:
        click.echo(empty)


@click.group()
def contacten() -> None:
    """Klantcontacten die hier zijn vastgelegd."""


@contacten.command("list")
@TENANT
@JSON
def list_contacten(slug: str, as_json: bool) -> None:
    """Kenmerk, sleutel, stand en vingerafdruk van elk klantcontact; geen inhoud."""

    async def work() -> list[dict[str, Any]]:
        async with unit_of_work(await tenant_by(slug)) as session:
            return [
                {
                    "id": contact.id,
                    "kenmerk": contact.kenmerk,
                    "idempotency_key": contact.idempotency_key,
                    "state": aflevering.state,
                    "text_sha256": contact.text_sha256,
                }
                for contact, aflevering in await all_keys(session)
            ]

    show(run(work()), as_json=as_json, empty="Er zijn nog geen klantcontacten.")


@click.group()
def outbox() -> None:
    """Wat nog naar een register moet, en wat niet aankwam."""


@outbox.command("list")
@TENANT
@JSON
def list_outbox(slug: str, as_json: bool) -> None:
    """Alles wat nog niet bevestigd is; wat stilstaat eerst."""

    async def work() -> list[dict[str, Any]]:
        async with unit_of_work(await tenant_by(slug)) as session:
            return [_row(row) for row in await afleveringen.unconfirmed(session, limit=1000)]

    show(run(work()), as_json=as_json, empty="Alles is aangekomen.")


@outbox.command("retry")
@TENANT
@JSON
@click.option("--id", "aflevering_id", type=click.UUID, help="Alleen deze aflevering; anders alles wat stilstaat.")
def retry_outbox(slug: str, as_json: bool, aflevering_id: UUID | None) -> None:
    """Verstuur opnieuw wat niet aankwam."""

    async def work() -> list[dict[str, Any]]:
        tenant = await tenant_by(slug)
        async with unit_of_work(tenant) as session:
            dead = [
                row.id
                for row in await afleveringen.unconfirmed(session, limit=1000)
                if row.state == AfleveringState.NIET_AANGEKOMEN and aflevering_id in (None, row.id)
            ]
            for one in dead:
                await service.retry(session, tenant, one, medewerker_id=None)
        return [{"id": one, "state": AfleveringState.ONDERWEG.value} for one in dead]

    try:
        show(run(work()), as_json=as_json, empty="Er staat niets stil.")
    except Refused as error:
        raise click.ClickException(error.uitleg) from error


def _row(row: Aflevering) -> dict[str, Any]:
    return {
        "id": row.id,
        "kenmerk": row.klantcontact.kenmerk,
        "koppeling": row.koppeling,
        "state": row.state,
        "pogingen": row.pogingen,
        "volgende_poging_op": row.volgende_poging_op,
        "fout_soort": row.fout_soort,
        "fout_zin": row.fout_zin,
    }


dev = click.Group(
    "dev",
    help="Hulp bij ontwikkelen; werkt alleen met KISS_ENV=development.",
    commands=[session_command(registry.by_slug), failpoints],
)


@click.command()
@JSON
def routes(as_json: bool) -> None:
    """Elke route met haar slot: methode, pad, host, guard, rollen."""
    show(route_table(), as_json=as_json, empty="")


def route_table() -> list[dict[str, Any]]:
    """Every route of the application: `method`, `path`, `host` (tenant or any), `guard`, `roles`, `bevestigd`."""
    from app.main import create_litestar  # here, since the other commands need no application

    table = []
    silent = ChannelsPlugin(MemoryChannelsBackend(), arbitrary_channels_allowed=True)
    for route in create_litestar(silent).routes:
        for handler in getattr(route, "route_handlers", ()):
            lock, certain = guard_of(handler), asks_certainty(handler)
            for method in sorted(getattr(handler, "http_methods", ())):
                if method == "OPTIONS":
                    continue
                host = "any" if route.path in ANY_HOST else "tenant"
                table.append(
                    {"method": method, "path": route.path_format, "host": host, **lock, "bevestigd": certain}
                )
    return sorted(table, key=lambda row: (row["path"], row["method"]))
