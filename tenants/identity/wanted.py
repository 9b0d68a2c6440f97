"""What the sign-in service should hold, as documents: of the platform, and of one municipality from its manifest."""

from __future__ import annotations

import hmac
import json
import os
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from urllib.parse import urljoin

from app.auth import urls
from app.auth.clients import SLUG, client_of
from app.settings import settings
from tenants.context import OPERATORS, Tenant
from tenants.identity import flow
from tenants.identity.people import keycloak_id, realm_name
from tenants.identity.port import Document, IdentityRefused
from tenants.manifest import Manifest

SCOPES: Final = ["acr", "basic", "email", "organization", "profile"]
FINGERPRINT: Final = "kissGeheim"  # a secret that cannot be read back is known by its HMAC
ROLE: Final[Document] = {"name": flow.OPERATOR, "description": "Beheert het platform; meldt aan met een code."}
OPERATORS_NAME: Final = "Dimpact, beheer van het platform"


@dataclass(frozen=True, slots=True)
class Source:
    """A municipality's own identity provider; where its endpoints are, it tells itself."""

    issuer: str
    document: Document


def realm() -> Document:
    """Secure by what it says: nobody registers, guesses are slowed down, transport is encrypted, events are kept."""
    return {
        "realm": realm_name(),
        "displayName": "KISS",
        "enabled": True,
        "organizationsEnabled": True,
        "sslRequired": "external" if settings().development else "all",
        "registrationAllowed": False,
        "resetPasswordAllowed": False,
        "rememberMe": False,
        "editUsernameAllowed": False,
        "loginWithEmailAllowed": True,
        "duplicateEmailsAllowed": False,
        "passwordPolicy": "length(12) and notUsername(undefined) and notEmail(undefined) and passwordHistory(3)",
        "bruteForceProtected": True,
        "permanentLockout": False,
        "failureFactor": 10,
        "waitIncrementSeconds": 60,
        "maxFailureWaitSeconds": 900,
        "otpPolicyCodeReusable": False,
        "accessTokenLifespan": 300,
        "ssoSessionIdleTimeout": 1800,
        "ssoSessionMaxLifespan": settings().session_hours * 3600,
        "internationalizationEnabled": True,
        "supportedLocales": ["nl", "en"],
        "defaultLocale": "nl",
        "eventsEnabled": True,
        "eventsExpiration": 30 * 86_400,
        "adminEventsEnabled": True,
        "adminEventsDetailsEnabled": False,
        "attributes": {"acr.loa.map": json.dumps(flow.LEVELS)},
    }


def organisation_of_operators() -> Document:
    return {"alias": OPERATORS, "name": OPERATORS_NAME, "enabled": True}


def organisation(manifest: Manifest) -> Document:
    """The alias is the slug: what a token says of somebody's municipality, to the letter (app/auth/inloggen.py)."""
    domains = [{"name": name, "verified": True} for name in sorted(manifest.identiteit.domeinen)]
    return {
        "alias": manifest.slug,
        "name": f"Gemeente {manifest.naam}",
        "enabled": True,
        "redirectUrl": urls.public_url(_tenant(manifest)),
        "domains": domains,
    }


def client(manifest: Manifest) -> Document:
    """One confidential client for the hosts of a municipality: code flow with PKCE, exact addresses, nothing else."""
    tenant = _tenant(manifest)
    addresses = [urls.public_url(tenant, host) for host in tenant.hosts]
    ours = client_of(manifest.slug)
    return {
        "clientId": ours.id,
        "name": f"KISS {manifest.naam}",
        "enabled": True,
        "protocol": "openid-connect",
        "publicClient": False,
        "clientAuthenticatorType": "client-secret",
        "secret": ours.secret,
        "standardFlowEnabled": True,
        "implicitFlowEnabled": False,
        "directAccessGrantsEnabled": False,
        "serviceAccountsEnabled": False,
        "consentRequired": False,
        "fullScopeAllowed": False,
        "frontchannelLogout": False,
        "baseUrl": addresses[0],
        "redirectUris": [address + urls.CALLBACK for address in addresses],
        "webOrigins": [],
        "attributes": {
            "pkce.code.challenge.method": "S256",
            "backchannel.logout.url": urljoin(addresses[0], urls.NOTICE),
            "backchannel.logout.session.required": "true",
            "backchannel.logout.revoke.offline.tokens": "true",
            "post.logout.redirect.uris": "##".join(address + urls.SIGN_IN for address in addresses),
            "use.refresh.tokens": "false",
        },
        "defaultClientScopes": SCOPES,
        "optionalClientScopes": [],
    }


