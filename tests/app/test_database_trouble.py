"""What the database cannot do for now is told apart from what is a defect of ours."""

from __future__ import annotations

import asyncpg
import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.db import is_for_now, is_held_up


class Told(Exception):
    """As SQLAlchemy's driver passes on what PostgreSQL said."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("sqlstate", "passes"),
    [
        ("08006", True),  # connection_failure
        ("53100", True),  # disk_full
        ("53300", True),  # too_many_connections
        ("57014", True),  # query_canceled: statement_timeout
        ("57P01", True),  # admin_shutdown
        ("57P02", True),  # crash_shutdown
        ("55P03", True),  # lock_not_available
        ("40P01", True),  # deadlock_detected
        ("40001", True),  # serialization_failure
        ("58030", True),  # io_error
        ("42501", False),  # insufficient_privilege
        ("42P01", False),  # undefined_table
        ("23505", False),  # unique_violation
        ("22021", False),  # character_not_in_repertoire
        ("XX001", False),  # data_corrupted: somebody has to look at once
    ],
)
def test_a_statement_that_failed(sqlstate: str, passes: bool) -> None:
    assert is_for_now(DBAPIError("SELECT 1", {}, Told(sqlstate))) is passes


@pytest.mark.parametrize(
    ("sqlstate", "held_up"),
    [("57014", True), ("55P03", True), ("40001", True), ("40P01", True), ("57P01", False), ("53100", False)],
)
def test_held_up_by_others_is_told_apart_from_an_outage(sqlstate: str, held_up: bool) -> None:
    assert is_held_up(DBAPIError("SELECT 1", {}, Told(sqlstate))) is held_up


def test_so_is_who_got_no_connection_from_the_pool_in_time() -> None:
    assert is_held_up(PoolTimeout())
    assert not is_held_up(ConnectionRefusedError())


def test_no_connection_is_for_now_and_a_defect_is_not() -> None:
    assert is_for_now(asyncpg.CannotConnectNowError("starting"))
    assert is_for_now(ConnectionRefusedError())
    assert not is_for_now(KeyError("x"))
    assert is_for_now(DBAPIError("SELECT 1", {}, Told(""), connection_invalidated=True))
