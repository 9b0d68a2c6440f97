"""`kiss practice`: run the practice environment, and look into it from the command line."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
import httpx2
import uvicorn

from app.practice.elsewhere import CERTIFICATES
from app.practice.faults import APIS, KINDS
from app.practice.main import create_app
from app.practice.misbehave import Misbehaving, Protocol

TENANT = click.option("--tenant", required=True)
JSON = click.option("--json", "as_json", is_flag=True, help="Eén JSON-document op standaarduitvoer.")


@click.group(invoke_without_command=True)
@click.option("--port", type=int, help="Anders de poort van KISS_PRACTICE_URL.")
@click.option("--data", type=click.Path(path_type=Path), help="Anders KISS_DATA/practice.")
@click.pass_context
def practice(context: click.Context, port: int | None, data: Path | None) -> None:
    """Start de oefenomgeving: nagebootste registers met verzonnen mensen."""
    if context.invoked_subcommand:
        return
    folder = data or Path(os.environ.get("KISS_DATA", ".data")) / "practice"
    factor = float(os.environ.get("KISS_PRACTICE_DELAY", "1"))
    app = create_app(folder, delay_factor=factor)
    uvicorn.run(
        Misbehaving(app, app.state["practice"].faults),
        http=Protocol,
        timeout_graceful_shutdown=1,  # a register that plays dead would keep the process
        host="127.0.0.1",
        port=port or urlsplit(_url()).port or 0,
        access_log=False,
        server_header=False,
        log_level="warning",
    )


@practice.command()
@TENANT
@JSON
def ledger(tenant: str, as_json: bool) -> None:
    """Wat de registers van een gemeente aannamen."""
    _show(_ask("GET", f"/_praktijk/{tenant}/ledger"), as_json=as_json)


@practice.command()
@TENANT
@click.option("--people", type=int, default=0, help="Hoeveel inwoners er contacten krijgen.")
@click.option("--contacten", type=int, default=0, help="Hoeveel contacten erbij komen.")
@JSON
def seed(tenant: str, people: int, contacten: int, as_json: bool) -> None:
    """Vul het register van een gemeente met verzonnen contacten."""
    _show(_ask("POST", f"/_praktijk/{tenant}/seed", people=people, contacten=contacten), as_json=as_json)


@practice.command()
@TENANT
@JSON
def reset(tenant: str, as_json: bool) -> None:
    """Maak het register van een gemeente weer zoals het begon."""
    _show(_ask("POST", f"/_praktijk/{tenant}/reset"), as_json=as_json)


@practice.command()
@TENANT
@click.option("--api", type=click.Choice(list(APIS)), help="Anders alle API's van de gemeente.")
@click.option("--kind", type=click.Choice(list(KINDS)), help="Welke storing. Zonder: toon wat er speelt.")
@click.option("--seconds", type=float, help="Bij delay, hang, drip, 429 en 503.")
@click.option("--times", type=int, help="Alleen de eerste zoveel vragen. Anders: tot --clear.")
@click.option("--rate", type=float, help="Welk deel van de vragen, van 0 tot en met 1.")
@click.option("--certificate", type=click.Choice(CERTIFICATES), help="Wat er mis is met het certificaat.")
@click.option("--clear", is_flag=True, help="Stop de storing.")
@JSON
def fault(tenant: str, api: str | None, kind: str | None, *, clear: bool, as_json: bool, **how: Any) -> None:
    """Laat een register van een gemeente een storing spelen."""
    if clear and kind:
        raise click.ClickException("Kies --kind of --clear, niet allebei.")
    if not kind and any(value is not None for value in how.values()):
        raise click.ClickException("Kies met --kind welke storing het register speelt.")
    method = "POST" if kind else "DELETE" if clear else "GET"
    playing = _ask(method, f"/_praktijk/{tenant}/fault", api=api, kind=kind, **how)
    _show(playing, as_json=as_json)
    if not playing and not as_json:
        click.echo("Er speelt geen storing.")


def _url() -> str:
    url = os.environ.get("KISS_PRACTICE_URL")
    if not url:
        raise click.ClickException("Zet KISS_PRACTICE_URL, bijvoorbeeld http://127.0.0.1:8003 (of start: make demo).")
    return url


def _ask(method: str, path: str, **query: str | float | None) -> Any:
    asked = {name: value for name, value in query.items() if value is not None}
    try:
        answer = httpx2.request(method, _url() + path, params=asked, timeout=120, trust_env=False)
    except httpx2.HTTPError as error:
        raise click.ClickException(f"De oefenomgeving antwoordt niet ({type(error).__name__}). Draait ze?") from error
    if answer.status_code >= 400:
        raise click.ClickException(answer.json()["detail"])
    return answer.json()


def _show(answer: Any, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    for row in answer if isinstance(answer, list) else [answer]:
        click.echo("  ".join(f"{name}: {value}" for name, value in row.items() if value is not None))
