"""`kiss tenants …`: the municipalities of this installation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants import check, levensloop_cli, migrate, overview, provision
from tenants.commando import as_json, print_json, run, slugs_argument
from tenants.manifest import FOLDER, Manifest, ManifestFout, read_all


@click.group("tenants")
def tenants() -> None:
    """Gemeenten: bekijken, maken, inrichten uit manifesten, controleren, migreren, meenemen, verwijderen."""


for command in levensloop_cli.COMMANDS:
    tenants.add_command(command)


@tenants.command("list")
@as_json
def list_(json_: bool) -> None:
    """Alle gemeenten met ring, toestand, hosts en revisie."""
    rows = run(overview.everything)
    if json_:
        print_json(rows)
        return
    for row in rows:
        hosts = ", ".join(row["hosts"])
        click.echo(f"{row['slug']:<20} {row['naam']:<20} {row['ring']:<8} {row['state']:<8} {hosts}")
    if not rows:
        click.echo("Er zijn nog geen gemeenten. Maak ze met: kiss tenants apply")


@tenants.command()
@click.argument("slug")
@as_json
def show(slug: str, json_: bool) -> None:
    """Eén gemeente: gegevens, stand van het schema, koppelingen."""
    found = run(lambda connection: overview.one(connection, slug))
    if found is None:
        raise click.ClickException(f"De gemeente {slug} bestaat niet. Alle gemeenten: kiss tenants list")
    if json_:
        print_json(found)
        return
    for name in ("slug", "naam", "ring", "state", "kleur", "monogram", "revisie"):
        click.echo(f"{name:<12} {found[name]}")
    click.echo(f"{'hosts':<12} {', '.join(found['hosts'])}")
    for koppeling in found["koppelingen"]:
        state = "aan" if koppeling["actief"] else f"uit: {koppeling['uit_reden']}"
        click.echo(f"{'koppeling':<12} {koppeling['slug']} ({koppeling['soort']}) {state}")


@tenants.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[MAP|BESTAND]…")
@as_json
def apply(paths: tuple[Path, ...], json_: bool) -> None:
    """Maak gemeenten en werk ze bij uit manifesten; standaard die van tenants/manifests."""
    try:
        manifests = read_all(paths or (FOLDER,))
    except ManifestFout as error:
        raise click.ClickException(str(error)) from error
    done = (lambda _: None) if json_ else _print_report
    reports = run(lambda connection: _apply(connection, manifests, done))
    if json_:
        print_json([report.as_dict() for report in reports])
    if any(report.fout for report in reports):
        raise SystemExit(1)


@tenants.command("check")
@slugs_argument
@as_json
def check_(slugs: tuple[str, ...], json_: bool) -> None:
    """Controleer schema, rollen, rechten, koppelingen en hosts; einde met 1 als er iets mis is."""
    findings = run(lambda connection: check.run(connection, list(slugs)))
    if json_:
        print_json([finding.as_dict() for finding in findings])
    else:
        for finding in findings:
            click.echo(f"{finding.slug}: {'in orde' if not finding.problemen else 'niet in orde'}")
            for problem in finding.problemen:
                click.echo(f"  {problem}")
    if any(finding.problemen for finding in findings):
        raise SystemExit(1)


@tenants.command("migrate")
@slugs_argument
@as_json
def migrate_(slugs: tuple[str, ...], json_: bool) -> None:
    """Breng het platform en de gemeenten naar de nieuwste revisie; wie klaar is, wordt overgeslagen."""
    progress = (lambda _: None) if json_ else click.echo
    outcomes = run(lambda connection: migrate.run(connection, slugs, progress))
    if json_:
        print_json([outcome.as_dict() for outcome in outcomes])
    elif len(outcomes) == 1:
        click.echo("Alle gemeenten staan op de nieuwste revisie.")
    if not all(outcome.gelukt for outcome in outcomes):
        raise SystemExit(1)


async def _apply(
    connection: AsyncConnection, manifests: list[Manifest], done: Callable[[provision.Report], None]
) -> list[provision.Report]:
    async with connection.begin():
        await connection.run_sync(migrate.platform)
    reports = []
    for manifest in manifests:
        reports.append(await provision.apply(connection, manifest))
        done(reports[-1])
    return reports


def _print_report(report: provision.Report) -> None:
    if report.fout:
        click.echo(f"{report.slug}: niet toegepast. {report.fout}", err=True)
        return
    what = "aangemaakt" if report.created else "bijgewerkt" if report.changed else "was al zoals het manifest zegt"
    click.echo(f"{report.slug}: {what}")
    for line in report.changed if not report.created else ():
        click.echo(f"  {line}")
    for line in report.koppelingen_uit:
        click.echo(f"  koppeling uit: {line}")
