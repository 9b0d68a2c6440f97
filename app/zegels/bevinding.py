"""What a check finds: which place, and what is wrong there in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID


class Soort(StrEnum):
    GEWIJZIGD = "gewijzigd"
    VERWIJDERD = "verwijderd"
    INGEVOEGD = "ingevoegd"
    ZONDER_ZEGEL = "zonder-zegel"
    ZEGEL_GEWIJZIGD = "zegel-gewijzigd"
    ZEGEL_WEG = "zegel-weg"
    HERREKEND = "herrekend"
    AFGEKAPT = "afgekapt"
    HOOFD_GEWIJZIGD = "hoofd-gewijzigd"
    HOOFD_WEG = "hoofd-weg"
    HOOFD_ELDERS = "hoofd-elders"
    WACHT = "wacht"


ZINNEN = {
    Soort.GEWIJZIGD: "Deze regel is na het verzegelen veranderd.",
    Soort.VERWIJDERD: "De regel bij dit zegel is weggehaald, of het zegel wijst naar een andere regel.",
    Soort.INGEVOEGD: "Deze regel is er later tussen gezet.",
    Soort.ZONDER_ZEGEL: "Deze regel heeft geen zegel meer, of is er later tussen gezet.",
    Soort.ZEGEL_GEWIJZIGD: "Het zegel van deze regel is veranderd; de regel zelf klopt.",
    Soort.ZEGEL_WEG: "Het zegel met dit nummer is weggehaald.",
    Soort.HERREKEND: "Vanaf hier is de keten opnieuw berekend door iemand zonder de sleutel.",
    Soort.AFGEKAPT: "Het einde van de keten is weggehaald, vanaf dit nummer.",
    Soort.HOOFD_GEWIJZIGD: "De ondertekening bij dit nummer is veranderd, of is niet van deze installatie.",
    Soort.HOOFD_WEG: "De ondertekening bij dit nummer is weggehaald.",
    Soort.HOOFD_ELDERS: "De keten is hier anders dan in de ondertekening die elders is bewaard.",
    Soort.WACHT: "Vanaf deze regel wordt niet meer verzegeld.",
}


@dataclass(frozen=True, slots=True)
class Bevinding:
    """One broken place. `nummer`: of the seal, None for a row without one; `tot_nummer`: the last of a run."""

    log: str
    soort: Soort
    nummer: int | None = None
    rij_id: UUID | None = None
    tot_nummer: int | None = None

    @property
    def zin(self) -> str:
        return ZINNEN[self.soort]

    def as_dict(self) -> dict[str, Any]:
        return {
            "log": self.log,
            "soort": self.soort.value,
            "nummer": self.nummer,
            "tot_nummer": self.tot_nummer,
            "rij_id": str(self.rij_id) if self.rij_id else None,
            "zin": self.zin,
        }
