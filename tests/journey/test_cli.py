"""The command line of a running installation: names and fields that scripts rely on, one JSON document each."""

from __future__ import annotations

import json
import re
import subprocess
from hashlib import sha256
from typing import Any

import psutil
import pytest

from tenants.manifest import FOLDER
from tests.journey.server import Session
from tests.stack import KISS, Stack, eventually

PROCESSES = {"postgres", "valkey", "practice", "identity", "post", "web", "worker", "scheduler"}


def said(stack: Stack, *arguments: str, status: int = 0) -> str:
    """Exactly what stood on standard output."""
    done = subprocess.run(
        [KISS, *arguments], env=stack.child_environment(), capture_output=True, text=True, timeout=60
    )
    assert done.returncode == status, done.stderr[-2000:]
    return done.stdout


def test_demo_status(stack: Stack) -> None:
    status = stack.refresh()
    assert status.keys() >= {"urls", "ports", "pids", "data", "dsn", "redis", "people"}
    assert status["urls"]["deventer"] == stack.url("deventer")
    assert status["urls"].keys() >= {"deventer", "zwolle", "praktijk", "post"}
    assert status["pids"].keys() >= PROCESSES
    assert all(psutil.pid_exists(pid) for pid in status["pids"].values())
    assert status["data"] == str(stack.data)
    assert status["ports"]["web"] == stack.port
    sanne = {"tenant": "deventer", "name": "Sanne Proef", "role": "agent", "username": "sanne.proef"}
    assert sanne in status["people"]


@pytest.mark.parametrize(
    "words",
    [
        "demo status",
        "contacten list --tenant deventer",
        "outbox list --tenant deventer",
        "outbox retry --tenant deventer",
        "practice ledger --tenant deventer",
        "tenants list",
        "tenants show deventer",
        "tenants check",
        "tenants migrate",
        "tenants apply deventer.toml",
        "routes",
    ],
)
def test_one_json_document_and_nothing_else(stack: Stack, words: str) -> None:
    arguments = [str(FOLDER / word) if word.endswith(".toml") else word for word in words.split()]
    assert isinstance(json.loads(said(stack, *arguments, "--json")), list | dict)


def test_contacten_and_ledger(stack: Stack) -> None:
    karim = Session(stack, "deventer", stack.session("deventer", "karim.testman"))
    kenmerk = karim.save_contact("Losse tegel")
    contact = only(stack.kiss("contacten", "list", "--tenant", "deventer"), kenmerk)
    assert contact.keys() >= {"id", "kenmerk", "idempotency_key", "state", "text_sha256"}
    assert re.fullmatch(r"[0-9a-f-]{36}:1", contact["idempotency_key"])
    assert re.fullmatch(r"[0-9a-f]{64}", contact["text_sha256"])
    assert contact["text_sha256"] != sha256(b"").hexdigest()
    eventually(lambda: not [r for r in outbox(stack) if r["kenmerk"] == kenmerk], seconds=30, what="delivered")
    assert only(stack.kiss("contacten", "list", "--tenant", "deventer"), kenmerk)["state"] == "bevestigd"
    lines = [line for line in stack.ledger("deventer") if line["referentienummer"] == kenmerk]
    assert [line["status"] for line in lines if line["method"] == "POST"] == [201]


def test_retry_without_a_dead_letter_does_nothing(stack: Stack) -> None:
    assert stack.kiss("outbox", "retry", "--tenant", "zwolle") == []


def test_routes(stack: Stack) -> None:
    rows = stack.kiss("routes")
    assert all(row.keys() == {"method", "path", "host", "guard", "roles", "bevestigd"} for row in rows)
    assert all(row["guard"] for row in rows)
    assert {row["host"] for row in rows} <= {"tenant", "beheer", "any"}


def test_tenants(stack: Stack) -> None:
    assert {row["slug"] for row in stack.kiss("tenants", "list")} == {"deventer", "zwolle"}
    assert stack.kiss("tenants", "show", "zwolle")["slug"] == "zwolle"
    assert [finding for finding in stack.kiss("tenants", "check") if finding["problemen"]] == []


def test_an_unknown_municipality_is_a_sentence(stack: Stack) -> None:
    done = subprocess.run(
        [KISS, "contacten", "list", "--tenant", "nergens", "--json"],
        env=stack.child_environment(), capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stdout == ""
    assert "Er is geen gemeente nergens" in done.stderr
    assert "Traceback" not in done.stderr


def outbox(stack: Stack) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = stack.kiss("outbox", "list", "--tenant", "deventer")
    return rows


def only(rows: list[dict[str, Any]], kenmerk: str) -> dict[str, Any]:
    [row] = [row for row in rows if row["kenmerk"] == kenmerk]
    return row
