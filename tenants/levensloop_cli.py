"""`kiss tenants create …`: what makes a municipality. Steps: docs/runbooks/gemeenten.md."""

from __future__ import annotations

from typing import Any

import click

from tenants import aanmaken, ledger
from tenants.commando import as_json, print_json, run
from tenants.context import Ring
from tenants.manifest import ManifestFout
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


def _end(slug: str, done: list[Gedaan], *, json_: bool) -> None:
    """The report, and the exit status: 1 when a step failed."""
    ready = all(one.state in DONE for one in done)
    if json_:
        print_json({"slug": slug, "klaar": ready, "stappen": [one.as_dict() for one in done]})
    if not ready:
        if not json_:
            click.echo(f"{slug}: nog niet klaar. Voer hetzelfde commando opnieuw uit om verder te gaan.", err=True)
        raise SystemExit(1)


def _show(done: Gedaan) -> None:
    why = f" {done.fout}" if done.fout else "" if done.nu else " (was al klaar)"
    click.echo(f"{done.stap:<12} {done.state}{why}", err=done.state not in DONE)


COMMANDS = (create,)
