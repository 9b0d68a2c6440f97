"""The page with figures says what build/ says, keeps what it does not know, and leaves no proof out."""

from __future__ import annotations

import re

import pytest

from tests import publish
from tests.conventions.tree import PROJECT

PROOF = {
    "name": "bytes",
    "value": 50_000,
    "unit": "requests",
    "goal": "geen 5xx, N = 1000000",
    "findings": 0,
    "verdict": "tot nu toe aangetoond",
    "command": "make proof ONLY=bytes",
    "commit": "abc1234",
    "date": "2026-11-27T10:00:00+00:00",
}
EMPTY = "# x\n<!-- proofs -->\n<!-- /proofs -->\nrest\n"


def test_a_row_says_how_often_and_what_that_supports() -> None:
    page = publish.merged(EMPTY, "proofs", [publish.proof_row(PROOF)])
    assert "| bytes | 50,000 requests | geen 5xx, N = 1000000 | 0 | 6.0e-05 | tot nu toe aangetoond |" in page
    assert page.endswith("<!-- /proofs -->\nrest\n")


def test_a_finding_supports_nothing() -> None:
    assert publish.proof_row(PROOF | {"findings": 1})[4] == "–"


def test_what_is_not_in_build_stays_and_what_is_replaces() -> None:
    page = publish.merged(EMPTY, "proofs", [publish.proof_row(PROOF), publish.proof_row(PROOF | {"name": "drafts"})])
    page = publish.merged(page, "proofs", [publish.proof_row(PROOF | {"value": 60_000})])
    assert page.count("| bytes |") == 1
    assert "60,000 requests" in page
    assert "| drafts | 50,000 requests |" in page


def test_a_page_without_a_place_is_refused() -> None:
    with pytest.raises(ValueError, match="no place for counts"):
        publish.merged(EMPTY, "counts", [])


def test_what_only_the_tests_reached_says_so() -> None:
    report = {"failed": 0, "counts": {"drafts: browser kills": 20, "canaries looked for: metrics": 3}}
    rows = publish.smoke_rows(report, "abc1234", "2026-11-27", done=())
    assert [row[:2] for row in rows] == [("drafts", "20 browser kills")]
    assert rows[0][5:7] == ("tot nu toe aangetoond", "`make test`")
    assert publish.smoke_rows(report, "abc1234", "2026-11-27", done=("drafts",)) == []
    assert publish.smoke_rows(report | {"failed": 1}, "abc1234", "2026-11-27", done=()) == []


def test_every_proof_stands_on_the_page() -> None:
    page = (PROJECT / "docs/reliability.md").read_text().partition("<!-- /proofs -->")[0]
    shown = set(re.findall(r"^\| ([a-z-]+) \|", page, re.MULTILINE))
    assert len(publish.marks()) >= 8
    absent = set(publish.marks()) - shown
    assert not absent, f"run `make proof ONLY={min(absent)}` and `make figures`"


def test_a_proof_that_was_asked_for_less_is_not_shown_in_full() -> None:
    asked = PROOF | {"verdict": "aangetoond", "goal": "geen 5xx, N = 50000"}
    assert publish.against_full(asked)["verdict"] == "tot nu toe aangetoond"
    assert publish.against_full(asked)["goal"] == "geen 5xx, N = 1000000"
    assert publish.against_full(asked | {"value": 1_000_000})["verdict"] == "aangetoond"
