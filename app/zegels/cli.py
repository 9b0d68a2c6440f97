"""`kiss logboek check`: are both logs of a municipality as they were sealed."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from app.commando import JSON, TENANT, run, tenant_by
from app.zegels import service
from app.zegels.keten import Hoofd
from app.zegels.models import Log

BYTES = ("hash", "vorige", "sleutel", "handtekening")
MOMENTEN = ("moment", "dekt_tot")


@click.group()
def logboek() -> None:
    """Het auditlog en het verwerkingenlog van een gemeente."""


@logboek.command("check")
@TENANT
@JSON
@click.option(
    "--hoofden",
    "bewaard",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Regels van het technische log met zegel.hoofd, zoals iemand buiten de database ze bewaarde.",
)
def check(slug: str, as_json: bool, bewaard: Path | None) -> None:
    """Controleer elke regel tegen haar zegel; einde met 1 als er iets veranderd, weg of ingevoegd is."""
    elders = list(heads_in(bewaard.read_text().splitlines(), slug)) if bewaard else []

    async def work() -> list[service.Uitslag]:
        tenant = await tenant_by(slug)
        return [await service.check(tenant, log, elders) for log in Log]

    uitslagen = run(work())
    if as_json:
        click.echo(json.dumps([as_dict(one) for one in uitslagen], ensure_ascii=False))
    else:
        for one in uitslagen:
            _print(one)
    if not all(one.in_orde for one in uitslagen):
        raise SystemExit(1)


def as_dict(uitslag: service.Uitslag) -> dict[str, Any]:
    """`log`, `in_orde`, `tot_nummer`, `ongezegeld`, `moment`, and what was found, one by one."""
    return {
        "log": uitslag.log,
        "in_orde": uitslag.in_orde,
        "tot_nummer": uitslag.tot_nummer,
        "ongezegeld": uitslag.ongezegeld,
        "moment": uitslag.moment.isoformat(),
        "bevindingen": [one.as_dict() for one in uitslag.bevindingen],
        "laat": [one.as_dict() | {"zin": LAAT} for one in uitslag.laat],
    }


LAAT = "Deze regel kwam veel later dan haar eigen tijd zegt. Dat kan een klok zijn die verkeerd liep."


def heads_in(lines: Iterable[str], slug: str) -> Iterable[Hoofd]:
    """The heads of one municipality among lines of a technical log (JSON); other lines are passed over.

    Raises `click.ClickException` for a head that can't be read.
    """
    for line in lines:
        try:
            read = json.loads(line)
        except ValueError:
            continue
        if not isinstance(read, dict) or read.get("event") != "zegel.hoofd" or read.get("tenant") != slug:
            continue
        try:
            yield _head(read["hoofd"])
        except (KeyError, TypeError, ValueError, binascii.Error) as error:
            raise click.ClickException(f"Deze regel met een hoofd is niet te lezen: {line[:100]}") from error


def _head(read: dict[str, Any]) -> Hoofd:
    values = {name: read[name] for name in Hoofd.__slots__}
    values |= {name: base64.b64decode(read[name]) for name in BYTES}
    values |= {name: datetime.fromisoformat(read[name]) for name in MOMENTEN}
    return Hoofd(**values)


def _print(uitslag: service.Uitslag) -> None:
    state = "in orde" if uitslag.in_orde else "niet in orde"
    click.echo(f"{uitslag.log}: gecontroleerd tot nummer {uitslag.tot_nummer}, {state}")
    if uitslag.ongezegeld:
        click.echo(f"  {uitslag.ongezegeld} regels wachten nog op hun zegel")
    for one in uitslag.bevindingen:
        click.echo(f"  {_place(one.nummer, one.tot_nummer)} {one.rij_id or ''} {one.zin}")
    for one in uitslag.laat:
        click.echo(f"  let op: nummer {one.nummer} {one.rij_id} {LAAT}")


def _place(nummer: int | None, tot: int | None) -> str:
    if nummer is None:
        return "zonder nummer:"
    return f"nummer {nummer} tot en met {tot}:" if tot else f"nummer {nummer}:"
