"""The tenant admin's list: who works here, what they may do, and that somebody is always left to look after it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import anyio
import httpx2
import pytest

from app.audit.models import Auditregel
from app.auth.models import Lidmaatschap, Rol, Sessie
from app.auth.rights import ROL_NAMEN
from app.db import unit_of_work
from app.mail import service as mail
from app.mail import smtp
from app.medewerkers import pagina, queries
from app.medewerkers.service import stand_of
from app.uitnodigingen.models import Uitnodiging
from tests.auth.world import Browser
from tests.medewerkers.conftest import EVA, PATH, Place, hidden, invite, send, title_of

pytestmark = pytest.mark.anyio


async def change(
    place: Place, admin: Browser, gebruikersnaam: str, what: str, *rollen: str, gezien: str | None = None
) -> httpx2.Response:
    """Post one of the forms of a person's page, filled in against how it stands, or against `gezien`."""
    who = await place.who(gebruikersnaam)
    boxes = {f"rol-{rol}": "ja" for rol in rollen}
    return await send(
        admin, f"{PATH}/{who.id}/{what}", {"gezien": stand_of(who) if gezien is None else gezien} | boxes
    )


async def acts(place: Place, about: Lidmaatschap) -> list[Auditregel]:
    lines = [line for line in await place.rows(Auditregel) if line.object_id == str(about.id)]
    return [line for line in lines if line.handeling.startswith("medewerker.") and line.handeling != AANGEMELD]


AANGEMELD = "medewerker.aangemeld"


async def test_the_list(deventer: Place) -> None:
    await deventer.signed_in("sanne.proef")
    await deventer.set("karim.testman", actief=False)
    bram = await deventer.signed_in("bram.model")
    page = await bram.get(PATH)
    assert title_of(page) == "Medewerkers"
    for word in ("Sanne Proef", "sanne.proef@deventer.example", "Klantcontactmedewerker", "Gestopt", "Nog nooit"):
        assert word in page.text
    assert page.text.index("Sanne Proef") < page.text.index("Karim Testman"), "those who may not come in last"
    assert 'href="/beheer/medewerkers" aria-current="page"' in page.text


async def test_searching(deventer: Place) -> None:
    bram = await deventer.signed_in("bram.model")
    found = (await bram.get(f"{PATH}?zoek=SANNE.P")).text
    assert "Sanne Proef" in found
    assert "Anouk Voorbeeld" not in found
    nobody = (await bram.get(f"{PATH}?zoek=%25_%3Cb%3E")).text
    assert "Niemand gevonden" in nobody
    assert 'value="%_&lt;b&gt;"' in nobody


