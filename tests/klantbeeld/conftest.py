from __future__ import annotations

from tests.afleveringen.conftest import applied, deventer, practice, zwolle

__all__ = ["applied", "deventer", "practice", "zwolle"]
