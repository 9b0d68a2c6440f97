"""Rules take the time from app/klok.py, so that tests can move it. Counting elapsed time (`monotonic`) is free."""

from __future__ import annotations

from collections.abc import Iterator

from tests.conventions.tree import Source, allows, bites, calls, holds, imported

EXEMPT = {
    "app/klok.py": "this is the clock",
    "app/demo/": "supervises processes of this machine; decides nothing about contacts",
    "app/practice/": "plays another party, with a clock of its own",
}
WALL = (
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.time_ns",
    "func.now",
    "func.current_timestamp",
)


def one_clock(source: Source) -> Iterator[str]:
    if source.under(*EXEMPT):
        return
    bare = {name.rpartition(".")[2] for _, name in imported(source) if name in ("time.time", "time.time_ns")}
    for node, name in calls(source):
        if any(name == wall or name.endswith("." + wall) for wall in WALL) or name in bare:
            yield f"{source.at(node)}: `{name}()` is a second clock; take the moment from `app.klok.now()`."


def test_one_clock() -> None:
    holds(one_clock, "app", "tenants")


def test_the_rule_bites() -> None:
    bites(one_clock, "from datetime import UTC, datetime\nx = datetime.now(UTC)\n", "app/x.py")
    bites(one_clock, "import datetime\nx = datetime.datetime.utcnow()\n", "app/x.py")
    bites(one_clock, "import time\nx = time.time()\n", "app/x.py")
    bites(one_clock, "from time import time\nx = time()\n", "app/x.py")
    bites(one_clock, "from sqlalchemy import func\nx = func.now()\n", "tenants/x.py")


def test_the_rule_leaves_good_code_alone() -> None:
    allows(one_clock, "import time\nfrom app.klok import now\nx = now()\ny = time.monotonic()\n", "app/x.py")
