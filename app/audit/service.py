"""Writing the audit log. Reading and sealing it come with their own screens."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import klok
from app.audit.models import Auditregel
from app.ids import new_id


def record(
    session: AsyncSession,
    handeling: str,
    object_soort: str,
    object_id: object,
    medewerker_id: UUID | None = None,
    uitkomst: str = "gelukt",
    **gegevens: Any,
) -> None:
    """Add one audit row to this transaction: it stands exactly when the change stands.

    `handeling` is noun.verb (`gesprek.opgeslagen`); `gegevens` holds references and codes, never personal values.
    """
    session.add(
        Auditregel(
            id=new_id(),
            moment=klok.now(),
            handeling=handeling,
            object_soort=object_soort,
            object_id=str(object_id),
            medewerker_id=medewerker_id,
            uitkomst=uitkomst,
            gegevens=gegevens,
        )
    )
