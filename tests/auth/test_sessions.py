"""Sessions: who is signed in, for how long, and what never becomes a session."""

from __future__ import annotations

import pytest

from tests.auth.provider import StubProvider
from tests.auth.world import Browser

pytestmark = pytest.mark.anyio


async def test_signing_in_gives_a_session(deventer: Browser, idp: StubProvider) -> None:
    response = await deventer.sign_in(idp, "sanne.proef")
    assert (response.status_code, response.headers["location"]) == (303, "/")
    assert set(deventer.cookies) == {"__Host-sid"}
    start = await deventer.get("/")
    assert start.json()["naam"] == "Sanne Proef"
    assert start.json()["rol"] == "Klantcontactmedewerker"
