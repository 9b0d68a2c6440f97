"""Redis through TenantRedis: every key carries its tenant."""

from __future__ import annotations

from collections.abc import Iterator

from tests.conventions.tree import Source, allows, bites, holds, imported

EXEMPT = {
    "app/redis.py": "TenantRedis: puts the tenant in front of every key",
    "app/live.py": "channels: builds its names with TenantRedis' prefix",
    "app/jobs.py": "the broker's own connection; tenants ride in the message",
    "app/demo/": "starts and stops the server itself",
}


def no_raw_redis(source: Source) -> Iterator[str]:
    if source.under(*EXEMPT):
        return
    for node, name in imported(source):
        if name.split(".")[0] in ("redis", "valkey", "coredis", "aioredis"):
            yield (
                f"{source.at(node)}: imports `{name}`; a raw key carries no tenant. Use TenantRedis of app/redis.py."
            )


def test_no_raw_redis_key() -> None:
    holds(no_raw_redis, "app", "tenants")


def test_the_rule_bites() -> None:
    bites(no_raw_redis, "import redis\n", "app/klantbeeld/queries.py")
    bites(no_raw_redis, "from redis.asyncio import Redis\n", "tenants/registry.py")


def test_the_rule_leaves_good_code_alone() -> None:
    allows(no_raw_redis, "from app.redis import TenantRedis\n", "app/klantbeeld/queries.py")
