"""Redis (or Valkey), always under a tenant's prefix. Nothing here is the truth: a flush loses no work."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from app.settings import settings
from tenants.context import Tenant, require

NO_ANSWER: Final[tuple[type[Exception], ...]] = (RedisError, OSError)  # for who goes on without


@cache
def client() -> Redis:
    """One client per process; give up quickly, since every caller can do without."""
    return Redis.from_url(
        settings().redis_url.get_secret_value(),
        socket_timeout=2,
        socket_connect_timeout=2,
        max_connections=50,
        retry=Retry(NoBackoff(), 1),  # redis-py's own three retries with pauses are longer than anybody waits
    )


@cache
def impatient() -> Redis:
    """For what stands before every request: a quarter of a second, once, and then without."""
    return Redis.from_url(
        settings().redis_url.get_secret_value(),
        socket_timeout=0.25,
        socket_connect_timeout=0.25,
        max_connections=50,
        retry=Retry(NoBackoff(), 0),
    )


# Per counter: the key of this window and of the one before, the most, the weight of the one before, seconds to keep.
# Looks at all of them first, then counts in all of them; one script is one step for everybody else.
_TALLY: Final = """
local many = #ARGV / 3
for i = 1, many do
  local now = tonumber(redis.call('GET', KEYS[2 * i - 1]) or '0')
  local before = tonumber(redis.call('GET', KEYS[2 * i]) or '0')
  if before * tonumber(ARGV[3 * i - 1]) + now + 1 > tonumber(ARGV[3 * i - 2]) then return {i, now, before} end
end
for i = 1, many do
  redis.call('INCR', KEYS[2 * i - 1])
  redis.call('EXPIRE', KEYS[2 * i - 1], ARGV[3 * i])
end
return {0, 0, 0}
"""


class TenantRedis:
    """The only way to a key. Every method prefixes the tenant; there is no method without one."""

    def __init__(self, tenant: Tenant | None, redis: Redis | None = None) -> None:
        self._prefix = f"kiss:t:{require(tenant).slug}:"
        self._redis = redis or client()
        self._script = self._redis.register_script(_TALLY)

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

    async def tally(self, counters: Sequence[tuple[str, str, int, float, int]]) -> tuple[int, int, int] | None:
        """Count one in every counter, or in none: (which one is full, what it holds now, what it held before).

        A counter is (name, name of the window before, most, weight of that one, seconds to keep).
        """
        keys = [self.key(name) for one in counters for name in one[:2]]
        values = [value for one in counters for value in one[2:]]
        full, now, before = await self._script(keys=keys, args=values)
        return (int(full) - 1, int(now), int(before)) if full else None

    async def publish(self, channel: str, message: bytes) -> None:
        await self._redis.publish(self.key(channel), message)
