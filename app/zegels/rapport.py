"""Checking both logs now and then, and keeping what was found where the privacy officer reads it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from app import klok, metrics
from app.db import unit_of_work
from app.ids import new_id
from app.log import log as technical
from app.zegels import service
from app.zegels.models import Log, Zegelcontrole
from tenants.context import Tenant

ELKE = timedelta(hours=24)
BEWAARD = 100  # findings that are kept of one check; the command tells all


async def report(tenant: Tenant, *, now: bool = False) -> bool:
    """Check both logs when the last check is a day old, or `now`; gives whether it did."""
    if not now and not await _is_due(tenant):
        return False
    for log in Log:
        uitslag = await service.check(tenant, log)
        if not uitslag.in_orde:
            metrics.seals_broken.labels(tenant.slug).inc()
            technical.error(
                "zegel.afwijking", tenant=tenant.slug, log=log.value, bevindingen=len(uitslag.bevindingen)
            )
        async with unit_of_work(tenant) as session:
            session.add(
                Zegelcontrole(
                    id=new_id(),
                    log=log.value,
                    moment=uitslag.moment,
                    tot_nummer=uitslag.tot_nummer,
                    in_orde=uitslag.in_orde,
                    ongezegeld=uitslag.ongezegeld,
                    bevindingen={"regels": [one.as_dict() for one in uitslag.bevindingen[:BEWAARD]]},
                )
            )
    return True


async def _is_due(tenant: Tenant) -> bool:
    async with unit_of_work(tenant) as session:
        last = await session.scalar(select(func.max(Zegelcontrole.moment)))
    return last is None or klok.now() - last >= ELKE
