"""Many searches in an hour: a question first, and the answer in the verwerkingenlog.

Searching is never refused. Above the norm of the municipality somebody says once why they search so much; then they
go on, until they have again searched as often, or an hour later. Counted in the log itself, which no restart forgets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import klok
from app.audit.service import record as record_audit
from app.db import tenant_of
from app.settings import settings
from app.verwerkingen.models import Verwerking
from app.verwerkingen.service import Activiteit, Raadpleging, Uitkomst, new_trace_id, record

HOUR: Final = timedelta(hours=1)
LONGEST: Final = 500  # characters of an explanation
SHORTEST: Final = 10
ASKED: Final = tuple("vraag bsn geslachtsnaam geboortedatum postcode huisnummer huisletter toevoeging".split())


class Reden(StrEnum):
    """What one may choose; the code stands in both logs."""

    DRUKTE = "drukte"
    LIJST = "lijst"
    CONTROLE = "controle"
    INWERKEN = "inwerken"
    ANDERS = "anders"


REDENEN: Final[Mapping[Reden, str]] = {
    Reden.DRUKTE: "Het is druk aan de telefoon of aan de balie",
    Reden.LIJST: "Ik werk een lijst of terugbelverzoeken af",
    Reden.CONTROLE: "Ik kon de beller moeilijk vinden",
    Reden.INWERKEN: "Ik werk iemand in",
    Reden.ANDERS: "Iets anders, namelijk",
}


@dataclass(frozen=True, slots=True)
class Normvraag:
    """The question: how often this person searched, what was typed, and what is wrong with the answer."""

    aantal: int
    getypt: Mapping[str, str] = field(repr=False)
    reden: str = ""
    toelichting: str = field(default="", repr=False)
    fouten: Mapping[str, str] = field(default_factory=dict)


async def question(
    session: AsyncSession, medewerker_id: UUID, gesprek_id: UUID, doel: str, form: Mapping[str, str]
) -> Normvraag | None:
    """The question that comes first, or None: below the norm, or `form` answers it, and then that is written down."""
    own = tenant_of(session).grenzen.zoekvragen
    norm = settings().limit_lookups if own is None else own
    if not norm:
        return None
    aantal = await _searched(session, medewerker_id)
    if aantal < norm:
        return None
    reden, toelichting = form.get("reden", ""), " ".join(form.get("toelichting", "").split())
    fouten = _faults(reden, toelichting) if "reden" in form else {}
    if fouten or "reden" not in form:
        getypt = {name: form[name] for name in ASKED if form.get(name)}
        return Normvraag(aantal, getypt, reden, toelichting, fouten)
    tekst = f"reden: {reden}; zoekvragen: {aantal}" + (f"; toelichting: {toelichting}" if toelichting else "")
    line = Raadpleging(
        medewerker_id, gesprek_id, Activiteit.VERANTWOORDEN, doel, "eigen", tekst, new_trace_id()
    )  # fmt: skip
    record(session, line, Uitkomst.BEANTWOORD)
    record_audit(session, "zoeken.verantwoord", "gesprek", gesprek_id, medewerker_id, reden=reden, aantal=aantal)
    await session.flush()
    return None


def _faults(reden: str, toelichting: str) -> dict[str, str]:
    if reden not in list(Reden):
        return {"reden": "Kies waarom u zo vaak zoekt."}
    if len(toelichting) > LONGEST:
        return {"toelichting": f"Deze uitleg is te lang: hoogstens {LONGEST} tekens."}
    if reden == Reden.ANDERS and len(toelichting) < SHORTEST:
        return {"toelichting": "Schrijf in een paar woorden waarom."}
    return {}


async def _searched(session: AsyncSession, medewerker_id: UUID) -> int:
    """Searches of this person in the last hour, since they last said why."""
    since = klok.now() - HOUR
    own = (Verwerking.medewerker_id == medewerker_id, Verwerking.moment > since)
    answered = await session.scalar(
        select(func.max(Verwerking.moment)).where(*own, Verwerking.activiteit == Activiteit.VERANTWOORDEN)
    )
    query = select(func.count(func.distinct(Verwerking.trace_id))).where(
        *own, Verwerking.activiteit == Activiteit.ZOEKEN, Verwerking.uitkomst == Uitkomst.GESTART
    )
    if answered is not None:
        query = query.where(Verwerking.moment > answered)
    return await session.scalar(query) or 0
