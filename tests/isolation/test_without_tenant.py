"""Work that was started without a municipality ends before any SQL is sent (T-ISO-06)."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import event

import app
from app import jobs
from app.db import engine, unit_of_work
from tenants.context import NoTenant
from tests.isolation.eilanden import Eiland

pytestmark = pytest.mark.anyio
# They hand out something to be called with a municipality, or describe one; nothing of theirs reaches the database.
NOT_WORK = ("app.demo", "app.practice", "app.cli", "app.commando", "app.main")


def modules() -> Iterator[Any]:
    for found in pkgutil.walk_packages(app.__path__, "app."):
        if not found.name.startswith(NOT_WORK):
            yield importlib.import_module(found.name)


def work() -> dict[str, Callable[..., Any]]:
    """Every public async function of ours that takes a municipality."""
    found: dict[str, Callable[..., Any]] = {}
    for module in modules():
        for name, function in vars(module).items():
            own = inspect.iscoroutinefunction(function) and function.__module__ == module.__name__
            if own and not name.startswith("_") and "tenant" in inspect.signature(function).parameters:
                found[f"{module.__name__}.{name}"] = function
    return found


@pytest.fixture
def statements(eilanden: list[Eiland]) -> Iterator[list[str]]:
    sent: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    event.listen(engine().sync_engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine().sync_engine, "before_cursor_execute", note)


WORK = work()


@pytest.mark.parametrize("name", sorted(WORK))
async def test_a_function_without_a_municipality(name: str, statements: list[str]) -> None:
    function = WORK[name]
    arguments = {
        one.name: None if one.name == "tenant" else _something(one.annotation)
        for one in inspect.signature(function).parameters.values()
        if one.kind not in {one.VAR_KEYWORD, one.VAR_POSITIONAL}
        and (one.name == "tenant" or one.default is one.empty)
    }
    with pytest.raises((NoTenant, AttributeError, TypeError, KeyError)):
        await function(**arguments)
    assert statements == [], f"{name} sent SQL for nobody"


@pytest.mark.parametrize("name", sorted(jobs.JOBS) or ["(none)"])
async def test_a_job_without_a_municipality(name: str, statements: list[str]) -> None:
    with pytest.raises(NoTenant):
        await jobs.JOBS[name](None)
    with pytest.raises(NoTenant):
        await jobs.JOBS[name].ring(None)
    assert statements == []


async def test_sql_would_be_noticed(statements: list[str], eilanden: list[Eiland]) -> None:
    async with unit_of_work(eilanden[0].tenant) as session:
        await session.connection()
    assert statements


def test_there_is_work_to_try() -> None:
    assert len(WORK) >= 15, sorted(WORK)
    assert len(jobs.JOBS) >= 3, sorted(jobs.JOBS)


def _something(annotation: object) -> Any:
    """A value that says nothing: whoever uses it before asking for the municipality fails in another way."""
    return "" if annotation in {str, "str"} else _Nothing()


class _Nothing:
    """Has no attribute and no item."""
