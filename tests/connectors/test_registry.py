"""From rows to ports: secrets, broken rows, the practice scheme, and nothing of another municipality."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from app.connectors import registry
from app.connectors.models import Koppeling
from app.connectors.ports import (
    Klantinteracties,
    Misconfigured,
    OpBsn,
    Personen,
)
from app.connectors.registry import KINDS, connector, port_of, ports_for, stored
from app.db import unit_of_work
from app.demo.postgres import EmbeddedPostgres
from app.ids import new_id
from app.klok import now
from tenants.context import Tenant
from tests.connectors.support import AANROEP, gives
from tests.http.servers import scripted
from tests.tenants import support

pytestmark = pytest.mark.anyio


def row(slug: str, soort: str, tenant: Tenant, values: dict[str, Any], **more: Any) -> Koppeling:
    instellingen, geheimen = stored(tenant, soort, slug, values)
    more = {"prive_adres_reden": "proef", "schrijft": False, "actief": True} | more
    return Koppeling(
        id=new_id(),
        slug=slug,
        naam=slug.title(),
        soort=soort,
        instellingen=instellingen,
        geheimen=geheimen,
        aangemaakt_op=now(),
        **more,
    )


async def test_every_kind_explains_itself() -> None:
    for name, kind in KINDS.items():
        assert name == kind.kind
        assert kind.title
        assert kind.offers
        assert kind.settings_type.model_fields["versie"].default == 1
    assert KINDS["klantinteracties"].settings_type.secret_fields() == {"token", "tls_certificaat", "tls_sleutel"}
    assert KINDS["haal-centraal-brp"].settings_type.secret_fields() == {"sleutel", "tls_certificaat", "tls_sleutel"}


async def test_the_manifests_give_ports(gemeenten: EmbeddedPostgres) -> None:
    with support.settings_for(gemeenten, KISS_PRACTICE_URL="http://127.0.0.1:9"):
        deventer, zwolle = await support.tenant("deventer"), await support.tenant("zwolle")
        async with unit_of_work(deventer) as session:
            assert [(b.slug, b.naam, b.schrijft) for b in await ports_for(session, Personen)] == [
                ("brp", "BRP", False)
            ]
            registers = await ports_for(session, Klantinteracties)
            assert [(b.slug, b.schrijft) for b in registers] == [("open-klant", True)]
            assert isinstance(registers[0].port, Klantinteracties)
        async with unit_of_work(zwolle) as session:
            assert [(b.slug, b.schrijft) for b in await ports_for(session, Klantinteracties)] == [("ingebouwd", True)]


async def test_ports_work_after_the_transaction_and_secrets_stay_inside(gemeenten: EmbeddedPostgres) -> None:
    deventer = await support.tenant("deventer")
    async with scripted(gives({"personen": []})) as server:
        values = {"base_url": server.url, "sleutel": "heel-geheim", "gebruiker_header": "x-gebruiker"}
        made = row("tweede", "haal-centraal-brp", deventer, values)
        assert "heel-geheim" not in json.dumps(made.instellingen)
        assert b"heel-geheim" not in (made.geheimen or b"")
        async with unit_of_work(deventer) as session:
            session.add(made)
        async with unit_of_work(deventer) as session:
            bronnen = {bron.slug: bron for bron in await ports_for(session, Personen)}
        assert list(bronnen) == ["brp", "tweede"]
        assert await bronnen["tweede"].port.zoek(OpBsn("999990019"), AANROEP) == []
        assert "x-api-key: heel-geheim" in server.heads[0].lower()
    assert "heel-geheim" not in repr(bronnen) + repr(vars(bronnen["tweede"].port))
    zwolle = await support.tenant("zwolle")
    async with unit_of_work(zwolle) as session:
        assert [bron.slug for bron in await ports_for(session, Personen)] == ["brp"]


async def test_one_broken_row_takes_nothing_else_along(gemeenten: EmbeddedPostgres) -> None:
    deventer, zwolle = await support.tenant("deventer"), await support.tenant("zwolle")
    good = {"base_url": "https://brp.example.org/x", "sleutel": "s"}
    broken: dict[str, dict[str, Any]] = {
        "a-sleutel": {"geheimen": stored(zwolle, "haal-centraal-brp", "a-sleutel", good)[1]},
        "b-veld": {"instellingen": {"base_url": "https://brp.example.org", "onbekend": 1}},
        "c-binnen": {"instellingen": {"base_url": "https://127.0.0.1/"}, "prive_adres_reden": None},
        "d-uit": {"actief": False, "uit_reden": "De sleutel ontbreekt."},
    }
    async with unit_of_work(deventer) as session:
        for slug, wrong in broken.items():
            made = row(slug, "haal-centraal-brp", deventer, good)
            for name, value in wrong.items():
                setattr(made, name, value)
            session.add(made)
    async with unit_of_work(deventer) as session:
        bronnen = {bron.slug: bron.port for bron in await ports_for(session, Personen)}
        for slug, sentence in (("d-uit", "ontbreekt"), ("geen", "bestaat niet"), ("open-klant", "bestaat niet")):
            with pytest.raises(Misconfigured, match=sentence):
                await port_of(session, slug, Personen)
    assert {"a-sleutel", "b-veld", "c-binnen", "brp"} <= set(bronnen)
    assert "d-uit" not in bronnen
    for slug, word in (("a-sleutel", "sleutel"), ("b-veld", "onbekend"), ("c-binnen", "intern netwerk")):
        with pytest.raises(Misconfigured, match=word) as caught:
            await bronnen[slug].zoek(OpBsn("999990019"), AANROEP)
        assert caught.value.zin.endswith(".")


async def test_unknown_kinds_are_said_not_guessed(gemeenten: EmbeddedPostgres) -> None:
    deventer = await support.tenant("deventer")
    with pytest.raises(Misconfigured, match="bestaat niet"):
        connector(deventer, Koppeling(slug="x", naam="X", soort="fax", instellingen={}, geheimen=None))
    assert registry.offers("fax") == frozenset()


@pytest.mark.parametrize(
    "values",
    [
        {"base_url": "https://x.example", "token": "a\nb"},
        {"base_url": "https://x.example", "token": "sleutel€"},
        {"base_url": "https://x.example"},
        {"token": "x"},
        {"base_url": "https://x.example", "token": "x", "extra": 1},
    ],
)
async def test_settings_that_cannot_work_are_not_stored(gemeenten: EmbeddedPostgres, values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        stored(await support.tenant("deventer"), "klantinteracties", "x", values)


async def test_practice_exists_in_development_and_with_a_reason_only(gemeenten: EmbeddedPostgres) -> None:
    deventer = await support.tenant("deventer")
    async with scripted(gives({"personen": []})) as server:
        values = {"base_url": "praktijk:/deventer/haalcentraal/api/brp", "sleutel": "s"}
        root = f"http://127.0.0.1:{server.port}"
        with support.settings_for(gemeenten, KISS_PRACTICE_URL=root):
            allowed = row("oefen", "haal-centraal-brp", deventer, values)
            await connector(deventer, allowed).port(Personen).zoek(OpBsn("999990019"), AANROEP)
            assert server.heads[0].startswith("POST /deventer/haalcentraal/api/brp/personen ")
            allowed.prive_adres_reden = None
            with pytest.raises(Misconfigured):
                connector(deventer, allowed).port(Personen)
        with support.environment(KISS_ENV="production", KISS_PUBLIC_SCHEME="https", KISS_PRACTICE_URL=None):
            allowed.prive_adres_reden = "proef"
            with pytest.raises(Misconfigured, match="ontwikkeling"):
                connector(deventer, allowed).port(Personen)
        assert server.requests == 1


async def test_a_check_says_what_is_wrong(gemeenten: EmbeddedPostgres) -> None:
    deventer = await support.tenant("deventer")
    refuses = gives({"code": "paramsValidation", "invalidParams": [{"name": "fields", "code": "required"}]}, 400)
    async with scripted(refuses, gives({}), gives({}, 401)) as server:
        made = row("brp3", "haal-centraal-brp", deventer, {"base_url": server.url, "sleutel": "s"})
        await connector(deventer, made).check()
        assert b"burgerservicenummer" not in server.bodies[0]  # asks for nobody
        with pytest.raises(Misconfigured, match="geen BRP"):
            await connector(deventer, made).check()
        with pytest.raises(Misconfigured, match="sleutel"):
            await connector(deventer, made).check()
    async with scripted(gives({"results": []}), gives({}, 404)) as server:
        made = row("ok3", "klantinteracties", deventer, {"base_url": server.url, "token": "s"})
        await connector(deventer, made).check()
        with pytest.raises(Misconfigured, match="Klantinteracties"):
            await connector(deventer, made).check()
    await connector(deventer, row("in", "ingebouwd", deventer, {})).check()
