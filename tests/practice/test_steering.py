"""Ledger, filling, clearing, the command line and the home page."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

import html5lib
import httpx2
import pytest

from app.practice.delay import median_ms
from app.practice.people import MOST, people, sample
from tests.practice.client import CONTACT, Registers
from tests.practice.server import running_practice


def kiss(base: str, *words: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"KISS_PRACTICE_URL": base, "DATABASE_URL": "postgresql://nergens/nergens"}
    command = [sys.executable, "-m", "app.cli", "practice", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)


def test_the_ledger_tells_what_was_taken_without_telling_it(deventer: Registers) -> None:
    body = {"klantcontact": CONTACT | {"referentienummer": "31"}}
    answer = deventer.raw("POST", "/maak-klantcontact", json=body)
    deventer.klant("GET", "/klantcontacten")
    deventer.klant("POST", "/klantcontacten", 400, json={})
    (line,) = deventer.ledger()
    assert line["body_sha256"] == sha256(answer.request.read()).hexdigest()
    assert line["uuid"] == answer.json()["klantcontact"]["uuid"]
    assert (line["path"], line["status"], line["referentienummer"]) == ("/maak-klantcontact", 201, "31")
    assert CONTACT["onderwerp"] not in json.dumps(line)


def test_seed_adds_people_and_contacts_and_reset_takes_them_away(zwolle: Registers) -> None:
    assert zwolle.steer("seed", people=300, contacten=50) == {"tenant": "zwolle", "people": 300, "contacten": 50}
    assert zwolle.klant("GET", "/klantcontacten")["count"] == 50
    assert zwolle.ledger() == [], "nobody sent these"
    new = people("zwolle", 300)[-1].bsn
    question: dict[str, Any] = {"type": "RaadpleegMetBurgerservicenummer", "burgerservicenummer": [new]}
    assert zwolle.bsns(**question) == [new], "the BRP knows whom the contacts are about"
    assert zwolle.steer("reset") == {"tenant": "zwolle", "klantcontacten": 0}
    assert (zwolle.found("klantcontacten"), zwolle.bsns(**question)) == ([], [])


def test_reset_gives_the_first_day_again(deventer: Registers) -> None:
    deventer.contact()
    expected = len(sample("deventer")["hoofdpersoon"].contacten)
    assert deventer.steer("reset") == {"tenant": "deventer", "klantcontacten": expected}
    assert (len(deventer.found("klantcontacten")), deventer.ledger()) == (expected, [])


@pytest.mark.parametrize("query", ["people=-1", f"people={MOST + 1}", "contacten=100001", "people=veel"])
def test_seed_has_limits(deventer: Registers, query: str) -> None:
    answer = deventer.client.post(f"{deventer.base}/_praktijk/deventer/seed?{query}")
    assert answer.status_code == 400
    assert deventer.client.post(f"{deventer.base}/_praktijk/deventer/versie?versie=3").status_code == 400


def test_another_website_cannot_steer(deventer: Registers) -> None:
    url, headers = f"{deventer.base}/_praktijk/deventer/reset", {"Sec-Fetch-Site": "cross-site"}
    assert deventer.client.post(url, headers=headers).status_code == 403


def test_the_commands_print_one_json_document(zwolle: Registers) -> None:
    for words, expected in (
        (("reset",), {"tenant": "zwolle", "klantcontacten": 0}),
        (("seed", "--people", "5", "--contacten", "7"), {"tenant": "zwolle", "people": 5, "contacten": 7}),
        (("ledger",), []),
    ):
        done = kiss(zwolle.base, *words, "--tenant", "zwolle", "--json")
        assert (done.returncode, done.stderr) == (0, "")
        assert json.loads(done.stdout) == expected
    zwolle.contact(referentienummer="8")
    lines = json.loads(kiss(zwolle.base, "ledger", "--tenant", "zwolle", "--json").stdout)
    assert [line["referentienummer"] for line in lines] == ["8"]
    assert "referentienummer: 8" in kiss(zwolle.base, "ledger", "--tenant", "zwolle").stdout


def test_a_command_that_cannot_says_why_on_standard_error(base: str) -> None:
    unknown = kiss(base, "ledger", "--tenant", "nergens", "--json")
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert "nergens oefent hier niet" in unknown.stderr
    gone = kiss("http://127.0.0.1:9", "ledger", "--tenant", "deventer", "--json")
    assert (gone.returncode, gone.stdout) == (1, "")
    assert "antwoordt niet" in gone.stderr


def test_the_home_page_is_valid_and_shows_what_came_in(deventer: Registers) -> None:
    deventer.contact(referentienummer="2701")
    answer = deventer.client.get(deventer.base + "/")
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(answer.text)
    assert [one.text for one in tree.iter("h1")] == ["Oefenomgeving"]
    assert "2701" in answer.text
    for tenant in ("deventer", "zwolle"):
        assert all(person.bsn in answer.text for person in sample(tenant).values())
    ids = [one.get("id") for one in tree.iter() if one.get("id")]
    assert len(ids) == len(set(ids))
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "style=" not in answer.text
    assert deventer.client.get(deventer.base + "/static/praktijk.css").status_code == 200


@pytest.mark.parametrize(
    ("resource", "one", "expanded", "of_partij", "measured"),
    [  # peers.md 5.2, Open Klant with 5,000 partijen and 50,000 contacten
        ("klantcontacten", False, False, False, 142),
        ("klantcontacten", True, False, False, 22),
        ("klantcontacten", True, True, False, 75),
        ("klantcontacten", False, True, True, 2700),
        ("betrokkenen", False, False, True, 116),
        ("internetaken", False, False, False, 592),
    ],
)
def test_delays_are_those_that_were_measured(
    resource: str, one: bool, expanded: bool, of_partij: bool, measured: int
) -> None:
    assert median_ms("GET", resource, one=one, expanded=expanded, of_partij=of_partij) == measured


def test_answers_really_wait(tmp_path: Path, client: httpx2.Client) -> None:
    with running_practice(tmp_path, delay=1) as base:
        registers = Registers(base, client)
        for path, least in (("/klantcontacten", 142 * 0.8), ("/internetaken", 592 * 0.8)):
            begun = time.monotonic()
            registers.klant("GET", path)
            assert (time.monotonic() - begun) * 1000 >= least
