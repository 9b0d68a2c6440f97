"""The gallery is for whoever builds: outside development it does not exist, signed in or not."""

from __future__ import annotations

import pytest

from app.settings import Environment, settings
from tests.routes.conftest import People
from tests.town import Town

pytestmark = pytest.mark.anyio
PATHS = ("/galerij", "/galerij/stijl.css")


@pytest.mark.parametrize("path", PATHS)
async def test_not_in_production(path: str, deventer: Town, clients: People, monkeypatch: pytest.MonkeyPatch) -> None:
    agent = await clients.of(deventer)
    assert (await agent.send("GET", path)).status_code == 200
    monkeypatch.setattr(settings(), "environment", Environment.PRODUCTION)
    for client in (agent, clients.nobody("deventer")):
        assert (await client.send("GET", path)).status_code == 404


async def test_choices_in_the_address(deventer: Town, clients: People) -> None:
    agent = await clients.of(deventer)
    page = await agent.send("GET", "/galerij?breedte=400&gemeente=zwolle")
    assert 'class="pagina galerij-400"' in page.text
    assert "stijl.css?breedte=400&amp;gemeente=zwolle" in page.text
    styles = {
        (await agent.send("GET", f"/galerij/stijl.css?gemeente={slug}")).text for slug in ("deventer", "zwolle")
    }
    assert len(styles) == 2
    for odd in ("breedte=1e9", "breedte=-1", "gemeente=bestaat-niet", "breedte=", "gemeente=%00"):
        assert (await agent.send("GET", f"/galerij?{odd}")).status_code in (200, 400), odd
