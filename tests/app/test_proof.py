"""The harness of `make proof`: counts, goes on, and fails on a finding."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import proof as proofs
from tests.proof import Proof


def under_way(state: Path | None, count: int = 25) -> Proof:
    return Proof("voorbeeld", count, "ronden", "niets", seed=7, state=state)


@pytest.fixture(autouse=True)
def own_result(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(proofs, "RESULT", tmp_path / "proof.json")
    monkeypatch.setattr(proofs, "STATE", tmp_path / "proof")


def test_batches_add_up_and_never_repeat_a_seed() -> None:
    batches = list(under_way(None).batches(10))
    assert [batch.count for batch in batches] == [10, 10, 5]
    assert len({batch.seed for batch in batches}) == 3


def test_a_stopped_run_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(proofs.FULL, "1")
    monkeypatch.delenv(proofs.COUNT, raising=False)
    mark = pytest.mark.proof("voorbeeld", smoke=1, full=25, unit="ronden", goal="niets").mark
    for batch in proofs.start(mark).batches(10):
        if batch.first == 20:
            break  # stopped in the third batch, which therefore does not count
    again = proofs.start(mark)
    assert [batch.first for batch in again.batches(10)] == [20]
    row = json.loads((tmp_path / "proof.json").read_text())[0]
    assert (row["value"], row["verdict"], row["findings"]) == (25, "aangetoond", 0)


def test_a_finding_fails_and_stays_in_the_result(tmp_path: Path) -> None:
    proof = under_way(tmp_path / "proof/abc/voorbeeld.json")
    next(proof.batches(10))
    with pytest.raises(AssertionError, match="seed 7"):
        proof.found(["verzoek 3 gaf 500"])
    assert json.loads((tmp_path / "proof.json").read_text())[0]["verdict"] == "niet aangetoond"


def test_a_smoke_run_keeps_nothing(tmp_path: Path) -> None:
    assert [batch.count for batch in under_way(None).batches(100)] == [25]
    assert not (tmp_path / "proof.json").exists()


def test_doing_nothing_is_no_proof() -> None:
    with pytest.raises(AssertionError, match="nothing was done"):
        list(under_way(None, count=0).batches(10))
