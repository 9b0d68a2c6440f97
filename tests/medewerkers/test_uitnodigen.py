"""From a tenant admin's invitation to a colleague who is signed in; and all the ways a link is worth nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import anyio
import pytest
import time_machine
from sqlalchemy import update

from app import klok
from app.audit.models import Auditregel
from app.auth.models import Lidmaatschap
from app.db import unit_of_work
from app.geheimen import subject_hmac
from app.mail.models import Mail, MailState
from app.uitnodigingen import service
from app.uitnodigingen.jobs import KEPT, ruim_uitnodigingen_op
from app.uitnodigingen.models import Uitnodiging, UitnodigingState
from tests.auth.world import query_of
from tests.medewerkers.conftest import EVA, PATH, Place, csrf_of, invite, open_link, send, title_of

pytestmark = pytest.mark.anyio


async def test_an_invited_colleague_comes_in(deventer: Place) -> None:
    bram = await deventer.signed_in("bram.model")
    sent = await invite(bram, " Eva.Nieuw@Deventer.example ", "agent", "teamleider")
    assert (sent.status_code, sent.headers["location"]) == (303, f"{PATH}?gebeurd=uitgenodigd")
    page = await bram.get(f"{PATH}?gebeurd=uitgenodigd")
    assert "De uitnodiging is klaargezet" in page.text
    assert EVA in page.text
    link = await deventer.mailed_link()
    assert "Bram Model nodigt u uit" in str(deventer.postman.postman.mails[0].get_body(("plain",)))
    deventer.account(email="EVA.nieuw@deventer.EXAMPLE")
    eva = deventer.browser()
    page = await eva.get(link)
    assert title_of(page) == "Uitnodiging"
    assert "Klantcontactmedewerker, Teamleider" in page.text
    assert EVA in page.text
    come = await open_link(deventer, link, browser=eva)
    assert (come.status_code, come.headers["location"]) == (303, "/")
    start = await eva.get("/")
    assert start.status_code == 200
    assert "Eva Nieuw" in start.text
    [row] = await deventer.rows(Uitnodiging)
    member = await deventer.who("eva.nieuw")
    assert (row.state, row.lidmaatschap_id) == (UitnodigingState.GEBRUIKT, member.id)
    assert (member.issuer, member.subject) == (deventer.idp.issuer, "deventer:eva.nieuw")
    assert (member.email.lower(), member.rollen, member.actief) == (EVA, ["agent", "teamleider"], True)
    acts = {line.handeling for line in await deventer.rows(Auditregel)}
    assert acts >= {"uitnodiging.verstuurd", "uitnodiging.aanvaard", "medewerker.aangemeld"}
    again = deventer.browser()
    come = await open_link(deventer, link, browser=again)
    assert (come.status_code, title_of(come)) == (410, "Deze uitnodiging is al gebruikt")


async def test_the_token_is_nowhere_readable(deventer: Place) -> None:
    await invite(await deventer.signed_in("bram.model"))
    [waiting] = await deventer.rows(Mail)
    assert waiting.inhoud is not None
    token = (await deventer.mailed_link()).rpartition("/")[2]
    [row], [sent] = await deventer.rows(Uitnodiging), await deventer.rows(Mail)
    assert row.token_hash == subject_hmac(deventer.tenant, "uitnodiging", token)
    assert token.encode() not in waiting.inhoud
    assert sent.inhoud is None
    assert all(token not in str(line.gegevens) for line in await deventer.rows(Auditregel))
    assert all(EVA not in str(line.gegevens) for line in await deventer.rows(Auditregel))


async def test_an_invitation_is_worth_nothing_in_another_municipality(deventer: Place, zwolle: Place) -> None:
    """As CVE-2022-21706 (Zulip) was: an invitation of one organisation let people into every other one."""
    await invite(await deventer.signed_in("bram.model"))
    link = await deventer.mailed_link()
    zwolle.account()
    page = await open_link(zwolle, link)
    assert (page.status_code, title_of(page)) == (404, "Deze uitnodiging kennen we niet")
    assert EVA not in page.text
    posted = zwolle.browser()
    csrf = csrf_of(await posted.get("/aanmelden"))
    assert (await posted.post(f"{link}/aanmelding", {"_csrf": csrf})).status_code == 404
    assert await zwolle.rows(Uitnodiging) == []


async def test_a_row_carried_to_another_municipality_opens_nothing(deventer: Place, zwolle: Place) -> None:
    await invite(await deventer.signed_in("bram.model"))
    link = await deventer.mailed_link()
    [row] = await deventer.rows(Uitnodiging)
    async with unit_of_work(zwolle.tenant) as session:
        names = ("id", "token_hash", "email", "rollen", "state", "aangemaakt_op", "verloopt_op")
        session.add(Uitnodiging(**{name: getattr(row, name) for name in names}))
    zwolle.account()
    assert (await open_link(zwolle, link)).status_code == 404


async def test_an_account_of_another_municipality_does_not_come_in(deventer: Place) -> None:
    """The right address, but the provider says that this person belongs to Zwolle's organisation."""
    await invite(await deventer.signed_in("bram.model"))
    deventer.account(organization=["zwolle"])
    page = await open_link(deventer, await deventer.mailed_link())
    assert (page.status_code, title_of(page)) == (403, "U hebt hier geen rol")
    [row] = await deventer.rows(Uitnodiging)
    assert row.state == UitnodigingState.OPEN


