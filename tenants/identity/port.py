"""What we need of a sign-in service to provision it. One adapter: tenants/identity/keycloak.py."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Protocol

from tenants.ledger import KanNiet

# A document is what Keycloak's admin API calls a representation. We do not rename its fields: whoever reads a report
# or the console must find the same words. `Any`: JSON.
Document = dict[str, Any]


class Kind(StrEnum):
    """What there is to provision. The value is how reports and operators call it."""

    REALM = "realm"
    FLOW = "aanmeldstroom"
    ROLE = "rol"
    CLIENT = "client"
    ORGANISATION = "organisatie"
    SOURCE = "bron"  # a municipality's own identity provider, brokered
    PERSON = "mens"


class IdentityUnavailable(KanNiet):
    """The service does not answer, or not in time. Running the command again is safe."""


class IdentityRefused(KanNiet):
    """The service says no: to our credentials, or to what we asked. The sentence is for the operator."""


class Directory(Protocol):
    """Reads and writes one realm. Every method raises `IdentityUnavailable` or `IdentityRefused`.

    Names are those that people know: the clientId, the alias of an organization, a username. A method never makes
    more than it says; order and meaning are for `tenants.identity.service`.
    """

    async def find(self, kind: Kind, name: str) -> Document | None:
        """The thing as it is now, with the fields that we may set; None when there is none by this name."""

    async def add(self, kind: Kind, document: Document) -> None:
        """Make it. A person keeps the `id` of the document."""

    async def change(self, kind: Kind, found: Document, wanted: Document) -> None:
        """Bring what `find` gave to what is wanted; fields that `wanted` does not name stay."""

    async def remove(self, kind: Kind, found: Document) -> None:
        """Take away what `find` gave, and what only existed through it (memberships, links, sessions)."""

    async def members(self, organisation: str) -> list[Document]:
        """`id` and `username` of who belongs to it; empty when there is no such organization."""

    async def join(self, organisation: str, person: str) -> None:
        """Make the person with this username a member."""

    async def sources(self, organisation: str) -> list[str]:
        """Aliases of the identity providers that are linked to it; empty when there is no such organization."""

    async def link(self, organisation: str, source: str) -> None:
        """Link an identity provider that exists."""

    async def endpoints(self, issuer: str) -> Document:
        """What an OpenID provider says of itself, asked by the service (it must reach it, not we): authorizationUrl,
        tokenUrl, jwksUrl and so on."""

    async def close(self) -> None:
        """Let go of connections."""
