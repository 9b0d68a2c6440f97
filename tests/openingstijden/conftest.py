from __future__ import annotations

from tests.afleveringen.conftest import applied, deventer, practice, zwolle
from tests.routes.conftest import application, clients

__all__ = ["application", "applied", "clients", "deventer", "practice", "zwolle"]