@pytest.mark.parametrize(
    ("claims", "title"),
    [
        ({"email": "iemand.anders@deventer.example"}, "Deze uitnodiging is voor een ander adres"),
        ({"email": "eva.nieuw@deventer.example.evil.example"}, "Deze uitnodiging is voor een ander adres"),
        ({"email": "eva.nieuw+x@deventer.example"}, "Deze uitnodiging is voor een ander adres"),
        ({"email": None}, "Uw e-mailadres is niet bevestigd"),
        ({"email_verified": False}, "Uw e-mailadres is niet bevestigd"),
        ({"email_verified": None}, "Uw e-mailadres is niet bevestigd"),
        ({"email_verified": "true"}, "Uw e-mailadres is niet bevestigd"),
        ({"email_verified": 1}, "Uw e-mailadres is niet bevestigd"),
        ({"email": "eva.nieuw@deventer.example\u0000"}, None),  # what does not print goes off a claim: still hers
        ({"email": "e\u0301va.nieuw@deventer.example"}, "Uw e-mailadres is niet bevestigd"),
        ({"email": [EVA]}, "Uw e-mailadres is niet bevestigd"),
        ({"email": {"a": EVA}}, "Uw e-mailadres is niet bevestigd"),
        ({"email": f"{EVA},boef@x.example"}, "Uw e-mailadres is niet bevestigd"),
    ],
)
async def test_only_the_invited_address_comes_in(
    deventer: Place, claims: dict[str, object], title: str | None, count: Callable[[str, int], None]
) -> None:
    await invite(await deventer.signed_in("bram.model"))
    link = await deventer.mailed_link()
    deventer.account(**claims)  # type: ignore[arg-type]
    page = await open_link(deventer, link)
    if title is None:
        assert page.status_code == 303
        return
    assert (page.status_code, title_of(page)) == (403, title)
    assert "set-cookie" not in page.headers or "__Host-sid" not in page.headers["set-cookie"]
    [row] = await deventer.rows(Uitnodiging)
    assert row.state == UitnodigingState.OPEN, "whoever was meant can still use it"
    refused = [line for line in await deventer.rows(Auditregel) if line.object_id == str(row.id)]
    assert "aanmelding.geweigerd" in {line.handeling for line in refused}
    deventer.account()
    assert (await open_link(deventer, link)).status_code == 303
    count("invitations refused to another account", 1)


async def test_a_look_alike_address_is_another_one(deventer: Place) -> None:
    """The Kelvin sign becomes a k in lower case."""
    await invite(await deventer.signed_in("bram.model"), "kim@deventer.example")
    deventer.account(email="\u212aim@deventer.example")
    page = await open_link(deventer, await deventer.mailed_link())
    assert page.status_code == 403


