"""Mail against a real mail server: it leaves, it waits while the server is away, it is given up for good reasons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from sqlalchemy import select, update

from app import klok
from app.audit.models import Auditregel
from app.db import unit_of_work
from app.mail import queries, service, smtp
from app.mail.jobs import KEPT, ruim_mail_op, verstuur_mail
from app.mail.models import Mail, MailState
from app.mail.opstellen import Soort, compose
from app.processen import sweep
from tenants.context import Tenant
from tests.mail.conftest import SENDER
from tests.mail.server import MailServer, text_of
from tests.tenants import support

pytestmark = pytest.mark.anyio
WORDS = {
    "uitnodiger": "Bram <Model>",
    "rollen": "Teamleider",
    "link": "http://deventer.localhost:8000/uitnodiging/abc",
    "geldig_tot": "vrijdag 4 december 2026",
    "email": "eva.voorbeeld@deventer.example",
}
AAN = "eva.voorbeeld@deventer.example"


async def write(tenant: Tenant, aan: str = AAN, **words: str) -> Mail:
    async with unit_of_work(tenant) as session:
        return service.post(
            session, Soort.UITNODIGING, aan, WORDS | words, verloopt_op=klok.now() + timedelta(days=7)
        )


async def mails(tenant: Tenant) -> Sequence[Mail]:
    async with unit_of_work(tenant) as session:
        return (await session.scalars(select(Mail).order_by(Mail.id))).all()


async def make_due(tenant: Tenant) -> None:
    async with unit_of_work(tenant) as session:
        await session.execute(update(Mail).values(volgende_poging_op=klok.now(), lease_tot=None))


async def test_a_mail_leaves_and_what_it_said_is_forgotten(deventer: Tenant, server: MailServer) -> None:
    written = await write(deventer)
    assert written.inhoud is not None
    assert b"uitnodiging" not in written.inhoud, "sealed while it waits"
    assert await service.send_round(deventer) == 1
    [mail], [row] = server.postman.mails, await mails(deventer)
    assert server.postman.recipients == [[AAN]]
    assert mail["From"] == f"Klantcontact gemeente Deventer <{SENDER}>"
    assert mail["To"] == AAN
    assert mail["Message-ID"] == f"<{row.id}@kiss.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Subject"] == "Uitnodiging voor Klantcontact van gemeente Deventer"
    assert "Bram <Model> nodigt u uit" in text_of(mail)
    assert WORDS["link"] in text_of(mail)
    assert "Bram &lt;Model&gt; nodigt u uit" in text_of(mail, "html")
    assert f'<a href="{WORDS["link"]}">' in text_of(mail, "html")
    assert (row.state, row.inhoud, row.fout_zin) == (MailState.VERZONDEN, None, None)
    assert row.verzonden_op is not None
    assert await service.send_round(deventer) == 0


async def test_the_subject_says_nothing_of_a_person(deventer: Tenant) -> None:
    mail = compose(deventer, uuid4(), Soort.UITNODIGING, WORDS, sender=SENDER, aan=AAN)
    personal = [*AAN.replace("@", ".").split("."), "Bram", "Model", "Teamleider"]
    assert not [word for word in personal if word.lower() in str(mail["Subject"]).lower().replace("deventer", "")][1:]
    assert "eva" not in str(mail["Subject"]).lower()


async def test_a_mail_waits_while_the_server_is_away(deventer: Tenant, server: MailServer) -> None:
    server.stop()
    await write(deventer)
    assert await service.send_round(deventer) == 1
    [row] = await mails(deventer)
    assert (row.state, row.pogingen, row.fout_zin) == (MailState.ONDERWEG, 1, smtp.AWAY)
    assert row.inhoud is not None
    assert timedelta(seconds=0) < row.volgende_poging_op - klok.now() <= timedelta(seconds=5)
    assert await service.send_round(deventer) == 0, "not before its moment"
    server.start()
    await make_due(deventer)
    assert await service.send_round(deventer) == 1
    assert len(server.postman.mails) == 1
    assert [row.state for row in await mails(deventer)] == [MailState.VERZONDEN]


def test_waiting_grows_and_stays_bounded() -> None:
    waits = [service.backoff(attempt) for attempt in range(1, 400)]
    assert all(2.5 <= wait <= 1800 for wait in waits)
    assert waits[0] <= 5
    assert min(waits[10:]) >= 900


@pytest.mark.parametrize(
    ("answer", "where", "state", "zin"),
    [
        ("550 nobody", "at_rcpt", MailState.NIET_VERZONDEN, smtp.REFUSES_ADDRESS),
        ("451 later", "at_rcpt", MailState.ONDERWEG, smtp.REFUSES_ADDRESS),
        ("554 spam", "at_data", MailState.NIET_VERZONDEN, smtp.REFUSES_MAIL),
        ("452 full", "at_data", MailState.ONDERWEG, smtp.REFUSES_MAIL),
    ],
)
async def test_what_the_server_answers(
    deventer: Tenant, server: MailServer, answer: str, where: str, state: MailState, zin: str
) -> None:
    setattr(server.postman, where, answer)
    await write(deventer)
    await service.send_round(deventer)
    [row] = await mails(deventer)
    assert (row.state, row.fout_zin) == (state, zin)
    assert (row.inhoud is None) == (state is MailState.NIET_VERZONDEN)
    async with unit_of_work(deventer) as session:
        lines = await session.scalars(select(Auditregel).where(Auditregel.object_id == str(row.id)))
        assert len(lines.all()) == (state is MailState.NIET_VERZONDEN)


async def test_without_a_mail_server_mail_waits_and_says_why(deventer: Tenant, server: MailServer) -> None:
    with support.environment(SMTP_URL=None):
        await write(deventer)
        await service.send_round(deventer)
    [row] = await mails(deventer)
    assert (row.state, row.fout_zin) == (MailState.ONDERWEG, smtp.NOT_SET_UP)


async def test_what_is_too_late_is_not_sent(deventer: Tenant, server: MailServer) -> None:
    await write(deventer)
    await write(deventer)
    with time_machine.travel(klok.now() + timedelta(days=8), tick=False):
        assert await service.send_round(deventer) == 0
    assert [row.state for row in await mails(deventer)] == [MailState.NIET_VERZONDEN] * 2
    assert server.postman.mails == []


async def test_a_withdrawn_mail_does_not_leave(deventer: Tenant, server: MailServer) -> None:
    written = await write(deventer)
    async with unit_of_work(deventer) as session:
        await service.withdraw(session, written.id)
    assert await service.send_round(deventer) == 0
    [row] = await mails(deventer)
    assert (row.state, row.inhoud) == (MailState.VERVALLEN, None)
    assert server.postman.mails == []


async def test_two_workers_send_each_mail_once(deventer: Tenant, server: MailServer) -> None:
    first, second = await write(deventer), await write(deventer)
    claims = [await service.claim(deventer), await service.claim(deventer), await service.claim(deventer)]
    assert [claim.id for claim in claims if claim] == [first.id, second.id]
    for claim in claims:
        if claim:
            await service.deliver(deventer, claim)
    assert len(server.postman.mails) == 2


async def test_a_worker_that_died_after_sending_sends_the_same_mail_again(
    deventer: Tenant, server: MailServer
) -> None:
    """At least once, and a mail program sees that it is the same one."""
    await write(deventer)
    claimed = await service.claim(deventer)
    assert claimed is not None
    await smtp.send(service._message(deventer, claimed))  # and then it was gone
    with time_machine.travel(klok.now() + service.LEASE + timedelta(seconds=1)):
        assert await service.send_round(deventer) == 1
    ids = [mail["Message-ID"] for mail in server.postman.mails]
    assert len(ids) == 2
    assert len(set(ids)) == 1


async def test_the_scheduler_finds_mail_whose_bell_was_lost(deventer: Tenant) -> None:
    """Valkey is away in these tests: the bell of `post` was lost, and ringing again is no error."""
    await write(deventer)
    async with unit_of_work(deventer) as session:
        assert (await queries.backlog(session, klok.now() + timedelta(seconds=1))).due
    await sweep(deventer)
    await verstuur_mail(deventer)
    async with unit_of_work(deventer) as session:
        assert await queries.backlog(session, klok.now()) == queries.Backlog(0.0, due=False)


async def test_mail_is_forgotten_after_a_month(deventer: Tenant) -> None:
    await write(deventer)
    await ruim_mail_op(deventer)
    assert len(await mails(deventer)) == 1
    with time_machine.travel(klok.now() + timedelta(days=7) + KEPT + timedelta(minutes=1), tick=False):
        await ruim_mail_op(deventer)
        await ruim_mail_op(deventer)
    assert await mails(deventer) == []


async def test_mail_of_one_municipality_is_none_of_the_other(
    deventer: Tenant, zwolle: Tenant, server: MailServer
) -> None:
    await write(deventer)
    assert await service.send_round(zwolle) == 0
    assert server.postman.mails == []


async def test_sealed_for_another_row_it_is_never_sent(deventer: Tenant, server: MailServer) -> None:
    """Somebody with access to the database swaps two contents: neither link leaves for the wrong person."""
    one, other = await write(deventer), await write(deventer, "fatma.proef@deventer.example")
    async with unit_of_work(deventer) as session:
        await session.execute(update(Mail).where(Mail.id == one.id).values(inhoud=other.inhoud))
        await session.execute(update(Mail).where(Mail.id == other.id).values(inhoud=one.inhoud))
    await service.send_round(deventer)
    assert server.postman.mails == []
    assert [row.state for row in await mails(deventer)] == [MailState.NIET_VERZONDEN] * 2
