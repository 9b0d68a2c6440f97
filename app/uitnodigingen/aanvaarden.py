"""The first sign-in of somebody who was invited: what the issuer says of them becomes a membership.

The invitation says which address may come in and with which roles; the issuer says who has that address. Neither is
enough alone: a link without the account is worth nothing, and an account without the link has no rights here.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import klok
from app.audit.service import record
from app.auth.models import Lidmaatschap, Rol
from app.auth.tokens import Identity
from app.errors import NotFound
from app.ids import new_id
from app.mail.adres import read_address
from app.uitnodigingen import queries, weigeringen
from app.uitnodigingen.models import Uitnodiging, UitnodigingState
from app.uitnodigingen.service import check_usable


async def accept(session: AsyncSession, uitnodiging_id: UUID, identity: Identity) -> Lidmaatschap:
    """Use the invitation, once, for this person; gives their membership. Raises `UitnodigingRefused`.

    Whoever is a member already keeps their roles and gets those of the invitation besides.
    """
    try:
        uitnodiging = await queries.for_update(session, uitnodiging_id)
    except NotFound:
        raise weigeringen.Unknown from None
    check_usable(uitnodiging, klok.now())
    _check_address(uitnodiging, identity)
    lidmaatschap = await _membership(session, uitnodiging, identity)
    uitnodiging.state, uitnodiging.afgehandeld_op = UitnodigingState.GEBRUIKT, klok.now()
    uitnodiging.lidmaatschap_id = lidmaatschap.id
    record(
        session,
        "uitnodiging.aanvaard",
        "lidmaatschap",
        lidmaatschap.id,
        lidmaatschap.id,
        uitnodiging=str(uitnodiging.id),
        rollen=lidmaatschap.rollen,
    )
    return lidmaatschap


def _check_address(uitnodiging: Uitnodiging, identity: Identity) -> None:
    """Compared in lower case, and only after both were found to be plain addresses (no look-alike letters)."""
    address = read_address(identity.email or "")
    if address is None or not identity.email_bevestigd:
        raise weigeringen.NotVerified
    if address != uitnodiging.email:
        raise weigeringen.OtherAddress(uitnodiging.email, address)


async def _membership(session: AsyncSession, uitnodiging: Uitnodiging, identity: Identity) -> Lidmaatschap:
    theirs = select(Lidmaatschap).where(
        Lidmaatschap.issuer == identity.issuer, Lidmaatschap.subject == identity.subject
    )
    known = await session.scalar(theirs.with_for_update())
    if known is None:
        known = _new(uitnodiging, identity)
        session.add(known)
        await session.flush()
    elif not known.actief:
        raise weigeringen.AccessEnded
    else:
        known.rollen = [rol for rol in Rol if rol in known.rollen or rol in uitnodiging.rollen]
    return known


def _new(uitnodiging: Uitnodiging, identity: Identity) -> Lidmaatschap:
    return Lidmaatschap(
        id=new_id(),
        issuer=identity.issuer,
        subject=identity.subject,
        gebruikersnaam=identity.gebruikersnaam or uitnodiging.email[:100],
        naam=identity.naam or uitnodiging.email,
        email=uitnodiging.email,
        rollen=list(uitnodiging.rollen),
        actief=True,
        modus="systeem",
        aangemaakt_op=klok.now(),
    )
