"""Notices changed files, for `kiss demo --reload`."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

from app.demo.node import find_node
from app.settings import PROJECT

CODE = {".py", ".html", ".toml"}
FRONT_END = {".css", ".js", ".mjs", ".svg"}
STATIC = PROJECT / "app/static"


class Changes:
    """Compares times of modification; a few hundred files cost about a millisecond."""

    def __init__(self) -> None:
        self._code = _newest(_files((PROJECT / "app", PROJECT / "tenants"), CODE))
        self._front_end = _newest(_files((STATIC,), FRONT_END))

    def code(self) -> bool:
        """Whether Python, templates or manifests changed since the last call."""
        before, self._code = self._code, _newest(_files((PROJECT / "app", PROJECT / "tenants"), CODE))
        return before != self._code

    def front_end(self) -> bool:
        """Whether the sources of styles or scripts changed since the last call."""
        before, self._front_end = self._front_end, _newest(_files((STATIC,), FRONT_END))
        return before != self._front_end


def build_front_end() -> str:
    """Build app/static/dist; gives what the build complained about, empty when it went well."""
    result = subprocess.run(  # noqa: S603
        [find_node(), STATIC / "build.mjs"], capture_output=True, text=True, cwd=PROJECT
    )
    return "" if result.returncode == 0 else result.stderr


def _files(folders: tuple[Path, ...], suffixes: set[str]) -> Iterator[Path]:
    for folder in folders:
        for path in folder.rglob("*"):
            if path.suffix in suffixes and not path.is_relative_to(STATIC / "dist"):
                yield path


def _newest(paths: Iterator[Path]) -> tuple[int, int]:
    """How many files and the latest time: a removed file counts as a change too."""
    times = []
    for path in paths:
        try:
            times.append(path.stat().st_mtime_ns)
        except FileNotFoundError:  # removed while we look; the next look sees it
            continue
    return len(times), max(times, default=0)
