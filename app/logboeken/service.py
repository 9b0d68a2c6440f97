"""What the privacy officer does with the logs that is itself logged: looking somebody up, and taking a copy."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import klok
from app.audit.service import record as record_audit
from app.auth.medewerker import Medewerker
from app.connectors.ports import OpBsn
from app.db import tenant_of, unit_of_work
from app.geheimen import subject_hmac
from app.klantbeeld.invoer import understand
from app.logboeken import queries, uitvoer
from app.logboeken.filters import Filter, Plek
from app.logboeken.uitvoer import Vorm
from app.verwerkingen.service import Activiteit, Raadpleging, Uitkomst, new_trace_id
from app.verwerkingen.service import record as record_verwerking
from tenants.context import Tenant

DOEL = "logboekinzage"
DEEL = 2_000  # lines that an export reads at a time
_LAST = UUID(int=2**128 - 1)


@dataclass(frozen=True, slots=True)
class Inwoner:
    """What the log says about one citizen: lines, where the next page begins, and how many there are."""

    regels: Sequence[Any]
    volgende: Plek | None
    aantal: int


@dataclass(frozen=True, slots=True)
class Bestand:
    """A file under way: its name, its media type, and its text in parts."""

    naam: str
    media: str
    delen: AsyncIterator[str]


def read_bsn(text: str) -> tuple[str, str | None]:
    """The BSN that was typed, or what is wrong with it: (bsn, None) or ("", sentence)."""
    if not text.strip():
        return "", "Vul het BSN in van de inwoner."
    begrepen = understand({"bsn": text})
    if isinstance(begrepen.vraag, OpBsn):
        return begrepen.vraag.bsn, None
    return "", begrepen.fouten["bsn"]


async def about(session: AsyncSession, medewerker: Medewerker, asked: Filter, bsn: str) -> Inwoner:
    """All lines about one citizen, by the keyed hash of the BSN. This look-up is a line in both logs itself."""
    subject = subject_hmac(tenant_of(session), "bsn", bsn)
    regels, volgende = await queries.page(session, asked, subject=subject)
    aantal = await queries.count(session, asked, subject=subject)
    _note_look_up(session, medewerker, bsn, found=bool(aantal))
    record_audit(
        session, "logboek.op_inwoner_gezocht", "logboek", asked.log.value, medewerker.id, **_about_filter(asked)
    )
    return Inwoner(regels, volgende, aantal)


async def export(
    tenant: Tenant, medewerker: Medewerker, asked: Filter, vorm: Vorm, bsn: str | None = None
) -> Bestand:
    """A file of everything that answers to the question until now. Written down before the first line leaves."""
    now = klok.now()
    asked = replace(asked, na=Plek(now, _LAST))
    subject = subject_hmac(tenant, "bsn", bsn) if bsn else None
    async with unit_of_work(tenant) as session:
        aantal = await queries.count(session, asked, subject=subject)
        if bsn:
            _note_look_up(session, medewerker, bsn, found=bool(aantal))
        record_audit(
            session,
            "logboek.uitgevoerd",
            "logboek",
            asked.log.value,
            medewerker.id,
            vorm=vorm.value,
            op_inwoner=bsn is not None,
            **_about_filter(asked),
        )
        names = await queries.names(session)
    soort = "audit" if asked.log == "auditregel" else "verwerkingen"
    naam = f"logboek-{soort}-{tenant.slug}-{klok.local(now):%Y%m%d-%H%M}.{vorm}"
    return Bestand(naam, uitvoer.MEDIA[vorm], _parts(tenant, asked, vorm, subject, names))


async def _parts(
    tenant: Tenant, asked: Filter, vorm: Vorm, subject: bytes | None, names: Mapping[UUID, str]
) -> AsyncIterator[str]:
    """The file in parts; each part is a short transaction of its own, so a slow reader holds nothing."""
    yield uitvoer.head(asked.log, vorm)
    place: Plek | None = asked.na
    while place:
        async with unit_of_work(tenant) as session:
            rows, place = await queries.page(session, replace(asked, na=place), subject=subject, limit=DEEL)
        yield uitvoer.lines(asked.log, vorm, rows, names)


def _note_look_up(session: AsyncSession, medewerker: Medewerker, bsn: str, *, found: bool) -> None:
    line = Raadpleging(
        medewerker.id, None, Activiteit.LOGBOEK, DOEL, "eigen", "regels van het logboek", new_trace_id()
    )
    record_verwerking(session, line, Uitkomst.GEVONDEN if found else Uitkomst.NIEMAND, [bsn])


def _about_filter(asked: Filter) -> dict[str, Any]:
    """What was asked, for the audit row: days, codes and ids."""
    return {
        name: str(value) for name in ("van", "tot", "medewerker", "wat", "gesprek") if (value := getattr(asked, name))
    }
