"""`kiss identity …`: the municipalities at the sign-in service. Steps: docs/runbooks/aanmelden.md."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants import ledger
from tenants.commando import as_json, print_json, run, slugs_argument
from tenants.identity.connect import connect
from tenants.identity.service import PLATFORM, Provisioning, Report
from tenants.manifest import FOLDER, Manifest, ManifestFout, read_all


@click.group()
def identity() -> None:
    """De aanmelddienst (Keycloak): gemeenten erin zetten, nakijken, eruit halen."""


@identity.command()
@slugs_argument
@click.option("--manifests", type=click.Path(path_type=Path), default=FOLDER, help="Map met manifesten.")
@click.option("--check", is_flag=True, help="Verander niets; einde met 1 als er iets ontbreekt of afwijkt.")
@click.option("--remove", is_flag=True, help="Haal de genoemde gemeenten uit de aanmelddienst.")
@as_json
def provision(slugs: tuple[str, ...], manifests: Path, check: bool, remove: bool, json_: bool) -> None:
    """Maak en herstel realm, clients, organisaties en bronnen zoals de manifesten zeggen."""
    if remove and not slugs:
        raise click.ClickException("Noem met --remove welke gemeenten eruit gaan.")
    try:
        reports = run(lambda connection: _work(connection, slugs, manifests, check=check, remove=remove))
    except (ledger.KanNiet, ManifestFout) as error:
        raise click.ClickException(str(error)) from error
    if json_:
        print_json([report.as_dict() for report in reports])
    else:
        for report in reports:
            _show(report)
    if any(report.fout or (check and report.changed) for report in reports):
        raise SystemExit(1)


async def _work(
    connection: AsyncConnection, slugs: Sequence[str], folder: Path, *, check: bool, remove: bool
) -> list[Report]:
    directory = connect()
    try:
        run = Provisioning(directory, check=check)
        if remove:
            reports = [await run.without(slug) for slug in slugs]
        else:
            reports = await run.everything(_chosen(folder, slugs))
    finally:
        await directory.close()
    if not check:
        await _audit(connection, reports)
    return reports


def _chosen(folder: Path, slugs: Sequence[str]) -> list[Manifest]:
    manifests = read_all((folder,))
    unknown = set(slugs) - {manifest.slug for manifest in manifests}
    if unknown:
        raise ledger.KanNiet(f"Er is geen manifest van {', '.join(sorted(unknown))} in {folder}.")
    return [manifest for manifest in manifests if not slugs or manifest.slug in slugs]


async def _audit(connection: AsyncConnection, reports: list[Report]) -> None:
    """What was changed stands in the platform's audit, also of a municipality where something then failed."""
    for report in reports:
        if report.changed:
            slug = None if report.naam == PLATFORM else report.naam
            async with connection.begin():
                done = {"gewijzigd": report.changed}
                await connection.run_sync(ledger.audit, slug, "aanmelddienst.ingericht", done)


def _show(report: Report) -> None:
    click.echo(
        f"{report.naam}: {report.fout or ('' if report.changed else 'in orde')}".rstrip(), err=bool(report.fout)
    )
    for line in report.changed:
        click.echo(f"  {line}")
