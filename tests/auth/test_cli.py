"""`kiss dev session`: a session for tests and scripts, in development only."""

from __future__ import annotations

import os
import subprocess
import sys

import anyio
import pytest

from tenants.context import Tenant
from tests.auth.world import Browser

pytestmark = pytest.mark.anyio

PRODUCTION = {"KISS_ENV": "production", "KISS_PUBLIC_SCHEME": "https"}


async def kiss(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "app.cli", "dev", "session", *arguments]
    everything = os.environ | environment
    if environment == PRODUCTION:
        everything.pop("OIDC_BACKEND")
    return await anyio.run_process(command, check=False, env=everything)


async def test_a_session(deventer: Browser, tenants: dict[str, Tenant]) -> None:
    done = await kiss("--tenant", "deventer", "--as", "sanne.proef")
    name, _, value = done.stdout.decode().strip().partition("=")
    assert (done.returncode, name, len(value)) == (0, "__Host-sid", 43), done.stderr
    deventer.cookies[name] = value
    assert (await deventer.get("/")).json()["naam"] == "Sanne Proef"
    signed_out = await deventer.post("/afmelden", {"_csrf": await deventer.csrf()})
    assert signed_out.headers["location"] == "/aanmelden", "the provider knows nothing of it"


@pytest.mark.parametrize(
    ("tenant", "who", "sentence"),
    [
        ("deventer", "fenna.proef", "fenna.proef is geen actieve medewerker van Deventer."),
        ("atlantis", "sanne.proef", "De gemeente atlantis bestaat niet."),
    ],
)
async def test_nobody(tenant: str, who: str, sentence: str, tenants: dict[str, Tenant]) -> None:
    done = await kiss("--tenant", tenant, "--as", who)
    assert (done.returncode, done.stdout) == (1, b"")
    assert sentence in done.stderr.decode()


async def test_not_in_production(tenants: dict[str, Tenant]) -> None:
    done = await kiss("--tenant", "deventer", "--as", "sanne.proef", **PRODUCTION)
    assert (done.returncode, done.stdout) == (1, b"")
    assert "Dit kan alleen in ontwikkeling" in done.stderr.decode()
