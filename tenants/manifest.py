"""A municipality as a file: tenants/manifests/<slug>.toml. No secrets: those are named as "env:NAME".

The manifest owns name, hosts, ring and limits; what else it says (colour and monogram too) holds for the first apply,
after which it belongs to the municipality itself.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from app.auth.models import Rol
from app.connectors.later import LATER
from app.mail.adres import read_address
from tenants.context import Ring, slug_refused
from tenants.registry import normalised

FOLDER = Path(__file__).resolve().parent / "manifests"
PRACTICE = "praktijk:"  # an address in the practice environment; app.http resolves it against KISS_PRACTICE_URL
KINDS: dict[str, tuple[frozenset[str], frozenset[str], frozenset[str]]] = {
    # kind of connector: required settings, other settings, secrets
    "haal-centraal-brp": (
        frozenset({"base_url"}),
        frozenset({"sleutel_header", "gebruiker_header", "doel_headers", "zoek_headers", "headers"})
        | frozenset({"binnenland", "gemeente", "met_overledenen"}),
        frozenset({"sleutel"}),
    ),
    "klantinteracties": (frozenset({"base_url"}), frozenset(), frozenset({"token"})),
    "open-klant-1": (frozenset({"base_url"}), frozenset(), frozenset({"token"})),
    "ingebouwd": (frozenset(), frozenset(), frozenset()),
}


class ManifestFout(Exception):
    """The manifest cannot be used. The message names file and field, one sentence a line."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class KanaalRegel(_Part):
    naam: str = Field(min_length=1, max_length=50)
    icoon: str = Field("message", pattern=r"^[a-z][a-z0-9-]{0,29}$")


class ResultaatRegel(_Part):
    naam: str = Field(min_length=1, max_length=100)
    gelukt: bool = True


class KoppelingRegel(_Part):
    """One instance of a connector kind. `geheimen`: name of the secret to "env:NAME"."""

    slug: str = Field(pattern=r"^[a-z][a-z0-9-]{0,59}$")
    naam: str = Field(min_length=1, max_length=80)
    soort: str
    schrijft: bool = False
    instellingen: dict[str, Any] = {}
    geheimen: dict[str, str] = {}
    prive_adres_reden: str | None = Field(None, max_length=300)

    @field_validator("soort")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in KINDS:
            raise ValueError(f"moet een van deze zijn: {', '.join(KINDS)}")
        return value

    @field_validator("geheimen")
    @classmethod
    def _names_only(cls, value: dict[str, str]) -> dict[str, str]:
        for name, source in value.items():
            variable = source.removeprefix("env:")
            if not source.startswith("env:") or not variable.isidentifier():
                raise ValueError(f'{name} hoort "env:NAAM" te zijn: een geheim staat nooit in een manifest')
        return value

    @model_validator(mode="after")
    def _fits_kind(self) -> KoppelingRegel:
        required, optional, secrets = KINDS[self.soort]
        _exactly("instellingen", self.instellingen, required, optional)
        _exactly("geheimen", self.geheimen, secrets, frozenset())
        if self.schrijft and self.soort in LATER:
            raise ValueError("schrijft kan hier niet true zijn: deze soort koppeling komt nog")
        address = str(self.instellingen.get("base_url", "https://"))
        if not address.startswith(("https://", "http://", f"{PRACTICE}/")):
            raise ValueError(f"instellingen.base_url begint met https:// of met {PRACTICE}/")
        return self

    @property
    def is_practice(self) -> bool:
        return str(self.instellingen.get("base_url", "")).startswith(PRACTICE)


class MensRegel(_Part):
    """Somebody who may sign in; used in development only. `lid = false`: known there, and not a member here yet."""

    gebruikersnaam: str = Field(pattern=r"^[a-z][a-z0-9.-]{0,99}$")
    naam: str = Field(min_length=1, max_length=200)
    email: str = Field(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254)
    rol: Rol | None = None
    rollen: tuple[Rol, ...] = ()
    lid: bool = True

    @model_validator(mode="after")
    def _has_role(self) -> MensRegel:
        if not self.lid and (self.rol or self.rollen):
            raise ValueError("heeft geen rol zolang lid = false")
        if not self.lid:
            return self
        if bool(self.rol) == bool(self.rollen):
            raise ValueError('heeft een rol (rol = "agent") of een lijst (rollen = ["agent"]), niet allebei')
        return self

    @property
    def alle_rollen(self) -> list[str]:
        return [str(rol) for rol in ([self.rol] if self.rol else self.rollen)]


