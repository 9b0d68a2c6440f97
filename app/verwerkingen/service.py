"""Writes the Verwerkingenlog. No look-up of a person without a line: callers write before they show.

Shape after Logboek Dataverwerkingen (Logius): one line per data subject, no sampling, a processing activity per
line. The subject is a keyed hash; who it was can only be found by asking for a known number.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import klok
from app.db import tenant_of
from app.geheimen import subject_hmac
from app.ids import new_id
from app.verwerkingen.models import Verwerking

GRONDSLAG = "AVG artikel 6 lid 1 onder e (publieke taak)"


class Activiteit(StrEnum):
    """What was done with the data; a register of processing activities refers to these codes."""

    ZOEKEN = "persoon-zoeken"
    RAADPLEGEN = "persoon-raadplegen"
    CONTACTEN = "contacten-inzien"
    BSN_TONEN = "bsn-tonen"
    VERANTWOORDEN = "zoeken-verantwoorden"  # somebody said why they search so much
    LOGBOEK = "logboek-op-inwoner"  # the privacy officer looks who looked at somebody


class Uitkomst(StrEnum):
    GESTART = "gestart"  # written before the question leaves, so that no look-up goes unlogged
    GEVONDEN = "gevonden"
    NIEMAND = "niemand"
    MISLUKT = "mislukt"
    BEANTWOORD = "beantwoord"  # of a question of ours to the medewerker


@dataclass(frozen=True, slots=True)
class Raadpleging:
    """One look-up: who asks, why, where. Its `trace_id` joins the lines and travels to the register."""

    medewerker_id: UUID
    gesprek_id: UUID | None  # None: outside a gesprek, as the privacy officer does
    activiteit: Activiteit
    doel: str
    bron: str
    velden: str
    trace_id: str


def new_trace_id() -> str:
    """A W3C trace id: 32 hex digits."""
    return secrets.token_hex(16)


def record(session: AsyncSession, raadpleging: Raadpleging, uitkomst: Uitkomst, bsns: Iterable[str] = ()) -> None:
    """Add a line per subject, or one line without a subject. Written with the caller's transaction."""
    subjects: list[str | None] = [*bsns]
    for bsn in subjects or [None]:
        session.add(_line(session, raadpleging, uitkomst, bsn))


def _line(session: AsyncSession, raadpleging: Raadpleging, uitkomst: Uitkomst, bsn: str | None) -> Verwerking:
    return Verwerking(
        id=new_id(),
        trace_id=raadpleging.trace_id,
        moment=klok.now(),
        medewerker_id=raadpleging.medewerker_id,
        gesprek_id=raadpleging.gesprek_id,
        activiteit=raadpleging.activiteit,
        doel=raadpleging.doel,
        grondslag=GRONDSLAG,
        bron=raadpleging.bron,
        uitkomst=uitkomst,
        subject_soort="bsn" if bsn else None,
        subject_hmac=subject_hmac(tenant_of(session), "bsn", bsn) if bsn else None,
        velden=raadpleging.velden,
    )
