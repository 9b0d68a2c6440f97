"""The code lists there are, and what differs between them: a table, words, and one more thing that each row knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.codelijsten.models import Gespreksresultaat, Kanaal

Regel = Kanaal | Gespreksresultaat

# Which picture a kanaal has, and what that is called.
ICONEN: Final[dict[str, str]] = {
    "phone": "Telefoon",
    "building": "Balie",
    "mail": "Brief of e-mail",
    "message": "Chat of bericht",
    "brand-whatsapp": "WhatsApp",
    "world": "Website",
    "users": "Bezoek of bijeenkomst",
    "user": "Collega",
}


@dataclass(frozen=True, slots=True)
class Lijst:
    """One list as its page shows it."""

    code: str  # in the address and in the audit's table name
    soort: str  # table
    tabel: type[Kanaal] | type[Gespreksresultaat]
    titel: str
    een: str  # "een kanaal"
    dit: str  # "dit kanaal"
    langst: int  # characters of a name
    uitleg: str


KANALEN: Final = Lijst(
    "kanalen",
    "kanaal",
    Kanaal,
    "Kanalen",
    "een kanaal",
    "Dit kanaal",
    50,
    "Hoe een contact binnenkwam. Medewerkers kiezen hieruit bij het afronden, in deze volgorde.",
)
GESPREKSRESULTATEN: Final = Lijst(
    "gespreksresultaten",
    "gespreksresultaat",
    Gespreksresultaat,
    "Gespreksresultaten",
    "een resultaat",
    "Dit resultaat",
    100,
    "Hoe een vraag afliep. Medewerkers kiezen hieruit bij het afronden, in deze volgorde.",
)
LIJSTEN: Final = {lijst.code: lijst for lijst in (KANALEN, GESPREKSRESULTATEN)}
