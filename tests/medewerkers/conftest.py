"""The real application with a real database, mail server and (small, honest) identity provider."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from litestar.types import ASGIApp
from sqlalchemy import delete, select, update

from app.auth import oidc
from app.auth.cli import open_for
from app.auth.models import Inlogpoging, Lidmaatschap, Sessie
from app.db import unit_of_work
from app.demo.postgres import EmbeddedPostgres
from app.mail import service as mail
from app.mail.models import Mail
from app.main import create_app
from app.uitnodigingen.models import Uitnodiging
from tenants.context import Tenant
from tests.auth.provider import CLIENT_ID, MASTER, StubProvider
from tests.auth.world import Browser
from tests.canaries import watched
from tests.mail.server import MailServer, text_of
from tests.tenants import support

PATH = "/beheer/medewerkers"
EVA = "eva.nieuw@deventer.example"
LINK = re.compile(r"http://(\S+?)(/uitnodiging/[A-Za-z0-9_-]{43})")
SUFFIX = ".localhost:8000"


@pytest.fixture(scope="package")
def idp() -> Iterator[StubProvider]:
    with StubProvider() as stub:
        yield stub


@pytest.fixture(scope="package")
def postman() -> Iterator[MailServer]:
    running = MailServer().start()
    yield running
    running.stop()


@pytest.fixture(scope="package")
async def app(cluster: EmbeddedPostgres, idp: StubProvider, postman: MailServer) -> AsyncIterator[ASGIApp]:
    await support.empty(cluster)
    with support.settings_for(
        cluster,
        OIDC_ISSUER=idp.issuer,
        OIDC_BACKEND=idp.backend,
        OIDC_CLIENT_ID=CLIENT_ID,
        OIDC_CLIENT_SECRET=MASTER,
        KISS_PUBLIC_SUFFIX=SUFFIX,
        SMTP_URL=postman.url,
        KISS_SMTP_FROM="klantcontact@kiss.example",
    ):
        await support.apply_demo()
        oidc.known_issuer.cache_clear()
        yield watched(create_app())
        oidc.known_issuer.cache_clear()
        await support.forget_pool()


@dataclass
class Place:
    """One municipality with its people as the manifest has them, and what a test needs of it."""

    app: ASGIApp
    tenant: Tenant
    idp: StubProvider
    postman: MailServer
    browsers: list[Browser] = field(default_factory=list)

    @property
    def host(self) -> str:
        return f"{self.tenant.slug}{SUFFIX}"

    def browser(self) -> Browser:
        made = Browser(self.app, self.host)
        self.browsers.append(made)
        return made

    async def signed_in(self, gebruikersnaam: str) -> Browser:
        """A browser of somebody who proved who they are just now."""
        made = self.browser()
        made.cookies["__Host-sid"] = await open_for(self.tenant, gebruikersnaam)
        return made

    async def who(self, gebruikersnaam: str) -> Lidmaatschap:
        async with unit_of_work(self.tenant) as session:
            found = select(Lidmaatschap).where(Lidmaatschap.gebruikersnaam == gebruikersnaam)
            return (await session.scalars(found)).one()

    async def rows(self, model: Any) -> list[Any]:
        async with unit_of_work(self.tenant) as session:
            return list((await session.scalars(select(model))).all())

    async def set(self, gebruikersnaam: str, **values: Any) -> None:
        async with unit_of_work(self.tenant) as session:
            one = Lidmaatschap.gebruikersnaam == gebruikersnaam
            await session.execute(update(Lidmaatschap).where(one).values(**values))

    async def mailed_link(self) -> str:
        """Send what is due, and give the path of the link in the newest mail."""
        await mail.send_round(self.tenant)
        found = LINK.search(text_of(self.postman.postman.mails[-1]))
        assert found
        assert found[1] == self.host
        return found[2]

    def account(self, email: str | None = EVA, **claims: Any) -> None:
        """What the provider says of whoever signs in next."""
        said = {
            "email": email,
            "email_verified": True,
            "name": "Eva Nieuw",
            "preferred_username": "eva.nieuw",
        } | claims
        self.idp.lie = lambda honest: {name: value for name, value in (honest | said).items() if value is not None}


async def _fresh(app: ASGIApp, slug: str, idp: StubProvider, postman: MailServer) -> Place:
    """As the manifest made it: invitations, mail and whoever came are gone, everybody is as they were."""
    tenant = await support.tenant(slug)
    async with unit_of_work(tenant) as session:
        for model in (Uitnodiging, Mail, Sessie, Inlogpoging):
            await session.execute(delete(model))
        kept = Lidmaatschap.subject.in_([f"{slug}:{name}" for name in ROLES[slug]])
        await session.execute(delete(Lidmaatschap).where(~kept))
        for name, rollen in ROLES[slug].items():
            mine = Lidmaatschap.subject == f"{slug}:{name}"
            values = {"naam": name.replace(".", " ").title(), "email": f"{name}@{slug}.example", "rollen": rollen}
            await session.execute(update(Lidmaatschap).where(mine).values(**values, actief=True))
    postman.forget()
    idp.reset()
    return Place(app, tenant, idp, postman)


ROLES = {
    "deventer": {
        "sanne.proef": ["agent"],
        "karim.testman": ["agent"],
        "anouk.voorbeeld": ["teamleider"],
        "bram.model": ["tenant_admin"],
    },
    "zwolle": {"fenna.proef": ["agent"], "noor.model": ["tenant_admin"]},
}


@pytest.fixture
async def deventer(app: ASGIApp, idp: StubProvider, postman: MailServer) -> AsyncIterator[Place]:
    place = await _fresh(app, "deventer", idp, postman)
    yield place
    for browser in place.browsers:
        await browser.client.aclose()


@pytest.fixture
async def zwolle(app: ASGIApp, idp: StubProvider, postman: MailServer) -> AsyncIterator[Place]:
    place = await _fresh(app, "zwolle", idp, postman)
    yield place
    for browser in place.browsers:
        await browser.client.aclose()


def csrf_of(page: httpx2.Response) -> str:
    found = re.search(r'name="_csrf" value="([^"]+)"', page.text)
    assert found, page.text[:500]
    return found[1]


def hidden(page: httpx2.Response, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found, name
    return found[1]


def title_of(page: httpx2.Response) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page.text, re.S)
    assert found, page.text[:500]
    return found[1].strip()


async def send(browser: Browser, path: str, form: dict[str, str] | None = None) -> httpx2.Response:
    """Post a form of a page that this browser looked at, with its token."""
    page = await browser.get("/beheer/medewerkers")
    return await browser.post(path, {"_csrf": csrf_of(page)} | (form or {}))


async def invite(admin: Browser, email: str = EVA, *rollen: str) -> httpx2.Response:
    boxes = {f"rol-{rol}": "ja" for rol in rollen or ("agent",)}
    return await send(admin, "/beheer/uitnodigingen", {"email": email} | boxes)


async def open_link(
    place: Place, link: str, subject: str | None = None, *, browser: Browser | None = None, anders: bool = False
) -> httpx2.Response:
    """Open the link, press the button, sign in at the provider, come back. Stops at the first page that says no."""
    browser = browser or place.browser()
    page = await browser.get(link)
    if page.status_code != 200:
        return page
    form = {"_csrf": csrf_of(page)} | ({"anders": "ja"} if anders else {})
    sent = await browser.post(f"{link}/aanmelding", form)
    if sent.status_code != 303:
        return sent
    location = str(sent.headers["location"])
    assert urlsplit(location).netloc == urlsplit(place.idp.issuer).netloc
    return await browser.come_back(place.idp.authorize(location, subject or f"{place.tenant.slug}:eva.nieuw"))
