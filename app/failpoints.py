"""Named points along saving and delivery where a test can make things go wrong.

Armed by a file `<KISS_FAILPOINT_DIR>/<name>` whose text is the action; used once, also across processes, since
taking the file away is atomic. Outside development the settings refuse the directory, so every point is a no-op.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

from app.settings import settings

NAMES = (
    "opslaan.voor-commit",  # P1 before the local commit
    "opslaan.na-commit",  # P2 committed, the reply not yet sent
    "aflevering.na-claim",  # P3 claimed, not yet sent
    "aflevering.na-verzenden",  # P4 the register accepted, the reply is lost
    "aflevering.voor-bevestigen",  # P5 reply received, not yet written down
)


class Injected(RuntimeError):
    """The failure that a test asked for."""


def failpoint(name: str) -> None:
    """Do what a test armed for `name`: `raise` an `Injected`, or `kill` this process as a power cut would."""
    directory = settings().failpoint_dir
    if directory is None:
        return
    if name not in NAMES:
        raise LookupError(name)
    action = _take(directory / name)
    if action == "raise":
        raise Injected(name)
    if action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)


def arm(directory: Path, name: str, action: str) -> None:
    """Make the next pass of `name` fail. For tests."""
    if name not in NAMES or action not in ("raise", "kill"):
        raise LookupError(f"{name} {action}")
    waiting = directory / f".{name}"
    waiting.write_text(action)
    waiting.replace(directory / name)


def _take(path: Path) -> str | None:
    taken = path.with_suffix(f".{os.getpid()}")
    try:
        path.rename(taken)
    except FileNotFoundError:
        return None
    action = taken.read_text()
    taken.unlink()
    return action
