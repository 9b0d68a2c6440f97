"""Sending mail, and forgetting it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import delete

from app import klok
from app.db import unit_of_work
from app.jobs import job
from app.mail.models import Mail
from tenants.context import Tenant

KEPT: Final = timedelta(days=30)  # to answer "did that mail ever leave?"


@job(queue="mail")
async def verstuur_mail(tenant: Tenant) -> None:
    """Send what is due for one municipality. Twice is harmless: rows are claimed under a lease."""
    from app.mail import service  # here, since the service rings this bell again

    await service.send_round(tenant)


@job(queue="opruimen")
async def ruim_mail_op(tenant: Tenant) -> None:
    """Remove mail that is a month past its use. Twice is harmless: gone is gone."""
    async with unit_of_work(tenant) as session:
        await session.execute(delete(Mail).where(Mail.verloopt_op <= klok.now() - KEPT))
