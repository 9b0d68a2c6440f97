from __future__ import annotations

from tests.tenants.conftest import anyio_backend, gemeenten, server

__all__ = ["anyio_backend", "gemeenten", "server"]
