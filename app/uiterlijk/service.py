"""Saving a look, and going back to the one before. Each is a version; what changed stands in the audit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import klok
from app.audit.service import record
from app.db import after_commit, tenant_of
from app.errors import Conflict
from app.uiterlijk import geheugen, queries
from app.uiterlijk.blik import at_first
from app.uiterlijk.models import Uiterlijk, Uiterlijkbestand
from app.uiterlijk.plaatjes import Plaatje

PARTS = ("kleur", "monogram", "logo", "favicon")


class ChangedMeanwhile(Conflict):
    """What the form was filled in against is not how it is now."""

    def __init__(self) -> None:
        super().__init__("Iemand anders veranderde intussen het uiterlijk. Kijk hoe het nu is en bewaar opnieuw.")


class NothingBefore(Conflict):
    """There is no look to go back to."""

    titel = "Er is niets om terug te zetten"

    def __init__(self) -> None:
        super().__init__("Er is geen eerder uiterlijk om naar terug te gaan.")


@dataclass(frozen=True, slots=True)
class Wens:
    """A look as asked for, looked through: a colour that `derive` takes, pictures that may be shown.

    `logo` and `favicon` are None for what stays as it is; `zonder` names those that go.
    """

    kleur: str
    monogram: str
    logo: Plaatje | None = None
    favicon: Plaatje | None = None
    zonder: frozenset[str] = frozenset()


async def save(session: AsyncSession, wens: Wens, *, gezien: int, door: UUID) -> bool:
    """Make this the look; False when it already was. Raises `ChangedMeanwhile`."""
    row = await _locked(session, gezien)
    wanted: dict[str, Any] = {"kleur": wens.kleur, "monogram": wens.monogram}
    for part in ("logo", "favicon"):
        plaatje: Plaatje | None = getattr(wens, part)
        wanted[part] = None if part in wens.zonder else getattr(row, part)
        if plaatje is not None:
            await _keep(session, plaatje)
            wanted[part] = plaatje.hash
    if wanted == _parts(row):
        return False
    await _become(session, row, wanted, "uiterlijk.gewijzigd", door)
    return True


async def undo(session: AsyncSession, *, gezien: int, door: UUID) -> None:
    """Back to the look before; doing it again comes back here. Raises `ChangedMeanwhile` or `NothingBefore`."""
    row = await _locked(session, gezien)
    if row.vorige is None:
        raise NothingBefore
    await _become(session, row, dict(row.vorige), "uiterlijk.teruggezet", door)


async def _locked(session: AsyncSession, gezien: int) -> Uiterlijk:
    """The row as nobody else can change it now; the first time it is made of how the municipality looks."""
    blik = at_first(tenant_of(session))
    first = {"nummer": 1, "versie": 0, "kleur": blik.kleur, "monogram": blik.monogram, "gewijzigd_op": klok.now()}
    await session.execute(insert(Uiterlijk).values(first).on_conflict_do_nothing())
    row = await queries.for_update(session)
    if row is None or row.versie != gezien:
        raise ChangedMeanwhile
    return row


def _parts(row: Uiterlijk) -> dict[str, Any]:
    return {part: getattr(row, part) for part in PARTS}


async def _keep(session: AsyncSession, plaatje: Plaatje) -> None:
    values = {"hash": plaatje.hash, "soort": plaatje.soort, "inhoud": plaatje.inhoud}
    await session.execute(insert(Uiterlijkbestand).values(values).on_conflict_do_nothing())


async def _become(session: AsyncSession, row: Uiterlijk, wanted: dict[str, Any], handeling: str, door: UUID) -> None:
    before = _parts(row)
    for part, value in wanted.items():
        setattr(row, part, value)
    row.vorige, row.versie = before, row.versie + 1
    row.gewijzigd_op, row.gewijzigd_door = klok.now(), door
    changed = [part for part in PARTS if before[part] != wanted[part]]
    van, naar = ({part: one[part] for part in changed} for one in (before, wanted))
    record(session, handeling, "uiterlijk", row.versie, door, van=van, naar=naar)
    await session.flush()
    named = {one[part] for one in (before, wanted) for part in ("logo", "favicon") if one[part]}
    await session.execute(delete(Uiterlijkbestand).where(Uiterlijkbestand.hash.not_in(named)))
    tenant = tenant_of(session)

    async def seen_at_once() -> None:
        geheugen.forget(tenant)

    after_commit(session, seen_at_once)
