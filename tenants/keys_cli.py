"""`kiss keys …`: the platform's key and the data keys of municipalities. Steps: docs/runbooks/sleutels.md."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import click
from sqlalchemy.ext.asyncio import AsyncConnection

from app.db import engine
from tenants import ledger, sleutels, verzegeling
from tenants.commando import as_json, print_json, run
from tenants.context import Tenant

Progress = Callable[[str], None]
TENANT = click.option("--tenant", "slug", required=True, help="Slug van de gemeente, bijvoorbeeld deventer.")


@click.group()
def keys() -> None:
    """Sleutels: omwisselen van de sleutel van het platform en van een gemeente."""


@keys.command()
@as_json
def rewrap(json_: bool) -> None:
    """Pak de sleutels van alle gemeenten om naar KISS_SECRET_KEY. Daarna mag KISS_SECRET_KEY_OLD weg."""
    reports = run(_rewrap)
    stuck = [report.slug for report in reports if report.fout]
    if json_:
        print_json({"gemeenten": [report.as_dict() for report in reports], "over": len(stuck)})
    else:
        for report in reports:
            click.echo(f"{report.slug}: {report.fout or f'{report.omgepakt} omgepakt'}")
        click.echo(
            f"Nog {len(stuck)} over. Laat KISS_SECRET_KEY_OLD staan."
            if stuck
            else "Nog 0 over. KISS_SECRET_KEY_OLD mag weg."
        )
    if stuck:
        raise SystemExit(1)


@keys.command()
@TENANT
@as_json
def rotate(slug: str, json_: bool) -> None:
    """Geef een gemeente een nieuwe sleutel en versleutel alles opnieuw. Onderbroken? Voer het nog eens uit."""
    report = _guarded(lambda connection: _rotate(connection, slug, _quiet if json_ else click.echo))
    if json_:
        print_json(report)
    elif not report["over"]:
        click.echo(
            f"Alles staat onder sleutel {report['nummer']}. De oude mag weg: kiss keys destroy --tenant {slug}"
        )
    if report["onleesbaar"]:
        raise click.ClickException(
            f"{report['onleesbaar']} waarden zijn niet te openen. Zie docs/runbooks/sleutels.md."
        )


@keys.command()
@TENANT
@as_json
def destroy(slug: str, json_: bool) -> None:
    """Vernietig de oude sleutel van een gemeente, als er niets meer onder staat. Dit kan niet terug."""
    nummer = _guarded(lambda connection: _destroy(connection, slug))
    if json_:
        print_json({"slug": slug, "vernietigd": nummer})
    else:
        click.echo(f"Sleutel {nummer} van {slug} is vernietigd.")


@keys.command("status")
@TENANT
@as_json
def status(slug: str, json_: bool) -> None:
    """Welke sleutel een gemeente gebruikt, welke nog opent, en hoeveel er nog onder de oude staat."""
    report = _guarded(lambda connection: _status(connection, slug))
    if json_:
        print_json(report)
        return
    click.echo(f"{slug}: sleutel {report['nummer']}, daarnaast {report['andere'] or 'geen'}")
    for column, count in report["over"].items():
        click.echo(f"  {column}: nog {count}")


async def _rewrap(connection: AsyncConnection) -> list[sleutels.Rewrapped]:
    async with connection.begin():
        found = await connection.run_sync(sleutels.slugs)
    reports = []
    for slug in found:
        async with connection.begin():
            reports.append(await connection.run_sync(sleutels.rewrap, slug))
    return reports


async def _rotate(connection: AsyncConnection, slug: str, progress: Progress) -> dict[str, Any]:
    async with connection.begin():
        await connection.run_sync(sleutels.add_next, slug)
    while True:
        async with connection.begin():
            tenant = await connection.run_sync(_tenant, slug)
            before = tenant.sleutel_nummer
            pause = await connection.run_sync(sleutels.switch, slug)
            tenant = await connection.run_sync(_tenant, slug)
        if tenant.sleutel_nummer == before:
            if not pause:
                break
            progress(f"Wachten tot elk proces de sleutel kent: {pause.total_seconds():.0f} s")
            await asyncio.sleep(pause.total_seconds())
    return await _seal_all(tenant, progress)


async def _seal_all(tenant: Tenant, progress: Progress) -> dict[str, Any]:
    """Passes until nothing waits but what nobody can open."""
    total = 0
    while True:
        stuck = 0
        for one in verzegeling.columns():
            done, unreadable = await verzegeling.seal_anew(tenant, one)
            total, stuck = total + done, stuck + unreadable
            if done:
                progress(f"{one.name}: {done} opnieuw versleuteld")
        over = await verzegeling.waiting(tenant)
        if sum(over.values()) <= stuck:
            number = tenant.sleutel_nummer
            return {"slug": tenant.slug, "nummer": number, "versleuteld": total, "over": over, "onleesbaar": stuck}
        await asyncio.sleep(0.2)


async def _destroy(connection: AsyncConnection, slug: str) -> int:
    async with connection.begin():
        tenant = await connection.run_sync(_tenant, slug)
    over = await verzegeling.waiting(tenant)
    if over:
        raise ledger.KanNiet(f"Er staan nog {sum(over.values())} waarden onder de oude sleutel: kiss keys rotate.")
    async with connection.begin():
        return await connection.run_sync(sleutels.destroy_old, slug)


async def _status(connection: AsyncConnection, slug: str) -> dict[str, Any]:
    async with connection.begin():
        tenant = await connection.run_sync(_tenant, slug)
    others = [number for number, _ in tenant.sleutels]
    over = await verzegeling.waiting(tenant)
    return {"slug": slug, "nummer": tenant.sleutel_nummer, "andere": others, "over": over}


def _tenant(connection: Any, slug: str) -> Tenant:
    found = ledger.tenants(connection, [slug])
    if not found:
        raise ledger.KanNiet(f"Er is geen gemeente {slug}. Kijk met: kiss tenants list")
    return found[0]


def _guarded(work: Callable[[AsyncConnection], Any]) -> Any:
    """Run a command that also works as the application; an expected no is its sentence."""

    async def whole(connection: AsyncConnection) -> Any:
        try:
            return await work(connection)
        finally:
            await engine().dispose()

    try:
        return run(whole)
    except ledger.KanNiet as error:
        raise click.ClickException(str(error)) from error


def _quiet(_: str) -> None:
    """With --json nothing else is said."""
