"""Keycloak 26 through python-keycloak, for provisioning only: signing in never passes here."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Iterable
from typing import Any, Final, TypeVar

from keycloak import KeycloakAdmin, KeycloakOpenIDConnection
from keycloak.exceptions import KeycloakAuthenticationError, KeycloakConnectionError, KeycloakError

from tenants.identity import flow
from tenants.identity.port import Document, IdentityRefused, IdentityUnavailable, Kind

TIMEOUT: Final = 60  # seconds; making a realm takes a few, on a busy machine many
DEFAULT_FLOW: Final = "browser"
Result = TypeVar("Result")


class _Absent(IdentityRefused):
    """Keycloak answered 404."""


class Keycloak:
    """A `Directory`. `address` is where we reach it; `client` and `secret` are of a client in its realm master."""

    def __init__(self, address: str, realm: str, *, client: str, secret: str) -> None:
        self._address, self._realm, self._client, self._secret = address, realm, client, secret
        self._admin = self._signed_in()
        self._organisations: dict[str, str] = {}  # alias → id

    async def find(self, kind: Kind, name: str) -> Document | None:
        readers = {
            Kind.REALM: self._realm_document,
            Kind.FLOW: self._flow,
            Kind.ROLE: self._admin.a_get_realm_role,
            Kind.CLIENT: self._client_document,
            Kind.ORGANISATION: self._organisation,
            Kind.SOURCE: self._admin.a_get_idp,
            Kind.PERSON: self._person,
        }
        try:
            found: Document | None = await _asked(readers[kind](name))
        except _Absent:
            return None
        return found

    async def add(self, kind: Kind, document: Document) -> None:
        admin = self._admin
        if kind is Kind.REALM:
            await _asked(admin.a_create_realm(document))
            self._admin = self._signed_in()  # rights on the new realm stand in a new token only
        elif kind is Kind.FLOW:
            await self._build_flow(document["alias"])
        elif kind is Kind.ROLE:
            await _asked(admin.a_create_realm_role(document))
        elif kind is Kind.CLIENT:
            await _asked(admin.a_create_client(document))
        elif kind is Kind.ORGANISATION:
            self._organisations[document["alias"]] = str(await _asked(admin.a_create_organization(document)))
        elif kind is Kind.SOURCE:
            await _asked(admin.a_create_idp(document))
        else:  # the only way in which a person keeps the id that we chose
            people = {"ifResourceExists": "FAIL", "users": [document]}
            await _asked(admin.a_partial_import_realm(self._realm, people))

    async def change(self, kind: Kind, found: Document, wanted: Document) -> None:
        admin, whole = self._admin, merged(found, wanted)
        if kind is Kind.REALM:
            await _asked(admin.a_update_realm(self._realm, whole))
        elif kind is Kind.FLOW:
            await self._rebuild_flow(wanted["alias"])
        elif kind is Kind.ROLE:
            await _asked(admin.a_update_realm_role(wanted["name"], whole))
        elif kind is Kind.CLIENT:
            await _asked(admin.a_update_client(found["id"], whole))
            await self._set_scopes(found, wanted)
        elif kind is Kind.ORGANISATION:
            await _asked(admin.a_update_organization(found["id"], whole))
        elif kind is Kind.SOURCE:
            await _asked(admin.a_update_idp(wanted["alias"], whole))
        else:
            await self._change_person(found, wanted)

    async def remove(self, kind: Kind, found: Document) -> None:
        admin = self._admin
        if kind is Kind.CLIENT:
            await _asked(admin.a_delete_client(found["id"]))
        elif kind is Kind.ORGANISATION:
            await _asked(admin.a_delete_organization(found["id"]))
            self._organisations.pop(found["alias"], None)
        elif kind is Kind.SOURCE:
            await _asked(admin.a_delete_idp(found["alias"]))
        elif kind is Kind.PERSON:
            await _asked(admin.a_delete_user(found["id"]))
        else:
            raise IdentityRefused(f"Een {kind} van het platform wordt hier niet weggehaald.")

    async def members(self, organisation: str) -> list[Document]:
        known = await self._organisation_id(organisation)
        found = await _asked(self._admin.a_get_organization_members(known)) if known else []
        return [{"id": one["id"], "username": one["username"]} for one in found]

    async def join(self, organisation: str, person: str) -> None:
        found = await self.find(Kind.PERSON, person)
        known = await self._organisation_id(organisation)
        if found is None or known is None:
            raise IdentityRefused(f"{person} of de organisatie {organisation} is er niet meer.")
        await _asked(self._admin.a_organization_user_add(found["id"], known))

    async def sources(self, organisation: str) -> list[str]:
        known = await self._organisation_id(organisation)
        found = await _asked(self._admin.a_get_organization_idps(known)) if known else []
        return [one["alias"] for one in found]

    async def link(self, organisation: str, source: str) -> None:
        known = await self._organisation_id(organisation)
        if known is None:
            raise IdentityRefused(f"De organisatie {organisation} is er niet meer.")
        await _asked(self._admin.a_organization_idp_add(known, source))

    async def endpoints(self, issuer: str) -> Document:
        path = f"admin/realms/{self._realm}/identity-provider/import-config"
        asked = {"providerId": "oidc", "fromUrl": f"{issuer}/.well-known/openid-configuration"}
        answer = await _asked(self._admin.connection.a_raw_post(path, data=json.dumps(asked)))
        if answer.status_code != 200:
            raise IdentityUnavailable(f"Keycloak krijgt geen antwoord van {issuer}.")
        found: Document = answer.json()
        return found

    async def close(self) -> None:
        await self._admin.connection.async_s.aclose()

    def _signed_in(self) -> KeycloakAdmin:
        connection = KeycloakOpenIDConnection(
            server_url=self._address,
            realm_name=self._realm,
            user_realm_name="master",
            grant_type="client_credentials",
            client_id=self._client,
            client_secret_key=self._secret,
            timeout=TIMEOUT,
        )
        return KeycloakAdmin(connection=connection)

    async def _realm_document(self, name: str) -> Document:
        found: Document = await self._admin.a_get_realm(name)
        return found

    async def _client_document(self, name: str) -> Document | None:
        known = await self._admin.a_get_client_id(name)
        return await self._admin.a_get_client(known) if known else None

    async def _organisation(self, alias: str) -> Document | None:
        known = await self._organisation_id(alias)
        return await self._admin.a_get_organization(known) if known else None

    async def _organisation_id(self, alias: str) -> str | None:
        """Keycloak looks organizations up by name or domain, so the whole list is read, once."""
        if alias not in self._organisations:
            try:
                found = await _asked(self._admin.a_get_organizations())
            except _Absent:  # the realm has organizations turned off
                return None
            self._organisations = {one["alias"]: one["id"] for one in found}
        return self._organisations.get(alias)

    async def _person(self, username: str) -> Document | None:
        found = await self._admin.a_get_users({"username": username, "exact": "true"})
        if not found:
            return None
        roles = await self._admin.a_get_realm_roles_of_user(found[0]["id"])
        own = [role["name"] for role in roles if not role["name"].startswith("default-roles-")]
        return {**found[0], "realmRoles": own}

    async def _change_person(self, found: Document, wanted: Document) -> None:
        """Somebody by this name who is not the one that memberships mean, gives way."""
        if found["id"] != wanted["id"]:
            await self.remove(Kind.PERSON, found)
            await self.add(Kind.PERSON, wanted)
            return
        without = {name: value for name, value in wanted.items() if name not in ("credentials", "realmRoles")}
        await _asked(self._admin.a_update_user(found["id"], merged(found, without)))
        for name in set(wanted.get("realmRoles", [])) - set(found["realmRoles"]):
            role = await _asked(self._admin.a_get_realm_role(name))
            await _asked(self._admin.a_assign_realm_roles(found["id"], [role]))

    async def _set_scopes(self, found: Document, wanted: Document) -> None:
        """Keycloak leaves scopes alone when a client is written."""
        admin, client = self._admin, found["id"]
        ids = {scope["name"]: scope["id"] for scope in await _asked(admin.a_get_client_scopes())}
        for name in _more(found, wanted, "optionalClientScopes"):
            await _asked(admin.a_delete_client_optional_client_scope(client, ids[name]))
        for name in _more(found, wanted, "defaultClientScopes"):
            await _asked(admin.a_delete_client_default_client_scope(client, ids[name]))
        for name in _more(wanted, found, "defaultClientScopes"):
            where = {"realm": self._realm, "client": client, "clientScopeId": ids[name]}
            await _asked(admin.a_add_client_default_client_scope(client, ids[name], where))

    # --- the flow -------------------------------------------------------------------------------------------------

    async def _flow(self, alias: str) -> Document | None:
        if alias not in [one["alias"] for one in await self._admin.a_get_authentication_flows()]:
            return None
        lines = []
        for one in await self._admin.a_get_authentication_flow_executions(alias):
            step = flow.Step(one["requirement"], one.get("providerId", ""), await self._config(one))
            named = flow.Step(step.requirement, step.provider, step.config, name=one.get("displayName", ""))
            lines.append(flow.line(one["level"], named))
        return {"alias": alias, "steps": lines}

    async def _config(self, execution: Document) -> dict[str, str]:
        known = execution.get("authenticationConfig")
        return dict((await self._admin.a_get_authenticator_config(known))["config"]) if known else {}

    async def _build_flow(self, alias: str) -> None:
        """Steps first, in order; then what they require, for a new step is off."""
        admin = self._admin
        top = {"alias": alias, "description": "KISS", "providerId": "basic-flow", "topLevel": True, "builtIn": False}
        await _asked(admin.a_create_authentication_flow(top))
        await self._add_steps(alias, flow.STEPS)
        found = await _asked(admin.a_get_authentication_flow_executions(alias))
        for (_, step), execution in zip(flow.flattened(), found, strict=True):
            await _asked(
                admin.a_update_authentication_flow_executions({**execution, "requirement": step.requirement}, alias)
            )
            if step.config:
                config = {"alias": f"{alias} {execution['id']}", "config": step.config}
                await _asked(admin.a_create_execution_config(execution["id"], config))

    async def _add_steps(self, parent: str, steps: Iterable[flow.Step]) -> None:
        for step in steps:
            if step.steps:
                group = {
                    "alias": step.name,
                    "description": "",
                    "provider": "registration-page-form",
                    "type": "basic-flow",
                }
                await _asked(self._admin.a_create_authentication_flow_subflow(group, parent))
                await self._add_steps(step.name, step.steps)
            else:
                await _asked(self._admin.a_create_authentication_flow_execution({"provider": step.provider}, parent))

    async def _rebuild_flow(self, alias: str) -> None:
        """A damaged flow is made anew. For that second Keycloak's own flow serves, which reaches no higher level."""
        admin = self._admin
        await _asked(admin.a_update_realm(self._realm, {"browserFlow": DEFAULT_FLOW}))
        flows = await _asked(admin.a_get_authentication_flows())
        for one in flows:
            if one["alias"] == alias:
                await _asked(admin.a_delete_authentication_flow(one["id"]))
        await self._build_flow(alias)
        await _asked(admin.a_update_realm(self._realm, {"browserFlow": alias}))


