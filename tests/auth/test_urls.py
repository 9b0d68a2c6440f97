"""Addresses: where someone may go after signing in, and our own."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.auth.urls import public_url, safe_path, sign_in_url
from tenants.context import Tenant
from tests.auth.provider import StubProvider
from tests.auth.world import Browser

pytestmark = pytest.mark.anyio

ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "////evil.example/%2f..",
    "/\\evil.example",
    "\\\\evil.example",
    "/\\/evil.example",
    "\\/evil.example",
    "/%2Fevil.example",
    "/%2fevil.example",
    "/%5Cevil.example",
    "/%5c%5cevil.example",
    "/%252Fevil.example",
    "/%25252Fevil.example",
    "/%2525252525252Fevil.example",
    "/.//evil.example",
    "/..//evil.example",
    "/a/..//evil.example",
    "/%2e%2e//evil.example",
    "/./%2fevil.example",
    "/a//evil.example",
    "http://evil.example",
    "https://evil.example/",
    "https:evil.example",
    "http:/evil.example",
    "HTTPS://EVIL.EXAMPLE",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "blob:x",
    "evil.example",
    "@evil.example",
    "//user@evil.example",
    "//deventer.localhost@evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\n/evil.example",
    "/%09/evil.example",
    "/%0a/evil.example",
    "/%0d%0aSet-Cookie:%20a=b",
    "/x\r\nSet-Cookie: a=b",
    "/%00",
    "/\x00",
    "/%c2%85",
    "/\u2028",
    "/%e2%80%a8",
    "/\u2215evil.example",
    "/ａ",
    "\u3000/evil",
    " /evil",
    "/ evil",
    "\t//evil.example",
    "/<script>",
    "/gesprekken#@evil.example",
    "#",
    "?",
    "?volgende=//evil.example",
    ".",
    "..",
    "/../..",
    "/%2e%2e/%2e%2e",
    "/%",
    "/%zz",
    "/%ff",
    "/" + "a" * 600,
    "/aanmelden",
    "/aanmelden?volgende=/aanmelden",
    "/aanmelden/terug?code=a&state=b",
    "/afmelden",
    "/%61anmelden",
    "",
    None,
]
OURS = [
    "/",
    "/gesprekken/0193c6d0-0000-7000-8000-000000000000",
    "/gesprekken/1/zoeken?tab=klantbeeld&x=1",
    "/beheer/afleveringen?soort=dood%20spoor",
    "/zoeken?q=caf%C3%A9",
    "/a:b/c,d",
    "/x?terug=/gesprekken/1",
]


@pytest.mark.parametrize("value", ELSEWHERE, ids=repr)
async def test_elsewhere(value: str | None) -> None:
    assert safe_path(value) == "/"


@pytest.mark.parametrize("value", OURS)
async def test_ours(value: str) -> None:
    assert safe_path(value) == value


@pytest.mark.parametrize("value", [one for one in ELSEWHERE if one][::6], ids=repr)
async def test_elsewhere_over_the_whole_way(value: str, deventer: Browser, idp: StubProvider) -> None:
    page = await deventer.get("/aanmelden")
    form = {"_csrf": page.json()["csrf"], "volgende": value}
    sent = await deventer.post("/aanmelden", form)
    if sent.status_code == 400:
        assert "\x00" in value, "only what cannot be read at all is refused here"
        return
    response = await deventer.come_back(idp.authorize(sent.headers["location"], "deventer:sanne.proef"))
    assert (response.status_code, response.headers["location"]) == (303, "/")


@given(st.one_of(st.text(max_size=60), st.text("/\\%2fF5cC.:@#?\t\n a0e", max_size=40)))
def _stays_here(value: str) -> None:
    path = safe_path(value)
    for read in (path, path.replace("\\", "/"), path.replace("\t", "")):
        assert urlsplit(urljoin("http://deventer.localhost/aanmelden", read)).netloc == "deventer.localhost"
    assert safe_path(path) == path


async def test_a_browser_stays_here() -> None:
    """However it is written: what comes out is a path, and read as browsers do it stays on our host."""
    _stays_here()


async def test_sign_in_url() -> None:
    assert sign_in_url("/") == "/aanmelden"
    assert sign_in_url("//evil.example") == "/aanmelden"
    assert sign_in_url("/x?a=1&b=2") == "/aanmelden?volgende=/x%3Fa%3D1%26b%3D2"


async def test_our_own_address(tenants: dict[str, Tenant]) -> None:
    two = replace(tenants["deventer"], hosts=("deventer.localhost", "kcc.deventer.test"))
    assert public_url(two) == "http://deventer.localhost:8000"
    assert public_url(two, "kcc.deventer.test") == "http://kcc.deventer.test:8000"
    assert public_url(two, "evil.example") == "http://deventer.localhost:8000"
