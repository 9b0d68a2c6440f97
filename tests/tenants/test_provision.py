"""What `apply` makes, what it leaves alone, and that a failure leaves nothing behind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from app.audit.models import Auditregel
from app.auth.models import Lidmaatschap
from app.codelijsten.models import Gespreksresultaat, Kanaal
from app.connectors.models import Koppeling
from app.db import platform_unit_of_work, unit_of_work
from app.demo.postgres import EmbeddedPostgres
from app.geheimen import CannotOpen, unseal
from tenants.manifest import FOLDER, Manifest, read, read_all
from tenants.models import Gemeente, Platformaudit
from tests.tenants import support

pytestmark = pytest.mark.anyio

KOPPELING = """
[[koppelingen]]
slug = "brp"
naam = "BRP"
soort = "haal-centraal-brp"
[koppelingen.instellingen]
base_url = "{url}"
[koppelingen.geheimen]
sleutel = "env:PROEF_SLEUTEL"
"""


async def apply_one(manifest: Manifest) -> tuple[bool, list[str], list[str]]:
    (report,) = await support.apply([manifest])
    assert report.fout is None
    return report.created, report.changed, report.koppelingen_uit


async def koppeling(slug: str, naam: str = "brp") -> Koppeling:
    async with unit_of_work(await support.tenant(slug)) as session:
        return (await session.scalars(select(Koppeling).where(Koppeling.slug == naam))).one()


async def test_the_demo_has_what_a_first_day_needs(gemeenten: EmbeddedPostgres) -> None:
    for slug, writes, people in (("deventer", "open-klant", 6), ("zwolle", "ingebouwd", 4)):
        async with unit_of_work(await support.tenant(slug)) as session:
            kanalen = (await session.scalars(select(Kanaal.naam).order_by(Kanaal.volgorde))).all()
            assert kanalen == ["Telefoon", "Balie", "E-mail", "Chat", "Website", "Brief"]
            failed = await session.scalars(select(Gespreksresultaat.naam).where(~Gespreksresultaat.gelukt))
            assert set(failed) == {"Niet bereikt", "Afgebroken"}
            assert (await session.scalars(select(Koppeling.slug).where(Koppeling.schrijft))).all() == [writes]
            assert (await session.scalars(select(Koppeling.slug).where(~Koppeling.actief))).all() == []
            leden = (await session.scalars(select(Lidmaatschap))).all()
            assert len(leden) == people
            assert {lid.issuer for lid in leden} == {support.ISSUER}
            assert {lid.subject for lid in leden} == {f"{slug}:{lid.gebruikersnaam}" for lid in leden}
            lines = (await session.scalars(select(Auditregel.handeling))).all()
            assert sorted(set(lines)) == ["koppeling.aangemaakt", "lidmaatschap.aangemaakt"]


async def test_secrets_are_sealed_for_their_municipality(gemeenten: EmbeddedPostgres) -> None:
    deventer, zwolle = await support.tenant("deventer"), await support.tenant("zwolle")
    sealed = (await koppeling("deventer")).geheimen
    assert sealed is not None
    assert json.loads(unseal(deventer, "koppeling.brp", sealed)) == {"sleutel": "oefen-brp-deventer"}
    with pytest.raises(CannotOpen):
        unseal(zwolle, "koppeling.brp", sealed)
    async with platform_unit_of_work() as session:
        for manifest in await session.scalars(select(Gemeente.manifest)):
            assert "oefen-brp" not in json.dumps(manifest)
            assert "mensen" not in manifest


async def test_applying_twice_changes_nothing(gemeenten: EmbeddedPostgres) -> None:
    before = await _everything()
    reports = await support.apply_demo()
    assert [(report.slug, report.created, report.changed) for report in reports] == [
        ("deventer", False, []),
        ("zwolle", False, []),
    ]
    assert await _everything() == before


async def test_what_the_municipality_owns_stays(gemeenten: EmbeddedPostgres) -> None:
    tenant = await support.tenant("zwolle")
    async with unit_of_work(tenant) as session:
        await session.execute(update(Kanaal).where(Kanaal.naam == "Brief").values(naam="Post"))
        await session.execute(
            update(Koppeling).where(Koppeling.slug == "brp").values(instellingen={"base_url": "https://eigen.test"})
        )
        await session.execute(update(Lidmaatschap).where(Lidmaatschap.naam == "Noor Model").values(rollen=["agent"]))
        kenmerk = (await session.execute(select(func.nextval(f"{tenant.schema}.kenmerk_nummer")))).scalar_one()
    await support.apply_demo()
    async with unit_of_work(tenant) as session:
        assert "Post" in (await session.scalars(select(Kanaal.naam))).all()
        assert "Brief" not in (await session.scalars(select(Kanaal.naam))).all()
        rollen = await session.scalar(select(Lidmaatschap.rollen).where(Lidmaatschap.naam == "Noor Model"))
        assert rollen == ["agent"]
        assert await session.scalar(select(func.nextval(f"{tenant.schema}.kenmerk_nummer"))) == kenmerk + 1
    assert (await koppeling("zwolle")).instellingen == {"base_url": "https://eigen.test"}


async def test_the_manifest_owns_name_hosts_and_ring(gemeenten: EmbeddedPostgres, tmp_path: Path) -> None:
    await apply_one(support.manifest(tmp_path, "oost-gelre", 'ring = "early"'))
    _, changed, _ = await apply_one(
        support.manifest(tmp_path, "oost-gelre", 'ring = "regular"\nkleur = "#112233"', host="anders")
    )
    assert changed == [
        "ring: early → regular",
        "host weg: oost-gelre.test",
        "host erbij: anders.test",
    ]
    tenant = await support.tenant("oost-gelre")
    assert (tenant.schema, tenant.hosts, tenant.kleur) == ("t_oost_gelre", ("anders.test",), "#3b4c6b")
    async with platform_unit_of_work() as session:
        lines = await session.scalars(
            select(Platformaudit.handeling).where(Platformaudit.slug == "oost-gelre").order_by(Platformaudit.id)
        )
        assert lines.all() == ["gemeente.aangemaakt", "gemeente.bijgewerkt"]
    assert await support.problems("oost-gelre") == {}


async def test_numbers_start_where_the_manifest_says(gemeenten: EmbeddedPostgres, tmp_path: Path) -> None:
    await apply_one(support.manifest(tmp_path, "borne", "kenmerk_start = 7000000000"))
    tenant = await support.tenant("borne")
    async with unit_of_work(tenant) as session:
        assert await session.scalar(select(func.nextval("t_borne.kenmerk_nummer"))) == 7_000_000_000


async def test_without_koppelingen_there_is_the_built_in_register(
    gemeenten: EmbeddedPostgres, tmp_path: Path
) -> None:
    await apply_one(support.manifest(tmp_path, "losser"))
    row = await koppeling("losser", "ingebouwd")
    assert (row.soort, row.schrijft, row.actief) == ("ingebouwd", True, True)


async def test_a_koppeling_without_its_secret_is_off_until_it_is_there(
    gemeenten: EmbeddedPostgres, tmp_path: Path
) -> None:
    manifest = support.manifest(tmp_path, "hellendoorn", KOPPELING.format(url="https://brp.test"))
    _, _, off = await apply_one(manifest)
    assert off == [
        "brp: De omgevingsvariabele PROEF_SLEUTEL ontbreekt. Zet die en voer kiss tenants apply opnieuw uit."
    ]
    assert await apply_one(manifest) == (False, [], off)
    with support.environment(PROEF_SLEUTEL="s3"):
        assert await apply_one(manifest) == (False, ["koppeling brp bijgewerkt"], [])
        assert await apply_one(manifest) == (False, [], [])
    assert await apply_one(manifest) == (False, [], []), "a secret that is stored is not lost with the variable"


async def test_only_a_practice_koppeling_follows_its_manifest(gemeenten: EmbeddedPostgres, tmp_path: Path) -> None:
    with support.environment(PROEF_SLEUTEL="s3"):
        for slug, first, second in (
            ("wierden", "praktijk:/a", "praktijk:/b"),
            ("rijssen", "https://a.test", "https://b.test"),
        ):
            await apply_one(support.manifest(tmp_path, slug, KOPPELING.format(url=first)))
            await apply_one(support.manifest(tmp_path, slug, KOPPELING.format(url=second)))
    assert (await koppeling("wierden")).instellingen == {"base_url": "praktijk:/b"}
    assert (await koppeling("rijssen")).instellingen == {"base_url": "https://a.test"}


async def test_in_production_no_people_and_no_practice(gemeenten: EmbeddedPostgres, tmp_path: Path) -> None:
    people = '[[mensen]]\ngebruikersnaam = "piet.proef"\nnaam = "Piet"\nemail = "p@x.test"\nrol = "agent"\n'
    manifest = support.manifest(tmp_path, "twenterand", KOPPELING.format(url="praktijk:/a") + people)
    with support.environment(KISS_ENV="production", KISS_PUBLIC_SCHEME="https", PROEF_SLEUTEL="s3"):
        _, _, off = await apply_one(manifest)
    assert off == ["brp: Dit adres is van de oefenomgeving; die bestaat alleen in ontwikkeling."]
    async with unit_of_work(await support.tenant("twenterand")) as session:
        assert (await session.scalars(select(Lidmaatschap))).all() == []


async def test_a_failure_leaves_nothing_and_stops_nobody(gemeenten: EmbeddedPostgres, tmp_path: Path) -> None:
    wrong = support.manifest(tmp_path, "almelo", host="anders2")
    await apply_one(wrong)
    manifests = [support.manifest(tmp_path, slug, host="anders2") for slug in ("goor",)]
    reports = await support.apply([*manifests, support.manifest(tmp_path, "delden")])
    assert [(report.slug, report.created, bool(report.fout)) for report in reports] == [
        ("goor", False, True),
        ("delden", True, False),
    ]
    assert "De host anders2.test is van almelo." in str(reports[0].fout)
    async with support.login(gemeenten.admin_dsn) as connection:
        left = await connection.exec_driver_sql(
            "SELECT nspname FROM pg_namespace WHERE nspname = 't_goor'"
            " UNION ALL SELECT rolname FROM pg_roles WHERE rolname ~ '^._goor$'"
        )
        assert left.all() == []


async def test_the_manifests_of_the_project_name_nobody_twice() -> None:
    people = [mens.gebruikersnaam for manifest in read_all([FOLDER]) for mens in manifest.mensen]
    assert len(people) == len(set(people)) > 40
    assert read(FOLDER / "deventer.toml").monogram == "Dv"


async def _everything() -> dict[str, object]:
    """Every row that apply could have changed."""
    found: dict[str, object] = {}
    async with platform_unit_of_work() as session:
        for catalogue, key in ((Gemeente, Gemeente.slug), (Platformaudit, Platformaudit.id)):
            found[catalogue.__tablename__] = (await session.execute(select(catalogue.__table__).order_by(key))).all()
    for slug in ("deventer", "zwolle"):
        async with unit_of_work(await support.tenant(slug)) as session:
            for model in (Kanaal, Gespreksresultaat, Koppeling, Lidmaatschap, Auditregel):
                rows = await session.execute(select(model.__table__).order_by(model.id))
                found[f"{slug}.{model.__tablename__}"] = rows.all()
    return found
