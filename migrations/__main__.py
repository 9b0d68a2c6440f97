"""`python -m migrations tenant "wat er verandert"`: a new revision from the models, in a scratch PostgreSQL.

For developers. Needs no settings: it starts an own server in a temporary folder and stops it again.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import click
from alembic import command
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from app.db import async_url
from app.demo.postgres import EmbeddedPostgres
from migrations.histories import HISTORIES, History, config, scripts, upgrade


@click.command()
@click.argument("name", type=click.Choice(sorted(HISTORIES)))
@click.argument("message")
def main(name: str, message: str) -> None:
    """Write the next revision of history NAME and its .head file. Read what it wrote before you commit it."""
    history = HISTORIES[name]
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedPostgres(Path(folder), fast=True)
        try:
            server.start()
            asyncio.run(_write(server.admin_dsn, history, message))
        finally:
            server.remove()


async def _write(dsn: str, history: History, message: str) -> None:
    engine = create_async_engine(async_url(dsn))
    async with engine.begin() as connection:
        await connection.run_sync(_revise, history, message)
    await engine.dispose()


def _revise(connection: Connection, history: History, message: str) -> None:
    connection.execute(text("CREATE SCHEMA proef"))
    connection.execute(text("SET LOCAL search_path TO proef"))
    number = f"{len(list(scripts(history).walk_revisions())) + 1:04d}"
    if number != "0001":
        upgrade(connection, history)
    settings = config(history)
    settings.attributes["connection"] = connection
    command.revision(settings, message, autogenerate=True, rev_id=number)
    history.head_file.write_text(f"{number}\n", "utf-8")


if __name__ == "__main__":
    main()
