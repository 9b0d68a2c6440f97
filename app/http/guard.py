"""Which addresses we are willing to call. Tenant admins type URLs; none may reach inside the cluster (SSRF).

Two moments: `destination` judges what was typed, `permitted` judges every address the name resolves to, and the
transport connects to exactly those. `ipaddress.is_global` is not enough: it calls NAT64 of the metadata address and
6to4 of loopback global (measured on Python 3.11), so the tables below are explicit. Sources: the IANA IPv4 and IPv6
special-purpose address registries.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv4Network, IPv6Address, IPv6Network
from urllib.parse import urlsplit

from app.settings import settings

PORTS = frozenset({443, 8443})

Address = IPv4Address | IPv6Address

# An operator may allow these for one koppeling, with a reason.
PRIVATE4 = [IPv4Network(n) for n in "10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 172.16.0.0/12 192.168.0.0/16".split()]
PRIVATE6 = [IPv6Network(n) for n in "::1/128 fc00::/7".split()]

# Nobody may allow these: this-network, link-local, metadata services, documentation, benchmarks, multicast, reserved.
NEVER4 = [
    IPv4Network(n)
    for n in (
        "0.0.0.0/8 169.254.0.0/16 192.0.0.0/24 192.0.2.0/24 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 "
        "192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 "
        "100.100.100.200/32 168.63.129.16/32"  # metadata: Alibaba, Azure
    ).split()
]
# 2000::/3 is the only global unicast space; inside it: IETF protocols with Teredo and ORCHID, documentation, 6to4.
GLOBAL6 = IPv6Network("2000::/3")
NEVER6 = [
    IPv6Network(n)
    for n in (
        "2001::/23 2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20 "
        "fd00:ec2::/32 fd20:ce::/32"  # metadata: AWS, Google
    ).split()
]
NAT64 = IPv6Network("64:ff9b::/96")

_HOST_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_NETLOC = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?")
_PATH = re.compile(r"(/[A-Za-z0-9._~!$&'()*+,;=:@-]+)*/?")


class AddressRefused(Exception):
    """We will not call this. `zin` says why, for an administrator."""

    def __init__(self, zin: str) -> None:
        super().__init__(zin)
        self.zin = zin


@dataclass(frozen=True, slots=True)
class Destination:
    """A checked base URL. `path` has no slash at its end."""

    scheme: str  # https; http only towards private addresses
    host: str  # lower case name, dotted quad, or IPv6 without brackets
    port: int
    path: str
    private: bool  # the operator allowed private addresses

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}{self.path}"


def destination(typed: str, *, private: bool = False) -> Destination:
    """The base URL a tenant admin typed, checked. `private` when the operator allowed private addresses.

    `praktijk:/path` means the practice environment; it exists in development only. Raises `AddressRefused`.
    """
    if typed.startswith("praktijk:/"):
        return destination(_practice(typed, private=private), private=private)
    if len(typed) > 500 or not typed.isascii() or not typed.isprintable() or "\\" in typed or " " in typed:
        raise AddressRefused("Schrijf het adres met gewone letters, cijfers en leestekens.")
    try:
        parts = urlsplit(typed)
        port = parts.port
    except ValueError as error:
        raise AddressRefused("Dit is geen geldig adres.") from error
    if parts.scheme not in ("https", "http") or (parts.scheme == "http" and not private):
        raise AddressRefused("Het adres begint met https://.")
    if "@" in parts.netloc or "?" in typed or "#" in typed:
        raise AddressRefused("Het adres bevat geen naam of wachtwoord, geen vraagteken en geen hekje.")
    if not _NETLOC.fullmatch(parts.netloc):
        raise AddressRefused("De naam in het adres klopt niet.")
    if not _PATH.fullmatch(parts.path) or {".", ".."} & set(parts.path.split("/")):
        raise AddressRefused("Het pad van het adres klopt niet.")
    port = port if port is not None else (443 if parts.scheme == "https" else 80)
    if port < 1 or (port not in PORTS and not private):
        raise AddressRefused("De poort van het adres is 443 of 8443.")
    return Destination(parts.scheme, _host(parts.netloc, private=private), port, parts.path.rstrip("/"), private)


def permitted(address: str, *, private: bool = False, only_private: bool = False) -> Address:
    """The address, when we may connect to it. Raises `AddressRefused` for everything else."""
    try:
        found: Address = IPv6Address(address) if ":" in address else IPv4Address(address)
    except AddressValueError as error:
        raise AddressRefused("De naam geeft geen bruikbaar adres.") from error
    judged = _unwrap(found)
    if _never(judged):
        raise AddressRefused("Het adres wijst naar een netwerk dat niet mag worden aangeroepen.")
    inside = _inside(judged)
    if inside and not private:
        raise AddressRefused("Het adres wijst naar een intern netwerk. Alleen de platformbeheerder kan dat toestaan.")
    if only_private and not inside:
        raise AddressRefused("Zonder https mag alleen een intern adres worden aangeroepen.")
    return found


def _practice(typed: str, *, private: bool) -> str:
    base = settings().practice_url
    if not settings().development or base is None:
        raise AddressRefused("De praktijkomgeving bestaat alleen in ontwikkeling.")
    if not private:
        raise AddressRefused("De praktijkomgeving vraagt toestemming voor een intern adres.")
    path = typed.removeprefix("praktijk:")
    for prefix, url in _moved().items():
        if path.startswith(f"{prefix}/"):
            return url + path.removeprefix(prefix)
    return str(base).rstrip("/") + path


def _moved() -> dict[str, str]:
    """Where practice registers are whose address is the trouble that they play (app/practice/elsewhere.py)."""
    try:
        found: dict[str, str] = json.loads((settings().data / "practice" / "adressen.json").read_bytes())
    except FileNotFoundError:
        return {}
    return found


def _host(netloc: str, *, private: bool) -> str:
    """The host without port; only canonical forms, so that no two readers of it can disagree."""
    if netloc.startswith("["):
        literal = netloc[1:].partition("]")[0]
        permitted(literal, private=private)
        return str(IPv6Address(literal))
    host = netloc.partition(":")[0].lower()
    labels = host.split(".")
    if len(host) > 253 or not all(_HOST_LABEL.fullmatch(label) for label in labels):
        raise AddressRefused("De naam in het adres klopt niet.")
    if _NUMBER.fullmatch(labels[-1]):  # every reader takes this for an IPv4 address, in one of many spellings
        return str(permitted(host, private=private))
    if len(labels) == 1 and not private:
        raise AddressRefused("De naam in het adres is niet volledig.")
    return host


def _unwrap(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one, for the two forms a network really translates."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _never(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return any(address in network for network in NEVER4)
    if address.scope_id is not None or any(address in network for network in NEVER6):
        return True
    return address not in GLOBAL6 and not _inside(address)


def _inside(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return any(address in network for network in PRIVATE4)
    return any(address in network for network in PRIVATE6)