def client_id(slug: str) -> str:
    """Raises `IdentityRefused` when municipalities share one client: then signing out elsewhere cannot work."""
    if SLUG not in settings().oidc_client_id:
        raise IdentityRefused("Zet OIDC_CLIENT_ID op kiss-{slug}: elke gemeente is een client van zichzelf.")
    return client_of(slug).id


def source(manifest: Manifest) -> Source | None:
    """None when the manifest names none. Raises `IdentityRefused` when its secret is not there."""
    bron = manifest.identiteit.bron
    if bron is None:
        return None
    variable = bron.client_secret.removeprefix("env:")
    secret = os.environ.get(variable)
    if not secret:
        raise IdentityRefused(f"De omgevingsvariabele {variable} ontbreekt: het geheim bij {bron.naam}.")
    config = {
        "clientId": bron.client_id,
        "clientSecret": secret,
        FINGERPRINT: _fingerprint(secret),
        "clientAuthMethod": "client_secret_basic",
        "defaultScope": "openid profile email",
        "pkceEnabled": "true",
        "pkceMethod": "S256",
        "validateSignature": "true",
        "useJwksUrl": "true",
        "syncMode": "FORCE",
        "forwardParameters": "prompt,max_age,acr_values",
    }
    if manifest.identiteit.domeinen:
        config |= {
            "kc.org.domain": sorted(manifest.identiteit.domeinen)[0],
            "kc.org.broker.redirect.mode.email-matches": "true",
        }
    document: Document = {
        "alias": manifest.slug,
        "displayName": bron.naam,
        "providerId": "oidc",
        "enabled": True,
        "trustEmail": True,
        "storeToken": False,
        "linkOnly": False,
        "hideOnLogin": True,
        "config": config,
    }
    return Source(bron.issuer.rstrip("/"), document)


def people(manifest: Manifest) -> list[Document]:
    """The invented people of the manifest, in development and when a password was given; otherwise nobody."""
    return [
        _person(manifest.slug, mens.gebruikersnaam, mens.naam, mens.email)
        for mens in manifest.mensen
        if _may_invent()
    ]


def operators() -> list[Document]:
    """One invented operator, under the same conditions."""
    olga = _person(OPERATORS, "olga.operator", "Olga Operator", f"olga.operator@{OPERATORS}.example")
    return [{**olga, "realmRoles": [flow.OPERATOR]}] if _may_invent() else []


def _person(slug: str, gebruikersnaam: str, naam: str, email: str) -> Document:
    password = settings().keycloak_demo_password
    given, _, family = naam.partition(" ")
    return {
        "id": keycloak_id(slug, gebruikersnaam),
        "username": gebruikersnaam,
        "email": email,
        "emailVerified": True,
        "firstName": given,
        "lastName": family or given,
        "enabled": True,
        "credentials": [
            {"type": "password", "value": password.get_secret_value() if password else "", "temporary": False}
        ],
    }


def _may_invent() -> bool:
    return settings().development and settings().keycloak_demo_password is not None


def _fingerprint(secret: str) -> str:
    master = settings().oidc_client_secret.get_secret_value()
    return hmac.new(master.encode(), secret.encode(), sha256).hexdigest()[:16]


def _tenant(manifest: Manifest) -> Tenant:
    """Enough of one to know its addresses."""
    return Tenant(manifest.slug, manifest.naam, manifest.hosts, manifest.ring, manifest.kleur, manifest.monogram)
