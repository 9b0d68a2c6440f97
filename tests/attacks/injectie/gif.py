"""Hostile words in every column of text, past every check of the application: as older code or a hand left them."""

from __future__ import annotations

from collections.abc import Iterator

import asyncpg
from sqlalchemy import Column, String
from sqlalchemy.dialects.postgresql import JSONB

from app.models import TABLES
from tests.attacks.injectie.proefteksten import ALLES

# What decides instead of being shown; a page never gets these words from anybody.
DECIDES = {
    "koppeling": {"slug", "soort"},
    "aflevering": {"koppeling", "state"},
    "lidmaatschap": {"issuer", "subject", "gebruikersnaam", "modus"},
    "gesprek": {"state", "doel"},
    "kanaal": {"icoon"},
    "klantverwijzing": {"soort"},
    "betrokkene": {"soort", "rol"},
    "klantcontact": {"idempotency_key", "text_sha256", "taal"},
    "verwerking": {"subject_soort"},
    "mail": {"state", "soort"},
    "uitnodiging": {"state"},
}
TABLES_LEFT = {"sessie", "inlogpoging", "afmeldmelding", "zegel", "zegelhoofd", "zegelcontrole"}  # nobody's words


def columns() -> Iterator[tuple[str, Column[object]]]:
    for model in TABLES:
        table = model.__table__
        for column in table.columns:
            text = isinstance(column.type, String) or (isinstance(column.type, JSONB) and table.name == "auditregel")
            fixed = column.primary_key or column.foreign_keys or column.name in DECIDES.get(table.name, ())
            if text and not fixed and table.name not in TABLES_LEFT:
                yield table.name, column


async def poison(dsn: str, schema: str) -> dict[str, int]:
    """Rows changed per `table.column`; minus one where the database itself refused."""
    texts = list(ALLES.values())
    done: dict[str, int] = {}
    connection = await asyncpg.connect(dsn)
    try:
        for place, (table, column) in enumerate(columns()):
            most = getattr(column.type, "length", None) or 20_000
            value = f"left(($1::text[])[1 + ((x.rij + {place * 7}) % {len(texts)})], {most})"
            if isinstance(column.type, JSONB):
                value = f"jsonb_build_object('reden', {value})"
            statement = f"""UPDATE "{schema}"."{table}" t SET "{column.name}" = {value}
                FROM (SELECT ctid AS plek, row_number() OVER () AS rij FROM "{schema}"."{table}") x
                WHERE t.ctid = x.plek"""  # noqa: S608 - names of our own tables
            try:
                done[f"{table}.{column.name}"] = int((await connection.execute(statement, texts)).split()[-1])
            except asyncpg.IntegrityConstraintViolationError:
                done[f"{table}.{column.name}"] = -1
    finally:
        await connection.close()
    return done
