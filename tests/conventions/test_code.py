"""Small rules about how files are written."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.conventions.tree import Source, allows, bites, calls, holds, imported

PRINTERS = ("app/cli.py", "app/demo/", "app/practice/cli.py", "tenants/cli.py")


def routes_import_for_real(source: Source) -> Iterator[str]:
    if source.parts[-1] != "routes.py":
        return
    for node, name in imported(source):
        if name == "__future__.annotations":
            yield (
                f"{source.at(node)}: Litestar resolves the types of handlers; with `annotations` from the "
                "future it fails at start."
            )
    for branch in ast.walk(source.tree):
        if isinstance(branch, ast.If) and "TYPE_CHECKING" in ast.unparse(branch.test):
            yield (
                f"{source.at(branch)}: Litestar resolves the types of handlers; import them for real, not under "
                "TYPE_CHECKING."
            )


def no_print(source: Source) -> Iterator[str]:
    if source.under(*PRINTERS) or source.parts[-1] == "cli.py":
        return
    for node, name in calls(source):
        if name == "print":
            yield f"{source.at(node)}: `print` outside the command line; use structlog, without personal data."


def no_silent_except(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ExceptHandler) and node.type is None:
            yield (
                f"{source.at(node)}: a bare `except:` also swallows Ctrl-C and cancellation; name what may go wrong."
            )


def no_unfinished_work(source: Source) -> Iterator[str]:
    for number, line in enumerate(source.text.splitlines(), start=1):
        if any(mark in line for mark in _MARKS):
            yield f"{source.path}:{number}: unfinished work; finish it or write an issue."


_MARKS = tuple(a + b for a, b in (("TO", "DO"), ("FIX", "ME"), ("XX", "X:")))


def test_routes_import_for_real() -> None:
    holds(routes_import_for_real, "app", "tenants")


def test_no_print_outside_the_command_line() -> None:
    holds(no_print, "app", "tenants")


def test_no_bare_except() -> None:
    holds(no_silent_except, "app", "tenants", "migrations", "tests")


def test_no_unfinished_work() -> None:
    holds(no_unfinished_work, "app", "tenants", "migrations", "tests")


def test_the_rules_bite() -> None:
    bites(routes_import_for_real, "from __future__ import annotations\n", "app/gesprekken/routes.py")
    bites(routes_import_for_real, "if TYPE_CHECKING:\n    import x\n", "app/gesprekken/routes.py")
    bites(no_print, "print('x')\n", "app/gesprekken/service.py")
    bites(no_silent_except, "try:\n    x()\nexcept:\n    pass\n", "app/x.py")
    for mark in _MARKS:
        bites(no_unfinished_work, f"# {mark} later\n", "app/x.py")


def test_the_rules_leave_good_code_alone() -> None:
    allows(routes_import_for_real, "from __future__ import annotations\n", "app/gesprekken/service.py")
    allows(no_print, "print('x')\n", "app/practice/cli.py")
