from __future__ import annotations

from tests.afleveringen.conftest import applied, cluster, deventer, practice, zwolle

__all__ = ["applied", "cluster", "deventer", "practice", "zwolle"]
