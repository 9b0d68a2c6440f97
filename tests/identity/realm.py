"""A realm that tests may damage, and the same administration that an operator has."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
from keycloak import KeycloakAdmin

from tenants.identity import cli
from tenants.identity.people import keycloak_id
from tenants.identity.service import Provisioning, Report
from tenants.manifest import read_all
from tests.stack import Stack
from tests.tenants.support import environment

Result = TypeVar("Result")
NAME = "proef"
OURS = ("KISS_", "OIDC_", "DATABASE_", "REDIS_")
TOWN = """
naam = "Proefstad"
hosts = ["proefstad.localhost", "kcc.proefstad.example"]
monogram = "Ps"
[identiteit]
domeinen = ["proefstad.example"]
[[mensen]]
gebruikersnaam = "pieter.proef"
naam = "Pieter Proef"
email = "pieter.proef@proefstad.example"
rol = "agent"
"""
WITH_SOURCE = """
naam = "Bronstad"
hosts = ["bronstad.localhost"]
monogram = "Bs"
[identiteit]
domeinen = ["bronstad.example"]
[identiteit.bron]
naam = "Inlog van Bronstad"
issuer = "{issuer}"
client_id = "keycloak-van-kiss"
client_secret = "env:KISS_BRON_BRONSTAD"
[[mensen]]
gebruikersnaam = "bea.bron"
naam = "Bea Bron"
email = "bea.bron@bronstad.example"
rol = "agent"
"""


class Realm:
    """`run` provisions; `admin` is python-keycloak as an operator would use it by hand."""

    def __init__(self, settings: Mapping[str, str], manifests: Path) -> None:
        host = settings["OIDC_ISSUER"].partition("/realms/")[0]
        self.settings = self.settings_of(settings)
        self.settings |= {"OIDC_ISSUER": f"{host}/realms/{NAME}", "KISS_BRON_BRONSTAD": "geheim-van-bronstad"}
        self.manifests = manifests
        (manifests / "proefstad.toml").write_text(TOWN)
        (manifests / "bronstad.toml").write_text(WITH_SOURCE.format(issuer=f"{host}/realms/master"))

    @staticmethod
    def settings_of(environment: Mapping[str, str]) -> dict[str, str]:
        return {name: value for name, value in environment.items() if name.startswith(OURS)}

    def run(self, *, check: bool = False, **other: str | None) -> dict[str, Report]:
        """What `kiss identity provision` does, without its audit; by name."""
        with environment(**{**self.settings, **other}):
            reports = alone(self._run(check=check))
        return {report.naam: report for report in reports}

    def remove(self, slug: str, *, check: bool = False) -> Report:
        with environment(**self.settings):
            return alone(self._remove(slug, check=check))

    def id_of(self, slug: str, gebruikersnaam: str) -> str:
        with environment(**self.settings):
            return keycloak_id(slug, gebruikersnaam)

    def changes(self, *, check: bool = False) -> list[str]:
        """Every line of a run that had no errors."""
        reports = self.run(check=check)
        assert not [report.fout for report in reports.values() if report.fout]
        return [line for report in reports.values() for line in report.changed]

    def ask(self, work: Callable[[KeycloakAdmin], Awaitable[Result]]) -> Result:
        """Do something by hand in the realm."""

        async def whole() -> Result:
            directory = cli.connect()
            try:
                return await work(directory._admin)
            finally:
                await directory.close()

        with environment(**self.settings):
            return alone(whole())

    async def _run(self, *, check: bool) -> list[Report]:
        directory = cli.connect()
        try:
            return await Provisioning(directory, check=check).everything(read_all((self.manifests,)))
        finally:
            await directory.close()

    async def _remove(self, slug: str, *, check: bool) -> Report:
        directory = cli.connect()
        try:
            return await Provisioning(directory, check=check).without(slug)
        finally:
            await directory.close()


def sql_value(stack: Stack, query: str) -> Any:
    """One value, as the administrator of the database."""

    async def ask() -> Any:
        connection = await asyncpg.connect(stack.child_environment()["DATABASE_ADMIN_URL"])
        try:
            return await connection.fetchval(query)
        finally:
            await connection.close()

    return alone(ask())


def alone(work: Coroutine[Any, Any, Result]) -> Result:
    """Run it in a loop of its own: the browser already runs one in this thread."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result(timeout=120)
