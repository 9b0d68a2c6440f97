"""The SQL of each revision as the runner sends it, and what squawk finds in it."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from migrations import histories, sjabloon
from tenants.admin import LOCK_TIMEOUT, STATEMENT_TIMEOUT
from tests.report import PROJECT

SQUAWK = Path(sys.executable).parent / "squawk"
CONFIG = PROJECT / "migrations" / "squawk.toml"
FORGIVEN = PROJECT / "migrations" / "forgiven.toml"
# What `tenants.admin.acting_as` sets before every migration.
_LIMITS = f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}';\nSET LOCAL statement_timeout = '{STATEMENT_TIMEOUT}';\n"


@dataclass(frozen=True, order=True)
class Objection:
    """One rule in one revision, such as tenant-0004."""

    revision: str
    rule: str

    def __str__(self) -> str:
        return f"{self.revision}: {self.rule} (https://squawkhq.com/docs/{self.rule})"


def revisions() -> dict[str, str]:
    """SQL per revision of both histories, by name such as tenant-0004."""
    found = {}
    for history in histories.HISTORIES.values():
        before = None
        for script in reversed(list(histories.scripts(history).walk_revisions())):
            found[f"{history.name}-{script.revision}"] = sjabloon.rendered(history, before, script.revision)
            before = script.revision
    return found


def linted(texts: dict[str, str], folder: Path) -> set[Objection]:
    """What squawk has against these texts, by the rules of migrations/squawk.toml."""
    for name, sql in texts.items():
        (folder / f"{name}.sql").write_text(_LIMITS + sql)
    done = subprocess.run(
        [SQUAWK, "--config", CONFIG, "--reporter", "json", *(f"{name}.sql" for name in texts)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    return {Objection(one["file"].removesuffix(".sql"), one["rule_name"]) for one in json.loads(done.stdout)}


def forgiven() -> set[Objection]:
    """Those of migrations/forgiven.toml; each has a reason."""
    lines: Iterable[dict[str, str]] = tomllib.loads(FORGIVEN.read_text())["forgiven"]
    assert all(len(line["reason"]) > 20 for line in lines), "a reason is a sentence"
    return {Objection(line["revision"], line["rule"]) for line in lines}
