"""What the register took is there after kill -9, with its line in the ledger: both or neither."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2

from tests.practice.client import CONTACT, Registers
from tests.practice.server import running_practice, start

ROUNDS, ENOUGH = 3, 30  # kills, and how many writes were acknowledged before each


def test_kill_in_the_middle_of_writing(
    tmp_path: Path, client: httpx2.Client, count: Callable[[str, int], None]
) -> None:
    acknowledged: set[str] = set()
    for round_ in range(ROUNDS):
        process, base = start(tmp_path)
        writers = [
            threading.Thread(target=write, args=(base, 1_000_000 * (round_ + 1) + 100_000 * writer, acknowledged))
            for writer in range(4)
        ]
        for writer in writers:
            writer.start()
        until = time.monotonic() + 20
        while len(acknowledged) < ENOUGH * (round_ + 1) and time.monotonic() < until:
            time.sleep(0.01)
        process.kill()
        process.wait(10)
        for writer in writers:
            writer.join(10)
    with running_practice(tmp_path) as base:
        registers = Registers(base, client)
        ledger = Counter(one["referentienummer"] for one in registers.ledger())
        stored = Counter(numbers(registers))
    assert len(acknowledged) >= ENOUGH * ROUNDS
    assert acknowledged <= stored.keys()
    assert stored == ledger
    assert set(stored.values()) == {1}
    count("acknowledged writes to the practice register around kill -9", len(acknowledged))


def write(base: str, first: int, acknowledged: set[str]) -> None:
    """One new contact after another, until the register is gone."""
    with httpx2.Client(trust_env=False, timeout=5) as client:
        for number in range(first, first + 90_000):
            body = {"klantcontact": CONTACT | {"referentienummer": str(number)}}
            try:
                answer = Registers(base, client).raw("POST", "/maak-klantcontact", json=body)
            except httpx2.HTTPError:
                return
            assert answer.status_code == 201, answer.text
            acknowledged.add(str(number))


def numbers(registers: Registers) -> list[str]:
    found: list[str] = []
    page = 1
    while True:
        params: dict[str, Any] = {"pageSize": 500, "page": page}
        body = registers.klant("GET", "/klantcontacten", params=params)
        found += [one["referentienummer"] for one in body["results"] if one["referentienummer"]]
        if body["next"] is None:
            return found
        page += 1


def test_changes_and_removals_survive_too(tmp_path: Path, client: httpx2.Client) -> None:
    process, base = start(tmp_path)
    registers = Registers(base, client, "zwolle")
    kept, gone = registers.contact(), registers.contact()
    registers.klant("PATCH", f"/klantcontacten/{kept['uuid']}", json={"onderwerp": "Twee losse tegels"})
    registers.klant("DELETE", f"/klantcontacten/{gone['uuid']}", 204)
    registers.steer("versie", versie="2.15")
    process.kill()
    process.wait(10)
    with running_practice(tmp_path) as base:
        registers = Registers(base, client, "zwolle")
        (left,) = registers.klant("GET", "/klantcontacten")["results"]
        assert (left["uuid"], left["onderwerp"]) == (kept["uuid"], "Twee losse tegels")
        assert [line["method"] for line in registers.ledger()] == ["POST", "POST", "PATCH", "DELETE"]
        assert "referentienummer" not in left, "the version that is played is kept"
