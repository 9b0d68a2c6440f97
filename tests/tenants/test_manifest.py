"""A wrong manifest is refused with the file, the field and what is wrong; no secret is ever written in one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tenants.manifest import KANALEN, RESULTATEN, Manifest, ManifestFout, read, read_all

GOOD = 'naam = "Gouda"\nhosts = ["gouda.test"]\nmonogram = "Gd"\n'
BRP = GOOD + '[[koppelingen]]\nslug = "brp"\nnaam = "BRP"\nsoort = "haal-centraal-brp"\n'
SECRET = '[koppelingen.geheimen]\nsleutel = "env:SLEUTEL"\n'
ADDRESS = '[koppelingen.instellingen]\nbase_url = "https://brp.test"\n'
MENS = GOOD + '[[mensen]]\ngebruikersnaam = "piet.proef"\nnaam = "Piet"\nemail = "p@x.test"\n'


def manifest(folder: Path, text: str, name: str = "gouda.toml") -> Manifest:
    (folder / name).write_text(text, "utf-8")
    return read(folder / name)


def test_the_smallest_manifest_gives_a_working_municipality(tmp_path: Path) -> None:
    found = manifest(tmp_path, GOOD)
    assert (found.slug, found.ring, found.kenmerk_start) == ("gouda", "regular", 1_000_001)
    assert found.kanalen == KANALEN
    assert found.gespreksresultaten == RESULTATEN
    assert [item.naam for item in KANALEN] == ["Telefoon", "Balie", "E-mail", "Chat", "Website", "Brief"]
    assert [(item.slug, item.schrijft) for item in found.alle_koppelingen] == [("ingebouwd", True)]
    assert not found.voorbeeld
    assert not found.mensen


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "gouda.toml: naam ontbreekt."),
        ("naam = ", "is geen geldige TOML"),
        (GOOD + "kleurtje = 1\n", "gouda.toml: kleurtje is hier onbekend."),
        (GOOD + 'slug = "zwolle"\n', "slug hoort er niet in"),
        (GOOD + 'ring = "later"\n', "gouda.toml: ring heeft een waarde die niet bestaat."),
        (GOOD + 'kleur = "rood"\n', "gouda.toml: kleur heeft niet de juiste vorm."),
        (GOOD + "kenmerk_start = 10000000000\n", "gouda.toml: kenmerk_start "),
        (GOOD.replace("Gd", "Gouda"), "gouda.toml: monogram is te lang."),
        (GOOD.replace('["gouda.test"]', "[]"), "gouda.toml: hosts is leeg."),
        (GOOD.replace("gouda.test", "Gouda.test"), "gouda.toml: hosts.1 is geen hostnaam in kleine letters"),
        (GOOD.replace("gouda.test", "gouda.test:8000"), "gouda.toml: hosts.1 is geen hostnaam"),
        (GOOD.replace('["gouda.test"]', '["a.test", "a.test"]'), "gouda.toml: hosts noemt a.test twee keer."),
        (GOOD + '[[kanalen]]\nnaam = "A"\n[[kanalen]]\nnaam = "A"\n', "kanalen.naam noemt A twee keer."),
        (GOOD + '[[kanalen]]\nnaam = "A"\nicoon = "<svg>"\n', "gouda.toml: kanalen.1.icoon heeft niet de juiste"),
        (BRP.replace("haal-centraal-brp", "stuf") + ADDRESS, "koppelingen.1.soort moet een van deze zijn: haal"),
        (BRP + SECRET, "gouda.toml: koppelingen.1 instellingen.base_url ontbreekt."),
        (BRP + ADDRESS, "gouda.toml: koppelingen.1 geheimen.sleutel ontbreekt."),
        (BRP + ADDRESS + "poort = 1\n" + SECRET, "koppelingen.1 instellingen.poort hoort hier niet."),
        (
            BRP + ADDRESS.replace("https", "file") + SECRET,
            "base_url begint met https:// of met praktijk:/",
        ),
        (BRP + ADDRESS + SECRET.replace("env:SLEUTEL", "s3cret"), 'koppelingen.1.geheimen sleutel hoort "env:NAAM"'),
        (BRP + ADDRESS + SECRET.replace("env:SLEUTEL", "env:"), "een geheim staat nooit in een manifest"),
        (MENS, "gouda.toml: mensen.1 heeft een rol"),
        (MENS + 'rol = "agent"\nrollen = ["agent"]\n', "niet allebei"),
        (MENS + 'lid = false\nrol = "agent"\n', "gouda.toml: mensen.1 heeft geen rol zolang lid = false."),
        (GOOD + '[beheerder]\nemail = "noor"\n', "gouda.toml: beheerder.email is geen e-mailadres, zoals"),
        (GOOD + "[beheerder]\n", "gouda.toml: beheerder.email ontbreekt."),
        (MENS + 'rol = "baas"\n', "gouda.toml: mensen.1.rol heeft een waarde die niet bestaat."),
        (MENS + 'rol = "agent"\n' + MENS.removeprefix(GOOD) + 'rol = "agent"\n', "noemt piet.proef twee keer."),
    ],
)
def test_a_wrong_manifest_is_refused(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ManifestFout) as caught:
        manifest(tmp_path, text)
    assert told in str(caught.value)
    assert "s3cret" not in str(caught.value)
    assert "pydantic" not in str(caught.value)


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ManifestFout) as caught:
        manifest(tmp_path, 'kleur = "rood"\n')
    assert len(str(caught.value).splitlines()) == 4


def test_only_one_register_takes_new_contacts(tmp_path: Path) -> None:
    one = '[[koppelingen]]\nslug = "{}"\nnaam = "A"\nsoort = "ingebouwd"\nschrijft = true\n'
    with pytest.raises(ManifestFout, match="nieuwe contacten gaan naar één register"):
        manifest(tmp_path, GOOD + one.format("a") + one.format("b"))


def test_roles_one_or_many(tmp_path: Path) -> None:
    (mens,) = manifest(tmp_path, MENS + 'rollen = ["agent", "teamleider"]\n').mensen
    assert mens.alle_rollen == ["agent", "teamleider"]


@pytest.mark.parametrize("name", ["beheer.toml", "Gouda.toml", "oost_gelre.toml", "a.toml"])
def test_the_file_name_is_the_slug(tmp_path: Path, name: str) -> None:
    with pytest.raises(ManifestFout, match=r"slug heeft hoofdletters|slug telt|slug bevat|slug is een naam"):
        manifest(tmp_path, GOOD, name)


def test_a_folder_a_missing_file_and_a_shared_host(tmp_path: Path) -> None:
    with pytest.raises(ManifestFout, match="geen manifest gevonden"):
        read_all([tmp_path])
    with pytest.raises(ManifestFout, match="kan niet worden gelezen"):
        read_all([tmp_path / "weg.toml"])
    manifest(tmp_path, GOOD)
    manifest(tmp_path, GOOD, "leiden.toml")
    with pytest.raises(ManifestFout, match=r"leiden.toml: hosts noemt gouda.test, maar die is van gouda."):
        read_all([tmp_path])


def test_what_the_catalogue_keeps_has_no_people(tmp_path: Path) -> None:
    kept = manifest(tmp_path, MENS + 'rol = "agent"\n').for_catalogue()
    assert "Piet" not in str(kept)
    assert kept["naam"] == "Gouda"
