"""`kiss seed`: fill an example municipality with believable contacts."""

from __future__ import annotations

import json

import click

from app.commando import JSON, TENANT, run, tenant_by
from app.errors import Refused
from app.volume.service import MOST, MOST_JAREN, Gezaaid, fill


@click.command("seed")
@TENANT
@click.option("--contacten", type=click.IntRange(1, MOST), required=True, help="Hoeveel erbij komen.")
@click.option("--jaren", type=click.IntRange(1, MOST_JAREN), default=5, show_default=True, help="Over hoeveel jaar.")
@click.option("--seed", help="Hetzelfde getal geeft dezelfde contacten. Anders: het aantal dat er al is.")
@JSON
def seed(slug: str, contacten: int, jaren: int, seed: str | None, *, as_json: bool) -> None:
    """Vul een voorbeeldgemeente met verzonnen contacten van jaren. Ze gaan naar geen enkel register."""

    def said(done: int) -> None:
        if not as_json:
            click.echo(f"  {_number(done)} van {_number(contacten)}")

    async def work() -> Gezaaid:
        return await fill(await tenant_by(slug), contacten, jaren=jaren, seed=seed, said=said)

    try:
        added = run(work())
    except Refused as refusal:
        raise click.ClickException(refusal.uitleg) from refusal
    if as_json:
        click.echo(json.dumps(added.as_dict(), ensure_ascii=False))
        return
    click.echo(
        f"{_number(added.contacten)} contacten erbij in {slug}, {_number(added.betrokkenen)} met een inwoner, van "
        f"{added.van} tot en met {added.tot}, in {f'{added.seconden:.1f}'.replace('.', ',')} s: "
        f"{_number(added.per_seconde)} per seconde (seed {added.seed})."
    )


def _number(value: int) -> str:
    return f"{value:,}".replace(",", ".")
