from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import main
from app.failpoints import ACTIONS, NAMES, POINTS, Injected, arm, armed, failpoint, waiting_room
from app.settings import PROJECT
from tests.app.conftest import forget
from tests.stack import eventually


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
    assert armed(points, NAMES[0]) == "raise", "it still waits for its own point"


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


def test_a_cancelled_point_ends_the_task_as_a_client_that_left(points: Path) -> None:
    arm(points, NAMES[0], "cancel")
    with pytest.raises(asyncio.CancelledError):
        failpoint(NAMES[0])


def test_a_paused_point_waits_until_its_file_is_gone_and_does_what_was_armed_meanwhile(points: Path) -> None:
    arm(points, NAMES[2], "pause")
    raised: list[str] = []

    def pass_by() -> None:
        try:
            failpoint(NAMES[2])
        except Injected as error:
            raised.append(str(error))

    passing = threading.Thread(target=pass_by)
    passing.start()
    eventually(waiting_room(points, NAMES[2]).exists, seconds=5)
    assert passing.is_alive()
    arm(points, NAMES[2], "raise")
    waiting_room(points, NAMES[2]).unlink()
    passing.join(5)
    assert raised == [NAMES[2]]
    assert not list(points.iterdir())


def asked(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["dev", "failpoints", *arguments])


def test_the_command_tells_every_point_and_arms_one(points: Path) -> None:
    rows = json.loads(asked("--json").stdout)
    assert [(row["name"], row["point"], row["moment"]) for row in rows] == [
        (point.name, point.code, point.moment) for point in POINTS
    ]
    assert {row["armed"] for row in rows} == {None}
    assert asked("--arm", f"{NAMES[3]}=kill").exit_code == 0
    assert armed(points, NAMES[3]) == "kill"
    assert [row["armed"] for row in json.loads(asked("--json").stdout)] == [None, None, None, "kill", None]
    assert "kill" in asked().stdout
    assert asked("--clear").exit_code == 0
    assert not list(points.iterdir())


def test_the_command_names_what_does_not_exist(points: Path) -> None:
    for wrong in ("bestaat.niet=kill", f"{NAMES[0]}=explode", NAMES[0]):
        told = asked("--arm", wrong)
        assert told.exit_code == 1
        assert NAMES[0] in told.output
        assert "kill" in told.output
    assert not list(points.iterdir())


def test_without_a_folder_there_is_a_list_and_nothing_to_arm(environment: pytest.MonkeyPatch) -> None:
    assert {row["file"] for row in json.loads(asked("--json").stdout)} == {None}
    told = asked("--arm", f"{NAMES[0]}=raise")
    assert told.exit_code == 1
    assert "KISS_FAILPOINT_DIR" in told.output


@pytest.mark.parametrize("option", [[], ["--json"], ["--arm", f"{NAMES[0]}=kill"], ["--clear"]])
def test_production_refuses_the_command(environment: pytest.MonkeyPatch, tmp_path: Path, option: list[str]) -> None:
    environment.setenv("KISS_ENV", "production")
    environment.setenv("KISS_PUBLIC_SCHEME", "https")
    forget()
    told = asked(*option)
    assert told.exit_code == 1
    assert "alleen in ontwikkeling" in told.output
    environment.setenv("KISS_FAILPOINT_DIR", str(tmp_path))  # and with a folder nothing starts at all
    forget()
    assert "KISS_FAILPOINT_DIR" in asked(*option).output


def test_the_page_about_them_names_every_point_and_action() -> None:
    text = (PROJECT / "docs/foutpunten.md").read_text()
    for point in POINTS:
        assert f"| {point.code} | `{point.name}` | {point.moment} |" in text
    assert all(f"`{action}`" in text for action in ACTIONS)
