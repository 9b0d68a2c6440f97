"""From where a request comes, for the limits of who has not signed in yet. Never in a log, a key or a table as it is.

Anybody can send X-Forwarded-For, so it is read from behind and only as far as our own balancers wrote it
(CVE-2025-59152 was believing the front of it): the last address that is not one of `KISS_TRUSTED_PROXIES`.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from litestar.types import Scope

from app.geheimen import subject_hmac
from app.settings import Network, settings
from tenants.context import Tenant

Address = IPv4Address | IPv6Address
UNKNOWN = "onbekend"  # over a Unix socket, or nonsense: one bucket for all of them


def visitor(scope: Scope) -> str:
    """The visitor's address; of IPv6 the /64, since one household or office has that many to choose from."""
    client = scope.get("client")
    found = _parsed(client[0]) if client else None
    if found is not None:
        found = _behind(found, _forwarded(scope), settings().trusted_proxies)
    if found is None:
        return UNKNOWN
    return str(IPv6Network((found, 64), strict=False)) if found.version == 6 else str(found)


def keyed(tenant: Tenant, scope: Scope) -> str:
    """The visitor as a counter's name: nobody can read the address from it."""
    return subject_hmac(tenant, "grens-adres", visitor(scope)).hex()[:32]


def _behind(peer: Address, hops: list[str], trusted: tuple[Network, ...]) -> Address:
    """Walk from our side to the other, as long as the one who says it is ours."""
    found = peer
    while hops and any(found in network for network in trusted if network.version == found.version):
        said = _parsed(hops.pop())
        if said is None:  # our own balancer wrote no address: then it is all we know
            break
        found = said
    return found


def _forwarded(scope: Scope) -> list[str]:
    lines = [value for name, value in scope["headers"] if name.lower() == b"x-forwarded-for"]
    return [hop.strip() for line in lines for hop in line.decode("latin-1").split(",")]


def _parsed(text: str) -> Address | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found