async def test_an_expired_link(deventer: Place) -> None:
    bram = await deventer.signed_in("bram.model")
    await invite(bram)
    link = await deventer.mailed_link()
    deventer.account()
    with time_machine.travel(klok.now() + service.VALID - timedelta(minutes=1)):
        assert (await deventer.browser().get(link)).status_code == 200
    with time_machine.travel(klok.now() + service.VALID):
        page = await open_link(deventer, link)
        assert (page.status_code, title_of(page)) == (410, "Deze uitnodiging is verlopen")
        bram = await deventer.signed_in("bram.model")
        assert "Verlopen" in (await bram.get(PATH)).text


async def test_it_may_expire_while_somebody_signs_in(deventer: Place) -> None:
    await invite(await deventer.signed_in("bram.model"))
    link, eva = await deventer.mailed_link(), deventer.browser()
    deventer.account()
    sent = await eva.post(f"{link}/aanmelding", {"_csrf": csrf_of(await eva.get(link))})
    async with unit_of_work(deventer.tenant) as session:
        await session.execute(update(Uitnodiging).values(verloopt_op=klok.now()))
    come = await eva.come_back(deventer.idp.authorize(str(sent.headers["location"]), "deventer:eva.nieuw"))
    assert (come.status_code, title_of(come)) == (410, "Deze uitnodiging is verlopen")


async def test_a_withdrawn_link(deventer: Place) -> None:
    bram = await deventer.signed_in("bram.model")
    await invite(bram)
    link = await deventer.mailed_link()
    [row] = await deventer.rows(Uitnodiging)
    done = await send(bram, f"/beheer/uitnodigingen/{row.id}/intrekking")
    assert done.headers["location"] == f"{PATH}?gebeurd=ingetrokken"
    page = await open_link(deventer, link)
    assert (page.status_code, title_of(page)) == (410, "Deze uitnodiging is ingetrokken")
    again = await send(bram, f"/beheer/uitnodigingen/{row.id}/intrekking")
    assert again.status_code == 409
    assert "al ingetrokken" in again.text
    assert (await invite(bram)).status_code == 303, "the address is free again"


async def test_withdrawn_before_the_mail_left_it_does_not_leave(deventer: Place) -> None:
    bram = await deventer.signed_in("bram.model")
    await invite(bram)
    [row] = await deventer.rows(Uitnodiging)
    await send(bram, f"/beheer/uitnodigingen/{row.id}/intrekking")
    [mail] = await deventer.rows(Mail)
    assert (mail.state, mail.inhoud) == (MailState.VERVALLEN, None)


async def test_a_second_mail_ends_the_first_link(deventer: Place) -> None:
    bram = await deventer.signed_in("bram.model")
    await invite(bram)
    first = await deventer.mailed_link()
    [row] = await deventer.rows(Uitnodiging)
    soon = await send(bram, f"/beheer/uitnodigingen/{row.id}/verzending")
    assert soon.status_code == 409
    assert "Wacht een minuut" in soon.text
    with time_machine.travel(klok.now() + timedelta(minutes=2)):
        done = await send(bram, f"/beheer/uitnodigingen/{row.id}/verzending")
        assert done.headers["location"] == f"{PATH}?gebeurd=opnieuw"
        second = await deventer.mailed_link()
        assert second != first
        assert (await deventer.browser().get(first)).status_code == 404
        deventer.account()
        assert (await open_link(deventer, second)).status_code == 303
    used = await send(bram, f"/beheer/uitnodigingen/{row.id}/verzending")
    assert used.status_code == 409
    assert "al gebruikt" in used.text


@pytest.mark.parametrize("token", ["x", "a" * 43, "a" * 42, "a" * 44, "%00", "a" * 5000, "é" * 43])
async def test_made_up_links(deventer: Place, token: str) -> None:
    page = await deventer.browser().get(f"/uitnodiging/{token}")
    assert page.status_code in {400, 404}
    assert "<h1" in page.text


