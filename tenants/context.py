"""The one value that says for whom we work. `app` imports this module and nothing else of `tenants`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

# Slugs become schema and role names, host names and Redis keys; so they are narrow and never one of ours.
SLUG = re.compile(r"[a-z][a-z0-9-]{1,38}[a-z0-9]")
OPERATORS = "dimpact"  # the organization of who runs the platform, at the sign-in service; so no municipality
RESERVED = frozenset(
    (
        "beheer login inloggen praktijk post api www static thema aanmelden afmelden platform public tenant kiss "
        f"{OPERATORS}"
    ).split()
)


class Ring(StrEnum):
    EARLY = "early"
    REGULAR = "regular"


class NoTenant(RuntimeError):
    """Work was started without saying for which municipality. Always a defect, never a user's error."""


@dataclass(frozen=True, slots=True)
class Grenzen:
    """Limits in which this municipality differs; None is the platform's own (`KISS_LIMIT_…`), 0 is no limit."""

    gemeente: int | None = None  # requests of all its people together, per minute
    persoon: int | None = None  # requests of one person, per minute
    zoekvragen: int | None = None  # searches on persons by one person, per hour, before a question is asked


@dataclass(frozen=True, slots=True)
class Tenant:
    slug: str  # oost-gelre; immutable
    naam: str  # Oost Gelre
    hosts: tuple[str, ...]  # oost-gelre.localhost; without a port, lower case
    ring: Ring
    kleur: str  # #0b5d66
    monogram: str  # Og
    # The data key, wrapped by the platform's key: only app.geheimen opens it.
    sleutel: bytes = field(default=b"", repr=False)
    sleutel_nummer: int = 1  # which one it is
    sleutels: tuple[tuple[int, bytes], ...] = field(default=(), repr=False)  # others that open: the next, or the old
    hash_sleutel: bytes | None = field(default=None, repr=False)  # key of keyed hashes, wrapped
    grenzen: Grenzen = Grenzen()
    voorbeeld: bool = False  # "voorbeeldomgeving" is said on every page

    @property
    def schema(self) -> str:
        """Schema that holds all of this tenant's tables: `t_oost_gelre`."""
        return "t_" + self.slug.replace("-", "_")

    @property
    def role(self) -> str:
        """NOLOGIN role with DML rights on the schema and nothing else."""
        return self.schema

    @property
    def owner_role(self) -> str:
        """NOLOGIN role that owns the schema; only migrations assume it."""
        return "o_" + self.slug.replace("-", "_")


def valid_slug(slug: str) -> bool:
    return bool(SLUG.fullmatch(slug)) and "--" not in slug and slug not in RESERVED


def require(tenant: Tenant | None) -> Tenant:
    """Give the tenant back, or raise `NoTenant`: there is no default municipality."""
    if tenant is None:
        raise NoTenant("Er is geen gemeente gekozen voor dit werk.")
    return tenant