def _address(value: str) -> str:
    address = read_address(value)
    if address is None:
        raise ValueError("is geen e-mailadres, zoals naam@gemeente.nl")
    return address


class BeheerderRegel(_Part):
    """Who looks after the municipality at first: invited by mail as long as nobody does (tenants/beheerder.py)."""

    email: Annotated[str, AfterValidator(_address)]


class GrenzenRegel(_Part):
    """Limits in which this municipality differs from the platform; 0 is no limit."""

    gemeente: int | None = Field(None, ge=0)
    persoon: int | None = Field(None, ge=0)
    zoekvragen: int | None = Field(None, ge=0)


def _unique(field: str, values: Iterable[str]) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise ValueError(f"{field} noemt {value} twee keer")
        seen.add(value)


def _host(value: str) -> str:
    if normalised(value) != value:
        raise ValueError("is geen hostnaam in kleine letters zonder poort, zoals oost-gelre.example")
    return value


class BronRegel(_Part):
    """The municipality's own identity provider, which the sign-in service passes its people on to."""

    naam: str = Field(min_length=1, max_length=100)
    issuer: str = Field(pattern=r"^https?://[^\s?#]+$", max_length=300)
    client_id: str = Field(min_length=1, max_length=255)
    client_secret: str = Field(pattern=r"^env:[A-Za-z_][A-Za-z0-9_]*$")


class IdentiteitRegel(_Part):
    """The organization of a municipality at the sign-in service: its domains, and where its people come from.

    `domeinen` are those of e-mail addresses; who types one of them goes to `bron`.
    """

    domeinen: tuple[Annotated[str, AfterValidator(_host)], ...] = ()
    bron: BronRegel | None = None

    @model_validator(mode="after")
    def _domain_for_source(self) -> IdentiteitRegel:
        _unique("domeinen", self.domeinen)
        if self.bron and not self.domeinen:
            raise ValueError("bron vraagt om domeinen: aan het e-mailadres is te zien wie daarheen gaat")
        return self


def _exactly(field: str, given: Iterable[str], required: frozenset[str], optional: frozenset[str]) -> None:
    missing, extra = required - set(given), set(given) - required - optional
    if missing:
        raise ValueError(f"{field}.{min(missing)} ontbreekt")
    if extra:
        raise ValueError(f"{field}.{min(extra)} hoort hier niet")


KANALEN = (
    KanaalRegel(naam="Telefoon", icoon="phone"),
    KanaalRegel(naam="Balie", icoon="building"),
    KanaalRegel(naam="E-mail", icoon="mail"),
    KanaalRegel(naam="Chat", icoon="message"),
    KanaalRegel(naam="Website", icoon="world"),
    KanaalRegel(naam="Brief", icoon="mail"),
)
RESULTATEN = (
    ResultaatRegel(naam="Beantwoord"),
    ResultaatRegel(naam="Doorverbonden"),
    ResultaatRegel(naam="Terugverwezen"),
    ResultaatRegel(naam="Niet bereikt", gelukt=False),
    ResultaatRegel(naam="Afgebroken", gelukt=False),
)
INGEBOUWD = KoppelingRegel(slug="ingebouwd", naam="Ingebouwd register", soort="ingebouwd", schrijft=True)


