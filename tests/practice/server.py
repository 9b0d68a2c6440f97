"""A practice environment of a test's own, as a process on a free port."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

from app.demo.ports import any_free


def start(data_dir: Path, delay: float = 0) -> tuple[subprocess.Popen[bytes], str]:
    """The process over `data_dir` and its base URL, when it answers. Ending it is for the caller."""
    port = any_free()
    base = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "app.practice", "--port", str(port), "--data", str(data_dir)]
    process = subprocess.Popen(command, env=os.environ | {"KISS_PRACTICE_DELAY": str(delay)})
    for _ in range(200):
        try:
            httpx2.get(base + "/livez", timeout=2, trust_env=False)
            break
        except httpx2.HTTPError:
            assert process.poll() is None, "the practice environment did not start"
            time.sleep(0.05)
    return process, base


@contextmanager
def running_practice(data_dir: Path, delay: float = 0) -> Iterator[str]:
    """Its base URL, while it runs over `data_dir`; gone afterwards."""
    process, base = start(data_dir, delay)
    try:
        yield base
    finally:
        process.terminate()
        process.wait(10)
