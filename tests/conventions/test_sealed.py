"""Every column that may hold a sealed value says with what it is sealed, so that no change of key forgets it."""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator

from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table

import app.models  # noqa: F401  (registers the tables)
from app.db import TenantBase
from app.privacy import sealed
from tenants import verzegeling


def undeclared(tables: Iterable[Table]) -> Iterator[str]:
    """Bytes of a fixed length are hashes and random numbers; any others are sealed."""
    for table in tables:
        for column in table.columns:
            if not isinstance(column.type, LargeBinary):
                continue
            if "verzegeld" not in column.info:
                if column.type.length is None:
                    yield (
                        f"{table.name}.{column.name} holds bytes of any length: declare `info=sealed(…)`, or give a "
                        "hash its length."
                    )
                continue
            if table.info.get("append_only"):
                yield f"{table.name}.{column.name} is sealed in a table nobody may rewrite: its key could not change."
            for text in column.info["verzegeld"]:
                for _, name, _, _ in string.Formatter().parse(text):
                    if name is not None and name not in table.columns:
                        yield f"{table.name}.{column.name} is sealed with {name}, which is no column of its table."


def test_every_sealed_column_is_declared() -> None:
    found = list(undeclared(TenantBase.metadata.sorted_tables))
    assert not found, "\n" + "\n".join(found)
    assert {one.name for one in verzegeling.columns()} >= {
        "betrokkene.subject",
        "klantverwijzing.subject",
        "klantverwijzing.naam",
        "koppeling.geheimen",
        "sessie.id_token",
        "inlogpoging.code_verifier",
    }


def test_the_rule_bites() -> None:
    forgotten = Table("x", MetaData(), Column("id", Integer, primary_key=True), Column("geheim", LargeBinary))
    log = Table("y", MetaData(), Column("w", LargeBinary, info=sealed("y.w", row="")), info={"append_only": True})
    lost = Table("z", MetaData(), Column("w", LargeBinary, info=sealed("z.w", row="{id}")))
    good = Table("g", MetaData(), Column("id", Integer), Column("w", LargeBinary, info=sealed("g.w", row="{id}")))
    hashed = Table("h", MetaData(), Column("h", LargeBinary(32)))
    assert [len(list(undeclared([table]))) for table in (forgotten, log, lost, good, hashed)] == [1, 1, 1, 0, 0]
