"""Inviting somebody: one address, roles, and a link that works once, for seven days, in one municipality."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from babel.dates import format_datetime
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app import klok
from app.audit.service import record
from app.auth import cookies, urls
from app.auth.medewerker import Medewerker
from app.auth.rights import ROL_NAMEN
from app.db import tenant_of
from app.errors import Conflict
from app.geheimen import subject_hmac
from app.ids import new_id
from app.mail import service as mail
from app.mail.opstellen import Soort
from app.uitnodigingen import queries, weigeringen
from app.uitnodigingen.models import Uitnodiging, UitnodigingState
from tenants.context import Tenant

VALID: Final = timedelta(days=7)
PAUSE: Final = timedelta(minutes=1)  # between two mails to the same address
PATH: Final = "/uitnodiging"
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")  # 256 bits, base64url without padding


class AlreadyInvited(Conflict):
    def __init__(self) -> None:
        super().__init__("Iemand anders nodigde dit adres net uit. Kijk bij Uitnodigingen.")


def columns(tenant: Tenant, email: str, rollen: Sequence[str], *, door: UUID | None) -> tuple[dict[str, Any], str]:
    """A new row of `uitnodiging` without its mail, and the token of its link, which is nowhere stored readably."""
    token, now = cookies.new_token(), klok.now()
    values = {
        "id": new_id(),
        "token_hash": hash_of(tenant, token),
        "email": email,
        "rollen": list(rollen),
        "state": UitnodigingState.OPEN.value,
        "door": door,
        "aangemaakt_op": now,
        "verloopt_op": now + VALID,
    }
    return values, token


def words(tenant: Tenant, row: dict[str, Any] | Uitnodiging, token: str, *, uitnodiger: str) -> dict[str, str]:
    """What the mail says (app/mail/opstellen.py, `uitnodiging`)."""
    values = (
        row if isinstance(row, dict) else {name: getattr(row, name) for name in ("email", "rollen", "verloopt_op")}
    )
    return {
        "uitnodiger": uitnodiger,
        "rollen": role_names(values["rollen"]),
        "link": f"{urls.public_url(tenant)}{PATH}/{token}",
        "geldig_tot": in_words(values["verloopt_op"]),
        "email": values["email"],
    }


async def invite(session: AsyncSession, email: str, rollen: Sequence[str], *, door: Medewerker) -> Uitnodiging:
    """Write the invitation and its mail. That the address is free was asked before; the database sees to it too.

    Raises `AlreadyInvited` when somebody else was just ahead.
    """
    tenant = tenant_of(session)
    values, token = columns(tenant, email, rollen, door=door.id)
    uitnodiging = Uitnodiging(**values)
    try:
        async with session.begin_nested():
            session.add(uitnodiging)
    except IntegrityError:
        raise AlreadyInvited from None
    _post(session, uitnodiging, token, door)
    record(session, "uitnodiging.verstuurd", "uitnodiging", uitnodiging.id, door.id, rollen=list(rollen))
    return uitnodiging


async def send_again(session: AsyncSession, uitnodiging_id: UUID, *, door: Medewerker) -> Uitnodiging:
    """A new link for seven days; the old one is worth nothing from now on. Raises `NotFound` or `Conflict`."""
    uitnodiging, now = await queries.for_update(session, uitnodiging_id), klok.now()
    _check_open(uitnodiging)
    if now < uitnodiging.verloopt_op - VALID + PAUSE:
        raise Conflict("U stuurde deze mail net. Wacht een minuut.", titel="De mail is al onderweg")
    token = cookies.new_token()
    uitnodiging.token_hash, uitnodiging.verloopt_op = hash_of(tenant_of(session), token), now + VALID
    if uitnodiging.mail_id is not None:
        await mail.withdraw(session, uitnodiging.mail_id)
    _post(session, uitnodiging, token, door)
    record(session, "uitnodiging.opnieuw_verstuurd", "uitnodiging", uitnodiging.id, door.id)
    return uitnodiging


async def withdraw(session: AsyncSession, uitnodiging_id: UUID, *, door: Medewerker) -> Uitnodiging:
    """The link is worth nothing from now on. Raises `NotFound` or `Conflict`."""
    uitnodiging = await queries.for_update(session, uitnodiging_id)
    _check_open(uitnodiging)
    uitnodiging.state, uitnodiging.afgehandeld_op = UitnodigingState.INGETROKKEN, klok.now()
    if uitnodiging.mail_id is not None:
        await mail.withdraw(session, uitnodiging.mail_id)
    record(session, "uitnodiging.ingetrokken", "uitnodiging", uitnodiging.id, door.id)
    return uitnodiging


async def opened(session: AsyncSession, token: str) -> Uitnodiging:
    """The invitation of a link that may be used now. Raises `UitnodigingRefused`, each reason in its own words."""
    found = None
    if _TOKEN.fullmatch(token):
        found = await queries.by_hash(session, hash_of(tenant_of(session), token))
    if found is None:
        raise weigeringen.Unknown
    check_usable(found, klok.now())
    return found


def check_usable(uitnodiging: Uitnodiging, now: datetime) -> None:
    if uitnodiging.state == UitnodigingState.GEBRUIKT:
        raise weigeringen.Used
    if uitnodiging.state == UitnodigingState.INGETROKKEN:
        raise weigeringen.Withdrawn
    if uitnodiging.is_expired(now):
        raise weigeringen.Expired


def hash_of(tenant: Tenant, token: str) -> bytes:
    """What the database holds of a link: keyed per municipality, so that a row carried elsewhere opens nothing."""
    return subject_hmac(tenant, "uitnodiging", token)


def role_names(rollen: Sequence[str]) -> str:
    return ", ".join(naam for rol, naam in ROL_NAMEN.items() if rol in rollen)


def in_words(moment: datetime) -> str:
    """vrijdag 4 december 2026 om 10:42 uur"""
    return format_datetime(klok.local(moment), "EEEE d MMMM y 'om' HH:mm 'uur'", locale="nl_NL")


def _post(session: AsyncSession, uitnodiging: Uitnodiging, token: str, door: Medewerker) -> None:
    text = words(tenant_of(session), uitnodiging, token, uitnodiger=door.naam)
    written = mail.post(session, Soort.UITNODIGING, uitnodiging.email, text, verloopt_op=uitnodiging.verloopt_op)
    uitnodiging.mail_id = written.id


def _check_open(uitnodiging: Uitnodiging) -> None:
    if not uitnodiging.is_open:
        done = "al gebruikt" if uitnodiging.state == UitnodigingState.GEBRUIKT else "al ingetrokken"
        raise Conflict(f"Deze uitnodiging is {done}. U hoeft niets te doen.")
