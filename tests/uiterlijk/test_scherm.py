"""The tenant admin's page about the look, and the files that pages then show."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import event, select

from app.audit.models import Auditregel
from app.beveiliging import SANDBOX
from app.db import SETUP_MARK, engine, unit_of_work
from app.uiterlijk import geheugen
from app.uiterlijk.models import Uiterlijk, Uiterlijkbestand
from tests.routes.conftest import People
from tests.town import Town
from tests.uiterlijk.conftest import PATH, png, svg, upload

pytestmark = pytest.mark.anyio
PURPLE = {"kleur": "#7A2E63", "monogram": "Dv"}


async def rows(town: Town, model: Any) -> list[Any]:
    async with unit_of_work(town.tenant) as session:
        return list((await session.scalars(select(model))).all())


def thema(page: Any) -> str:
    found = re.search(r'href="(/thema/[0-9a-f]{16}\.css)"', page.text)
    assert found
    return found[1]


def icon(page: Any) -> str:
    found = re.search(r'rel="icon" href="([^"]+)"', page.text)
    assert found
    return found[1]


async def test_a_colour_is_saved_and_every_page_has_it(deventer: Town, clients: People) -> None:
    bram, sanne = await clients.of(deventer, "bram.model"), await clients.of(deventer)
    before = thema(await sanne.send("GET", "/"))
    saved = await upload(bram, gezien="0", **PURPLE)
    assert (saved.status_code, saved.headers["location"]) == (303, f"{PATH}?gebeurd=bewaard")
    page = await sanne.send("GET", "/")
    assert thema(page) != before, "seen at once in the process that saved"
    sheet = await sanne.send("GET", thema(page))
    assert "--kiss-accent:#7a2e63" in sheet.text
    assert sheet.headers["cache-control"] == "public, max-age=31536000, immutable"
    old = await sanne.send("GET", before)
    assert (old.status_code, old.headers["location"]) == (302, thema(page))
    assert old.headers["cache-control"] == "no-store"
    (row,) = await rows(deventer, Uiterlijk)
    assert (row.versie, row.kleur) == (1, "#7a2e63")
    line = next(one for one in await rows(deventer, Auditregel) if one.handeling == "uiterlijk.gewijzigd")
    assert line.gegevens == {"van": {"kleur": "#0b5d66"}, "naar": {"kleur": "#7a2e63"}}
    anonymous = await clients.nobody("deventer").send("GET", "/aanmelden")
    assert thema(anonymous) == thema(page)


async def test_another_municipality_keeps_its_own(deventer: Town, zwolle: Town, clients: People) -> None:
    fenna = await clients.of(zwolle, "fenna.proef")
    before = thema(await fenna.send("GET", "/"))
    bram = await clients.of(deventer, "bram.model")
    await upload(bram, gezien="0", files={"logo": svg()}, **PURPLE)
    page = await fenna.send("GET", "/")
    assert thema(page) == before
    (picture,) = await rows(deventer, Uiterlijkbestand)
    assert (await fenna.send("GET", f"/logo/{picture.hash}.svg")).status_code == 404
    assert (await bram.send("GET", f"/logo/{picture.hash}.svg")).status_code == 200


async def test_pictures_are_shown_and_have_no_rights(deventer: Town, clients: People) -> None:
    bram = await clients.of(deventer, "bram.model")
    await upload(bram, gezien="0", files={"logo": svg(), "favicon": png()}, **PURPLE)
    page = await bram.send("GET", PATH)
    logo = re.search(r'<img class="beeldmerk" src="(/logo/[0-9a-f]{32}\.svg)" alt="">', page.text)
    assert logo
    for address, kind, contents in ((logo[1], "image/svg+xml", svg()), (icon(page), "image/png", png())):
        found = await clients.nobody("deventer").send("GET", address)
        assert (found.content, found.headers["content-type"].partition(";")[0]) == (contents, kind)
        assert found.headers["content-security-policy"] == SANDBOX
        assert found.headers["x-content-type-options"] == "nosniff"
        assert "immutable" in found.headers["cache-control"]
        assert "set-cookie" not in found.headers
    wrong_end = await bram.send("GET", logo[1].replace(".svg", ".png"))
    assert (wrong_end.status_code, wrong_end.headers["location"]) == (302, logo[1])
    for odd in ("/logo/x.svg", "/logo/" + "0" * 32 + ".exe", "/favicon/..%2f..%2fetc"):
        assert (await bram.send("GET", odd)).status_code == 404


async def test_taking_a_picture_away_and_back(deventer: Town, clients: People) -> None:
    bram = await clients.of(deventer, "bram.model")
    await upload(bram, gezien="0", files={"logo": svg()}, **PURPLE)
    await upload(bram, gezien="1", **PURPLE, **{"logo-weg": "ja"})
    (row,) = await rows(deventer, Uiterlijk)
    assert row.logo is None
    assert 'class="monogram"' in (await bram.send("GET", "/")).text
    back = await bram.send("POST", f"{PATH}/herstel", {"gezien": "2"})
    assert back.headers["location"] == f"{PATH}?gebeurd=terug"
    assert 'class="beeldmerk"' in (await bram.send("GET", "/")).text
    await bram.send("POST", f"{PATH}/herstel", {"gezien": "3"})
    (row,) = await rows(deventer, Uiterlijk)
    assert (row.logo, row.versie) == (None, 4), "undoing the undoing"


async def test_pictures_that_nobody_can_return_to_go(deventer: Town, clients: People) -> None:
    bram = await clients.of(deventer, "bram.model")
    for number in range(4):
        contents = svg(f'<path d="M0 {number}"/>')
        await upload(bram, gezien=str(number), files={"logo": contents}, **PURPLE)
    assert len(await rows(deventer, Uiterlijkbestand)) == 2


async def test_somebody_was_first(deventer: Town, clients: People) -> None:
    bram = await clients.of(deventer, "bram.model")
    await upload(bram, gezien="0", **PURPLE)
    late = await upload(bram, gezien="0", files={"logo": svg()}, kleur="#55610f", monogram="De")
    assert late.status_code == 409
    assert "Iemand anders veranderde intussen het uiterlijk" in late.text
    assert 'value="#55610f"' in late.text
    assert 'value="De"' in late.text
    assert 'name="gezien" value="1"' in late.text
    assert "Kies het opnieuw" in late.text
    (row,) = await rows(deventer, Uiterlijk)
    assert row.kleur == "#7a2e63"
    assert (await bram.send("POST", f"{PATH}/herstel", {"gezien": "0"})).status_code == 409


async def test_the_same_again_leaves_no_trace(deventer: Town, clients: People) -> None:
    bram = await clients.of(deventer, "bram.model")
    same = await upload(bram, gezien="0", kleur="#0B5D66", monogram="Dv")
    assert same.headers["location"] == f"{PATH}?gebeurd=zelfde"
    assert "Ongedaan maken" not in (await bram.send("GET", PATH)).text


@pytest.mark.parametrize(
    ("form", "file", "sentence"),
    [
        ({"kleur": "groen"}, b"", "Dit is geen kleur."),
        ({"kleur": ""}, b"", "Dit is geen kleur."),
        ({"kleur": "#0b5d66; x"}, b"", "Dit is geen kleur."),
        ({"monogram": ""}, b"", "Typ één of twee letters"),
        ({"monogram": "<b"}, b"", "Typ één of twee letters"),
        ({}, svg("<script/>"), "staat het element &lt;script&gt;"),
        ({}, b"GIF89a" + bytes(99), "geen SVG en geen PNG"),
        ({}, b"x" * 300_000, "hoogstens 64 kB"),
    ],
)
async def test_what_is_wrong_stands_at_the_field(
    form: dict[str, str], file: bytes, sentence: str, deventer: Town, clients: People
) -> None:
    bram = await clients.of(deventer, "bram.model")
    sent = PURPLE | form
    page = await upload(bram, gezien="0", files={"logo": file}, **sent)
    assert page.status_code == 400
    assert sentence in page.text
    assert f'value="{sent["kleur"]}"' in page.text
    assert page.text.count('aria-invalid="true"') == 1
    assert await rows(deventer, Uiterlijk) == []


async def test_looking_first(deventer: Town, clients: People) -> None:
    bram = await clients.of(deventer, "bram.model")
    fragment = await bram.send("GET", f"{PATH}/voorbeeld?kleur=%23ffcc00&monogram=De", **{"hx-request": "true"})
    assert "<html" not in fragment.text
    assert f'href="{PATH}/voorbeeld.css?kleur=%23ffcc00"' in fragment.text
    assert "donkerder gemaakt, van 1,5 naar 6,0 op 1" in fragment.text
    assert "Alle 53 paren" in fragment.text
    sheet = await bram.send("GET", f"{PATH}/voorbeeld.css?kleur=%23ffcc00")
    assert sheet.headers["content-type"].startswith("text/css")
    assert re.findall(r"^\.voorbeeld--(\w+)\{", sheet.text, re.M) == ["licht", "donker", "contrast"]
    assert "--kiss-accent" in (await bram.send("GET", f"{PATH}/voorbeeld.css?kleur=%7D*%7B")).text
    without_script = await upload(bram, f"{PATH}/voorbeeld", gezien="0", kleur="#ffcc00", monogram="De")
    assert without_script.status_code == 200
    assert 'value="#ffcc00"' in without_script.text
    assert "voorbeeld.css?kleur=%23ffcc00" in without_script.text
    assert await rows(deventer, Uiterlijk) == []


async def test_a_page_costs_no_statement_more(deventer: Town, clients: People) -> None:
    sanne = await clients.of(deventer)
    await sanne.send("GET", "/mijn/sessies")
    sent: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: Any) -> None:
        if not context.execution_options.get(SETUP_MARK):
            sent.append(statement)

    event.listen(engine().sync_engine, "before_cursor_execute", note)
    try:
        await sanne.send("GET", "/mijn/sessies")
        assert sent
        assert not [one for one in sent if "uiterlijk" in one]
        geheugen.forget(deventer.tenant)
        await sanne.send("GET", "/mijn/sessies")
        assert len([one for one in sent if "uiterlijk" in one]) == 1
    finally:
        event.remove(engine().sync_engine, "before_cursor_execute", note)


async def test_elsewhere_it_is_seen_within_ten_seconds(
    deventer: Town, clients: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process saved: this one knows the old look until it is ten seconds old, and no longer."""
    sanne = await clients.of(deventer)
    before = thema(await sanne.send("GET", "/"))
    known = dict(geheugen._kept)
    await upload(await clients.of(deventer, "bram.model"), gezien="0", **PURPLE)
    after = thema(await sanne.send("GET", "/"))
    geheugen._kept.update(known)
    assert thema(await sanne.send("GET", "/")) == before
    asked_here = await sanne.send("GET", after)
    assert asked_here.status_code in (200, 302), "a page of the other process finds its stylesheet here"
    geheugen._kept.update(known)
    geheugen._kept["deventer"].read_at -= geheugen.MAX_AGE
    assert thema(await sanne.send("GET", "/")) == after


async def test_without_a_database_the_last_look_stays(
    deventer: Town, clients: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(tenant: Any) -> Any:
        raise ConnectionRefusedError

    monkeypatch.setattr(geheugen, "_read", away)
    assert (await geheugen.present(deventer.tenant)).kleur == "#0b5d66"
    assert (await geheugen.present(deventer.tenant)).versie == 0
