"""The doorbell of the relay."""

from __future__ import annotations

from app.jobs import job
from tenants.context import Tenant


@job(queue="aflevering")
async def bezorg(tenant: Tenant) -> None:
    """Deliver what is due for one municipality. Twice is harmless: rows are claimed under a lease."""
    from app.afleveringen import service  # here, since the service rings this bell again

    await service.deliver_round(tenant)
