"""`kiss tenants create|diff|export|remove`: the life of a municipality. Steps: docs/runbooks/gemeenten.md."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from app.settings import settings
from tenants import aanmaken, ledger, meenemen, verschil, verwijderen
from tenants.commando import as_json, print_json, run
from tenants.context import Ring
from tenants.manifest import FOLDER, ManifestFout, read_all
from tenants.stappen import DONE, Gedaan


@click.command()
@click.argument("slug")
@click.option("--naam", help="Hoe de gemeente heet; anders de slug met hoofdletters.")
@click.option("--host", "hosts", multiple=True, help="Waar zij te bereiken is; vaker mag.")
@click.option("--ring", type=click.Choice([str(ring) for ring in Ring]), help="early krijgt een nieuwe versie eerst.")
@click.option("--kleur", help="#rrggbb, in kleine letters.")
@click.option("--monogram", help="Eén of twee letters.")
@click.option("--beheerder", metavar="EMAIL", help="Wie als eerste wordt uitgenodigd.")
@as_json
def create(slug: str, json_: bool, **asked: Any) -> None:
    """Maak een gemeente, stap voor stap; afgebroken gaat hetzelfde commando verder waar het was."""
    wens = aanmaken.Wens(**asked)
    progress = (lambda _: None) if json_ else _show
    try:
        done = run(lambda connection: aanmaken.create(connection, slug, wens, progress))
    except (ledger.KanNiet, ManifestFout) as error:
        raise click.ClickException(str(error)) from error
    _end(slug, done, json_=json_)


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[MAP|BESTAND]…")
@as_json
def diff(paths: tuple[Path, ...], json_: bool) -> None:
    """Wat apply zou veranderen, en wat anders is en van de gemeente blijft; einde met 1 als apply iets zou doen."""
    try:
        manifests = read_all(paths or (FOLDER,))
    except ManifestFout as error:
        raise click.ClickException(str(error)) from error
    found = run(lambda connection: verschil.run(connection, manifests))
    if json_:
        print_json([one.as_dict() for one in found])
    else:
        for one in found:
            _show_difference(one)
    if any(one.fout or one.toepassen for one in found):
        raise SystemExit(1)


@click.command()
@click.argument("slug")
@click.option(
    "--naar", "folder", type=click.Path(path_type=Path), required=True, help="De map waar een map bij komt."
)
@as_json
def export(slug: str, folder: Path, json_: bool) -> None:
    """Schrijf alles van een gemeente in open bestanden; wat versleuteld is, blijft dat."""
    try:
        done = run(lambda connection: meenemen.export(connection, slug, folder.absolute(), _tell))
    except ledger.KanNiet as error:
        raise click.ClickException(str(error)) from error
    if json_:
        print_json(done.as_dict())
    else:
        click.echo(f"{done.map}: {done.tabellen} tabellen, {done.rijen} rijen. Er staan persoonsgegevens in.")


@click.command()
@click.argument("slug")
@click.option("--bevestig", required=True, metavar="SLUG", help="Nog een keer de slug: dit is niet terug te draaien.")
@click.option(
    "--naar", "folder", type=click.Path(path_type=Path), help="Waar de export komt; anders KISS_DATA/exports."
)
@as_json
def remove(slug: str, bevestig: str, folder: Path | None, json_: bool) -> None:
    """Verwijder een gemeente, stap voor stap; haar export blijft. Afgebroken gaat hetzelfde commando verder."""
    if bevestig != slug:
        raise click.ClickException(f"Er is niets gebeurd. Wilt u {slug} echt verwijderen: --bevestig {slug}")
    target = (folder or settings().data / "exports").absolute()
    progress = (lambda _: None) if json_ else _show
    try:
        done = run(lambda connection: verwijderen.remove(connection, slug, target, progress, _tell))
    except ledger.KanNiet as error:
        raise click.ClickException(str(error)) from error
    kept = next((one.gegevens["map"] for one in done if one.gegevens.get("map")), None)
    _end(slug, done, json_=json_, export=kept)
    if kept and not json_:
        click.echo(f"De export staat in {kept}. Er staan persoonsgegevens en de sleutels van {slug} in.")


def _show_difference(one: verschil.Verschil) -> None:
    quiet = not (one.fout or one.toepassen or one.eigen)
    click.echo(f"{one.slug}: {one.fout or ('zoals het manifest zegt' if quiet else '')}".rstrip(), err=bool(one.fout))
    for line in one.toepassen:
        click.echo(f"  apply: {line}")
    for line in one.eigen:
        click.echo(f"  blijft: {line}")


def _tell(line: str) -> None:
    """Progress goes to standard error, also with --json."""
    click.echo(line, err=True)


def _end(slug: str, done: list[Gedaan], *, json_: bool, **more: Any) -> None:
    """The report, and the exit status: 1 when a step failed."""
    ready = all(one.state in DONE for one in done)
    if json_:
        print_json({"slug": slug, "klaar": ready, **more, "stappen": [one.as_dict() for one in done]})
    if not ready:
        if not json_:
            click.echo(f"{slug}: nog niet klaar. Voer hetzelfde commando opnieuw uit om verder te gaan.", err=True)
        raise SystemExit(1)


def _show(done: Gedaan) -> None:
    why = f" {done.fout}" if done.fout else "" if done.nu else " (was al klaar)"
    click.echo(f"{done.stap:<12} {done.state}{why}", err=done.state not in DONE)


COMMANDS = (create, diff, export, remove)
