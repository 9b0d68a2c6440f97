"""Changing what somebody may do here, and whether they may come in.

There is always an active tenant admin: whoever would take the last one away is refused, also when two do it at once.
Rights that shrink end the person's sessions in the same transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.service import record
from app.auth import sessions
from app.auth.models import Lidmaatschap, Rol
from app.errors import Conflict
from app.medewerkers import queries


class LastAdmin(Conflict):
    """Nobody would be left to look after the municipality."""

    titel = "Dit is de laatste functioneel beheerder"

    def __init__(self, naam: str) -> None:
        super().__init__(
            f"{naam} is de enige actieve functioneel beheerder. Maak eerst een collega functioneel beheerder."
        )


class ChangedMeanwhile(Conflict):
    """What the form was filled in against is not how it is now."""

    titel = "Iemand anders was u voor"

    def __init__(self, naam: str) -> None:
        super().__init__(f"Iemand anders veranderde intussen iets bij {naam}. Kijk hoe het nu is, en kies opnieuw.")


def stand_of(lidmaatschap: Lidmaatschap) -> str:
    """What a form was filled in against, to be sent along with it: rights and state, nothing else."""
    return f"{'actief' if lidmaatschap.actief else 'gestopt'}:{','.join(sorted(lidmaatschap.rollen))}"


async def change_roles(
    session: AsyncSession, lidmaatschap_id: UUID, rollen: Sequence[str], *, gezien: str, door: UUID
) -> Lidmaatschap:
    """Give exactly these roles, at least one. Raises `NotFound`, `ChangedMeanwhile` or `LastAdmin`."""
    keeps_admin = Rol.TENANT_ADMIN in rollen
    lidmaatschap = await _locked(session, lidmaatschap_id, gezien, stays_admin=keeps_admin)
    before, after = set(lidmaatschap.rollen), set(rollen)
    if before == after:
        return lidmaatschap
    lidmaatschap.rollen = [rol for rol in Rol if rol in after]
    ended = await sessions.end_all_of(session, lidmaatschap.id) if before - after else 0
    record(
        session,
        "medewerker.rollen_gewijzigd",
        "lidmaatschap",
        lidmaatschap.id,
        door,
        van=sorted(before),
        naar=sorted(after),
        sessies_beeindigd=ended,
    )
    return lidmaatschap


async def deactivate(session: AsyncSession, lidmaatschap_id: UUID, *, gezien: str, door: UUID) -> Lidmaatschap:
    """Let this person in no more, from this moment on. Raises `NotFound`, `ChangedMeanwhile` or `LastAdmin`."""
    lidmaatschap = await _locked(session, lidmaatschap_id, gezien, stays_admin=False)
    if lidmaatschap.actief:
        lidmaatschap.actief = False
        ended = await sessions.end_all_of(session, lidmaatschap.id)
        what = "medewerker.toegang_gestopt"
        record(session, what, "lidmaatschap", lidmaatschap.id, door, sessies_beeindigd=ended)
    return lidmaatschap


async def activate(session: AsyncSession, lidmaatschap_id: UUID, *, gezien: str, door: UUID) -> Lidmaatschap:
    """Let this person in again, with the roles they had. Raises `NotFound` or `ChangedMeanwhile`."""
    lidmaatschap = await _locked(session, lidmaatschap_id, gezien, stays_admin=True)
    if not lidmaatschap.actief:
        lidmaatschap.actief = True
        rollen = list(lidmaatschap.rollen)
        record(session, "medewerker.toegang_hersteld", "lidmaatschap", lidmaatschap.id, door, rollen=rollen)
    return lidmaatschap


async def _locked(session: AsyncSession, lidmaatschap_id: UUID, gezien: str, *, stays_admin: bool) -> Lidmaatschap:
    """The row as nobody else can change it now. Admins are locked first, in one order, so that nobody waits for each
    other; what was read while waiting is read again."""
    admins = set() if stays_admin else await queries.active_admins_for_update(session)
    lidmaatschap = await queries.for_update(session, lidmaatschap_id)
    if not stays_admin and admins == {lidmaatschap.id}:
        raise LastAdmin(lidmaatschap.naam)
    if gezien != stand_of(lidmaatschap):
        raise ChangedMeanwhile(lidmaatschap.naam)
    return lidmaatschap
