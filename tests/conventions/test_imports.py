"""Who may import whom: the contracts of [tool.importlinter] in pyproject.toml, and what those cannot say."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conventions.tree import PROJECT, Source, allows, bites, holds, imported

ROOTS = ("app/main.py", "app/cli.py", "app/demo/")


def routes_stay_at_the_edge(source: Source) -> Iterator[str]:
    """Only app/main.py lists handlers; a service that needs one holds a rule in the wrong place."""
    if source.under(*ROOTS):
        return
    for node, name in imported(source):
        if name.startswith("app.") and name.split(".")[-1] == "routes":
            yield (
                f"{source.at(node)}: imports handlers of `{name}`; only app/main.py does. Move the rule to a "
                "service or query."
            )


def connectors_stay_behind_their_port(source: Source) -> Iterator[str]:
    """The product speaks the words of app/connectors/ports.py and finds a kind through the registry."""
    if source.under("app/connectors/", *ROOTS):
        return
    kinds = {path.name for path in (PROJECT / "app/connectors").iterdir() if (path / "__init__.py").is_file()}
    for node, name in imported(source):
        words = name.split(".")
        if words[:2] == ["app", "connectors"] and len(words) > 2 and words[2] in kinds | {"voorbeeld_soort"}:
            yield (
                f"{source.at(node)}: imports the connector kind `{name}`; ask app.connectors.registry for the "
                "port instead."
            )


def practice_knows_nothing_of_us(source: Source) -> Iterator[str]:
    """The simulated registers are other people's software: what they share with us would prove nothing."""
    if not source.under("app/practice/"):
        return
    for node, name in imported(source):
        ours = name.startswith(("app.", "tenants.")) and not name.startswith(PRACTICE_MAY)
        if ours and name not in ("app.klok", "app.ids"):
            yield (
                f"{source.at(node)}: the practice environment imports `{name}`; it plays another party and may "
                "not share our code."
            )


PRACTICE_MAY = ("app.practice", "app.settings", "app.log", "app.klok", "app.ids")


def test_contracts_of_the_import_linter() -> None:
    run = _lint(PROJECT)
    assert run.returncode == 0, run.stdout + run.stderr


def test_routes_stay_at_the_edge() -> None:
    holds(routes_stay_at_the_edge, "app", "tenants")


def test_connectors_stay_behind_their_port() -> None:
    holds(connectors_stay_behind_their_port, "app", "tenants")


def test_practice_knows_nothing_of_us() -> None:
    holds(practice_knows_nothing_of_us, "app")


@pytest.mark.parametrize(
    ("where", "line"),
    [
        ("app/gesprek.py", "import tenants.registry"),
        ("tenants/context.py", "import app.gesprek"),
        ("app/gesprek.py", "import app.demo.children"),
    ],
)
def test_the_contracts_bite(tmp_path: Path, where: str, line: str) -> None:
    for name in ("app/__init__", "app/gesprek", "app/main", "app/cli", "app/demo/__init__", "app/demo/children",
                 "tenants/__init__", "tenants/context", "tenants/registry"):  # fmt: skip
        path = tmp_path / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    good = _lint(tmp_path)
    assert good.returncode == 0, good.stdout + good.stderr
    (tmp_path / where).write_text(line + "\n")
    assert _lint(tmp_path).returncode == 1


def test_the_rules_bite() -> None:
    bites(routes_stay_at_the_edge, "from app.auth.routes import aanmelden\n", "app/gesprekken/service.py")
    bites(
        connectors_stay_behind_their_port,
        "from app.connectors.voorbeeld_soort import x\n",
        "app/klantbeeld/queries.py",
    )
    bites(practice_knows_nothing_of_us, "from app.connectors.ports import Persoon\n", "app/practice/brp.py")


def test_the_rules_leave_good_code_alone() -> None:
    allows(routes_stay_at_the_edge, "from app.auth.routes import aanmelden\n", "app/main.py")
    allows(
        connectors_stay_behind_their_port, "from app.connectors.ports import Persoon\n", "app/klantbeeld/queries.py"
    )
    allows(practice_knows_nothing_of_us, "from app.practice.people import x\n", "app/practice/brp.py")


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = Path(sys.executable).parent / "lint-imports"
    return subprocess.run(
        [command, "--no-cache", "--no-logo"], cwd=folder, capture_output=True, text=True, check=False
    )
