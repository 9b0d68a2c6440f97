from __future__ import annotations

from tests.routes.conftest import application, applied, clients, deventer, practice, zwolle

__all__ = ["application", "applied", "clients", "deventer", "practice", "zwolle"]
