"""Settings from the environment, composed once and checked at the start with the sentence one needs."""

from __future__ import annotations

import base64
import binascii
import sys
from enum import StrEnum
from functools import cache
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, HttpUrl, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PROJECT = Path(__file__).resolve().parent.parent


class Environment(StrEnum):
    DEVELOPMENT = "development"
    PRODUCTION = "production"


def _postgres(value: SecretStr) -> SecretStr:
    if not value.get_secret_value().startswith(("postgresql://", "postgres://")):
        raise ValueError("begint met postgresql://")
    return value


def _key(value: SecretStr) -> SecretStr:
    try:
        raw = base64.b64decode(value.get_secret_value(), validate=True)
    except binascii.Error as error:
        raise ValueError("is base64") from error
    if len(raw) != 32:
        raise ValueError("is base64 van precies 32 bytes")
    return value


def _smtp(value: SecretStr) -> SecretStr:
    parts = urlsplit(value.get_secret_value())
    try:
        usable = parts.scheme in ("smtp", "smtps") and parts.hostname and parts.port != 0
    except ValueError:  # a port that is no number
        usable = False
    if not usable:
        raise ValueError("is smtp://naam:wachtwoord@server:poort of smtps://…")
    return value


SmtpUrl = Annotated[SecretStr, AfterValidator(_smtp)]
Postgres = Annotated[SecretStr, AfterValidator(_postgres)]
Key = Annotated[SecretStr, AfterValidator(_key)]
Network = IPv4Network | IPv6Network