async def test_more_people_than_fit(deventer: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    async with unit_of_work(deventer.tenant) as session:
        everybody = await queries.members(session)
    page = pagina.listing([*everybody] * 100, [])
    assert (len(page["medewerkers"]), page["meer"]) == (queries.MOST, True)


async def test_roles_are_changed_and_nobody_keeps_a_right_that_was_taken(deventer: Place) -> None:
    sanne, bram = await deventer.signed_in("sanne.proef"), await deventer.signed_in("bram.model")
    before = await deventer.who("sanne.proef")
    more = await change(deventer, bram, "sanne.proef", "rollen", "agent", "editor")
    assert more.headers["location"] == f"{PATH}/{before.id}?gebeurd=rollen"
    assert "De rollen zijn veranderd" in (await bram.get(more.headers["location"])).text
    assert (await sanne.get("/")).status_code == 200, "who got more goes on working"
    assert "Redacteur" in (await sanne.get("/")).text
    await change(deventer, bram, "sanne.proef", "rollen", "editor")
    gone = await sanne.get("/", headers={"sec-fetch-mode": "navigate"})
    assert (gone.status_code, gone.headers["location"]) == (303, "/aanmelden")
    after = await deventer.who("sanne.proef")
    assert after.rollen == ["editor"]
    first, second = (await acts(deventer, after))[-2:]
    assert (first.gegevens["van"], first.gegevens["naar"]) == (["agent"], ["agent", "editor"])
    assert second.gegevens["sessies_beeindigd"] == 1
    assert second.medewerker_id == (await deventer.who("bram.model")).id


async def test_nothing_changed_leaves_no_trace(deventer: Place) -> None:
    bram = await deventer.signed_in("bram.model")
    who = await deventer.who("sanne.proef")
    lines = len(await acts(deventer, who))
    assert (await change(deventer, bram, "sanne.proef", "rollen", "agent")).status_code == 303
    assert len(await acts(deventer, who)) == lines


async def test_at_least_one_role(deventer: Place) -> None:
    bram = await deventer.signed_in("bram.model")
    page = await change(deventer, bram, "sanne.proef", "rollen")
    assert page.status_code == 400
    assert "Kies minstens één rol." in page.text
    assert "checked" not in page.text
    forged = await change(deventer, bram, "sanne.proef", "rollen", "god", "TENANT_ADMIN")
    assert forged.status_code == 400
    assert (await deventer.who("sanne.proef")).rollen == ["agent"]


async def test_access_is_stopped_and_given_back(deventer: Place) -> None:
    sanne, bram = await deventer.signed_in("sanne.proef"), await deventer.signed_in("bram.model")
    who = await deventer.who("sanne.proef")
    assert (
        (await change(deventer, bram, "sanne.proef", "stopzetting")).headers["location"].endswith("gebeurd=gestopt")
    )
    assert (await sanne.get("/", headers={"sec-fetch-mode": "navigate"})).status_code == 303
    assert [one for one in await deventer.rows(Sessie) if one.lidmaatschap_id == who.id] == []
    deventer.account(email="sanne.proef@deventer.example")
    async with anyio.create_task_group():
        again = deventer.browser()
        page = await again.get("/aanmelden")
        sent = await again.post("/aanmelden", {"_csrf": hidden(page, "_csrf"), "volgende": "/"})
        come = await again.come_back(deventer.idp.authorize(str(sent.headers["location"]), who.subject))
    assert come.status_code == 403
    assert (await change(deventer, bram, "sanne.proef", "herstel")).headers["location"].endswith("gebeurd=hersteld")
    assert (await deventer.who("sanne.proef")).actief
    names = [line.handeling for line in await acts(deventer, who)]
    assert names[-2:] == ["medewerker.toegang_gestopt", "medewerker.toegang_hersteld"]


async def test_somebody_else_was_first(deventer: Place) -> None:
    """The page was opened before a colleague changed the same person: nothing is undone unseen."""
    bram = await deventer.signed_in("bram.model")
    old = stand_of(await deventer.who("sanne.proef"))
    await deventer.set("sanne.proef", rollen=["agent", "editor"])
    for what, boxes in (("rollen", ("agent", "teamleider")), ("stopzetting", ())):
        page = await change(deventer, bram, "sanne.proef", what, *boxes, gezien=old)
        assert page.status_code == 409
        assert "Iemand anders veranderde intussen iets bij Sanne Proef" in page.text
        assert hidden(page, "gezien") == "actief:agent,editor", "the page shows how it is now"
    assert (await deventer.who("sanne.proef")).rollen == ["agent", "editor"]


@pytest.mark.parametrize("what", ["stopzetting", "rollen"])
async def test_the_last_admin_stays(deventer: Place, what: str) -> None:
    bram = await deventer.signed_in("bram.model")
    page = await change(deventer, bram, "bram.model", what, "agent")
    assert page.status_code == 409
    assert "Bram Model is de enige actieve functioneel beheerder" in page.text
    who = await deventer.who("bram.model")
    assert (who.actief, who.rollen) == (True, ["tenant_admin"])
    assert (await bram.get(PATH)).status_code == 200, "still signed in"


async def test_an_admin_who_may_not_come_in_does_not_count(deventer: Place) -> None:
    await deventer.set("anouk.voorbeeld", rollen=["tenant_admin"], actief=False)
    bram = await deventer.signed_in("bram.model")
    assert (await change(deventer, bram, "bram.model", "stopzetting")).status_code == 409


async def test_an_admin_who_is_not_the_last_may_go(deventer: Place) -> None:
    await deventer.set("anouk.voorbeeld", rollen=["teamleider", "tenant_admin"])
    bram = await deventer.signed_in("bram.model")
    done = await change(deventer, bram, "bram.model", "rollen", "agent")
    assert done.status_code == 303
    assert (await deventer.who("bram.model")).rollen == ["agent"]
    assert (await bram.get("/", headers={"sec-fetch-mode": "navigate"})).status_code == 303, "signed out"


@pytest.mark.parametrize("what", ["stopzetting", "rollen"])
async def test_two_admins_take_each_other_away_at_once(deventer: Place, what: str) -> None:
    """However often they try, one of them stays."""
    for _ in range(5):
        for name in ("bram.model", "anouk.voorbeeld"):
            await deventer.set(name, rollen=["tenant_admin"], actief=True)
        admins = {name: await deventer.signed_in(name) for name in ("bram.model", "anouk.voorbeeld")}
        others = {"bram.model": "anouk.voorbeeld", "anouk.voorbeeld": "bram.model"}
        forms = {name: await form_about(deventer, admins[name], others[name]) for name in admins}
        answers: dict[str, int] = {}

        async def go(name: str, admins: Any = admins, forms: Any = forms, answers: Any = answers) -> None:
            who, form = forms[name]
            answers[name] = (await admins[name].post(f"{PATH}/{who}/{what}", form)).status_code

        async with anyio.create_task_group() as group:
            for name in admins:
                group.start_soon(go, name)
        async with unit_of_work(deventer.tenant) as session:
            left = await queries.active_admins_for_update(session)
        assert len(left) == 1
        assert 303 in answers.values()
        assert set(answers.values()) <= {303, 401, 403, 409}


async def form_about(place: Place, admin: Browser, target: str) -> tuple[UUID, dict[str, str]]:
    """Whom it is about and the form as it stands on the screen, ready to be sent."""
    who = await place.who(target)
    return who.id, {"_csrf": await token(admin), "gezien": stand_of(who), "rol-agent": "ja"}


async def token(admin: Browser) -> str:
    return hidden(await admin.get(PATH), "_csrf")


@pytest.mark.parametrize(
    ("email", "rollen", "sentence"),
    [
        ("", ("agent",), "Vul het e-mailadres van uw collega in."),
        ("eva", ("agent",), "Dit is geen e-mailadres. Bijvoorbeeld naam@gemeente.nl."),
        (f"{EVA}\r\nBcc: boef@x.nl", ("agent",), "Dit is geen e-mailadres"),
        (
            "SANNE.PROEF@deventer.example",
            ("agent",),
            "Sanne Proef werkt hier al met dit adres. Verander daar de rollen.",
        ),
        ("karim.testman@deventer.example", ("agent",), "maar de toegang is gestopt"),
        (EVA, (), "Kies minstens één rol."),
    ],
)
async def test_an_invitation_that_cannot_be(
    deventer: Place, email: str, rollen: tuple[str, ...], sentence: str
) -> None:
    await deventer.set("karim.testman", actief=False)
    bram = await deventer.signed_in("bram.model")
    page = await send(bram, "/beheer/uitnodigingen", {"email": email} | {f"rol-{rol}": "ja" for rol in rollen})
    assert page.status_code == 400
    assert sentence in page.text
    assert 'aria-invalid="true"' in page.text
    assert email.split("\r")[0] in page.text, "what was typed stays"
    assert await deventer.rows(Uitnodiging) == []


async def test_an_address_is_invited_once(deventer: Place) -> None:
    bram = await deventer.signed_in("bram.model")
    await invite(bram)
    page = await invite(bram, EVA.upper())
    assert page.status_code == 400
    assert "Dit adres is al uitgenodigd" in page.text


async def test_two_invite_the_same_address_at_once(deventer: Place) -> None:
    bram = await deventer.signed_in("bram.model")
    csrf = await token(bram)
    answers: list[int] = []

    async def one() -> None:
        form = {"_csrf": csrf, "email": EVA, "rol-agent": "ja"}
        answers.append((await bram.post("/beheer/uitnodigingen", form)).status_code)

    async with anyio.create_task_group() as group:
        for _ in range(4):
            group.start_soon(one)
    assert answers.count(303) == 1
    assert set(answers) <= {303, 400, 409}
    assert len(await deventer.rows(Uitnodiging)) == 1


async def test_a_mail_server_that_is_away_never_breaks_the_page(deventer: Place) -> None:
    deventer.postman.stop()
    bram = await deventer.signed_in("bram.model")
    assert (await invite(bram)).status_code == 303
    assert "Wordt verstuurd" in (await bram.get(PATH)).text
    await mail.send_round(deventer.tenant)
    page = await bram.get(PATH)
    assert page.status_code == 200
    assert f"Nog niet verstuurd. {smtp.AWAY} We proberen het" in page.text


async def test_changing_rights_asks_for_certainty(deventer: Place) -> None:
    """Of somebody who signed in long ago the question comes first, and what was typed is kept."""
    bram = await deventer.signed_in("bram.model")
    async with unit_of_work(deventer.tenant) as session:
        for row in await session.scalars(Sessie.__table__.select().with_only_columns(Sessie.id_hash)):
            (await session.get_one(Sessie, row)).bevestigd_tot = None
    page = await invite(bram)
    assert page.status_code == 403
    assert title_of(page) == "Bevestig eerst dat u het bent"
    assert f'value="{EVA}"' in page.text
    assert await deventer.rows(Uitnodiging) == []


async def test_another_municipality_sees_and_changes_nothing(deventer: Place, zwolle: Place) -> None:
    noor = await zwolle.signed_in("noor.model")
    who = await deventer.who("sanne.proef")
    assert (await noor.get(f"{PATH}/{who.id}")).status_code == 404
    answer = await send(noor, f"{PATH}/{who.id}/stopzetting", {"gezien": stand_of(who)})
    assert answer.status_code == 404
    assert (await deventer.who("sanne.proef")).actief
    assert "deventer" not in (await noor.get(PATH)).text


def test_every_role_has_a_name_and_words() -> None:
    assert set(pagina.UITLEG) == set(ROL_NAMEN) == set(Rol)
