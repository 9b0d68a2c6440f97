"""Two hundred and more addresses that are not ours: after signing in one lands on the start page, or on our host."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import quote, urljoin, urlsplit

import pytest

from app.auth.urls import safe_path
from tests.auth.provider import StubProvider
from tests.auth.test_urls import ELSEWHERE, OURS
from tests.auth.world import Browser

pytestmark = pytest.mark.anyio
HOSTS = [
    "evil.example",
    "127.0.0.1:9",
    "zwolle.localhost:8000",
    "2130706433",
    "[::1]",
    "evil.example%00.deventer.localhost",
]
BEFORE = [
    "//", "///", "/\\", "\\\\", "\\/", "/\t/", "/\r/", "/%09/", "/%2f", "/%5c", "%2f%2f", "/%252f", "/;/",
    "/.//", "/%2e/%2f", "http://", "https://", "HtTp://", "http:", "https:/", "https:\\\\", "ftp://",
    "ws://", "//user@", "//user:pw@", "https://deventer.localhost:8000@", "//deventer.localhost:8000\\@",
    "//deventer.localhost%40", "\u2044\u2044", "\uff0f\uff0f", "\x01//", "\x20//", "\x85//", "\u00a0//",
    "\u200b//", "\ufeff//",
]  # fmt: skip
SCRIPTS = [
    "javascript:alert(1)", "JAVASCRIPT:alert(1)", "\x01javascript:alert(1)", "java\nscript:alert(1)",
    "javascript&colon;alert(1)", "javascript%3Aalert(1)", "data:text/html;base64,PHNjcmlwdD4=",
    "vbscript:msgbox(1)", "about:blank", "blob:https://evil.example/1", "filesystem:https://evil.example/1",
    "view-source:https://evil.example", "intent://evil.example#Intent;end", "mailto:a@evil.example",
    "file:///etc/passwd", "tel:112", "jar:https://evil.example!/x", "ms-word:ofe|u|https://evil.example",
]  # fmt: skip


def written() -> Iterator[str]:
    """Every beginning with every host, and the schemes that run something."""
    for before in BEFORE:
        yield from (before + host + "/pad" for host in HOSTS)
    yield from SCRIPTS
    yield from (one for one in ELSEWHERE if one)


ALL = sorted(set(written()))


def lands(value: str) -> str:
    """Where a browser that was signed in at Deventer would end."""
    return urljoin("http://deventer.localhost:8000/aanmelden/terug", value.replace("\\", "/").replace("\t", ""))


async def test_none_leads_away(count: Callable[[str, int], None]) -> None:
    assert len(ALL) >= 200
    away = [value for value in ALL if urlsplit(lands(safe_path(value))).netloc != "deventer.localhost:8000"]
    assert away == []
    strange = [value for value in ALL if safe_path(value) not in ("/", value)]
    assert strange == [], "an address is kept as it is or not at all"
    count("addresses elsewhere", len(ALL))


async def test_the_check_bites() -> None:
    """Without `safe_path` most of them do lead away, so the list says something."""
    away = [value for value in ALL if urlsplit(lands(value)).netloc != "deventer.localhost:8000"]
    assert len(away) > len(ALL) / 3


async def test_none_leads_away_over_the_whole_way(deventer: Browser, idp: StubProvider) -> None:
    """In the address of the sign-in page, which is how somebody else would send it."""
    for value in ALL[::9]:
        address = f"/aanmelden?volgende={quote(value, safe='')}"
        deventer.cookies.pop("__Host-sid", None)
        page = await deventer.get(address)
        if page.status_code == 400:
            assert "\x00" in value
            continue
        form = {"_csrf": page.json()["csrf"], "volgende": page.json()["volgende"]}
        sent = await deventer.post("/aanmelden", form)
        back = await deventer.come_back(idp.authorize(sent.headers["location"], "deventer:sanne.proef"))
        assert back.status_code == 303
        assert back.headers["location"].startswith("/")
        assert urlsplit(lands(back.headers["location"])).netloc == "deventer.localhost:8000", value
        again = await deventer.get(address)  # who is signed in already goes on at once
        assert urlsplit(lands(again.headers["location"])).netloc == "deventer.localhost:8000", value


async def test_preferences_lead_nowhere_else(deventer: Browser, idp: StubProvider) -> None:
    """The other form with an address to return to."""
    await deventer.sign_in(idp, "sanne.proef")
    csrf = await deventer.csrf()
    for value in [one for one in ALL if "\x00" not in one][::5]:
        response = await deventer.post("/voorkeuren", {"_csrf": csrf, "modus": "licht", "volgende": value})
        assert response.status_code == 303, value
        assert urlsplit(lands(response.headers["location"])).netloc == "deventer.localhost:8000", value


async def test_confirming_leads_nowhere_else(deventer: Browser, idp: StubProvider) -> None:
    """All the way through the provider, which asks again."""
    await deventer.sign_in(idp, "sanne.proef")
    for value in [one for one in ALL if "\x00" not in one][::17]:
        _, back = await deventer.confirm(idp, volgende=value)
        assert back.status_code == 303, value
        assert urlsplit(lands(back.headers["location"])).netloc == "deventer.localhost:8000", value


@pytest.mark.parametrize("path", OURS)
async def test_deep_links_come_back(path: str, deventer: Browser, idp: StubProvider) -> None:
    response = await deventer.sign_in(idp, "sanne.proef", volgende=path)
    assert (response.status_code, response.headers["location"]) == (303, path)
