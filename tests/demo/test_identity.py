"""The development identity provider: code flow with PKCE, the question, and who it refuses."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import html5lib
import httpx2
import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.jwk import KeySet

from app.auth import tokens
from app.auth.oidc import Issuer, Provider
from app.demo.identity_provider import SERVER, EmbeddedIdentity
from app.demo.municipalities import read_manifests
from app.demo.node import find_node
from app.demo.supervisor import MANIFESTS

pytestmark = pytest.mark.anyio

WEB_PORT = 8000
VERIFIER = "een-geheim-van-deze-browser-dat-lang-genoeg-is-0123456789"


class Visitor:
    """A browser at the provider: keeps cookies, follows redirects while they stay there."""

    def __init__(self, identity: EmbeddedIdentity) -> None:
        self.identity = identity
        self.http = httpx2.Client(base_url=identity.backend, headers={"Host": identity.host})

    def ask(self, slug: str = "deventer", **extra: str) -> httpx2.Response:
        query = {
            "client_id": f"kiss-{slug}",
            "response_type": "code",
            "redirect_uri": callback(slug),
            "scope": "openid profile email organization:*",
            "state": "staat",
            "nonce": "eenmalig",
            "code_challenge": create_s256_code_challenge(VERIFIER),
            "code_challenge_method": "S256",
        }
        return self.follow(
            self.http.get("/auth", params={name: value for name, value in (query | extra).items() if value})
        )

    def follow(self, response: httpx2.Response) -> httpx2.Response:
        while response.is_redirect and response.headers["location"].startswith(("/", self.identity.issuer)):
            response = self.http.get(response.headers["location"].removeprefix(self.identity.issuer))
        return response

    def choose(self, page: httpx2.Response, name: str) -> httpx2.Response:
        return self.follow(self.http.post(page.request.url.path, data={"wie": buttons(page)[name]}))

    def exchange(self, arrived: httpx2.Response, slug: str = "deventer", verifier: str = VERIFIER) -> httpx2.Response:
        form = {"grant_type": "authorization_code", "code": answer(arrived)["code"]}
        form |= {"redirect_uri": callback(slug), "code_verifier": verifier}
        client = self.identity.client(slug)
        return self.http.post("/token", data=form, auth=(client.id, client.secret))

    def claims(self, id_token: str) -> dict[str, object]:
        keys = KeySet.import_key_set(self.http.get("/jwks").json())
        return dict(jwt.decode(id_token, keys, algorithms=["RS256"]).claims)


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedIdentity]:
    folder = tmp_path_factory.mktemp("identity")
    with EmbeddedIdentity(folder, read_manifests(MANIFESTS), web_port=WEB_PORT) as started:
        yield started


@pytest.fixture
def visitor(identity: EmbeddedIdentity) -> Visitor:
    return Visitor(identity)


def test_the_whole_flow_gives_a_token_that_says_who(visitor: Visitor) -> None:
    arrived = visitor.choose(visitor.ask(), "Sanne Proef")
    assert arrived.headers["location"].startswith(callback("deventer"))
    assert answer(arrived)["state"] == "staat"
    assert answer(arrived)["iss"] == visitor.identity.issuer
    claims = visitor.claims(visitor.exchange(arrived).json()["id_token"])
    assert claims["iss"] == visitor.identity.issuer
    assert claims["aud"] == "kiss-deventer"
    assert claims["nonce"] == "eenmalig"
    assert claims["sub"] == "deventer:sanne.proef"
    assert claims["name"] == "Sanne Proef"
    assert claims["email"] == "sanne.proef@deventer.example"
    assert claims["preferred_username"] == "sanne.proef"
    assert claims["gemeente"] == "deventer"
    assert claims["organization"] == ["deventer"]
    assert claims["acr"] == "basis"
    assert abs(int(str(claims["auth_time"])) - time.time()) < 60
    assert claims["sid"]


async def test_our_own_client_gets_in_and_out(visitor: Visitor) -> None:
    """Through app.auth, which reaches the provider by its address and believes it by its name."""
    provider = ours(visitor.identity)
    address = await provider.authorization_url(
        state="staat", nonce="eenmalig", code_verifier=VERIFIER, redirect_uri=callback("deventer"), login_hint=None
    )
    page = visitor.follow(visitor.http.get(address.removeprefix(visitor.identity.issuer)))
    code = answer(visitor.choose(page, "Sanne Proef"))["code"]
    token = await provider.id_token(code=code, code_verifier=VERIFIER, redirect_uri=callback("deventer"))
    who = await tokens.verify(
        token, key_by_kid=provider.key, issuer=provider.issuer, client_id="kiss-deventer", nonce="eenmalig"
    )
    assert (who.subject, who.naam) == ("deventer:sanne.proef", "Sanne Proef")
    back = f"http://deventer.localhost:{WEB_PORT}/aanmelden"
    out = await provider.sign_out_url(id_token=token, back_to=back)
    assert out is not None
    assert visitor.http.get(out.removeprefix(visitor.identity.issuer)).status_code == 200


def test_the_page_offers_the_people_of_this_municipality_only(visitor: Visitor) -> None:
    page = visitor.ask()
    html5lib.HTMLParser(strict=True).parse(page.text)
    assert "Wie bent u?" in page.text
    assert next(iter(buttons(page))) == "Sanne Proef"
    assert "Fenna Proef" not in page.text
    assert page.text.count("autofocus") == 1
    assert 'lang="nl"' in page.text
    assert "style=" not in page.text
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_someone_of_another_municipality_cannot_be_chosen(visitor: Visitor) -> None:
    page = visitor.ask()
    refused = visitor.http.post(page.request.url.path, data={"wie": "zwolle:fenna.proef"})
    assert refused.status_code == 400
    assert "Kies iemand van de lijst" in refused.text


def test_a_hint_signs_in_without_a_page(visitor: Visitor) -> None:
    arrived = visitor.ask(login_hint="karim.testman")
    assert visitor.claims(visitor.exchange(arrived).json()["id_token"])["name"] == "Karim Testman"


def test_an_unknown_hint_asks(visitor: Visitor) -> None:
    assert "Wie bent u?" in visitor.ask(login_hint="niemand").text


def test_who_is_signed_in_is_not_asked_again_but_another_hint_is_followed(visitor: Visitor) -> None:
    visitor.ask(login_hint="sanne.proef")
    assert "code" in answer(visitor.ask())
    other = visitor.ask(login_hint="karim.testman")
    assert visitor.claims(visitor.exchange(other).json()["id_token"])["sub"] == "deventer:karim.testman"


def test_another_municipality_asks_again(visitor: Visitor) -> None:
    visitor.ask(login_hint="sanne.proef")
    page = visitor.ask("zwolle")
    arrived = visitor.choose(page, "Fenna Proef")
    assert visitor.claims(visitor.exchange(arrived, "zwolle").json()["id_token"])["gemeente"] == "zwolle"


def test_without_pkce_there_is_no_code(visitor: Visitor) -> None:
    refused = answer(visitor.ask(login_hint="sanne.proef", code_challenge="", code_challenge_method=""))
    assert refused["error"] == "invalid_request"


def test_another_verifier_gets_no_token(visitor: Visitor) -> None:
    arrived = visitor.ask(login_hint="sanne.proef")
    refused = visitor.exchange(arrived, verifier="iemand-anders-met-een-ander-geheim-0123456789-abcdef")
    assert refused.status_code == 400
    assert refused.json()["error"] == "invalid_grant"


def test_a_code_works_once(visitor: Visitor) -> None:
    arrived = visitor.ask(login_hint="sanne.proef")
    assert visitor.exchange(arrived).status_code == 200
    assert visitor.exchange(arrived).status_code == 400


def test_a_code_of_one_municipality_is_nothing_for_the_client_of_another(visitor: Visitor) -> None:
    arrived = visitor.ask(login_hint="sanne.proef")
    assert visitor.exchange(arrived, "zwolle").status_code == 400
    odd = visitor.ask(redirect_uri=callback("zwolle"))
    assert odd.status_code == 400, "and its address belongs to its own client alone"


def test_who_is_asked_again_proves_more(visitor: Visitor) -> None:
    visitor.ask(login_hint="sanne.proef")
    page = visitor.ask(prompt="login", acr_values="bevestigd", max_age="0")
    assert "Bent u het nog?" in page.text
    html5lib.HTMLParser(strict=True).parse(page.text)
    assert list(buttons(page)) == ["Sanne Proef"]
    claims = visitor.claims(visitor.exchange(visitor.choose(page, "Sanne Proef")).json()["id_token"])
    assert claims["acr"] == "bevestigd"


def test_a_level_that_does_not_exist_is_not_given(visitor: Visitor) -> None:
    page = visitor.ask(prompt="login", login_hint="sanne.proef", acr_values="hoogst")
    claims = visitor.claims(visitor.exchange(visitor.choose(page, "Sanne Proef")).json()["id_token"])
    assert claims["acr"] == "basis"


def test_an_address_that_was_not_registered_is_refused_in_dutch(visitor: Visitor) -> None:
    refused = visitor.ask(redirect_uri="http://elders.localhost:8000/aanmelden/terug")
    assert refused.status_code == 400
    assert "Aanmelden lukt niet" in refused.text
    html5lib.HTMLParser(strict=True).parse(refused.text)


def test_signing_out_ends_the_session_here_too(visitor: Visitor) -> None:
    id_token = visitor.exchange(visitor.ask(login_hint="sanne.proef")).json()["id_token"]
    back = f"http://deventer.localhost:{WEB_PORT}/aanmelden"
    page = visitor.http.get("/session/end", params={"id_token_hint": id_token, "post_logout_redirect_uri": back})
    html5lib.HTMLParser(strict=True).parse(page.text)
    xsrf = page.text.split('name="xsrf" value="')[1].split('"')[0]
    ended = visitor.http.post("/session/end/confirm", data={"xsrf": xsrf, "logout": "yes"})
    assert ended.headers["location"] == back
    assert "Wie bent u?" in visitor.ask().text


def test_another_host_name_gets_nothing(identity: EmbeddedIdentity) -> None:
    assert httpx2.get(f"{identity.backend}/jwks").status_code == 404


def test_a_restart_keeps_tokens_valid(tmp_path: Path) -> None:
    manifests = read_manifests(MANIFESTS)
    with EmbeddedIdentity(tmp_path, manifests, web_port=WEB_PORT) as first:
        before = Visitor(first)
        token = before.exchange(before.ask(login_hint="sanne.proef")).json()["id_token"]
    with EmbeddedIdentity(tmp_path, manifests, web_port=WEB_PORT, port=first.port) as second:
        assert Visitor(second).claims(token)["name"] == "Sanne Proef"
    assert (tmp_path / "identity/sleutels.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("environment", ["production", ""])
def test_it_cannot_be_started_outside_development(tmp_path: Path, environment: str) -> None:
    settings = tmp_path / "instellingen.json"
    settings.write_text("{}", "utf-8")
    env = os.environ | {"KISS_ENV": environment, "KISS_IDENTITY_CONFIG": str(settings)}
    done = subprocess.run([find_node(), SERVER], env=env, capture_output=True, text=True, timeout=30)
    assert done.returncode == 1
    assert "alleen voor ontwikkeling" in done.stderr


def ours(identity: EmbeddedIdentity) -> Provider:
    issuer = Issuer(identity.issuer, backend=identity.backend, http_too=True)
    return Provider(issuer, identity.client("deventer"))


def callback(slug: str) -> str:
    return f"http://{slug}.localhost:{WEB_PORT}/aanmelden/terug"


def answer(response: httpx2.Response) -> dict[str, str]:
    """What the provider sent to the application, from the address it sends the browser to."""
    query = urlsplit(response.headers["location"]).query
    return {name: values[0] for name, values in parse_qs(query).items()}


def buttons(page: httpx2.Response) -> dict[str, str]:
    """Name on the button to its value."""
    tree = html5lib.parse(page.text, namespaceHTMLElements=False)
    found = {}
    for button in tree.iter("button"):
        name = next(button.iter("strong")).text
        found[str(name)] = str(button.get("value"))
    return found
