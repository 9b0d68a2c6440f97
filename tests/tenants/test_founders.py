"""The eight municipalities that KISS begins with: no two alike, nothing real, and every one of them works."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import select

from app.afleveringen import service as afleveringen
from app.afleveringen.models import Aflevering, AfleveringState
from app.connectors.haal_centraal_brp.settings import BrpSettings
from app.connectors.later import LATER
from app.connectors.models import Koppeling
from app.connectors.ports import (
    Klantinteracties,
    Misconfigured,
    OpNaamEnGeboortedatum,
    OpPostcodeEnHuisnummer,
    Personen,
)
from app.connectors.registry import KINDS, connector, port_of, ports_for
from app.db import unit_of_work
from app.demo.municipalities import read_manifests
from app.demo.postgres import EmbeddedPostgres
from app.http import close_all
from app.klantcontacten.models import Klantcontact
from app.practice.gemeenten import GEMEENTEN
from app.practice.people import sample
from app.thema import derive
from tenants import admin, overview
from tenants.manifest import FOLDER, KANALEN, RESULTATEN, Manifest, ManifestFout, read, read_all
from tests import ledger
from tests.connectors.support import AANROEP
from tests.practice.server import running_practice
from tests.tenants import support
from tests.town import town

pytestmark = pytest.mark.anyio

FOUNDERS = {manifest.slug: manifest for manifest in read_all([FOLDER])}
SLUGS = ("deventer", "emmen", "enschede", "haarlemmermeer", "kampen", "oost-gelre", "utrecht", "zwolle")
INVENTED = ("Proef", "Voorbeeld", "Model", "Testman", "Fictief", "Oefening", "Nieuwkomer")


def of_kind(slug: str, soort: str) -> list[dict[str, object]]:
    """Settings of the koppelingen of one kind."""
    return [line.instellingen for line in FOUNDERS[slug].koppelingen if line.soort == soort]


def first(slug: str, rol: str) -> str:
    return next(mens.gebruikersnaam for mens in FOUNDERS[slug].mensen if mens.rol == rol)


def test_these_eight() -> None:
    assert tuple(FOUNDERS) == SLUGS == tuple(sorted(GEMEENTEN))
    assert {manifest.naam for manifest in FOUNDERS.values()} >= {"Oost Gelre", "Haarlemmermeer"}
    assert all(manifest.voorbeeld and manifest.landschap for manifest in FOUNDERS.values())
    assert {str(manifest.ring) for manifest in FOUNDERS.values()} == {"early", "regular"}


def test_registers_differ() -> None:
    own = {slug: GEMEENTEN[slug].versie for slug in SLUGS if of_kind(slug, "klantinteracties")}
    assert own == {"deventer": "2.18", "emmen": "2.15", "enschede": "2.18", "utrecht": "2.15"}
    assert {slug for slug in SLUGS if GEMEENTEN[slug].open_klant} == set(own)
    writes = {
        slug: next(line.soort for line in FOUNDERS[slug].alle_koppelingen if line.schrijft)
        for slug in SLUGS
        if slug not in own
    }
    assert writes == dict.fromkeys(("haarlemmermeer", "kampen", "oost-gelre", "zwolle"), "ingebouwd")
    assert [slug for slug in SLUGS if of_kind(slug, "open-klant-1")] == ["haarlemmermeer"]


def test_one_has_nothing_configured() -> None:
    kampen = FOUNDERS["kampen"]
    said = {name for name in Manifest.model_fields if getattr(kampen, name) != Manifest.model_fields[name].default}
    assert said == {"slug", "naam", "hosts", "monogram", "voorbeeld", "landschap", "mensen"}
    assert (kampen.kanalen, kampen.gespreksresultaten) == (KANALEN, RESULTATEN)


def test_gateways_differ() -> None:
    """Paths, names of the header with the key, and what else they want to hear."""
    found = {
        slug: BrpSettings.model_validate(of_kind(slug, "haal-centraal-brp")[0]) for slug in SLUGS if slug != "kampen"
    }
    assert len({settings.base_url.split("/", 2)[2] for settings in found.values()}) >= 4
    assert len({settings.sleutel_header for settings in found.values()}) >= 4
    assert len({settings.gebruiker_header for settings in found.values()}) >= 3
    assert sum(bool(settings.doel_headers) for settings in found.values()) >= 3
    assert any(settings.zoek_headers for settings in found.values())
    assert any(settings.binnenland for settings in found.values())


def test_each_has_a_look_of_its_own() -> None:
    assert len({derive(manifest.kleur).hash for manifest in FOUNDERS.values()}) == len(SLUGS)
    assert len({manifest.monogram for manifest in FOUNDERS.values()}) == len(SLUGS)
    assert len({manifest.kanalen for manifest in FOUNDERS.values()}) >= 4
    assert len({manifest.gespreksresultaten for manifest in FOUNDERS.values()}) >= 3


@pytest.mark.parametrize("slug", SLUGS)
def test_people_of_every_role_and_all_of_them_invented(slug: str) -> None:
    mensen = FOUNDERS[slug].mensen
    roles = {rol for mens in mensen for rol in mens.alle_rollen}
    assert {"agent", "teamleider", "tenant_admin", "privacy_officer"} <= roles
    for mens in mensen:
        assert mens.naam.endswith(INVENTED)
        assert mens.email == f"{mens.gebruikersnaam}@{slug}.example"


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_practice(tmp_path_factory.mktemp("praktijk")) as base:
        yield base


@pytest.fixture(scope="module")
async def founders(cluster: EmbeddedPostgres, practice: str) -> AsyncIterator[EmbeddedPostgres]:
    """All eight, applied once, with their practice registers."""
    await support.empty(cluster)
    secrets = {name: value for one in read_manifests(FOLDER) for name, value in one.practice_secrets.items()}
    with support.settings_for(cluster, KISS_PRACTICE_URL=practice, KISS_UNDO_SECONDS="0", **secrets):
        reports = await support.apply(list(FOUNDERS.values()))
        assert [report.fout for report in reports if report.fout] == []
        assert {report.slug: report.koppelingen_uit for report in reports if report.koppelingen_uit} == {
            "haarlemmermeer": [f"open-klant-1: {LATER['open-klant-1']}"]
        }
        yield cluster
        await close_all()
        await support.forget_pool()


async def test_all_are_in_order_and_a_second_time_changes_nothing(founders: EmbeddedPostgres) -> None:
    assert await support.problems() == {}
    reports = await support.apply(list(FOUNDERS.values()))
    assert [(report.slug, report.changed) for report in reports] == [(slug, []) for slug in SLUGS]


async def test_what_is_still_to_come_says_so_and_is_never_asked(founders: EmbeddedPostgres) -> None:
    async with admin.connect() as connection:
        shown = await overview.one(connection, "haarlemmermeer")
    assert shown is not None
    (line,) = [line for line in shown["koppelingen"] if line["slug"] == "open-klant-1"]
    assert (line["actief"], line["uit_reden"]) == (False, LATER["open-klant-1"])
    tenant = await support.tenant("haarlemmermeer")
    async with unit_of_work(tenant) as session:
        assert [bron.slug for bron in await ports_for(session, Klantinteracties)] == ["ingebouwd"]
        with pytest.raises(Misconfigured, match="Open Klant 1 nog niet"):
            await port_of(session, "open-klant-1", Klantinteracties)
        row = (await session.scalars(select(Koppeling).where(Koppeling.slug == "open-klant-1"))).one()
        row.actief = True  # by hand: then it still says why, and asks nobody
        row.instellingen = row.instellingen | {"token": "t"}
        with pytest.raises(Misconfigured, match="Open Klant 1 nog niet"):
            await connector(tenant, row).check()
        by_hand = {bron.slug: bron for bron in await ports_for(session, Klantinteracties)}
        with pytest.raises(Misconfigured, match="Open Klant 1 nog niet"):
            await by_hand["open-klant-1"].port.contacten_van("995000001", AANROEP)
        await session.rollback()


def test_a_kind_that_is_still_to_come_takes_no_contacts(tmp_path: Path) -> None:
    text = (FOLDER / "haarlemmermeer.toml").read_text("utf-8").replace("schrijft = true\n", "")
    path = tmp_path / "haarlemmermeer.toml"
    path.write_text(text.replace('slug = "open-klant-1"\n', 'slug = "open-klant-1"\nschrijft = true\n'), "utf-8")
    with pytest.raises(ManifestFout, match="deze soort koppeling komt nog"):
        read(path)
    assert set(LATER) <= KINDS.keys()


@pytest.mark.parametrize("slug", [slug for slug in SLUGS if slug != "kampen"])
async def test_each_finds_its_people_through_its_own_gateway(founders: EmbeddedPostgres, slug: str) -> None:
    tenant, wie = await support.tenant(slug), sample(slug)["hoofdpersoon"]
    async with unit_of_work(tenant) as session:
        port = (await ports_for(session, Personen))[0].port
    found = await port.lees(wie.bsn, AANROEP)
    assert found is not None
    assert wie.geslachtsnaam in found.volledige_naam
    assert wie.geboortedag is not None
    assert len(await port.zoek(OpNaamEnGeboortedatum(wie.geslachtsnaam, wie.geboortedag), AANROEP)) == 1
    home = OpPostcodeEnHuisnummer(wie.postcode, wie.huisnummer, wie.huisletter)
    assert wie.bsn in [one.bsn for one in await port.zoek(home, AANROEP)]


@pytest.mark.parametrize("slug", [slug for slug in SLUGS if GEMEENTEN[slug].gateway.wil])
def test_a_gateway_refuses_who_leaves_its_headers_out(practice: str, slug: str) -> None:
    gateway = GEMEENTEN[slug].gateway
    key = {gateway.sleutel: f"oefen-brp-{slug}"}
    where = f"{practice}/{slug}{gateway.pad}/personen"
    body = {"type": "RaadpleegMetBurgerservicenummer", "burgerservicenummer": [sample(slug)["hoofdpersoon"].bsn]}
    right = key | {name: (values or ("iets",))[0] for name, values in gateway.wil.items()}
    for left_out in right:
        headers = {name: value for name, value in right.items() if name != left_out}
        answer = httpx2.post(where, json=body, headers=headers, trust_env=False)
        assert answer.status_code == (401 if left_out == gateway.sleutel else 403), left_out
    answer = httpx2.post(where, json=body | {"fields": ["leeftijd"]}, headers=right, trust_env=False)
    assert answer.status_code == 200
    elsewhere = where.replace("/personen", "/elders/personen")
    assert httpx2.post(elsewhere, json=body, headers=right, trust_env=False).status_code == 404


@pytest.mark.parametrize("slug", SLUGS)
async def test_an_agent_registers_a_contact_on_the_first_day(
    founders: EmbeddedPostgres, practice: str, slug: str
) -> None:
    place = await town(await support.tenant(slug), first(slug, "agent"))
    bsn = sample(slug)["hoofdpersoon"].bsn if slug != "kampen" else None
    await place.save(await place.gesprek(notitie="Vraagt hoe laat het loket open is.", bsn=bsn))
    assert await afleveringen.deliver_round(place.tenant) == 1
    async with unit_of_work(place.tenant) as session:
        contact = (await session.scalars(select(Klantcontact))).one()
        row = (await session.scalars(select(Aflevering))).one()
    assert row.state == AfleveringState.BEVESTIGD
    assert contact.kenmerk == str(FOUNDERS[slug].kenmerk_start)
    written = [line["path"] for line in ledger.lines(practice, slug) if line["status"] == 201]
    assert bool(written) == GEMEENTEN[slug].open_klant
    assert ("/maak-klantcontact" in written) == (GEMEENTEN[slug].open_klant and GEMEENTEN[slug].versie == "2.18")
