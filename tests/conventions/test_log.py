"""The technical log: events named noun.verbed, fields beside them, and nothing of a citizen."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.conventions.tree import Source, allows, bites, calls, holds

LEVELS = ("debug", "info", "warning", "error", "critical", "exception")
EVENT = re.compile(r"[a-z_]+(\.[a-z_]+)+")
OF_CITIZENS = {
    "bsn",
    "naam",
    "persoon",
    "notitie",
    "inhoud",
    "onderwerp",
    "waarde",
    "subject",
    "url",
    "vraag",
    "body",
}


def log_calls(source: Source) -> Iterator[ast.Call]:
    for node, name in calls(source):
        receiver, _, last = name.rpartition(".")
        if last in LEVELS and receiver.rpartition(".")[2] in ("log", "logger"):
            yield node


def events_are_named(source: Source) -> Iterator[str]:
    for node in log_calls(source):
        event = node.args[0] if node.args else None
        if not (isinstance(event, ast.Constant) and EVENT.fullmatch(str(event.value))):
            yield (
                f"{source.at(node)}: a log event is one fixed name, noun.verbed (`aflevering.bevestigd`); "
                "what varies goes in fields."
            )


def nothing_of_citizens(source: Source) -> Iterator[str]:
    for node in log_calls(source):
        for keyword in node.keywords:
            if keyword.arg in OF_CITIZENS:
                yield f"{source.at(node)}: `{keyword.arg}` may say something of a citizen; log ids and kinds."


def test_log_events_are_named() -> None:
    holds(events_are_named, "app", "tenants")


def test_nothing_of_citizens_is_logged() -> None:
    holds(nothing_of_citizens, "app", "tenants")


def test_the_rules_bite() -> None:
    bites(events_are_named, "log.info('saved it')\n", "app/x.py")
    bites(events_are_named, "log.warning(f'gesprek.{x}')\n", "app/x.py")
    bites(events_are_named, "self.logger.error(message)\n", "app/x.py")
    bites(nothing_of_citizens, "log.info('persoon.gezocht', bsn=bsn)\n", "app/x.py")


def test_the_rules_leave_good_code_alone() -> None:
    allows(events_are_named, "log.info('aflevering.bevestigd', tenant=tenant.slug)\n", "app/x.py")
    allows(nothing_of_citizens, "log.info('persoon.gezocht', gevonden=3)\n", "app/x.py")
