"""Who we are at the identity provider: one client per municipality.

Back-channel logout has one address per client, and a token for one municipality must be none for another.
`OIDC_CLIENT_ID` may hold `{slug}` (`kiss-{slug}`); every such client then has a secret of its own, derived from
`OIDC_CLIENT_SECRET`, so that there is nothing more to store and a new municipality needs no new setting.
"""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass, field
from hashlib import sha256

from app.settings import settings

SLUG = "{slug}"


@dataclass(frozen=True, slots=True)
class Client:
    """One municipality at the provider."""

    id: str
    secret: str = field(repr=False)


def client_of(slug: str) -> Client:
    """The client of this municipality: what the provider was told, and what we say at the token endpoint."""
    config = settings()
    template, master = config.oidc_client_id, config.oidc_client_secret.get_secret_value()
    if SLUG not in template:
        return Client(template, master)
    return derived(template.replace(SLUG, slug), master)


def derived(client_id: str, master: str) -> Client:
    """A client whose secret follows from its name: HMAC-SHA256 in base64url without padding, 43 characters."""
    digest = hmac.new(master.encode(), client_id.encode(), sha256).digest()
    return Client(client_id, base64.urlsafe_b64encode(digest).rstrip(b"=").decode())
