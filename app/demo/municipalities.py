"""The example municipalities and the people who work there, read from tenants/manifests/*.toml."""

import re
import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROLE_TITLES = {
    "agent": "klantcontactmedewerker",
    "specialist": "medewerker vakafdeling",
    "teamleider": "teamleider",
    "tenant_admin": "functioneel beheerder",
    "privacy_officer": "functionaris gegevensbescherming",
    "": "nog geen rol: nodig uit",
}
# Keys of the practice environment, the only secrets that may be known to everyone: "oefen-brp-deventer".
PRACTICE_SECRET = re.compile(r"env:(KISS_OEFEN_([A-Z]+)_[A-Z0-9_]+)")


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who can sign in at the development identity provider."""

    tenant: str
    username: str
    name: str
    role: str
    email: str

    @property
    def subject(self) -> str:
        """As `kiss tenants apply` writes it in the memberships (tenants/inrichting.py)."""
        return f"{self.tenant}:{self.username}"

    @property
    def role_title(self) -> str:
        return ROLE_TITLES.get(self.role, self.role)


@dataclass(frozen=True, slots=True)
class Municipality:
    """What the supervisor has to know of one manifest. `practice_secrets`: environment variable to value."""

    slug: str
    name: str
    people: tuple[Person, ...]
    practice_secrets: dict[str, str]


def read_manifests(folder: Path, only: Collection[str] = ()) -> list[Municipality]:
    """Every manifest by slug, or `only` these. What else is in them is checked by `kiss tenants apply`."""
    return [_read(path) for path in sorted(folder.glob("*.toml")) if not only or path.stem in only]


def _read(path: Path) -> Municipality:
    manifest = tomllib.loads(path.read_text("utf-8"))
    slug = path.stem
    people = tuple(
        Person(slug, entry["gebruikersnaam"], entry["naam"], entry.get("rol", ""), entry["email"])
        for entry in manifest.get("mensen", [])
    )
    return Municipality(slug, manifest["naam"], people, _practice_secrets(slug, manifest))


def _practice_secrets(slug: str, manifest: dict[str, Any]) -> dict[str, str]:
    found = {}
    for koppeling in manifest.get("koppelingen", []):
        for reference in koppeling.get("geheimen", {}).values():
            if match := PRACTICE_SECRET.fullmatch(reference):
                found[match[1]] = f"oefen-{match[2].lower()}-{slug}"
    return found
