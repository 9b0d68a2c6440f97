"""What every table declares of itself: how long rows live and what they say of people.

`__table_args__ = {"info": keeps(Bewaren.CONTACT, Persoonsgegevens.INWONER)}`; a conventions test
(tests/conventions/test_tables.py) fails for a table without it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any


class Bewaren(StrEnum):
    CONTACT = "contact"  # until the tenant's retention date for contacts
    CONCEPT = "concept"  # drafts: expire with notice
    SESSIE = "sessie"  # hours
    PERSONEEL = "personeel"  # as long as the person works here, then name snapshots only
    INRICHTING = "inrichting"  # as long as the tenant exists
    LOGBOEK = "logboek"  # append-only; the tenant's term, 20 years where it is the protocol log
    MAIL = "mail"  # a month after it left, or could not
    AFLEVERING = "aflevering"  # until delivered and the contact itself goes


class Persoonsgegevens(StrEnum):
    GEEN = "geen"
    MEDEWERKER = "medewerker"
    INWONER = "inwoner"  # encrypted or free text about a citizen
    PSEUDONIEM = "pseudoniem"  # a keyed hash of a subject, nothing readable


def keeps(bewaren: Bewaren, persoonsgegevens: Persoonsgegevens) -> dict[str, Any]:
    return {"bewaren": bewaren, "persoonsgegevens": persoonsgegevens}


def sealed(context: str, *, row: str) -> dict[str, Any]:
    """`info` of a column that holds what `app.geheimen.seal` made.

    `context` and `row` are what the caller seals with: names in braces are columns of the same row, for instance
    `sealed("betrokkene.subject", row="{id}")`. Changing the data key follows these declarations
    (tenants/verzegeling.py), and tests/conventions/test_sealed.py finds a column without one.
    """
    return {"verzegeld": (context, row)}
