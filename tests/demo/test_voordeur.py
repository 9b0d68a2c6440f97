"""The bare host of a development machine lists the municipalities; anywhere else it says nothing."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator

import httpx2
import pytest

from app.demo.postgres import EmbeddedPostgres
from app.main import create_app
from tenants import registry
from tenants.manifest import FOLDER, read
from tests.canaries import watched
from tests.tenants import support

pytestmark = pytest.mark.anyio
NAMES = ("Deventer", "Kampen", "sanne.proef", "geert.proef", "deventer.localhost")


@pytest.fixture(scope="module")
async def applied(cluster: EmbeddedPostgres) -> AsyncIterator[EmbeddedPostgres]:
    """Two municipalities: one with everything, one with nothing configured."""
    await support.empty(cluster)
    with support.settings_for(cluster, KISS_PUBLIC_SUFFIX=".localhost:8000"):
        reports = await support.apply([read(FOLDER / "deventer.toml"), read(FOLDER / "kampen.toml")])
        assert [report.fout for report in reports] == [None, None]
        yield cluster
        await support.forget_pool()


async def ask(host: str, path: str = "/", method: str = "GET") -> httpx2.Response:
    transport = httpx2.ASGITransport(app=watched(create_app()))  # type: ignore[arg-type]
    async with httpx2.AsyncClient(transport=transport, base_url=f"http://{host}") as client:
        return await client.request(method, path)


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000"])
async def test_every_municipality_with_its_people(applied: EmbeddedPostgres, host: str) -> None:
    answer = await ask(host)
    assert answer.status_code == 200
    for name in NAMES:
        assert name in answer.text
    assert '<a href="http://kampen.localhost:8000">Kampen</a>' in answer.text
    assert "Functionaris gegevensbescherming" in answer.text
    assert "Er is niets ingericht, zoals op de eerste dag." in answer.text
    assert answer.text.index("Anouk Voorbeeld") < answer.text.index("Bram Model")  # in the order of the roles
    assert "eva.nieuwkomer" not in answer.text  # has no role yet, so cannot come in
    assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_letter_marks_have_the_colour_of_their_municipality(applied: EmbeddedPostgres) -> None:
    page = (await ask("localhost")).text
    (href,) = re.findall(r'href="(/thema/[0-9a-f]{16}\.css)"', page)
    css = await ask("localhost", href)
    assert (css.status_code, css.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert ".merk-deventer{background:#0b5d66;color:#ffffff}" in css.text
    assert 'class="monogram merk-deventer" aria-hidden="true">Dv<' in page
    assert "style=" not in page


@pytest.mark.parametrize(
    ("host", "path", "method"),
    [
        ("nergens.localhost", "/", "GET"),
        ("kiss.example", "/", "GET"),
        ("localhost.example", "/", "GET"),
        ("localhost", "/aanmelden", "GET"),
        ("localhost", "/", "POST"),
    ],
)
async def test_nobody_else_is_told(applied: EmbeddedPostgres, host: str, path: str, method: str) -> None:
    answer = await ask(host, path, method)
    assert answer.status_code == 404
    assert not [name for name in NAMES if name in answer.text]


@pytest.fixture
def production(applied: EmbeddedPostgres) -> Iterator[None]:
    with support.settings_for(applied, KISS_ENV="production", KISS_PUBLIC_SCHEME="https"):
        yield


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
async def test_in_production_the_bare_host_is_nobody(production: None, host: str) -> None:
    assert await registry.by_slug("deventer") is not None  # it is there, and not told
    for path in ("/", "/aanmelden", "/thema/0123456789abcdef.css"):
        answer = await ask(host, path)
        assert answer.status_code == 404
        assert not [name for name in NAMES if name in answer.text]


async def test_without_a_database_it_says_so(applied: EmbeddedPostgres) -> None:
    assert (await ask("localhost")).status_code == 200  # the catalogue is known now
    await support.forget_pool()
    with support.settings_for(applied, DATABASE_URL="postgresql://kiss_app:x@127.0.0.1:1/kiss"):
        answer = await ask("localhost")
    assert answer.status_code == 503
    assert "Even niet bereikbaar" in answer.text
    await support.forget_pool()
