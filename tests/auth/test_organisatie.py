"""Who is let in: the provider names this municipality as one of their organisations, and we know them here."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from app.audit.models import Auditregel
from app.auth import tokens
from app.auth.models import Lidmaatschap, Sessie
from app.db import unit_of_work
from tenants.context import Tenant
from tests.auth.provider import StubProvider
from tests.auth.world import Browser

pytestmark = pytest.mark.anyio

ABSENT = object()
KEYCLOAK = {"deventer": {"id": "42c3e46f-2477-44d7-a85b-d3b43f6b31fa", "domain": ["deventer.nl"]}}

OURS: dict[str, Any] = {
    "the one": ["deventer"],
    "one of two": ["apeldoorn", "deventer"],
    "as Keycloak's object": KEYCLOAK,
    "one of two in an object": {"apeldoorn": {}} | KEYCLOAK,
    "an object without more": {"deventer": None},
    "given twice": ["deventer", "deventer"],
}
NOT_OURS: dict[str, Any] = {
    "claim absent": ABSENT,
    "null": None,
    "no organisation": [],
    "empty object": {},
    "another": ["zwolle"],
    "two others": ["zwolle", "apeldoorn"],
    "renamed": ["gemeente-deventer"],
    "another alias with the same beginning": ["deventer-oost"],
    "the beginning of the alias": ["devente"],
    "capital": ["Deventer"],
    "capitals": ["DEVENTER"],
    "a space after it": ["deventer "],
    "a line end after it": ["deventer\n"],
    "a letter that looks the same": ["dеventer"],  # a Cyrillic letter
    "name instead of alias": ["Gemeente Deventer"],
    "domain instead of alias": ["deventer.nl"],
    "text instead of a list": "deventer",
    "a text with more": "deventer zwolle",
    "a number": 1,
    "true": True,
    "a list in a list": [["deventer"]],
    "something odd beside it": ["deventer", 7],
    "an object in a list": [KEYCLOAK],
    "the alias as a value": {"0": "deventer"},
    "another, as an object": {"zwolle": {"name": "deventer"}},
    "operators": ["dimpact"],
}


@pytest.mark.parametrize("name", OURS)
async def test_of_this_municipality(name: str, deventer: Browser, idp: StubProvider) -> None:
    idp.lie = lambda claims: {**claims, "organization": OURS[name]}
    assert (await deventer.sign_in(idp, "sanne.proef")).status_code == 303
    assert (await deventer.get("/")).json()["naam"] == "Sanne Proef"


@pytest.mark.parametrize("name", NOT_OURS)
async def test_of_another_or_of_none(
    name: str, deventer: Browser, idp: StubProvider, tenants: dict[str, Tenant]
) -> None:
    before = await _refusals(tenants["deventer"])
    idp.lie = lambda claims: _with(claims, NOT_OURS[name])
    refused = await deventer.sign_in(idp, "sanne.proef")
    assert (refused.status_code, refused.json()["title"]) == (403, "U hebt hier geen rol")
    assert "__Host-sid" not in deventer.cookies
    assert await _refusals(tenants["deventer"]) == before + 1, "and it is an audit row"


async def test_an_organisation_gives_no_role(zwolle: Browser, idp: StubProvider, tenants: dict[str, Tenant]) -> None:
    """Both must agree: here the provider says yes and we know nobody."""
    idp.lie = lambda claims: {**claims, "organization": ["deventer", "zwolle"]}
    response = await zwolle.come_back(idp.authorize(await zwolle.begin(), "deventer:sanne.proef"))
    assert response.status_code == 403
    assert await _newest_reason(tenants["zwolle"]) == "geen rol"


async def test_the_page_says_where_one_does_belong(deventer: Browser, idp: StubProvider) -> None:
    idp.lie = lambda claims: {**claims, "organization": ["zwolle", "dimpact", "weg-ermee", "deventer-oost"]}
    said = (await deventer.sign_in(idp, "sanne.proef")).json()["detail"]
    assert said.endswith("U hoort wel bij: Zwolle."), "no operator's organisation, none that is not ours"


async def test_a_membership_gives_no_organisation(
    deventer: Browser, idp: StubProvider, tenants: dict[str, Tenant]
) -> None:
    idp.lie = lambda claims: _with(claims, ABSENT)
    assert (await deventer.sign_in(idp, "sanne.proef")).status_code == 403
    assert await _newest_reason(tenants["deventer"]) == "geen organisatie"


async def test_an_inactive_membership(deventer: Browser, idp: StubProvider, tenants: dict[str, Tenant]) -> None:
    async with unit_of_work(tenants["deventer"]) as session:
        gone = update(Lidmaatschap).where(Lidmaatschap.gebruikersnaam == "sanne.proef").values(actief=False)
        await session.execute(gone)
    assert (await deventer.sign_in(idp, "sanne.proef")).status_code == 403
    assert await _newest_reason(tenants["deventer"]) == "geen rol"


async def test_a_membership_that_does_not_exist(
    deventer: Browser, idp: StubProvider, tenants: dict[str, Tenant]
) -> None:
    query = idp.authorize(await deventer.begin(), "deventer:niemand.hier")
    assert (await deventer.come_back(query)).status_code == 403
    async with unit_of_work(tenants["deventer"]) as session:
        await session.execute(delete(Sessie))
        known = select(func.count()).select_from(Lidmaatschap).where(Lidmaatschap.gebruikersnaam == "niemand.hier")
        assert await session.scalar(known) == 0, "a refusal makes nobody a member"


async def test_a_token_says_nothing_of_organisations_by_default() -> None:
    assert tokens.Identity("https://x", "y", None, None, None).organisaties == ()


def _with(claims: dict[str, Any], told: Any) -> dict[str, Any]:
    rest = {name: value for name, value in claims.items() if name != "organization"}
    return rest if told is ABSENT else {**rest, "organization": told}


async def _refusals(tenant: Tenant) -> int:
    refused = select(func.count()).select_from(Auditregel).where(Auditregel.handeling == "aanmelding.geweigerd")
    async with unit_of_work(tenant) as session:
        return int(await session.scalar(refused) or 0)


async def _newest_reason(tenant: Tenant) -> str:
    async with unit_of_work(tenant) as session:
        row = (await session.scalars(select(Auditregel).order_by(Auditregel.id.desc()).limit(1))).one()
    return str(row.gegevens["reden"])
