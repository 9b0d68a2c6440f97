"""What should be in Keycloak, and what is different: no Keycloak needed to know."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.auth.clients import derived
from tenants.identity import flow, people, wanted
from tenants.identity.difference import HIDDEN, differences
from tenants.identity.keycloak import merged
from tenants.identity.port import IdentityRefused
from tenants.manifest import Manifest, ManifestFout, read, read_all
from tests.identity.realm import TOWN, WITH_SOURCE
from tests.tenants.support import environment

SETTINGS = {
    "KISS_ENV": "development",
    "DATABASE_URL": "postgresql://x@127.0.0.1:1/x",
    "REDIS_URL": "redis://127.0.0.1:1",
    "KISS_SECRET_KEY": base64.b64encode(b"k" * 32).decode(),
    "KISS_PUBLIC_SCHEME": "https",
    "KISS_PUBLIC_SUFFIX": "",
    "OIDC_ISSUER": "https://inloggen.example/realms/kiss",
    "OIDC_BACKEND": None,
    "OIDC_CLIENT_ID": "kiss-{slug}",
    "OIDC_CLIENT_SECRET": "meester",
    "KISS_KEYCLOAK_URL": "https://inloggen.example",
    "KISS_KEYCLOAK_DEMO_PASSWORD": "een lang wachtwoord",
    "KISS_BRON_BRONSTAD": "geheim",
    "KISS_PRACTICE_URL": None,
    "KISS_FAILPOINT_DIR": None,
}
PRODUCTION = {"KISS_ENV": "production", "KISS_KEYCLOAK_DEMO_PASSWORD": None}


@pytest.fixture(autouse=True)
def settings() -> Iterator[None]:
    with environment(**SETTINGS):
        yield


@pytest.fixture
def town(tmp_path: Path) -> Manifest:
    path = tmp_path / "proefstad.toml"
    path.write_text(TOWN)
    return read(path)


@pytest.fixture
def with_source(tmp_path: Path) -> Manifest:
    path = tmp_path / "bronstad.toml"
    path.write_text(WITH_SOURCE.format(issuer="https://inlog.bronstad.example/"))
    return read(path)


def test_a_client_is_as_closed_as_it_can_be(town: Manifest) -> None:
    client = wanted.client(town)
    assert client["redirectUris"] == [
        "https://proefstad.localhost/aanmelden/terug",
        "https://kcc.proefstad.example/aanmelden/terug",
    ]
    assert not any("*" in address for address in client["redirectUris"])
    assert client["secret"] == derived("kiss-proefstad", "meester").secret
    assert client["attributes"]["pkce.code.challenge.method"] == "S256"
    assert client["attributes"]["backchannel.logout.url"] == "https://proefstad.localhost/afmelden/melding"
    assert client["attributes"]["backchannel.logout.session.required"] == "true"
    for door in ("implicitFlowEnabled", "directAccessGrantsEnabled", "serviceAccountsEnabled", "fullScopeAllowed"):
        assert client[door] is False
    assert client["publicClient"] is False


def test_the_realm_is_stricter_in_production() -> None:
    assert wanted.realm()["sslRequired"] == "external"
    with environment(**PRODUCTION):
        realm = wanted.realm()
    assert realm["sslRequired"] == "all"
    assert realm["bruteForceProtected"] is True
    assert realm["registrationAllowed"] is False
    assert json.loads(realm["attributes"]["acr.loa.map"]) == {"basis": 1, "bevestigd": 2}


def test_people_are_invented_in_development_only(town: Manifest) -> None:
    assert [one["username"] for one in wanted.people(town)] == ["pieter.proef"]
    assert [one["realmRoles"] for one in wanted.operators()] == [["operator"]]
    with environment(**PRODUCTION):
        assert wanted.people(town) == []
        assert wanted.operators() == []
    with environment(KISS_KEYCLOAK_DEMO_PASSWORD=None):
        assert wanted.people(town) == []


def test_a_membership_names_who_keycloak_will_make(town: Manifest) -> None:
    assert people.subject("proefstad", "pieter.proef") == wanted.people(town)[0]["id"]
    assert len(people.subject("proefstad", "pieter.proef")) == 36, "as long as Keycloak keeps"
    with environment(KISS_KEYCLOAK_URL=None):
        assert people.subject("proefstad", "pieter.proef") == "proefstad:pieter.proef"


def test_an_own_identity_provider(with_source: Manifest, town: Manifest) -> None:
    source = wanted.source(with_source)
    assert source is not None
    assert source.issuer == "https://inlog.bronstad.example"
    assert source.document["alias"] == "bronstad"
    assert source.document["config"]["clientSecret"] == "geheim"
    before = source.document["config"][wanted.FINGERPRINT]
    with environment(KISS_BRON_BRONSTAD="ander geheim"):
        other = wanted.source(with_source)
        assert other is not None
        assert other.document["config"][wanted.FINGERPRINT] != before, "a new secret is a difference"
    with environment(KISS_BRON_BRONSTAD=None), pytest.raises(IdentityRefused, match="KISS_BRON_BRONSTAD"):
        wanted.source(with_source)
    assert wanted.source(town) is None


@pytest.mark.parametrize("issuer", ["https://inloggen.example", "https://inloggen.example/realms/a/b"])
def test_an_issuer_that_is_no_realm(issuer: str) -> None:
    with environment(OIDC_ISSUER=issuer), pytest.raises(IdentityRefused, match="OIDC_ISSUER"):
        wanted.realm()


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('domeinen = ["Proefstad.example"]', "identiteit.domeinen"),
        ('domeinen = ["a.example", "a.example"]', "twee keer"),
        ('domein = "a.example"', "identiteit.domein is hier onbekend"),
        ('[identiteit.bron]\nnaam = "A"\nissuer = "https://a.example"\nclient_id = "k"\nclient_secret = "env:G"',
         "bron vraagt om domeinen"),
        ('domeinen = ["a.example"]\n[identiteit.bron]\nnaam = "A"\nissuer = "a.example"\nclient_id = "k"\n'
         'client_secret = "env:G"', "identiteit.bron.issuer heeft niet de juiste vorm"),
        ('domeinen = ["a.example"]\n[identiteit.bron]\nnaam = "A"\nissuer = "https://a.example"\nclient_id = "k"\n'
         'client_secret = "het geheim zelf"', "identiteit.bron.client_secret heeft niet de juiste vorm"),
    ],
)  # fmt: skip
def test_a_manifest_that_says_something_else(line: str, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "proefstad.toml"
    path.write_text(f'naam = "P"\nhosts = ["p.example"]\nmonogram = "P"\n[identiteit]\n{line}\n')
    with pytest.raises(ManifestFout, match=sentence):
        read(path)


def test_a_domain_belongs_to_one_municipality(tmp_path: Path) -> None:
    for slug in ("eerste", "tweede"):
        rest = 'monogram = "X"\n[identiteit]\ndomeinen = ["samen.example"]\n'
        (tmp_path / f"{slug}.toml").write_text(f'naam = "{slug}"\nhosts = ["{slug}.example"]\n{rest}')
    with pytest.raises(ManifestFout, match=r"tweede.toml: identiteit.domeinen noemt samen.example"):
        read_all((tmp_path,))


def test_only_what_is_wanted_is_compared() -> None:
    found = {"a": 1, "deep": {"x": "1", "y": "2"}, "names": ["b", "a"], "secret": HIDDEN, "extra": True}
    assert differences({"a": 1, "deep": {"x": "1"}, "names": ["a", "b"], "secret": "s"}, found) == []
    assert differences({"a": 2, "deep": {"y": "3", "z": "4"}, "names": ["a"]}, found) == [
        "a",
        "deep.y",
        "deep.z",
        "names",
    ]
    assert differences({"empty": [], "nothing": ""}, {}) == [], "absent is the same as empty"
    assert differences({"off": False}, {}) == ["off"], "but not the same as no"
    assert differences({"credentials": [1]}, {}) == [], "said once, when somebody is made"


def test_what_is_not_wanted_stays() -> None:
    found = {"id": "7", "attributes": {"ours": "old", "theirs": "x"}, "name": "old"}
    assert merged(found, {"name": "new", "attributes": {"ours": "new"}}) == {
        "id": "7", "attributes": {"ours": "new", "theirs": "x"}, "name": "new",
    }  # fmt: skip


def test_the_flow_asks_a_code_for_the_higher_level_and_of_operators() -> None:
    lines = flow.document()["steps"]
    assert lines[0] == "0 ALTERNATIVE auth-cookie"
    assert "2 REQUIRED conditional-level-of-authentication loa-condition-level=2 loa-max-age=900" in lines
    assert [line for line in lines if line.endswith("auth-otp-form")] == ["2 REQUIRED auth-otp-form"] * 2
    assert len(lines) == len(list(flow.flattened()))
