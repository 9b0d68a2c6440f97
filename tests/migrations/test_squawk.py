"""A migration that would hold everybody up, or break the version before it, is noticed before it runs anywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from migrations import histories
from tests.migrations.squawk import Objection, forgiven, linted, revisions


def test_every_revision_is_linted(tmp_path: Path) -> None:
    texts = revisions()
    assert {f"{one.name}-{histories.head(one)}" for one in histories.HISTORIES.values()} <= set(texts)
    assert all("alembic_version" in sql for sql in texts.values()), "each text holds its revision"
    found, allowed = linted(texts, tmp_path), forgiven()
    fresh = "\n".join(map(str, sorted(found - allowed)))
    assert found <= allowed, f"squawk has something against a migration; change it, or forgive it by name:\n{fresh}"
    assert allowed <= found, f"nobody asks for this forgiveness any more: {sorted(allowed - found)}"


@pytest.mark.parametrize(
    ("sql", "rule"),
    [
        ("ALTER TABLE gesprek ADD COLUMN x text NOT NULL;", "adding-required-field"),
        ("ALTER TABLE gesprek DROP COLUMN x;", "ban-drop-column"),
        ("ALTER TABLE gesprek RENAME COLUMN a TO b;", "renaming-column"),
        ("CREATE INDEX i ON gesprek (a);", "require-concurrent-index-creation"),
        ("ALTER TABLE gesprek ALTER COLUMN a TYPE bigint;", "changing-column-type"),
        ("DROP TABLE gesprek;", "ban-drop-table"),
    ],
)
def test_what_is_noticed(tmp_path: Path, sql: str, rule: str) -> None:
    assert Objection("proef", rule) in linted({"proef": sql}, tmp_path)


def test_what_only_adds_is_left_alone(tmp_path: Path) -> None:
    added = "ALTER TABLE gesprek ADD COLUMN x text;\nCREATE TABLE y (id uuid PRIMARY KEY);\nCREATE INDEX i ON y (id);"
    assert linted({"proef": added}, tmp_path) == set()