class Settings(BaseSettings):
    """Every name is the environment variable's; no secret has a default."""

    model_config = SettingsConfigDict(extra="ignore", populate_by_name=True)

    environment: Environment = Field(Environment.PRODUCTION, alias="KISS_ENV")
    database_url: Postgres = Field(alias="DATABASE_URL")
    database_admin_url: Postgres | None = Field(None, alias="DATABASE_ADMIN_URL")
    # A connection holds about a MiB of catalogue per municipality that it met, which app.db bounds: pools stay small.
    database_pool: int = Field(15, alias="DATABASE_POOL", ge=1, le=50)
    # What one municipality may hold of it, so that others always find some free; saving has places of its own.
    database_pool_tenant: int = Field(5, alias="DATABASE_POOL_TENANT", ge=1, le=50)
    # A pooler in transaction mode stands in between: no prepared statement may outlive its transaction.
    database_pooler: bool = Field(False, alias="DATABASE_POOLER")
    # The scheduler holds a lock for as long as it leads, which only a connection of its own can do.
    database_direct_url: Postgres | None = Field(None, alias="DATABASE_DIRECT_URL")
    redis_url: SecretStr = Field(alias="REDIS_URL")
    secret_key: Key = Field(alias="KISS_SECRET_KEY")
    # Keys that still open during a rotation, newest first.
    secret_key_old: Annotated[tuple[Key, ...], NoDecode] = Field((), alias="KISS_SECRET_KEY_OLD")
    port: int = Field(8000, alias="KISS_PORT", ge=1, le=65535)
    data: Path = Field(PROJECT / ".data", alias="KISS_DATA")
    public_scheme: str = Field("https", alias="KISS_PUBLIC_SCHEME", pattern="^https?$")
    public_suffix: str = Field("", alias="KISS_PUBLIC_SUFFIX")
    oidc_issuer: HttpUrl = Field(alias="OIDC_ISSUER")
    oidc_backend: HttpUrl | None = Field(None, alias="OIDC_BACKEND")
    oidc_client_id: str = Field(alias="OIDC_CLIENT_ID", min_length=1)
    oidc_client_secret: SecretStr = Field(alias="OIDC_CLIENT_SECRET")
    oidc_step_up_acr: str = Field("", alias="OIDC_STEP_UP_ACR", max_length=500)
    # Only `kiss identity provision` speaks to Keycloak's administration, as a client of the realm master.
    keycloak_url: HttpUrl | None = Field(None, alias="KISS_KEYCLOAK_URL")
    keycloak_client_id: str = Field("kiss-provision", alias="KISS_KEYCLOAK_CLIENT_ID", min_length=1)
    keycloak_client_secret: SecretStr | None = Field(None, alias="KISS_KEYCLOAK_CLIENT_SECRET")
    keycloak_demo_password: SecretStr | None = Field(None, alias="KISS_KEYCLOAK_DEMO_PASSWORD")
    practice_url: HttpUrl | None = Field(None, alias="KISS_PRACTICE_URL")
    smtp_url: SmtpUrl | None = Field(None, alias="SMTP_URL")
    smtp_from: str | None = Field(None, alias="KISS_SMTP_FROM", pattern=r"^[^@\s<>]+@[^@\s<>]+$", max_length=254)
    failpoint_dir: Path | None = Field(None, alias="KISS_FAILPOINT_DIR")
    undo_seconds: int = Field(10, alias="KISS_UNDO_SECONDS", ge=0, le=60)
    metrics_port: int | None = Field(None, alias="KISS_METRICS_PORT", ge=1, le=65535)
    metrics_host: str = Field("127.0.0.1", alias="KISS_METRICS_HOST")
    drain_seconds: float = Field(5.0, alias="KISS_DRAIN_SECONDS", ge=0, le=60)
    # Most per minute and the like; a municipality may have numbers of its own (its manifest). 0: no limit.
    limit_tenant: int = Field(6_000, alias="KISS_LIMIT_TENANT", ge=0)
    limit_person: int = Field(300, alias="KISS_LIMIT_PERSON", ge=0)
    limit_saves: int = Field(600, alias="KISS_LIMIT_SAVES", ge=0)
    limit_address: int = Field(1_200, alias="KISS_LIMIT_ADDRESS", ge=0)
    limit_sign_ins: int = Field(300, alias="KISS_LIMIT_SIGN_INS", ge=0)
    limit_account: int = Field(20, alias="KISS_LIMIT_ACCOUNT", ge=0)
    limit_streams: int = Field(20, alias="KISS_LIMIT_STREAMS", ge=0)
    limit_lookups: int = Field(60, alias="KISS_LIMIT_LOOKUPS", ge=0)
    # Seconds that a visitor may take for the head of a request; three times that for its body and for reading.
    client_seconds: float = Field(10.0, alias="KISS_CLIENT_SECONDS", ge=0.5, le=120)
    # Whose X-Forwarded-For we believe: addresses and networks of our own balancers. Empty: nobody's.
    trusted_proxies: Annotated[tuple[Network, ...], NoDecode] = Field((), alias="KISS_TRUSTED_PROXIES")
    session_idle_minutes: float = Field(30, alias="KISS_SESSION_IDLE_MINUTES", ge=0.1, le=600)
    session_hours: int = Field(10, alias="KISS_SESSION_HOURS", ge=1)

    @field_validator("secret_key_old", "trusted_proxies", mode="before")
    @classmethod
    def _several(cls, value: object) -> object:
        """Separated by commas; empty is none."""
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @property
    def development(self) -> bool:
        return self.environment is Environment.DEVELOPMENT

    @model_validator(mode="after")
    def _mail_has_a_sender(self) -> Settings:
        if self.smtp_url is not None and self.smtp_from is None:
            raise ValueError("KISS_SMTP_FROM ontbreekt: het adres waar mail vandaan komt, bij SMTP_URL")
        return self

    @model_validator(mode="after")
    def _development_only(self) -> Settings:
        if self.development:
            return self
        for name, value in (
            ("KISS_PRACTICE_URL", self.practice_url),
            ("KISS_FAILPOINT_DIR", self.failpoint_dir),
            ("OIDC_BACKEND", self.oidc_backend),
            ("KISS_KEYCLOAK_DEMO_PASSWORD", self.keycloak_demo_password),
        ):
            if value is not None:
                raise ValueError(f"{name} bestaat alleen in ontwikkeling (KISS_ENV=development)")
        if self.public_scheme != "https":
            raise ValueError("KISS_PUBLIC_SCHEME is https buiten ontwikkeling")
        return self


def sentence(error: ValidationError) -> str:
    """What an operator has to do, one line per setting, without the values (they may be secrets)."""
    lines = ["De instellingen zijn niet compleet. Zet deze omgevingsvariabelen goed:"]
    for item in error.errors(include_input=False, include_url=False):
        name = str(item["loc"][0]) if item["loc"] else ""
        why = "ontbreekt" if item["type"] == "missing" else item["msg"].removeprefix("Value error, ")
        lines.append(f"  {name}: {why}" if name else f"  {why}")
    return "\n".join(lines)


@cache
def settings() -> Settings:
    """The settings of this process. Ends the process with a clear sentence when one is missing or wrong."""
    try:
        return Settings()  # pyright: ignore[reportCallIssue]
    except ValidationError as error:
        sys.exit(sentence(error))