async def test_two_at_once_use_a_link_once(deventer: Place) -> None:
    await invite(await deventer.signed_in("bram.model"))
    link = await deventer.mailed_link()
    deventer.account()
    answers: list[int] = []

    async def one(subject: str) -> None:
        answers.append((await open_link(deventer, link, subject)).status_code)

    async with anyio.create_task_group() as group:
        for number in range(4):
            group.start_soon(one, f"deventer:eva{number}")
    assert sorted(answers) == [303, 410, 410, 410]
    assert len([one for one in await deventer.rows(Lidmaatschap) if one.subject.startswith("deventer:eva")]) == 1


async def test_a_member_who_is_invited_anew_keeps_what_they_had(deventer: Place) -> None:
    """Sanne's address here is an old one, so the form could not know her; the provider does."""
    await invite(await deventer.signed_in("bram.model"), EVA, "editor")
    deventer.account()
    page = await open_link(deventer, await deventer.mailed_link(), "deventer:sanne.proef")
    assert page.status_code == 303
    assert (await deventer.who("sanne.proef")).rollen == ["agent", "editor"]


async def test_whoever_was_shut_out_does_not_come_back_by_an_invitation(deventer: Place) -> None:
    await deventer.set("sanne.proef", actief=False)
    await invite(await deventer.signed_in("bram.model"))
    deventer.account()
    page = await open_link(deventer, await deventer.mailed_link(), "deventer:sanne.proef")
    assert (page.status_code, title_of(page)) == (403, "Uw toegang is stopgezet")
    assert not (await deventer.who("sanne.proef")).actief


async def test_the_provider_is_told_who_is_expected_and_asked_anew_when_it_is_another(deventer: Place) -> None:
    await invite(await deventer.signed_in("bram.model"))
    link, eva = await deventer.mailed_link(), deventer.browser()
    form = {"_csrf": csrf_of(await eva.get(link))}
    asked = query_of(str((await eva.post(f"{link}/aanmelding", form)).headers["location"]))
    assert (asked["login_hint"], asked.get("prompt")) == (EVA, None)
    asked = query_of(str((await eva.post(f"{link}/aanmelding", form | {"anders": "ja"})).headers["location"]))
    assert asked["prompt"] == "login"
    assert (await eva.post(f"{link}/aanmelding", {"_csrf": "x"})).status_code == 403


async def test_somebody_else_is_signed_in_in_this_browser(deventer: Place) -> None:
    await invite(await deventer.signed_in("bram.model"))
    link = await deventer.mailed_link()
    sanne = await deventer.signed_in("sanne.proef")
    assert "al aangemeld als <strong>Sanne Proef" in (await sanne.get(link)).text
    deventer.account()
    assert (await open_link(deventer, link, browser=sanne, anders=True)).status_code == 303
    assert "Eva Nieuw" in (await sanne.get("/")).text


async def test_without_an_invitation_there_is_still_no_way_in(deventer: Place) -> None:
    await invite(await deventer.signed_in("bram.model"))
    await deventer.mailed_link()
    deventer.account()
    eva = deventer.browser()
    page = await eva.get("/aanmelden")
    sent = await eva.post("/aanmelden", {"_csrf": csrf_of(page), "volgende": "/"})
    come = await eva.come_back(deventer.idp.authorize(str(sent.headers["location"]), "deventer:eva.nieuw"))
    assert (come.status_code, title_of(come)) == (403, "U hebt hier geen rol")


async def test_invitations_are_forgotten_three_months_after_their_end(deventer: Place) -> None:
    await invite(await deventer.signed_in("bram.model"))
    await ruim_uitnodigingen_op(deventer.tenant)
    assert len(await deventer.rows(Uitnodiging)) == 1
    with time_machine.travel(klok.now() + service.VALID + KEPT + timedelta(seconds=1)):
        await ruim_uitnodigingen_op(deventer.tenant)
    assert await deventer.rows(Uitnodiging) == []
