"""Memory of a process that runs for weeks: what was large goes back to the system when it is done with.

glibc raises the size from which it does so with every large piece that was freed (mallopt(3), M_MMAP_THRESHOLD), and
gives every thread an area of its own (M_ARENA_MAX). Forms of a megabyte then leave holes: the heap of a web process
under tests/attacks/test_bytes.py grew by jumps of 4 MB, which it never gave back; with these choices there are none.
"""

from __future__ import annotations

import ctypes
from typing import Final

_M_MMAP_THRESHOLD: Final = -3
_M_ARENA_MAX: Final = -8
LARGE: Final = 128 * 1024  # bytes: glibc's first choice, kept
AREAS: Final = 2


def settle() -> bool:
    """Fix both for this process, before it starts threads. False where the C library has no such choice."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    return bool(mallopt(_M_MMAP_THRESHOLD, LARGE)) and bool(mallopt(_M_ARENA_MAX, AREAS))
