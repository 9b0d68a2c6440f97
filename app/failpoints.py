"""Named points along saving and delivery where a test can make things go wrong.

Armed by a file `<KISS_FAILPOINT_DIR>/<name>` whose text is the action; used once, also across processes, since
taking the file away is atomic. Outside development the settings refuse the directory, so every point is a no-op.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from app.settings import settings

PATIENCE = 30.0  # seconds that `pause` waits for a test that never comes back


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the path; `code` as the fault matrix of the proofs names it, `moment` for a reader."""

    name: str
    code: str
    moment: str


POINTS = (
    Point("opslaan.voor-commit", "P1", "alles is klaargezet, de transactie nog niet vastgelegd"),
    Point("opslaan.na-commit", "P2", "vastgelegd, het antwoord aan de medewerker nog niet verstuurd"),
    Point("aflevering.na-claim", "P3", "de werker heeft de aflevering, nog niets is verstuurd"),
    Point("aflevering.na-verzenden", "P4", "het register nam het contact aan, het antwoord raakt kwijt"),
    Point("aflevering.voor-bevestigen", "P5", "antwoord ontvangen, de bevestiging nog niet opgeschreven"),
)
NAMES = tuple(point.name for point in POINTS)
ACTIONS = {
    "raise": "een fout in de code",
    "cancel": "het verzoek of de taak wordt afgebroken",
    "kill": "het proces is weg, zoals na stroomuitval (SIGKILL)",
    "pause": f"het proces staat stil tot het bestand <naam>.wacht weg is, hoogstens {PATIENCE:.0f} s",
}


class Injected(RuntimeError):
    """The failure that a test asked for."""


def failpoint(name: str) -> None:
    """Do what a test armed for `name` (`ACTIONS`). After a pause, also what was armed in the meantime."""
    directory = settings().failpoint_dir
    if directory is None:
        return
    if name not in NAMES:
        raise LookupError(name)
    while action := _take(directory / name):
        if action == "raise":
            raise Injected(name)
        if action == "cancel":
            raise asyncio.CancelledError(name)
        if action == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if action == "pause":
            _stand_still(waiting_room(directory, name))


def arm(directory: Path, name: str, action: str) -> None:
    """Make the next pass of `name` fail. For tests."""
    if name not in NAMES or action not in ACTIONS:
        raise LookupError(f"{name} {action}")
    waiting = directory / f".{name}"
    waiting.write_text(action)
    waiting.replace(directory / name)


def armed(directory: Path, name: str) -> str | None:
    """The action that waits at `name`, or None."""
    try:
        return (directory / name).read_text()
    except FileNotFoundError:
        return None


def waiting_room(directory: Path, name: str) -> Path:
    """The file that a paused process makes, with its pid in it. It goes on when somebody takes the file away."""
    return directory / f"{name}.wacht"


def _stand_still(room: Path) -> None:
    """Hold the whole process, as a machine that swaps or a debugger would: its event loop stands still too."""
    draft = room.with_name(f".{room.name}")
    draft.write_text(str(os.getpid()))
    draft.replace(room)
    until = time.monotonic() + PATIENCE
    while room.exists() and time.monotonic() < until:
        time.sleep(0.002)
    room.unlink(missing_ok=True)


def _take(path: Path) -> str | None:
    taken = path.with_suffix(f".{os.getpid()}")
    try:
        path.rename(taken)
    except FileNotFoundError:
        return None
    action = taken.read_text()
    taken.unlink()
    return action
