"""What a tenant admin may send, with sentences for what cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.models import Rol
from app.mail.adres import read_address
from app.medewerkers import queries
from app.uitnodigingen import queries as uitnodigingen

NO_ROLE = "Kies minstens één rol."


@dataclass(frozen=True, slots=True)
class Invitation:
    """An address and roles as typed, `email` as it is understood, and a sentence by field."""

    getypt: str = ""
    email: str = ""
    rollen: tuple[str, ...] = ()
    fouten: Mapping[str, str] = field(default_factory=dict)


def read_roles(form: Mapping[str, str]) -> tuple[str, ...]:
    """The boxes that were ticked: `rol-agent`, … Names of other roles do not exist."""
    return tuple(rol.value for rol in Rol if f"rol-{rol.value}" in form)


async def read_invitation(session: AsyncSession, form: Mapping[str, str]) -> Invitation:
    typed, rollen = form.get("email", "").strip()[:300], read_roles(form)
    email = read_address(typed)
    fouten = {}
    if not typed:
        fouten["email"] = "Vul het e-mailadres van uw collega in."
    elif email is None:
        fouten["email"] = "Dit is geen e-mailadres. Bijvoorbeeld naam@gemeente.nl."
    elif said := await _why_not(session, email):
        fouten["email"] = said
    if not rollen:
        fouten["rollen"] = NO_ROLE
    return Invitation(typed, email or "", rollen, fouten)


async def _why_not(session: AsyncSession, email: str) -> str | None:
    """Why nobody needs to be invited at this address; None when there is no reason."""
    known = await queries.by_address(session, email)
    if known is not None and known.actief:
        return f"{known.naam} werkt hier al met dit adres. Verander daar de rollen."
    if known is not None:
        return f"{known.naam} heeft dit adres, maar de toegang is gestopt. Zet die bij {known.naam} weer aan."
    if await uitnodigingen.for_address(session, email) is not None:
        return "Dit adres is al uitgenodigd. Stuur de mail bij Uitnodigingen opnieuw."
    return None
