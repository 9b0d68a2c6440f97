"""`kiss demo`, `kiss demo status` and `kiss demo stop`."""

import json
import os
import sys
from pathlib import Path

import click
import psutil

from app.demo import children
from app.demo.blueprint import IDENTITIES
from app.demo.children import StartFailed
from app.demo.record import Record, data_folder
from app.demo.supervisor import Options, Supervisor

LONGEST_STOP = 90  # seconds; PostgreSQL may still be writing


@click.group("demo", invoke_without_command=True)
@click.option("--fresh", is_flag=True, help="Begin opnieuw: alle gegevens van de demo worden weggegooid.")
@click.option("--reload", is_flag=True, help="Start opnieuw als de code verandert.")
@click.option(
    "--identity",
    type=click.Choice(IDENTITIES),
    default=IDENTITIES[0],
    show_default=True,
    help="Waarmee men zich aanmeldt.",
)
@click.option("--without", multiple=True, metavar="NAAM", help="Laat een onderdeel weg, om het zelf te starten.")
@click.option("--gemeente", "gemeenten", multiple=True, metavar="SLUG", help="Alleen deze; vaker mag. Anders alle.")
@click.pass_context
def demo(
    context: click.Context,
    fresh: bool,
    reload: bool,
    identity: str,
    without: tuple[str, ...],
    gemeenten: tuple[str, ...],
) -> None:
    """Start alles op deze computer, met voorbeeldgemeenten. KISS_PORT en KISS_DATA verplaatsen het."""
    if context.invoked_subcommand:
        return
    options = Options(_writable(data_folder()), _port(), fresh, reload, identity, frozenset(without), gemeenten)
    try:
        sys.exit(Supervisor(options).run())
    except StartFailed as failure:
        raise click.ClickException(str(failure)) from failure


@demo.command()
@click.option("--json", "json_", is_flag=True, help="Eén JSON-document op standaarduitvoer, verder niets.")
def status(json_: bool) -> None:
    """Toon wat er draait: adressen, poorten, processen, mensen."""
    record = Record.read(data_folder())
    if not record.is_running:
        raise click.ClickException("KISS draait niet. Start met: make demo")
    pids = {name: one.pid for name, one in record.children.items()}
    if json_:
        click.echo(json.dumps(record.shown | {"pids": pids, "ready": record.ready}, indent=2))
        return
    click.echo("KISS draait." if record.ready else "KISS wordt gestart.")
    click.echo(f"  {'gemeenten':<14} {record.shown['voordeur']}")
    for name, url in record.shown["urls"].items():
        click.echo(f"  {name:<14} {url}")
    for name, pid in pids.items():
        click.echo(f"  {name:<14} proces {pid}")


@demo.command()
def stop() -> None:
    """Stop alles en wacht tot er niets meer draait."""
    folder = data_folder()
    record = Record.read(folder)
    supervisor = record.supervisor.find() if record.supervisor else None
    left = record.left_behind(folder)
    if supervisor is None and not left:
        click.echo("Er draait niets.")
        return
    try:
        if supervisor:
            supervisor.terminate()
    except psutil.AccessDenied as error:
        raise click.ClickException(
            "KISS is gestart door een andere gebruiker. Stop het als die gebruiker."
        ) from error
    if supervisor and children.wait_gone([supervisor], LONGEST_STOP):
        raise click.ClickException(f"KISS stopt niet. Kijk wat proces {supervisor.pid} doet.")
    children.end_all(record.left_behind(folder), patience=15)
    click.echo("KISS is gestopt.")


def _writable(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".proef").touch()
        (folder / ".proef").unlink()
    except OSError as error:
        raise click.ClickException(
            f"U kunt niet schrijven in {folder}. Kies een eigen map, bijvoorbeeld: KISS_DATA=~/kiss-data make demo"
        ) from error
    return folder


def _port() -> int:
    value = os.environ.get("KISS_PORT") or "8000"
    if not value.isdigit() or not 1 <= int(value) <= 65535:
        raise click.ClickException(f"KISS_PORT is een getal van 1 tot en met 65535, niet {value}.")
    return int(value)
