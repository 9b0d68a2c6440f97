"""Whether the C library takes our choices; what they bring stands in tests/attacks/test_bytes.py."""

from __future__ import annotations

import platform
import subprocess
import sys


def test_glibc_takes_both_choices() -> None:
    """In a process of its own: they hold for the whole process."""
    words = "from app.geheugen import settle; raise SystemExit(0 if settle() else 3)"
    done = subprocess.run([sys.executable, "-c", words], check=False)
    assert done.returncode == (0 if platform.libc_ver()[0] == "glibc" else 3)
