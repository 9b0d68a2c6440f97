from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.failpoints import NAMES, Injected, arm, failpoint
from tests.app.conftest import forget


@pytest.fixture
def points(environment: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    environment.setenv("KISS_FAILPOINT_DIR", str(tmp_path))
    forget()
    return tmp_path


@pytest.mark.parametrize("name", NAMES)
def test_an_armed_point_fails_once(points: Path, name: str) -> None:
    failpoint(name)
    arm(points, name, "raise")
    with pytest.raises(Injected, match=name):
        failpoint(name)
    failpoint(name)
    assert not list(points.iterdir())


def test_one_point_does_not_set_off_another(points: Path) -> None:
    arm(points, NAMES[0], "raise")
    for name in NAMES[1:]:
        failpoint(name)


def test_a_killed_process_is_gone_as_in_a_power_cut(points: Path) -> None:
    arm(points, NAMES[0], "kill")
    code = f"from app.failpoints import failpoint; failpoint({NAMES[0]!r})"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -signal.SIGKILL


def test_without_a_folder_nothing_happens(environment: pytest.MonkeyPatch) -> None:
    for name in (*NAMES, "onbekend"):
        failpoint(name)


def test_unknown_points_and_actions_are_refused(points: Path) -> None:
    with pytest.raises(LookupError):
        failpoint("bestaat.niet")
    with pytest.raises(LookupError):
        arm(points, "bestaat.niet", "raise")
    with pytest.raises(LookupError):
        arm(points, NAMES[0], "explode")
