"""`kiss dev failpoints`: which points there are, what waits at them, and making the next pass of one fail."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from app.failpoints import ACTIONS, NAMES, POINTS, arm, armed
from app.settings import settings


@click.command("failpoints")
@click.option("--arm", "to_arm", metavar="NAAM=ACTIE", multiple=True, help=f"Zet klaar: {', '.join(ACTIONS)}.")
@click.option("--clear", is_flag=True, help="Haal weg wat nog klaarstaat.")
@click.option("--json", "as_json", is_flag=True, help="Eén JSON-document op standaarduitvoer.")
def failpoints(to_arm: tuple[str, ...], clear: bool, as_json: bool) -> None:
    """Toon de foutpunten langs opslaan en afleveren (alleen in ontwikkeling)."""
    if not settings().development:
        raise click.ClickException("Dit kan alleen in ontwikkeling (KISS_ENV=development).")
    folder = settings().failpoint_dir
    if to_arm or clear:
        _change(_existing(folder), to_arm, clear=clear)
    rows = [_row(folder, number) for number in range(len(POINTS))]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['point']}  {row['name']:<28} {row['armed'] or '-':<7} {row['moment']}")


def _row(folder: Path | None, number: int) -> dict[str, Any]:
    """`file` is where an action may be written by hand; `armed` the action that waits there."""
    point = POINTS[number]
    return {
        "name": point.name,
        "point": point.code,
        "moment": point.moment,
        "actions": list(ACTIONS),
        "armed": armed(folder, point.name) if folder else None,
        "file": str(folder / point.name) if folder else None,
    }


def _existing(folder: Path | None) -> Path:
    if folder is None:
        raise click.ClickException("Zet eerst KISS_FAILPOINT_DIR op een map die de processen ook gebruiken.")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _change(folder: Path, to_arm: tuple[str, ...], *, clear: bool) -> None:
    wanted = [text.partition("=")[::2] for text in to_arm]
    for name, action in wanted:
        if name not in NAMES or action not in ACTIONS:
            raise click.ClickException(
                f"{name}={action} bestaat niet. Punten: {', '.join(NAMES)}. Acties: {', '.join(ACTIONS)}."
            )
    for name in NAMES if clear else ():
        (folder / name).unlink(missing_ok=True)
    for name, action in wanted:
        arm(folder, name, action)
