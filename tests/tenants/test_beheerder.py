"""The first tenant admin of a municipality is invited by `kiss tenants apply`, until somebody looks after it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import select, update

from app import klok
from app.audit.models import Auditregel
from app.auth.models import Lidmaatschap
from app.auth.tokens import Identity
from app.db import platform_unit_of_work, unit_of_work
from app.demo.postgres import EmbeddedPostgres
from app.mail import service as mail
from app.mail.models import Mail, MailState
from app.uitnodigingen.aanvaarden import accept
from app.uitnodigingen.models import Uitnodiging, UitnodigingState
from app.uitnodigingen.service import VALID
from tenants.models import Gemeente, Platformaudit
from tests.tenants import support

pytestmark = pytest.mark.anyio
NOOR = "noor.nieuw@wijhe.example"
OTHER = "piet.anders@wijhe.example"


def said(email: str) -> str:
    return f'[beheerder]\nemail = "{email}"\n'


async def apply(folder: Path, slug: str, extra: str) -> tuple[bool, list[str]]:
    [report] = await support.apply([support.manifest(folder, slug, extra)])
    assert report.fout is None
    return report.created, report.changed


async def rows(slug: str, model: Any) -> list[Any]:
    async with unit_of_work(await support.tenant(slug)) as session:
        return list((await session.scalars(select(model).order_by(model.id))).all())


async def test_the_first_admin_is_invited_once(gemeenten: EmbeddedPostgres, tmp_path: Path) -> None:
    assert await apply(tmp_path, "wijhe", said("Noor.Nieuw@wijhe.example")) == (True, await _changed("wijhe"))
    [invited], [letter] = await rows("wijhe", Uitnodiging), await rows("wijhe", Mail)
    assert (invited.email, invited.rollen, invited.door) == (NOOR, ["tenant_admin"], None)
    assert (letter.aan, letter.state, invited.mail_id) == (NOOR, MailState.KLAAR, letter.id)
    tenant = await support.tenant("wijhe")
    claimed = await mail.claim(tenant)
    assert claimed is not None
    with support.environment(KISS_SMTP_FROM="k@kiss.example"):
        message = mail._message(tenant, claimed)
    assert "De beheerder van het platform nodigt u uit" in str(message.get_body(("plain",)).get_content())  # type: ignore[union-attr]
    assert message["To"] == NOOR
    assert await apply(tmp_path, "wijhe", said(NOOR)) == (False, [])
    assert len(await rows("wijhe", Uitnodiging)) == 1
    assert "uitnodiging.verstuurd" in {line.handeling for line in await rows("wijhe", Auditregel)}


async def _changed(slug: str) -> list[str]:
    """What the platform's audit says that apply did: the invitation among it, nothing of a person."""
    async with platform_unit_of_work() as session:
        lines = await session.scalars(select(Platformaudit.gegevens).where(Platformaudit.slug == slug))
        [line] = lines.all()
        manifest = await session.scalar(select(Gemeente.manifest).where(Gemeente.slug == slug))
    assert "beheerder uitgenodigd" in line["gewijzigd"]
    assert "@" not in str(line)
    assert "@" not in str(manifest)
    changed: list[str] = line["gewijzigd"]
    return changed


async def test_another_address_takes_its_place(gemeenten: EmbeddedPostgres, tmp_path: Path) -> None:
    await apply(tmp_path, "olst", said(NOOR))
    assert await apply(tmp_path, "olst", said(OTHER)) == (False, ["beheerder uitgenodigd"])
    invited = {row.email: row.state for row in await rows("olst", Uitnodiging)}
    assert invited == {NOOR: UitnodigingState.INGETROKKEN, OTHER: UitnodigingState.OPEN}
    letters = {row.aan: (row.state, row.inhoud is None) for row in await rows("olst", Mail)}
    assert letters == {NOOR: (MailState.VERVALLEN, True), OTHER: (MailState.KLAAR, False)}


async def test_an_expired_one_is_sent_anew(gemeenten: EmbeddedPostgres, tmp_path: Path) -> None:
    await apply(tmp_path, "holten", said(NOOR))
    with time_machine.travel(klok.now() + VALID + timedelta(minutes=1)):
        assert await apply(tmp_path, "holten", said(NOOR)) == (False, ["beheerder uitgenodigd"])
    states = sorted(row.state for row in await rows("holten", Uitnodiging))
    assert states == [UitnodigingState.INGETROKKEN, UitnodigingState.OPEN]


async def test_once_somebody_looks_after_it_nobody_is_invited(gemeenten: EmbeddedPostgres, tmp_path: Path) -> None:
    await apply(tmp_path, "raalte", said(NOOR))
    [invited] = await rows("raalte", Uitnodiging)
    identity = Identity(support.ISSUER, "sub-noor", "Noor Nieuw", NOOR, None, ("raalte",), email_bevestigd=True)
    async with unit_of_work(await support.tenant("raalte")) as session:
        await accept(session, invited.id, identity)
    [member] = await rows("raalte", Lidmaatschap)
    assert (member.rollen, member.naam) == (["tenant_admin"], "Noor Nieuw")
    assert await apply(tmp_path, "raalte", said(OTHER)) == (False, [])
    async with unit_of_work(await support.tenant("raalte")) as session:
        await session.execute(update(Lidmaatschap).values(actief=False))
    assert await apply(tmp_path, "raalte", said(OTHER)) == (False, ["beheerder uitgenodigd"]), "nobody is left"


async def test_without_an_address_nobody_is_invited(gemeenten: EmbeddedPostgres, tmp_path: Path) -> None:
    await apply(tmp_path, "bathmen", "")
    assert await rows("bathmen", Uitnodiging) == []


async def test_a_newcomer_of_the_demo_is_no_member(gemeenten: EmbeddedPostgres) -> None:
    for slug, name in (("deventer", "eva.nieuwkomer"), ("zwolle", "timo.nieuwkomer")):
        assert name not in {row.gebruikersnaam for row in await rows(slug, Lidmaatschap)}