class Manifest(_Part):
    """`slug` is the file's name."""

    slug: str
    naam: str = Field(min_length=1, max_length=100)
    hosts: tuple[Annotated[str, AfterValidator(_host)], ...] = Field(min_length=1)
    ring: Ring = Ring.REGULAR
    kleur: str = Field("#3b4c6b", pattern=r"^#[0-9a-f]{6}$")
    monogram: str = Field(min_length=1, max_length=2)
    voorbeeld: bool = False
    landschap: str = Field("", max_length=200)  # what is special here, for the list of examples in development
    kenmerk_start: int = Field(1_000_001, ge=1, le=9_999_999_999)
    kanalen: tuple[KanaalRegel, ...] = KANALEN
    gespreksresultaten: tuple[ResultaatRegel, ...] = RESULTATEN
    grenzen: GrenzenRegel = GrenzenRegel()
    koppelingen: tuple[KoppelingRegel, ...] = ()
    mensen: tuple[MensRegel, ...] = ()
    identiteit: IdentiteitRegel = IdentiteitRegel()
    beheerder: BeheerderRegel | None = None

    @field_validator("slug")
    @classmethod
    def _slug(cls, value: str) -> str:
        if why := slug_refused(value):
            raise ValueError(why)
        return value

    @model_validator(mode="after")
    def _no_doubles(self) -> Manifest:
        _unique("hosts", self.hosts)
        _unique("kanalen.naam", [item.naam for item in self.kanalen])
        _unique("gespreksresultaten.naam", [item.naam for item in self.gespreksresultaten])
        _unique("koppelingen.slug", [item.slug for item in self.koppelingen])
        _unique("mensen.gebruikersnaam", [item.gebruikersnaam for item in self.mensen])
        if sum(item.schrijft for item in self.koppelingen) > 1:
            raise ValueError("koppelingen.schrijft staat vaker op true, en nieuwe contacten gaan naar één register")
        return self

    @property
    def alle_koppelingen(self) -> tuple[KoppelingRegel, ...]:
        """Those of the file, and the built-in register where none takes new contacts."""
        if any(item.schrijft for item in self.koppelingen):
            return self.koppelingen
        return (*(item for item in self.koppelingen if item.slug != INGEBOUWD.slug), INGEBOUWD)

    def for_catalogue(self) -> dict[str, Any]:
        """What `gemeente.manifest` keeps: no people, and names of secrets only."""
        return self.model_dump(mode="json", exclude={"mensen", "beheerder"})


def read(path: Path) -> Manifest:
    """The manifest in `path`. Raises `ManifestFout` with a sentence per wrong field."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ManifestFout(f"{path}: kan niet worden gelezen ({type(error).__name__}).") from error
    except tomllib.TOMLDecodeError as error:
        raise ManifestFout(f"{path}: is geen geldige TOML: {error}.") from error
    if "slug" in data:
        raise ManifestFout(f"{path.name}: slug hoort er niet in; de naam van het bestand is de slug.")
    return compose(path.name, {"slug": path.stem, **data})


def compose(name: str, values: dict[str, Any]) -> Manifest:
    """The manifest of these values. Raises `ManifestFout` with a sentence per wrong field, each led by `name`."""
    try:
        return Manifest.model_validate(values)
    except ValidationError as error:
        raise ManifestFout(_sentences(name, error)) from error


def read_all(paths: Iterable[Path]) -> list[Manifest]:
    """Every manifest in these files and folders. Raises `ManifestFout`, also for a host that two of them name."""
    files: list[Path] = []
    for path in paths:
        files += sorted(path.glob("*.toml")) if path.is_dir() else [path]
    if not files:
        raise ManifestFout("Er is geen manifest gevonden: noem een bestand of een map met bestanden <slug>.toml.")
    manifests = [read(file) for file in files]
    _one_owner("hosts", [(manifest.slug, manifest.hosts) for manifest in manifests])
    _one_owner("identiteit.domeinen", [(manifest.slug, manifest.identiteit.domeinen) for manifest in manifests])
    return manifests


def _one_owner(field: str, named: Iterable[tuple[str, Iterable[str]]]) -> None:
    """Each name belongs to one municipality."""
    owners: dict[str, str] = {}
    for slug, names in named:
        for name in names:
            other = owners.setdefault(name, slug)
            if other != slug:
                raise ManifestFout(f"{slug}.toml: {field} noemt {name}, maar die is van {other}.")


_REASONS = {
    "missing": "ontbreekt",
    "extra_forbidden": "is hier onbekend",
    "string_type": "hoort tekst te zijn",
    "bool_type": "hoort true of false te zijn",
    "int_type": "hoort een geheel getal te zijn",
    "enum": "heeft een waarde die niet bestaat",
    "string_pattern_mismatch": "heeft niet de juiste vorm",
    "string_too_short": "is leeg",
    "too_short": "is leeg",
    "string_too_long": "is te lang",
}


def _sentences(name: str, error: ValidationError) -> str:
    lines = []
    for item in error.errors(include_url=False, include_input=False):
        field = ".".join(str(part + 1) if isinstance(part, int) else part for part in item["loc"])
        why = _REASONS.get(item["type"]) or item["msg"].removeprefix("Value error, ")
        lines.append(f"{name}: {f'{field} ' if field else ''}{why}.")
    return "\n".join(lines)
