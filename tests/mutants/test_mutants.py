"""The deliberate defects fit the code of today, and one of them is really tried; `make mutants` tries them all."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.conventions.tree import PROJECT
from tests.mutants.defects import DEFECTS, Defect
from tests.mutants.run import Copy, with_defect

NAMES = [defect.name for defect in DEFECTS]


@pytest.mark.parametrize("defect", DEFECTS, ids=NAMES)
def test_it_fits_the_code(defect: Defect) -> None:
    text = (PROJECT / defect.path).read_text()
    changed = with_defect(text, defect)
    assert ast.dump(ast.parse(changed)) != ast.dump(ast.parse(text))
    for test in defect.tests:
        path, _, name = test.partition("::")
        assert (PROJECT / path).exists(), f"{path} is gone"
        if name:
            assert f"def {name}(" in (PROJECT / path).read_text(), f"{test} is gone"


def test_there_are_enough_and_no_doubles() -> None:
    assert len(DEFECTS) >= 20
    assert len(set(NAMES)) == len(NAMES)


def test_a_defect_turns_a_test_red_and_is_taken_out_again(tmp_path: Path) -> None:
    copy = Copy(tmp_path / "copy")
    defect = next(one for one in DEFECTS if one.path == "app/redis.py")
    good = (copy.folder / defect.path).read_text()
    outcome = copy.outcome(defect)
    assert outcome.noticed
    assert outcome.red[0].startswith("tests/app/test_redis.py::")
    assert (copy.folder / defect.path).read_text() == good
    assert copy.run(defect.tests)[0] == ()


def test_what_no_test_notices_survives(tmp_path: Path) -> None:
    harmless = Defect(
        "a comment", "app/redis.py", "from app.settings", "# x\nfrom app.settings", ("tests/app/test_klok.py",)
    )
    assert not Copy(tmp_path / "copy").outcome(harmless).noticed
