"""`kiss identity provision` on a real Keycloak: made, left alone, damaged and repaired, removed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result
from keycloak import KeycloakAdmin

from tenants.identity import cli, flow
from tenants.identity.people import keycloak_id
from tenants.identity.service import PLATFORM
from tests.identity.realm import NAME, Realm, alone, sql_value
from tests.stack import Stack
from tests.tenants.support import environment

Damage = Callable[[KeycloakAdmin], Awaitable[Any]]
Kiss = Callable[..., Result]
Count = Callable[[str, int], None]


@pytest.fixture(scope="module")
def provisioned(realm: Realm) -> Realm:
    realm.run()
    return realm


def test_first_it_says_what_there_is_to_do(realm: Realm) -> None:
    assert realm.changes(check=True) == [f"realm {NAME} ontbreekt"]


def test_fresh_then_nothing_to_do(realm: Realm) -> None:
    made = realm.changes()
    things = f"realm {NAME}; rol operator; aanmeldstroom kiss; organisatie dimpact; client kiss-proefstad"
    things += "; organisatie proefstad; client kiss-bronstad; bron bronstad; mens pieter.proef"
    for line in things.split("; "):
        assert f"{line} gemaakt" in made
    assert realm.changes() == [], "a second run changes nothing"
    assert realm.changes(check=True) == []


def test_what_a_municipality_has(provisioned: Realm) -> None:
    async def look(admin: KeycloakAdmin) -> tuple[dict[str, Any], dict[str, Any], list[Any], list[Any]]:
        client = await admin.a_get_client(await admin.a_get_client_id("kiss-proefstad"))
        organisation = await _organisation(admin, "proefstad")
        members = await admin.a_get_organization_members(organisation["id"])
        sources = await admin.a_get_organization_idps((await _organisation(admin, "bronstad"))["id"])
        return client, await admin.a_get_organization(organisation["id"]), members, sources

    client, organisation, members, sources = provisioned.ask(look)
    port = provisioned.settings["KISS_PORT"]
    assert sorted(client["redirectUris"], reverse=True) == [
        f"http://proefstad.localhost:{port}/aanmelden/terug",
        f"http://kcc.proefstad.example:{port}/aanmelden/terug",
    ]
    assert client["attributes"]["backchannel.logout.url"] == f"http://proefstad.localhost:{port}/afmelden/melding"
    assert client["attributes"]["pkce.code.challenge.method"] == "S256"
    assert not client["publicClient"]
    assert not client["directAccessGrantsEnabled"]
    assert organisation["domains"] == [{"name": "proefstad.example", "verified": True}]
    assert [one["id"] for one in members] == [provisioned.id_of("proefstad", "pieter.proef")]
    assert [one["alias"] for one in sources] == ["bronstad"]


# --- drift ----------------------------------------------------------------------------------------------------------


def _client(**wrong: Any) -> Damage:
    async def damage(admin: KeycloakAdmin) -> None:
        known = await admin.a_get_client_id("kiss-proefstad")
        found = await admin.a_get_client(known)
        attributes = {**found["attributes"], **wrong.pop("attributes", {})}
        await admin.a_update_client(known, {**found, **wrong, "attributes": attributes})

    return damage


def _organisation_changed(**wrong: Any) -> Damage:
    async def damage(admin: KeycloakAdmin) -> None:
        found = await admin.a_get_organization((await _organisation(admin, "proefstad"))["id"])
        await admin.a_update_organization(found["id"], {**found, **wrong})

    return damage


def _realm(**wrong: Any) -> Damage:
    async def damage(admin: KeycloakAdmin) -> None:
        await admin.a_update_realm(NAME, wrong)

    return damage


def _step(name: str, requirement: str) -> Damage:
    async def damage(admin: KeycloakAdmin) -> None:
        for one in await admin.a_get_authentication_flow_executions(flow.NAME):
            if one.get("displayName") == name:
                await admin.a_update_authentication_flow_executions({**one, "requirement": requirement}, flow.NAME)

    return damage


async def _person_disabled(admin: KeycloakAdmin) -> None:
    await admin.a_update_user(keycloak_id("proefstad", "pieter.proef"), {"enabled": False})


async def _person_gone(admin: KeycloakAdmin) -> None:
    await admin.a_delete_user(keycloak_id("proefstad", "pieter.proef"))


async def _somebody_else_by_that_name(admin: KeycloakAdmin) -> None:
    await _person_gone(admin)
    await admin.a_create_user({"username": "pieter.proef", "enabled": True})


async def _member_left(admin: KeycloakAdmin) -> None:
    organisation = await _organisation(admin, "proefstad")
    await admin.a_organization_user_remove(keycloak_id("proefstad", "pieter.proef"), organisation["id"])


async def _scope_gone(admin: KeycloakAdmin) -> None:
    client = await admin.a_get_client_id("kiss-proefstad")
    scopes = {one["name"]: one["id"] for one in await admin.a_get_client_scopes()}
    await admin.a_delete_client_default_client_scope(client, scopes["organization"])


async def _source_elsewhere(admin: KeycloakAdmin) -> None:
    found = await admin.a_get_idp("bronstad")
    found["config"]["tokenUrl"] = "https://elders.example/token"
    await admin.a_update_idp("bronstad", found)


async def _source_unlinked(admin: KeycloakAdmin) -> None:
    await admin.a_organization_idp_remove((await _organisation(admin, "bronstad"))["id"], "bronstad")


async def _source_gone(admin: KeycloakAdmin) -> None:
    await admin.a_delete_idp("bronstad")


async def _client_gone(admin: KeycloakAdmin) -> None:
    await admin.a_delete_client(await admin.a_get_client_id("kiss-proefstad"))


async def _organisation_gone(admin: KeycloakAdmin) -> None:
    await admin.a_delete_organization((await _organisation(admin, "proefstad"))["id"])


async def _operator_without_role(admin: KeycloakAdmin) -> None:
    role = await admin.a_get_realm_role(flow.OPERATOR)
    await admin.a_delete_realm_roles_of_user(keycloak_id("dimpact", "olga.operator"), [role])


async def _role_gone(admin: KeycloakAdmin) -> None:
    await admin.a_delete_realm_role(flow.OPERATOR)


# What somebody did by hand, the thing that it was done to, and the field (or that it is gone). A round is repaired at
# once, and holds what does not stand in one another's way.
ROUNDS: dict[str, list[tuple[Damage, str, str]]] = {
    "fields": [
        (_client(redirectUris=["*"]), "client kiss-proefstad", "redirectUris"),
        (
            _client(attributes={"pkce.code.challenge.method": ""}),
            "client kiss-proefstad",
            "pkce.code.challenge.method",
        ),
        (_client(attributes={"backchannel.logout.url": "http://x.example/"}), "client kiss-proefstad", "logout.url"),
        (_client(secret="anders"), "client kiss-proefstad", "secret"),
        (_client(directAccessGrantsEnabled=True), "client kiss-proefstad", "directAccessGrantsEnabled"),
        (_client(implicitFlowEnabled=True), "client kiss-proefstad", "implicitFlowEnabled"),
        (_client(enabled=False), "client kiss-proefstad", "enabled"),
        (_scope_gone, "client kiss-proefstad", "defaultClientScopes"),
        (_organisation_changed(enabled=False), "organisatie proefstad", "enabled"),
        (_organisation_changed(name="Iets"), "organisatie proefstad", "name"),
        (_organisation_changed(domains=[]), "organisatie proefstad", "domains"),
        (_person_disabled, "mens pieter.proef", "enabled"),
        (_operator_without_role, "mens olga.operator", "realmRoles"),
        (_realm(bruteForceProtected=False), f"realm {NAME}", "bruteForceProtected"),
        (_realm(registrationAllowed=True), f"realm {NAME}", "registrationAllowed"),
        (_realm(attributes={"acr.loa.map": '{"bevestigd": 1}'}), f"realm {NAME}", "acr.loa.map"),
        (_realm(browserFlow="browser"), f"realm {NAME}", "browserFlow"),
        (_step("OTP Form", "DISABLED"), "aanmeldstroom kiss", "steps"),
        (_source_elsewhere, "bron bronstad", "config.tokenUrl"),
    ],
    "gone": [
        (_client_gone, "client kiss-proefstad", "ontbreekt"),
        (_person_gone, "mens pieter.proef", "ontbreekt"),
        (_organisation_gone, "organisatie proefstad", "ontbreekt"),
        (_source_unlinked, "bron bronstad bij haar organisatie", "ontbreekt"),
        (_role_gone, "rol operator", "ontbreekt"),
        (_step("kiss operator", "DISABLED"), "aanmeldstroom kiss", "steps"),
    ],
    "others": [
        (_somebody_else_by_that_name, "mens pieter.proef", "id"),
        (_source_gone, "bron bronstad", "ontbreekt"),
        (_realm(organizationsEnabled=False), f"realm {NAME}", "organizationsEnabled"),
    ],
    "membership": [(_member_left, "pieter.proef in organisatie proefstad", "ontbreekt")],
}


@pytest.mark.parametrize("name", ROUNDS)
def test_drift_is_seen_and_repaired(name: str, provisioned: Realm, count: Count) -> None:
    for damage, _, _ in ROUNDS[name]:
        provisioned.ask(damage)
    seen = provisioned.changes(check=True)
    for _, thing, what in ROUNDS[name]:
        assert [line for line in seen if line.startswith(f"{thing} ") and what in line], f"{thing}: {what} in {seen}"
    assert provisioned.changes()
    assert provisioned.changes(check=True) == []
    count("identity drifts repaired", len(ROUNDS[name]))


# --- removing -------------------------------------------------------------------------------------------------------


def test_removing_takes_only_what_is_of_that_municipality(provisioned: Realm) -> None:
    there = provisioned.ask(_everything)
    would = provisioned.remove("bronstad", check=True)
    assert would.changed
    assert provisioned.ask(_everything) == there, "looking changes nothing"
    provisioned.remove("bronstad")
    gone = there - provisioned.ask(_everything)
    assert gone == {"client kiss-bronstad", "organisatie bronstad", "bron bronstad", "mens bea.bron"}
    assert provisioned.remove("bronstad").changed == [], "nothing is left to remove"
    provisioned.run()
    assert provisioned.ask(_everything) == there, "and it comes back as it was"


def test_real_people_of_a_removed_municipality_stay(provisioned: Realm) -> None:
    async def hire(admin: KeycloakAdmin) -> None:
        person = await admin.a_create_user({"username": "echt.iemand", "enabled": True})
        await admin.a_organization_user_add(person, (await _organisation(admin, "proefstad"))["id"])

    provisioned.ask(hire)
    provisioned.remove("proefstad")
    assert "mens echt.iemand" in provisioned.ask(_everything)
    provisioned.run()


def test_a_source_that_the_manifest_no_longer_names(provisioned: Realm) -> None:
    manifest = provisioned.manifests / "bronstad.toml"
    text = manifest.read_text()
    try:
        before, _, rest = text.partition("[identiteit.bron]")
        manifest.write_text(before + "[[mensen]]" + rest.partition("[[mensen]]")[2])
        assert provisioned.changes() == ["bron bronstad weggehaald"]
    finally:
        manifest.write_text(text)
    provisioned.run()


# --- what goes wrong ------------------------------------------------------------------------------------------------


def test_a_wrong_secret(provisioned: Realm) -> None:
    report = provisioned.run(KISS_KEYCLOAK_CLIENT_SECRET="anders")[PLATFORM]
    assert report.fout == "Keycloak kent KISS_KEYCLOAK_CLIENT_ID niet met dit geheim."


def test_nobody_there(provisioned: Realm) -> None:
    report = provisioned.run(KISS_KEYCLOAK_URL="http://127.0.0.1:9")[PLATFORM]
    assert report.fout == "Keycloak antwoordt niet op KISS_KEYCLOAK_URL."


def test_a_municipality_that_fails_keeps_nobody_else(provisioned: Realm) -> None:
    provisioned.ask(_client_gone)
    reports = provisioned.run(KISS_BRON_BRONSTAD=None)
    assert (
        reports["bronstad"].fout
        == "De omgevingsvariabele KISS_BRON_BRONSTAD ontbreekt: het geheim bij Inlog van Bronstad."
    )
    assert reports["proefstad"].changed == ["client kiss-proefstad gemaakt"]


def test_one_client_for_all_is_refused(provisioned: Realm) -> None:
    reports = provisioned.run(OIDC_CLIENT_ID="kiss")
    assert "kiss-{slug}" in (reports["proefstad"].fout or "")


# --- the command ----------------------------------------------------------------------------------------------------


@pytest.fixture
def kiss(provisioned: Realm) -> Kiss:
    """`kiss identity provision …` on the realm, in this process: six starts of Python would be most of the time."""

    async def invoke(words: tuple[str, ...]) -> Result:
        command = ["provision", "--manifests", str(provisioned.manifests), *words]
        return await asyncio.to_thread(CliRunner().invoke, cli.identity, command)

    def run(*words: str) -> Result:
        with environment(**provisioned.settings):
            return alone(invoke(words))

    return run


def test_the_command(kiss: Kiss, provisioned: Realm, stack: Stack) -> None:
    assert kiss("--check").exit_code == 0
    provisioned.ask(_client_gone)
    checked = kiss("proefstad", "--check", "--json")
    assert checked.exit_code == 1
    assert json.loads(checked.stdout)[1] == {
        "naam": "proefstad", "changed": ["client kiss-proefstad ontbreekt"], "fout": None,
    }  # fmt: skip
    repaired = kiss("proefstad")
    assert (repaired.exit_code, repaired.stdout) == (
        0, "platform: in orde\nproefstad:\n  client kiss-proefstad gemaakt\n",
    )  # fmt: skip
    audited = "SELECT count(*) FROM platform.platformaudit WHERE handeling = 'aanmelddienst.ingericht'"
    assert sql_value(stack, f"{audited} AND slug = 'proefstad'") >= 1
    assert kiss("--remove").exit_code == 1, "never everybody at once"
    assert kiss("nergens").exit_code == 1


async def _organisation(admin: KeycloakAdmin, alias: str) -> dict[str, Any]:
    return next(one for one in await admin.a_get_organizations() if one["alias"] == alias)


async def _everything(admin: KeycloakAdmin) -> set[str]:
    """Names of all that was made in the realm, by us or by hand."""
    found = {f"client {one['clientId']}" for one in await admin.a_get_clients()}
    found |= {f"organisatie {one['alias']}" for one in await admin.a_get_organizations()}
    found |= {f"bron {one['alias']}" for one in await admin.a_get_idps()}
    found |= {f"mens {one['username']}" for one in await admin.a_get_users({})}
    return found | {f"rol {one['name']}" for one in await admin.a_get_realm_roles()}
