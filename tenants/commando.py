"""What the commands of the control plane share: a connection, one JSON document, sentences instead of traces."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import click
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants import admin

Result = TypeVar("Result")
as_json = click.option("--json", "json_", is_flag=True, help="Eén JSON-document op standaarduitvoer, verder niets.")
slugs_argument = click.argument("slugs", nargs=-1, metavar="[SLUG]…")


def run(work: Callable[[AsyncConnection], Awaitable[Result]]) -> Result:
    async def connected() -> Result:
        async with admin.connect() as connection:
            return await work(connection)

    try:
        return asyncio.run(connected())
    except admin.NoAdmin as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"De database is niet bereikbaar ({type(error).__name__}).") from error


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))
