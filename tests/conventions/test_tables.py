"""Every table says how long its rows live and what they say of people; and there is one list of tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import Column, DateTime, Integer, MetaData, Table
from sqlalchemy.dialects.postgresql import ENUM

import app.models
import tenants.models  # noqa: F401  (registers the platform's tables)
from app.db import PlatformBase, TenantBase
from app.privacy import Bewaren, Persoonsgegevens, keeps


def declares_privacy(tables: Iterable[Table]) -> Iterator[str]:
    for table in tables:
        if not isinstance(table.info.get("bewaren"), Bewaren):
            yield (
                f"Table {table.name} does not say how long its rows are kept: add `keeps(Bewaren.…, …)` to its info."
            )
        if not isinstance(table.info.get("persoonsgegevens"), Persoonsgegevens):
            yield (
                f"Table {table.name} does not say what it holds of people: add `keeps(…, Persoonsgegevens.…)` "
                "to its info."
            )


def unlisted(classes: Iterable[type], listed: Iterable[type]) -> Iterator[str]:
    listing = set(listed)
    for cls in classes:
        if cls not in listing:
            yield f"{cls.__name__} is not in app.models.TABLES: migrations and provisioning would not know it."


def crosses_to_platform(tables: Iterable[Table]) -> Iterator[str]:
    for table in tables:
        for key in table.foreign_keys:
            if key.target_fullname.split(".")[0] != "tenant":
                yield (
                    f"Table {table.name} refers to {key.target_fullname}: no foreign key from a tenant to "
                    "shared tables."
                )


def awkward_columns(tables: Iterable[Table]) -> Iterator[str]:
    for table in tables:
        for column in table.columns:
            if isinstance(column.type, DateTime) and not column.type.timezone:
                yield f"{table.name}.{column.name} is a timestamp without time zone; moments are timestamptz in UTC."
            if isinstance(column.type, ENUM):
                yield f"{table.name}.{column.name} is a native enum; use text with a CHECK."
            if column.server_default is not None:
                yield (
                    f"{table.name}.{column.name} gets its value from the database; ids and moments are made in "
                    "Python."
                )


def _subclasses(base: type) -> set[type]:
    children: list[type] = base.__subclasses__()
    return set(children).union(*(_subclasses(child) for child in children))


def _tables(base: type[TenantBase] | type[PlatformBase]) -> list[Table]:
    return sorted(base.metadata.tables.values(), key=lambda table: table.name)


def _fail_on(found: Iterable[str]) -> None:
    sentences = list(found)
    assert not sentences, "\n" + "\n".join(sentences)


def test_every_table_has_a_retention_and_personal_data_class() -> None:
    assert len(_tables(TenantBase)) >= 14
    _fail_on(declares_privacy(_tables(TenantBase) + _tables(PlatformBase)))


def test_every_tenant_table_is_listed() -> None:
    _fail_on(unlisted(_subclasses(TenantBase), app.models.TABLES))
    assert [table.__name__ for table in app.models.TABLES] == sorted(table.__name__ for table in app.models.TABLES)


def test_no_foreign_key_leaves_the_tenant() -> None:
    _fail_on(crosses_to_platform(_tables(TenantBase)))


def test_columns_are_plain() -> None:
    _fail_on(awkward_columns(_tables(TenantBase)))


def test_logs_are_append_only() -> None:
    open_logs = [
        table.name
        for table in _tables(TenantBase)
        if table.info["bewaren"] is Bewaren.LOGBOEK and not table.info.get("append_only")
    ]
    assert not open_logs, f"{open_logs}: a log that can be changed is no log; add append_only to its info."


def test_the_rules_bite() -> None:
    bare = Table(
        "bare", MetaData(), Column("at", DateTime(), server_default="now()"), Column("n", ENUM("a", name="n"))
    )
    half = Table("half", MetaData(), Column("id", Integer), info={"bewaren": Bewaren.CONTACT})
    good = Table("good", MetaData(), Column("id", Integer), info=keeps(Bewaren.CONTACT, Persoonsgegevens.GEEN))
    assert len(list(declares_privacy([bare]))) == 2
    assert len(list(declares_privacy([half]))) == 1
    assert not list(declares_privacy([good]))
    assert len(list(awkward_columns([bare]))) == 3
    assert list(unlisted([int, str], [int])) == [
        "str is not in app.models.TABLES: migrations and provisioning would not know it."
    ]


def test_the_rule_on_foreign_keys_bites() -> None:
    from sqlalchemy import ForeignKey

    metadata = MetaData(schema="tenant")
    Table("inside", metadata, Column("a", Integer, ForeignKey("tenant.gesprek.id")))
    leaving = Table("leaving", metadata, Column("b", Integer, ForeignKey("platform.gemeente.slug")))
    assert len(list(crosses_to_platform(metadata.tables.values()))) == 1
    assert leaving.name in next(iter(crosses_to_platform([leaving])))
