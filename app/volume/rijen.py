"""Rows as saving a gesprek leaves them (app/gesprekken/opslaan.py), made in order of time and without a database."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import Any
from uuid import UUID

from app import klok
from app.afleveringen.models import AfleveringState
from app.geheimen import seal, subject_hmac
from app.gesprekken.opslaan import INGEBOUWD
from app.ids import new_id
from app.klantcontacten.kenmerk import text_hash
from app.volume import tijden
from app.volume.inwoners import iemand, inwoners
from app.volume.teksten import tekst
from tenants.context import Tenant

Row = dict[str, Any]  # column to value, in one order per table
ZONDER_KLANT = 0.22  # share of the questions of which nobody needs to know who asks
NOG_EEN = 0.08  # share that is a second vraag of the gesprek before
KANALEN = {  # word in the name → share, and whether it also comes in while the doors are closed
    "telefoon": (560, False),
    "balie": (210, False),
    "kantoor": (150, False),
    "centrum": (60, False),
    "mail": (110, True),
    "whatsapp": (55, True),
    "chat": (45, True),
    "website": (50, True),
    "brief": (15, False),
}
RESULTATEN = {
    "beantwoord": 640, "doorverbonden": 170, "terugverwezen": 60, "afspraak": 90, "melding": 80, "niet bereikt": 35,
    "afgebroken": 25,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Keuze:
    """A row of a code list, or a medewerker: what a contact keeps of it."""

    id: UUID
    naam: str
    gelukt: bool = True  # of a gespreksresultaat


@dataclass(frozen=True, slots=True)
class Omgeving:
    """What the rows refer to in this municipality; each list has at least one."""

    kanalen: Sequence[Keuze]
    resultaten: Sequence[Keuze]
    medewerkers: Sequence[Keuze]
    register: str  # slug of the koppeling that has them


@dataclass(slots=True)
class Partij:
    """The rows of some contacts, for three tables. A kenmerk is given when it is written."""

    klantcontacten: list[Row]
    betrokkenen: list[Row]
    afleveringen: list[Row]


class Zaaier:
    """Makes the contacts of one run. The same seed gives the same people, moments, words and choices; ids are new."""

    def __init__(
        self, tenant: Tenant, omgeving: Omgeving, aantal: int, *, begin: date, eind: date, seed: str
    ) -> None:
        self._tenant, self._omgeving, self._aantal = tenant, omgeving, aantal
        self._begin, self._eind = begin, eind
        self._chance = random.Random(f"{tenant.slug}|{seed}")  # noqa: S311 - the same every time
        self._mensen = inwoners(tenant.slug, aantal)
        self._hashes: dict[str, bytes] = {}
        self._altijd = [_share(one, KANALEN, (20, False))[1] for one in omgeving.kanalen]
        weights = [_share(one, KANALEN, (20, False))[0] for one in omgeving.kanalen]
        self._open = tuple(accumulate(weights))
        self._dicht = tuple(accumulate(w if late else 0 for w, late in zip(weights, self._altijd, strict=True)))
        self._resultaten = tuple(accumulate(_share(one, RESULTATEN, 30) for one in omgeving.resultaten))
        self._before: tuple[Row, str | None] | None = None

    def partijen(self, most: int) -> Iterator[Partij]:
        """All of them in order of time, at most `most` contacts at once."""
        partij = Partij([], [], [])
        for dag, aantal in tijden.verdeeld(self._aantal, self._begin, self._eind, dicht=self._dicht[-1] > 0):
            for moment, kanaal in sorted(self._moment(dag) for _ in range(aantal)):
                self._add(partij, moment, kanaal)
                if len(partij.klantcontacten) == most:
                    yield partij
                    partij = Partij([], [], [])
        if partij.klantcontacten:
            yield partij

    def _moment(self, dag: date) -> tuple[datetime, int]:
        """When, and by which kanaal."""
        weights = self._dicht if tijden.is_dicht(dag) and self._dicht[-1] else self._open
        kanaal = self._chance.choices(range(len(weights)), cum_weights=weights)[0]
        return tijden.moment(dag, self._chance, altijd=self._altijd[kanaal]), kanaal

    def _add(self, partij: Partij, moment: datetime, kanaal: int) -> None:
        contact, bsn = self._contact(moment, kanaal)
        partij.klantcontacten.append(contact)
        if bsn is not None:
            partij.betrokkenen.append(self._betrokkene(contact["id"], bsn))
        partij.afleveringen.append(self._aflevering(contact))

    def _contact(self, moment: datetime, kanaal: int) -> tuple[Row, str | None]:
        """A klantcontact without its kenmerk, and whom it is about."""
        chance, omgeving = self._chance, self._omgeving
        onderwerp, inhoud = tekst(chance, klok.local(moment).month)
        resultaat = chance.choices(omgeving.resultaten, cum_weights=self._resultaten)[0]
        own: Row = {
            "id": new_id(),
            "vraag_id": new_id(),
            "gespreksresultaat_id": resultaat.id,
            "gespreksresultaat": resultaat.naam,
            "indicatie_contact_gelukt": resultaat.gelukt,
            "onderwerp": onderwerp,
            "inhoud": inhoud,
            "text_sha256": text_hash(onderwerp, inhoud),
            "taal": "nld",
            "vertrouwelijk": False,
        }
        if self._before is not None and chance.random() < NOG_EEN:
            (shared, bsn), self._before = self._before, None
            return own | shared | {"idempotency_key": f"{shared['gesprek_id']}:2"}, bsn
        bsn = None if chance.random() < ZONDER_KLANT else iemand(self._mensen, chance)
        shared = self._gesprek(moment, omgeving.kanalen[kanaal], chance.choice(omgeving.medewerkers))
        self._before = shared, bsn
        return own | shared | {"idempotency_key": f"{shared['gesprek_id']}:1"}, bsn

    def _gesprek(self, moment: datetime, kanaal: Keuze, wie: Keuze) -> Row:
        """What the vragen of one gesprek have in common."""
        return {
            "gesprek_id": new_id(),
            "kanaal_id": kanaal.id,
            "kanaal": kanaal.naam,
            "plaatsgevonden_op": moment,
            "vastgelegd_op": moment + timedelta(seconds=40 + self._chance.expovariate(1 / 240)),
            "medewerker_id": wie.id,
            "medewerker_naam": wie.naam,
        }

    def _betrokkene(self, contact: UUID, bsn: str) -> Row:
        id_ = new_id()
        found = self._hashes.get(bsn)
        if found is None:
            found = self._hashes[bsn] = subject_hmac(self._tenant, "bsn", bsn)
        return {
            "id": id_,
            "klantcontact_id": contact,
            "rol": "klant",
            "initiator": True,
            "soort": "bsn",
            "subject": seal(self._tenant, "betrokkene.subject", bsn, row=id_),
            "subject_hmac": found,
        }

    def _aflevering(self, contact: Row) -> Row:
        saved, register = contact["vastgelegd_op"], self._omgeving.register
        there = saved + timedelta(seconds=10 + 5 * self._chance.random())
        return {
            "id": new_id(),
            "klantcontact_id": contact["id"],
            "koppeling": register,
            "state": AfleveringState.BEVESTIGD.value,
            "pogingen": 1,
            "volgende_poging_op": there,
            "extern_id": str(contact["id"] if register == INGEBOUWD else new_id()),
            "aangemaakt_op": saved,
            "ronde_begonnen_op": saved,
            "bevestigd_op": there,
        }


def _share(one: Keuze, shares: dict[str, Any], otherwise: Any) -> Any:
    """A number, or what stands beside it: by the first word that is in the name."""
    name = one.naam.casefold()
    return next((share for word, share in shares.items() if word in name), otherwise)
