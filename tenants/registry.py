"""Which municipality is meant: by host name, by slug. One snapshot of the catalogue per process, at most 10 s old.

The snapshot holds every active tenant, so an unknown host costs no query and fills no memory. While the database is
away the last one stays in use.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import case, select

from app.db import UNREACHABLE, platform_unit_of_work
from tenants.context import Ring, Tenant
from tenants.ledger import as_tenant
from tenants.models import Gemeente, Host

MAX_AGE = 10.0  # seconds
RENEW_AFTER = 9.0  # from here one request reads anew, while the others still use what is there

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"({_LABEL}(?:\.{_LABEL})*)\.?(?::[0-9]{{1,5}})?")
_LONGEST = 253  # RFC 1035 section 2.3.4


@dataclass(slots=True)
class _Snapshot:
    tenants: tuple[Tenant, ...]
    hosts: dict[str, Tenant]
    read_at: float
    renewing: bool = False


_snapshot: _Snapshot | None = None
_cleared = 0  # how often; a read that was under way when it changed is not kept


async def by_host(host: str) -> Tenant | None:
    """The active tenant of a Host header's value, or None for an unknown or impossible name."""
    name = normalised(host)
    return None if name is None else (await _present()).hosts.get(name)


async def by_slug(slug: str) -> Tenant | None:
    """The active tenant with this slug, or None."""
    return next((tenant for tenant in (await _present()).tenants if tenant.slug == slug), None)


async def all_active() -> tuple[Tenant, ...]:
    """Every active tenant, early ring first, then by slug."""
    return (await _present()).tenants


def clear() -> None:
    """Forget the snapshot: the next question reads the catalogue."""
    global _snapshot, _cleared
    _snapshot = None
    _cleared += 1


def normalised(host: str) -> str | None:
    """Lower case, without port and final dot; None when it is no host name (RFC 952 and 1123; no IP literals v6)."""
    if not host.isascii():  # before lower(): the Kelvin sign becomes a k
        return None
    match = _HOST.fullmatch(host.lower())
    return match[1] if match and len(match[1]) <= _LONGEST else None


async def _present() -> _Snapshot:
    global _snapshot
    known = _snapshot
    age = time.monotonic() - known.read_at if known else MAX_AGE
    if known and (age < RENEW_AFTER or (age < MAX_AGE and known.renewing)):
        return known
    if known:
        known.renewing = True
    cleared = _cleared
    try:
        read = await _read()
    except UNREACHABLE:
        if known is None:
            raise
        return known  # which municipality it is stays known without a database; the page then says what is away
    finally:
        if known:
            known.renewing = False
    if cleared == _cleared:
        _snapshot = read
    return read


async def _read() -> _Snapshot:
    started = time.monotonic()
    async with platform_unit_of_work() as session:
        rows = await session.execute(
            select(Gemeente, Host.host)
            .outerjoin(Host, Host.slug == Gemeente.slug)
            .where(Gemeente.state == "actief")
            .order_by(case((Gemeente.ring == Ring.EARLY, 0), else_=1), Gemeente.slug, Host.host)
        )
        found = tuple(
            as_tenant(gemeente, [row.host for row in group if row.host])
            for gemeente, group in groupby(rows.all(), key=lambda row: row.Gemeente)
        )
    hosts = {host: tenant for tenant in found for host in tenant.hosts}
    return _Snapshot(found, hosts, started)
