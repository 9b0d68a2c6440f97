"""Redis (or Valkey), always under a tenant's prefix. Nothing here is the truth: a flush loses no work."""

from __future__ import annotations

from functools import cache

from redis.asyncio import Redis

from app.settings import settings
from tenants.context import Tenant, require


@cache
def client() -> Redis:
    """One client per process; give up quickly, since every caller can do without."""
    return Redis.from_url(
        settings().redis_url.get_secret_value(), socket_timeout=2, socket_connect_timeout=2, max_connections=50
    )


class TenantRedis:
    """The only way to a key. Every method prefixes the tenant; there is no method without one."""

    def __init__(self, tenant: Tenant | None, redis: Redis | None = None) -> None:
        self._prefix = f"kiss:t:{require(tenant).slug}:"
        self._redis = redis or client()

    def key(self, name: str) -> str:
        """The full name of a key or channel of this tenant."""
        return self._prefix + name

    async def get(self, name: str) -> bytes | None:
        value = await self._redis.get(self.key(name))
        return value.encode() if isinstance(value, str) else value

    async def set(self, name: str, value: bytes, *, seconds: int) -> None:
        await self._redis.set(self.key(name), value, ex=seconds)

    async def delete(self, name: str) -> None:
        await self._redis.delete(self.key(name))

    async def publish(self, channel: str, message: bytes) -> None:
        await self._redis.publish(self.key(channel), message)
