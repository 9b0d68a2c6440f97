"""Who the people of the manifests are at the sign-in service: in development only."""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5

from app.auth import urls
from app.settings import settings
from tenants.identity.port import IdentityRefused


def realm_name() -> str:
    """The realm is the last part of the issuer. Raises `IdentityRefused` when that is no Keycloak."""
    name = urls.issuer().partition("/realms/")[2]
    if not name or "/" in name:
        raise IdentityRefused("OIDC_ISSUER is geen realm van Keycloak: hij eindigt op /realms/ en een naam.")
    return name


def keycloak_id(slug: str, gebruikersnaam: str) -> str:
    """The id in Keycloak, and so `sub` in a token; known beforehand, so that memberships can name it.

    Keycloak keeps the people of all realms in one table, so the realm is part of it.
    """
    return str(uuid5(NAMESPACE_URL, f"{realm_name()}:{slug}:{gebruikersnaam}"))


def subject(slug: str, gebruikersnaam: str) -> str:
    """`sub` of this person at the service that the settings name: Keycloak, or the demo's own small one."""
    if settings().keycloak_url is not None:
        return keycloak_id(slug, gebruikersnaam)
    return f"{slug}:{gebruikersnaam}"
