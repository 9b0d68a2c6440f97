"""Which Keycloak, by the settings."""

from __future__ import annotations

from app.settings import settings
from tenants import ledger
from tenants.identity.keycloak import Keycloak
from tenants.identity.people import realm_name


def connect() -> Keycloak:
    """The Keycloak of the settings. Raises `KanNiet` with the setting that is missing."""
    config = settings()
    if config.keycloak_url is None or config.keycloak_client_secret is None:
        raise ledger.KanNiet("Zet KISS_KEYCLOAK_URL en KISS_KEYCLOAK_CLIENT_SECRET: zonder kan dit commando niets.")
    return Keycloak(
        str(config.keycloak_url),
        realm_name(),
        client=config.keycloak_client_id,
        secret=config.keycloak_client_secret.get_secret_value(),
    )
