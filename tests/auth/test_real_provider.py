"""The whole way with the real thing: npm oidc-provider, as `kiss demo` starts it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from urllib.parse import urljoin, urlsplit

import httpx2
import pytest
from sqlalchemy import update

from app.auth import oidc
from app.auth.models import Lidmaatschap
from app.db import unit_of_work
from app.demo.identity_provider import EmbeddedIdentity
from app.demo.municipalities import read_manifests
from app.settings import settings
from tenants.context import Tenant
from tenants.manifest import FOLDER
from tests.auth.provider import StubProvider
from tests.auth.world import Browser, query_of

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def identity(
    tenants: dict[str, Tenant], idp: StubProvider, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[EmbeddedIdentity]:
    before = dict(os.environ)
    folder = tmp_path_factory.mktemp("identity")
    with EmbeddedIdentity(folder, read_manifests(FOLDER), web_port=8000) as real:
        os.environ.update(OIDC_ISSUER=real.issuer, OIDC_BACKEND=real.backend, OIDC_CLIENT_SECRET=real.client_secret)
        await _issuer(tenants, real.issuer)
        yield real
    os.environ.clear()
    os.environ.update(before)
    await _issuer(tenants, idp.issuer)


async def _issuer(tenants: dict[str, Tenant], issuer: str) -> None:
    settings.cache_clear()
    oidc.known_issuer.cache_clear()
    for tenant in tenants.values():
        async with unit_of_work(tenant) as session:
            await session.execute(update(Lidmaatschap).values(issuer=issuer))


class AtProvider:
    """The browser while it is at the provider: follows it until it is sent elsewhere."""

    def __init__(self, identity: EmbeddedIdentity) -> None:
        self.identity = identity
        self.cookies: dict[str, str] = {}

    async def go(self, url: str) -> str:
        async with httpx2.AsyncClient(follow_redirects=False) as client:
            for _ in range(8):
                if not url.startswith(self.identity.issuer):
                    return url
                headers = {
                    "host": self.identity.host,
                    "cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()),
                }
                response = await client.get(url.replace(self.identity.issuer, self.identity.backend), headers=headers)
                client.cookies.clear()
                for line in response.headers.get_list("set-cookie"):
                    name, _, value = line.partition(";")[0].partition("=")
                    self.cookies[name] = value
                assert response.status_code in {302, 303}, (url, response.status_code, response.text[:300])
                url = urljoin(self.identity.issuer, response.headers["location"])
        raise AssertionError("sent around in circles")


async def test_signing_in_and_out(deventer: Browser, identity: EmbeddedIdentity) -> None:
    provider = AtProvider(identity)
    back = await provider.go(await deventer.begin("/gesprekken/7", als="sanne.proef"))
    assert back.startswith("http://deventer.localhost:8000/aanmelden/terug?")
    assert query_of(back)["iss"] == identity.issuer
    response = await deventer.come_back(query_of(back))
    assert (response.status_code, response.headers["location"]) == (303, "/gesprekken/7"), response.text
    assert (await deventer.get("/")).json()["naam"] == "Sanne Proef"
    out = await deventer.post("/afmelden", {"_csrf": await deventer.csrf()})
    assert urlsplit(out.headers["location"]).path == "/session/end"
    assert (await deventer.get("/")).status_code == 303


async def test_its_code_works_once(deventer: Browser, colleague: Browser, identity: EmbeddedIdentity) -> None:
    first = query_of(await AtProvider(identity).go(await deventer.begin(als="sanne.proef")))
    second = query_of(await AtProvider(identity).go(await colleague.begin(als="karim.testman")))
    assert (await deventer.come_back(first)).status_code == 303
    assert (await colleague.come_back({**second, "code": first["code"]})).status_code == 400


async def test_its_code_is_bound_to_the_verifier(
    deventer: Browser, colleague: Browser, identity: EmbeddedIdentity
) -> None:
    stolen = query_of(await AtProvider(identity).go(await deventer.begin(als="bram.model")))
    own = query_of(await AtProvider(identity).go(await colleague.begin(als="karim.testman")))
    assert (await colleague.come_back({**own, "code": stolen["code"]})).status_code == 400
    assert "__Host-sid" not in colleague.cookies


async def test_someone_of_another_municipality(zwolle: Browser, identity: EmbeddedIdentity) -> None:
    back = await AtProvider(identity).go(await zwolle.begin(als="sanne.proef"))
    response = await zwolle.come_back(query_of(back))
    assert response.status_code == 403
    assert "gemeente Zwolle" in response.json()["detail"]
