"""The one value that says for whom we work. `app` imports this module and nothing else of `tenants`."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

# Slugs become schema and role names, host names and Redis keys; so they are narrow and never one of ours.
SHORTEST, LONGEST = 3, 40
OPERATORS = "dimpact"  # the organization of who runs the platform, at the sign-in service; so no municipality
TEMPLATE = "sjabloon"  # the schema that new municipalities are made like
RESERVED = frozenset(
    (
        "beheer login inloggen praktijk post api www static thema aanmelden afmelden platform public tenant kiss "
        "admin app assets auth cdn dev docs health help livez localhost mail metrics migrator readyz root smtp "
        f"status {TEMPLATE} {OPERATORS}"
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


def slug_refused(slug: str) -> str | None:
    """Why this cannot be a slug, as the end of a sentence that begins with what was typed; None when it can."""
    odd = next((sign for sign in slug if not (sign.isascii() and (sign.isalnum() or sign == "-"))), None)
    if not SHORTEST <= len(slug) <= LONGEST:
        return f"telt {len(slug)} tekens; een slug heeft er {SHORTEST} tot {LONGEST}"
    if odd is not None:
        return f"bevat {_shown(odd)}; een slug bestaat uit de letters a tot en met z, cijfers en -"
    if slug != slug.lower():
        return f"heeft hoofdletters; een slug is klein geschreven, dus {slug.lower()}"
    if not slug[0].isalpha():
        return "begint met een cijfer of een -; een slug begint met een letter"
    if slug[-1] == "-":
        return "eindigt op een -; een slug eindigt op een letter of een cijfer"
    if "--" in slug:
        return "heeft twee streepjes achter elkaar; gebruik er een"
    if slug in RESERVED:
        return "is een naam van KISS zelf; kies een andere, bijvoorbeeld met de provincie erachter"
    return None


def valid_slug(slug: str) -> bool:
    return slug_refused(slug) is None


def _shown(sign: str) -> str:
    """A sign that looks like another, or like nothing, with its number in Unicode."""
    name = f"U+{ord(sign):04X}"
    return f"“{sign}” ({name})" if sign.isprintable() and sign != " " else f"een spatie of onzichtbaar teken ({name})"


def require(tenant: Tenant | None) -> Tenant:
    """Give the tenant back, or raise `NoTenant`: there is no default municipality."""
    if tenant is None:
        raise NoTenant("Er is geen gemeente gekozen voor dit werk.")
    return tenant
