"""The tenant admin's page about opening hours: what is over stays, what is wrong stands at its field."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app import klok
from app.audit.models import Auditregel
from app.db import unit_of_work
from app.openingstijden import forms, pagina, queries, service
from app.openingstijden.kalender import ALWAYS, STANDAARD, Kalender, Periode, after_hours, as_json, is_open
from app.openingstijden.models import Openingstijden, Sluitingsdag
from tests.routes.conftest import Client, People
from tests.tenants import support
from tests.town import Town

pytestmark = pytest.mark.anyio
PATH = pagina.PATH
LUNCH = ((Periode(510, 720), Periode(780, 1020)),) * 5 + ((),) * 2


async def kalender(town: Town) -> Kalender:
    async with unit_of_work(town.tenant) as session:
        return await queries.kalender(session)


async def rows(town: Town, model: Any = Openingstijden) -> list[Any]:
    async with unit_of_work(town.tenant) as session:
        return list((await session.scalars(select(model))).all())


async def save(town: Town, client: Client, vanaf: date | str, gezien: str | None = None, **other: str) -> Any:
    async with unit_of_work(town.tenant) as session:
        stand = service.stand_of(await queries.weeks(session))
    day = vanaf if isinstance(vanaf, str) else f"{vanaf.day}-{vanaf.month}-{vanaf.year}"
    form = pagina.typed_of(LUNCH) | {"vanaf": day, "gezien": stand if gezien is None else gezien} | other
    return await client.send("POST", PATH, form)


@pytest.fixture
async def bram(deventer: Town, clients: People) -> Client:
    return await clients.of(deventer, "bram.model")


async def test_who_set_nothing_has_a_calendar(deventer: Town, bram: Client) -> None:
    """A municipality made before there were opening hours: no rows at all."""
    assert await rows(deventer) == []
    assert (await kalender(deventer)).weken[0][1] == STANDAARD
    page = (await bram.send("GET", PATH)).text
    assert "Maandag tot en met vrijdag 08:30–17:00" in page
    assert "Zaterdag en zondag dicht" in page


async def test_a_new_municipality_begins_with_usual_hours(applied: None, tmp_path: Path) -> None:
    """Nothing in its manifest says so."""
    (report,) = await support.apply([support.manifest(tmp_path, "nieuwegein", "")])
    assert report.created
    town = Town(await support.tenant("nieuwegein"), agent=None)  # type: ignore[arg-type]
    (row,) = await rows(town)
    assert (row.geldig_vanaf, row.week) == (ALWAYS, as_json(STANDAARD))
    assert row.week["perioden"][4:] == [[["08:30", "17:00"]], [], []]


async def test_from_a_day_on(deventer: Town, bram: Client) -> None:
    soon = service.today() + timedelta(days=30)
    saved = await save(deventer, bram, soon)
    assert saved.headers["location"] == f"{PATH}?gebeurd=week"
    found = await kalender(deventer)
    assert [week for _, week in found.weken] == [STANDAARD, LUNCH]
    assert found.week_of(soon - timedelta(days=1)) == STANDAARD
    assert found.week_of(soon) == LUNCH
    page = (await bram.send("GET", PATH)).text
    assert f"Vanaf {soon.strftime('%d-%m-%Y')}" in page
    assert "Maandag tot en met vrijdag 08:30–12:00 en 13:00–17:00" in page
    row = next(row for row in await rows(deventer) if row.geldig_vanaf == soon)
    gone = await bram.send("POST", f"{PATH}/{row.id}/intrekking")
    assert gone.headers["location"] == f"{PATH}?gebeurd=ingetrokken"
    assert (await kalender(deventer)).week_of(soon) == STANDAARD
    acts = [line.handeling for line in await rows(deventer, Auditregel) if line.object_id == str(row.id)]
    assert sorted(acts) == ["openingstijden.gewijzigd", "openingstijden.ingetrokken"]


async def test_the_past_does_not_change(deventer: Town, bram: Client) -> None:
    page = await save(deventer, bram, service.today() - timedelta(days=1))
    assert page.status_code == 400
    assert "Deze dag is voorbij" in page.text
    await save(deventer, bram, service.today())
    row = next(row for row in await rows(deventer) if row.geldig_vanaf == service.today())
    refused = await bram.send("POST", f"{PATH}/{row.id}/intrekking")
    assert (refused.status_code, "Wat voorbij is, verandert niet meer" in refused.text) == (409, True)
    async with unit_of_work(deventer.tenant) as session:
        session.add(Sluitingsdag(id=row.id, datum=date(2020, 6, 1), naam="Ooit", vervallen_op=None))
    assert (await bram.send("POST", f"/beheer/sluitingsdagen/{row.id}/stopzetting")).status_code == 409
    with pytest.raises(service.Past):
        await later(deventer, service.change_week, LUNCH, vanaf=date(2020, 1, 1), gezien="")


async def later(town: Town, verb: Any, *given: Any, **named: Any) -> Any:
    async with unit_of_work(town.tenant) as session:
        return await verb(session, *given, door=town.agent.id, **named)


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ({"maandag-tot-1": ""}, "Vul twee tijden in"),
        ({"dinsdag-van-1": "acht uur"}, "Vul twee tijden in"),
        ({"woensdag-van-1": "25:00"}, "Vul twee tijden in"),
        ({"donderdag-tot-1": "08:00"}, "De eindtijd komt na de begintijd."),
        ({"vrijdag-van-2": "11:00"}, "De tweede periode begint na de eerste."),
        ({f"{dag}-{part}": "" for dag in forms.DAGEN for part in forms.PARTS}, "Zo bent u nooit open"),
        ({"vanaf": "31-2-2027"}, "Vul een datum in"),
        ({"vanaf": "31-12-9999"}, "Vul een datum in"),
        ({"vanaf": ""}, "Vul een datum in"),
    ],
)
async def test_what_is_wrong_stands_at_its_day(
    other: dict[str, str], sentence: str, deventer: Town, bram: Client
) -> None:
    vanaf = other.get("vanaf", "1-9-2090")
    page = await save(deventer, bram, vanaf, **{name: value for name, value in other.items() if name != "vanaf"})
    assert page.status_code == 400
    assert sentence in page.text
    for name, value in (pagina.typed_of(LUNCH) | {"vanaf": vanaf} | other).items():
        assert f'name="{name}" value="{value}"' in page.text, "nothing typed is lost"
    assert await rows(deventer) == []


async def test_somebody_was_first(deventer: Town, bram: Client) -> None:
    soon = service.today() + timedelta(days=30)
    await save(deventer, bram, soon)
    for stale in ("", service.stand_of([])):
        late = await save(deventer, bram, soon, gezien=stale, **{"maandag-van-1": "09:00"})
        assert late.status_code == 409
        assert "Iemand anders veranderde intussen de openingstijden" in late.text
        assert 'name="maandag-van-1" value="09:00"' in late.text
    assert (await kalender(deventer)).week_of(soon) == LUNCH


async def test_holidays_are_proposed_and_chosen(
    deventer: Town, bram: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "today", lambda: date(2027, 5, 1))
    page = (await bram.send("GET", f"{PATH}?jaar=2027")).text
    assert "Nieuwjaarsdag, vrijdag 01-01-2027: voorbij, u was dicht" in page
    assert 'name="dicht-bevrijdingsdag" value="ja">' in page
    assert 'name="dicht-hemelvaart" value="ja" checked>' in page
    form = {"jaar": "2027", "dicht-bevrijdingsdag": "ja", "dicht-pinksteren-1": "ja", "dicht-pinksteren-2": "ja"}
    saved = await bram.send("POST", "/beheer/feestdagen", form | {"dicht-kerst-1": "ja", "dicht-kerst-2": "ja"})
    assert saved.headers["location"] == f"{PATH}?jaar=2027&gebeurd=feestdagen"
    found = await kalender(deventer)
    assert found.keuzes == {(2027, "bevrijdingsdag"): True, (2027, "hemelvaart"): False}, "nothing of before today"
    assert found.closed_for(date(2027, 5, 5)) == "Bevrijdingsdag"
    assert found.closed_for(date(2027, 5, 6)) is None
    assert found.closed_for(date(2027, 1, 1)) == "Nieuwjaarsdag"
    assert found.closed_for(date(2028, 5, 25)) == "Hemelvaartsdag", "another year is chosen by itself"
    same = await bram.send("POST", "/beheer/feestdagen", form | {"dicht-kerst-1": "ja", "dicht-kerst-2": "ja"})
    assert same.headers["location"].endswith("gebeurd=zelfde")


async def test_closing_days(deventer: Town, bram: Client) -> None:
    soon = service.today() + timedelta(days=40)
    form = {"datum": f"{soon.day}-{soon.month}-{soon.year}", "naam": " Personeelsdag  KCC "}
    await bram.send("POST", "/beheer/sluitingsdagen", form)
    assert (await kalender(deventer)).closed_for(soon) == "Personeelsdag KCC"
    twice = await bram.send("POST", "/beheer/sluitingsdagen", form | {"naam": "Verhuizing"})
    assert twice.status_code == 409
    assert "Op deze dag bent u al dicht: Personeelsdag KCC." in twice.text
    assert 'value="Verhuizing"' in twice.text
    (row,) = await rows(deventer, Sluitingsdag)
    gone = await bram.send("POST", f"/beheer/sluitingsdagen/{row.id}/stopzetting")
    assert (
        f'action="/beheer/sluitingsdagen/{row.id}/herstel"' in (await bram.send("GET", gone.headers["location"])).text
    )
    assert soon not in (await kalender(deventer)).sluitingsdagen
    await bram.send("POST", f"/beheer/sluitingsdagen/{row.id}/herstel")
    assert soon in (await kalender(deventer)).sluitingsdagen


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"datum": "morgen"}, "Vul een datum in"),
        ({"datum": "1-1-2020"}, "Deze dag is voorbij"),
        ({"naam": ""}, "Typ waarom u dicht bent"),
        ({"naam": "x" * 61}, "Nog 1 tekens te lang."),
        ({"naam": "a\u202eb"}, "een teken dat niet te zien is"),
    ],
)
async def test_a_closing_day_that_cannot_be(
    form: dict[str, str], sentence: str, deventer: Town, bram: Client
) -> None:
    sent = {"datum": "1-6-2090", "naam": "Feest"} | form
    page = await bram.send("POST", "/beheer/sluitingsdagen", sent)
    assert page.status_code == 400
    assert sentence in page.text
    assert f'value="{sent["datum"]}"' in page.text
    assert await rows(deventer, Sluitingsdag) == []


async def test_a_closing_day_cannot_come_back_beside_another(deventer: Town, bram: Client) -> None:
    day = date(2090, 6, 1)
    first = await later(deventer, service.close_on, day, "Een")
    await later(deventer, service.open_after_all, first.id)
    await later(deventer, service.close_on, day, "Twee")
    page = await bram.send("POST", f"/beheer/sluitingsdagen/{first.id}/herstel")
    assert page.status_code == 409
    assert "Op deze dag bent u al dicht: Twee." in page.text


async def test_another_municipality_keeps_its_hours(deventer: Town, zwolle: Town, clients: People) -> None:
    day = await later(deventer, service.close_on, date(2090, 6, 1), "Feest")
    noor = await clients.of(zwolle, "noor.model")
    assert (await noor.send("POST", f"/beheer/sluitingsdagen/{day.id}/stopzetting")).status_code == 404
    assert (await kalender(zwolle)).sluitingsdagen == {}


async def test_the_functions_that_norms_will_ask(deventer: Town) -> None:
    """From the rows of a municipality to an answer."""
    await later(deventer, service.close_on, date(2090, 6, 2), "Feest")  # a Friday
    found = await kalender(deventer)
    moment = datetime(2090, 6, 1, 16, tzinfo=klok.AMSTERDAM)
    assert is_open(found, moment)
    assert after_hours(found, moment, timedelta(hours=2)) == datetime(2090, 6, 6, 9, 30, tzinfo=klok.AMSTERDAM)


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("8", 480), ("8:30", 510), ("08.30", 510), ("0830", 510), ("8u30", 510), ("8 uur", 480), ("24:00", 1440),
        ("0:00", 0), ("24:01", None), ("8:60", None), ("", None), ("-1", None), ("8:3", None), ("acht", None),
        ("٨", None), ("8:30:00", None),
    ],
)  # fmt: skip
def test_times_as_people_type_them(typed: str, minutes: int | None) -> None:
    assert forms.read_time(typed) == minutes


def test_dates_as_people_type_them() -> None:
    for typed in ("1-9-2027", "01/09/2027", "2027-09-01", " 1.9.2027 "):
        assert forms.read_date(typed) == date(2027, 9, 1)
    for typed in ("1-13-2027", "30-2-2028", "1 september", "1-9-27", "1-9-20270", "٢-9-2027x"):
        assert forms.read_date(typed) is None
