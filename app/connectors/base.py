"""What every kind of koppeling brings: a name, what it offers, its settings, a check.

A kind is one folder with one `Connector`. A connector is made per row of `koppeling`, lives as long as a page or job
needs it and holds no database session. Settings carry a version; `upgrade` brings an older stored form up to date.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from app.connectors.ports import Aanroep, Misconfigured
from app.http import AddressRefused, Outbound, Tls, destination
from tenants.context import Tenant

P = TypeVar("P")


def _header_value(value: SecretStr | None) -> SecretStr | None:
    if value is not None and not (value.get_secret_value().isascii() and value.get_secret_value().isprintable()):
        raise ValueError("bevat een teken dat niet mag")
    return value


Sleutel = Annotated[SecretStr, AfterValidator(_header_value)]


class KoppelingSettings(BaseModel):
    """Settings of one instance. Fields of type SecretStr are stored encrypted, the others as they are."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    versie: int = 1

    @classmethod
    def upgrade(cls, old: dict[str, Any]) -> dict[str, Any]:
        """Stored settings of an earlier `versie` in today's form. Version 1 is the first, so nothing to do."""
        return old

    @classmethod
    def secret_fields(cls) -> frozenset[str]:
        """Names of the fields that are stored encrypted."""
        return frozenset(name for name, item in cls.model_fields.items() if "SecretStr" in repr(item.annotation))


class HttpSettings(KoppelingSettings):
    """What every koppeling over HTTP has."""

    base_url: str = Field(title="Adres van de API", max_length=500)
    headers: dict[str, str] = Field(default_factory=dict, title="Vaste headers")
    tls_certificaat: SecretStr | None = Field(None, title="Clientcertificaat (PEM)")
    tls_sleutel: SecretStr | None = Field(None, title="Sleutel van het clientcertificaat (PEM)")
    tls_autoriteit: str = Field("", title="Eigen certificaatautoriteit (PEM)")

    def tls(self) -> Tls:
        return Tls(
            certificate=self.tls_certificaat.get_secret_value() if self.tls_certificaat else "",
            key=self.tls_sleutel.get_secret_value() if self.tls_sleutel else "",
            authority=self.tls_autoriteit,
        )


@dataclass(frozen=True, slots=True)
class Instance:
    """Which row this is, without the row: what connectors know of the municipality they work for."""

    tenant: Tenant
    slug: str
    naam: str
    private: bool = False  # the operator allowed a private address, with a reason

    def outbound(self, settings: HttpSettings, headers: dict[str, str]) -> Outbound:
        """The way out of this instance. Raises `Misconfigured` when its address may not be called."""
        try:
            where = destination(settings.base_url, private=self.private)
        except AddressRefused as problem:
            raise Misconfigured(f"{self.naam}: {problem.zin}", reden="adres-geweigerd") from None
        return Outbound(
            tenant=self.tenant.slug,
            koppeling=self.slug,
            naam=self.naam,
            where=where,
            headers={**settings.headers, **headers},
            tls=settings.tls(),
        )


S = TypeVar("S", bound=KoppelingSettings)


class Connector(ABC, Generic[S]):
    """One kind. `offers` names the ports (protocols of ports.py) that `port` can give."""

    kind: ClassVar[str]
    title: ClassVar[str]
    offers: ClassVar[frozenset[type]]
    settings_type: ClassVar[type[KoppelingSettings]]

    def __init__(self, instance: Instance, settings: S) -> None:
        self.instance = instance
        self.settings = settings

    @abstractmethod
    def port(self, port: type[P]) -> P:
        """The object that offers `port`, one of `offers`. Raises `Misconfigured` when the settings can't work."""

    @abstractmethod
    async def check(self) -> None:
        """Settings, connection, credentials, without reading a person.

        Returns when all is well; raises `Misconfigured` or `Unavailable` with a sentence for an administrator.
        """


def trace_headers(aanroep: Aanroep) -> dict[str, str]:
    """W3C Trace Context, so that the register's log can be laid next to ours. Holds no personal data."""
    return {"traceparent": f"00-{aanroep.trace_id}-{aanroep.trace_id[16:]}-01"}
