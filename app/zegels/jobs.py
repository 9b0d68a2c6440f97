"""The doorbells of the sealer."""

from __future__ import annotations

from contextlib import suppress

from app.jobs import job
from app.zegels import rapport, service
from tenants.context import Tenant


@job(queue="zegels")
async def verzegel(tenant: Tenant) -> None:
    """Seal what waits in both logs. Twice is harmless: a lock per municipality, and a row is sealed once."""
    with suppress(service.SealBroken):  # said in the log by then; a person has to look
        await service.seal(tenant)


@job(queue="zegels")
async def veeg_logboek(tenant: Tenant) -> None:
    """Look through both logs for rows without a seal, and seal them. Twice is harmless for the same reason."""
    with suppress(service.SealBroken):
        await service.sweep(tenant)


@job(queue="zegels")
async def controleer_logboek(tenant: Tenant, wanneer: str = "dagelijks") -> None:
    """Check both logs once a day, or at once for `nu`. Twice is harmless: it reads, and writes down what it found."""
    await rapport.report(tenant, now=wanneer == "nu")