def merged(found: Document, wanted: Document) -> Document:
    """`found` with what is wanted over it, one level deeper for groups of fields such as `attributes`."""
    both = {
        name: {**found[name], **value}
        for name, value in wanted.items()
        if isinstance(value, dict) and isinstance(found.get(name), dict)
    }
    return {**found, **wanted, **both}


def _more(one: Document, other: Document, field: str) -> list[str]:
    return sorted(set(one.get(field, [])) - set(other.get(field, [])))


async def _asked(call: Awaitable[Result]) -> Result:
    """The answer, or one of the port's failures. Nothing of what was sent stands in the sentence."""
    try:
        return await call
    except KeycloakConnectionError as error:
        raise IdentityUnavailable("Keycloak antwoordt niet op KISS_KEYCLOAK_URL.") from error
    except KeycloakAuthenticationError as error:
        raise IdentityRefused("Keycloak kent KISS_KEYCLOAK_CLIENT_ID niet met dit geheim.") from error
    except KeycloakError as error:
        raise _refusal(error) from error


def _refusal(error: KeycloakError) -> Exception:
    code = error.response_code or 0
    if code == 404:
        return _Absent("Keycloak heeft dit niet (meer): het realm, of iets daarin. Voer het commando nog eens uit.")
    if code == 401:
        return IdentityRefused("Keycloak kent KISS_KEYCLOAK_CLIENT_ID niet met dit geheim.")
    if code == 403:
        return IdentityRefused("KISS_KEYCLOAK_CLIENT_ID mag dit niet in Keycloak: geef hem de rol admin in master.")
    if code >= 500:
        return IdentityUnavailable(f"Keycloak had een storing (antwoord {code}).")
    return IdentityRefused(f"Keycloak weigert dit (antwoord {code}): {_reason(error)}")


def _reason(error: KeycloakError) -> str:
    body: Any = error.response_body
    try:
        said = json.loads(body)
    except (TypeError, ValueError):
        return "zonder reden"
    return str(said.get("errorMessage") or said.get("error_description") or said.get("error") or "zonder reden")[:200]
