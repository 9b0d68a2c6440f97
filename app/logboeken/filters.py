"""What the privacy officer asks for: a period, somebody, a kind of act, a gesprek. Nothing of a citizen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode
from uuid import UUID

from app.errors import BadInput
from app.klantbeeld.invoer import parse_date
from app.klok import AMSTERDAM
from app.zegels.models import Log

DATUM = "Deze datum kennen we niet. Bijvoorbeeld 14-3-2026."
GESPREK = "Dit is geen nummer van een gesprek. Neem het over van een regel."
VELDEN = ("van", "tot", "medewerker", "wat", "gesprek")


@dataclass(frozen=True, slots=True)
class Plek:
    """Where a page ends: the next one begins with what is older."""

    moment: datetime
    id: UUID

    def __str__(self) -> str:
        return f"{self.moment.astimezone(UTC):%Y%m%dT%H%M%S.%f}_{self.id.hex}"

    @classmethod
    def read(cls, text: str) -> Plek:
        """Raises `BadInput` for what is no place."""
        moment, _, rij_id = text.partition("_")
        try:
            return cls(datetime.strptime(moment, "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC), UUID(hex=rij_id))
        except ValueError as error:
            raise BadInput("Deze plek in het logboek bestaat niet. Ga terug naar het begin.") from error


@dataclass(frozen=True, slots=True)
class Filter:
    """What was asked of one log. `getypt`: as it was typed, to show again; `fouten`: a sentence by field."""

    log: Log
    van: date | None = None
    tot: date | None = None
    medewerker: UUID | None = None
    wat: str = ""  # activiteit of a verwerking, handeling of an auditregel
    gesprek: UUID | None = None
    na: Plek | None = None
    getypt: Mapping[str, str] = field(default_factory=dict)
    fouten: Mapping[str, str] = field(default_factory=dict)

    @property
    def begin(self) -> datetime | None:
        """From this moment on; a day begins at midnight in the Netherlands."""
        return datetime.combine(self.van, time(), AMSTERDAM) if self.van else None

    @property
    def einde(self) -> datetime | None:
        """Until just before this moment: the day `tot` counts."""
        return datetime.combine(self.tot + timedelta(days=1), time(), AMSTERDAM) if self.tot else None

    @property
    def is_leeg(self) -> bool:
        return not any((self.van, self.tot, self.medewerker, self.wat, self.gesprek))

    def query(self, *, na: Plek | None = None) -> str:
        """The same question as the end of an address, from the begin or from a place on."""
        values = {
            "van": self.van.isoformat() if self.van else "",
            "tot": self.tot.isoformat() if self.tot else "",
            "medewerker": str(self.medewerker or ""),
            "wat": self.wat,
            "gesprek": str(self.gesprek or ""),
            "na": str(na) if na else "",
        }
        return urlencode({name: value for name, value in values.items() if value})

    def without_place(self) -> Filter:
        return replace(self, na=None)


def understand(log: Log, asked: Mapping[str, str]) -> Filter:
    """The question in an address or form. Never raises but for a place (`na`), which nobody types."""
    typed = {name: asked.get(name, "").strip()[:100] for name in VELDEN}
    fouten: dict[str, str] = {}
    van, tot = (_date(typed[name], name, fouten) for name in ("van", "tot"))
    if van and tot and van > tot:
        fouten["tot"] = "Deze datum ligt voor de eerste. Draai ze om."
    medewerker = _id(typed["medewerker"], "medewerker", "Kies een medewerker uit de lijst.", fouten)
    gesprek = _id(typed["gesprek"], "gesprek", GESPREK, fouten)
    na = Plek.read(asked["na"]) if asked.get("na") else None
    return Filter(log, van, tot, medewerker, typed["wat"], gesprek, na, typed, fouten)


def _date(text: str, name: str, fouten: dict[str, str]) -> date | None:
    if not text:
        return None
    found: date | None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = parse_date(text)
    if found is None or not 2000 <= found.year <= 2200:
        fouten[name] = DATUM
        return None
    return found


def _id(text: str, name: str, sentence: str, fouten: dict[str, str]) -> UUID | None:
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        fouten[name] = sentence
        return None
