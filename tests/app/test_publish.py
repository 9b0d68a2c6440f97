"""The page with figures says what build/ says, keeps what it does not know, and leaves no proof out."""

from __future__ import annotations

import pytest

from tests import publish

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
