"""`kiss keycloak`: a Keycloak without the rest of the demo, as `make keycloak` starts it."""

import os
import signal
from types import FrameType

import click

from app.demo import ports
from app.demo.children import StartFailed
from app.demo.keycloak import distribution
from app.demo.keycloak.server import ADMIN, ADMIN_CLIENT, EmbeddedKeycloak
from app.demo.municipalities import read_manifests
from app.demo.record import Lock, data_folder
from tenants.manifest import FOLDER

PORT = 8180


@click.command("keycloak")
@click.option("--prepare", is_flag=True, help="Alleen ophalen en bouwen, niet starten.")
def keycloak(prepare: bool) -> None:
    """Haal Keycloak op, bouw het één keer en start het op deze computer. KISS_KEYCLOAK_PORT verplaatst het."""
    try:
        distribution.prepare(click.echo)
        if not prepare:
            _run()
    except StartFailed as failure:
        raise click.ClickException(str(failure)) from failure


def _run() -> None:
    folder = data_folder() / "keycloak"
    folder.mkdir(parents=True, exist_ok=True)
    lock = Lock(folder)
    if not lock.take():
        raise StartFailed(f"In {folder} draait Keycloak al. Stop dat, of kies een andere map met KISS_DATA.")
    hosts = [f"{one.slug}.localhost" for one in read_manifests(FOLDER)]
    server = EmbeddedKeycloak(folder, hosts, port=_port())
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        click.echo("Keycloak start")
        server.start()
        _welcome(server)
        if server.process and server.process.wait() != 0:
            raise StartFailed(f"Keycloak is gestopt. Kijk in {server.log}.")
    except KeyboardInterrupt:
        click.echo("\nKeycloak wordt gestopt.")
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # we are doing it
        server.stop()


def _welcome(server: EmbeddedKeycloak) -> None:
    click.echo(f"Keycloak   {server.address}/admin/   {ADMIN}   {server.admin_password}")
    click.echo("Inrichten kan in een ander venster, met deze instellingen:")
    click.echo(f"    KISS_KEYCLOAK_URL={server.backend}")
    click.echo(f"    KISS_KEYCLOAK_CLIENT_ID={ADMIN_CLIENT}")
    click.echo(f"    KISS_KEYCLOAK_CLIENT_SECRET={server.admin_client_secret}")
    click.echo(f"    OIDC_ISSUER={server.issuer}")
    click.echo("Stoppen: Ctrl-C")


def _port() -> int:
    value = os.environ.get("KISS_KEYCLOAK_PORT") or str(PORT)
    if not value.isdigit() or not 1 <= int(value) <= 65535:
        raise StartFailed(f"KISS_KEYCLOAK_PORT is een getal van 1 tot en met 65535, niet {value}.")
    if not ports.is_free(int(value)):
        raise StartFailed(f"Poort {value} is al in gebruik. Kies een andere: KISS_KEYCLOAK_PORT=8280 make keycloak")
    return int(value)


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
