"""What a page needs of a municipality's look: a few words and addresses, no pictures and no rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from app.thema import ThemaAfgekeurd, Theme, derive
from app.uiterlijk.models import Uiterlijk
from tenants.context import Tenant

NEUTRAL: Final = "#3b4c6b"  # the platform's own slate, no municipality's colour
ENDS: Final = {"image/svg+xml": "svg", "image/png": "png"}


@dataclass(frozen=True, slots=True)
class Blik:
    """`versie` counts saves: 0 is the look of the manifest. `logo`, `favicon`: `<hash>.svg` or `.png`."""

    kleur: str
    monogram: str
    logo: str | None = None
    favicon: str | None = None
    versie: int = 0
    kan_terug: bool = False

    @property
    def thema_url(self) -> str:
        return f"/thema/{theme(self.kleur).hash}.css"

    @property
    def logo_url(self) -> str | None:
        return self.logo and f"/logo/{self.logo}"

    @property
    def favicon_url(self) -> str | None:
        return self.favicon and f"/favicon/{self.favicon}"


def at_first(tenant: Tenant) -> Blik:
    """The look before anybody saved another one."""
    return Blik(tenant.kleur, tenant.monogram)


def as_chosen(row: Uiterlijk, *, logo_soort: str | None, favicon_soort: str | None) -> Blik:
    logo, favicon = file_name(row.logo, logo_soort), file_name(row.favicon, favicon_soort)
    return Blik(row.kleur, row.monogram, logo, favicon, row.versie, kan_terug=row.vorige is not None)


def file_name(hash_: str | None, soort: str | None) -> str | None:
    return f"{hash_}.{ENDS[soort]}" if hash_ and soort else None


@lru_cache(maxsize=512)
def theme(kleur: str) -> Theme:
    """The stylesheet of a colour. One that newer rules refuse gives the platform's own: pages never fail on it."""
    try:
        return derive(kleur)
    except ThemaAfgekeurd:
        return derive(NEUTRAL)
