"""Which limits hold for a request, and what is said when one is reached."""

from __future__ import annotations

from time import monotonic
from typing import Final
from uuid import UUID

from litestar.types import Scope

from app import metrics
from app.geheimen import subject_hmac
from app.grenzen.adres import keyed
from app.grenzen.fouten import TeVeel
from app.grenzen.klassen import Klasse
from app.grenzen.teller import Bereikt, Grens, take
from app.log import log
from app.settings import settings
from tenants.context import Tenant

MINUTE: Final = 60
TEN_MINUTES: Final = 600
SAY_EVERY: Final = 10.0  # seconds between two log lines about the same limit of the same municipality

_WORDS: Final[dict[str, str]] = {
    "persoon": "U hebt in korte tijd heel veel pagina's opgevraagd.",
    "vastleggen": "U bewaart sneller dan wij kunnen bijhouden.",
    "gemeente": "Uw collega's en u vragen samen nu heel veel. Vastleggen gaat gewoon door.",
    "adres": "Vanaf uw netwerk komen nu heel veel verzoeken.",
    "aanmelden": "Vanaf uw netwerk melden zich nu heel veel mensen aan.",
    "account": "U hebt zich in korte tijd heel vaak aangemeld.",
}
_said: dict[tuple[str, str], float] = {}


async def admit(tenant: Tenant, klasse: Klasse, medewerker_id: UUID | None, scope: Scope) -> None:
    """Count this request. Raises `TeVeel` when it is one too many."""
    if klasse not in {Klasse.BESTAND, Klasse.STROOM}:
        await _take(tenant, _limits(tenant, klasse, medewerker_id, scope))


async def admit_account(tenant: Tenant, identity: str) -> None:
    """Count a sign-in of this account (issuer and subject), once the provider has proven who it is."""
    account = subject_hmac(tenant, "grens-account", identity).hex()[:32]
    await _take(tenant, [Grens("account", account, settings().limit_account, TEN_MINUTES)])


def _limits(tenant: Tenant, klasse: Klasse, medewerker_id: UUID | None, scope: Scope) -> list[Grens]:
    """The narrowest first: who asks too much alone, does not use up what is everybody's."""
    config, own = settings(), tenant.grenzen
    limits = []
    if klasse is Klasse.AANMELDEN:
        limits.append(Grens("aanmelden", keyed(tenant, scope), config.limit_sign_ins, TEN_MINUTES))
    if medewerker_id is None:
        limits.append(Grens("adres", keyed(tenant, scope), config.limit_address, MINUTE))
    elif klasse is Klasse.VASTLEGGEN:
        limits.append(Grens("vastleggen", str(medewerker_id), config.limit_saves, MINUTE))
    else:
        limits.append(Grens("persoon", str(medewerker_id), _or(own.persoon, config.limit_person), MINUTE))
        limits.append(Grens("gemeente", "alle", _or(own.gemeente, config.limit_tenant), MINUTE))
    return limits


async def _take(tenant: Tenant, limits: list[Grens]) -> None:
    reached = await take(tenant, limits)
    if reached is not None:
        _say(tenant, reached)
        raise TeVeel(_WORDS[reached.grens.naam], seconds=reached.seconds)


def _say(tenant: Tenant, reached: Bereikt) -> None:
    naam = reached.grens.naam
    metrics.limited.labels(tenant.slug, naam).inc()
    if monotonic() - _said.get((tenant.slug, naam), -SAY_EVERY) >= SAY_EVERY:
        _said[tenant.slug, naam] = monotonic()
        log.warning("grens.bereikt", tenant=tenant.slug, grens=naam, hoogstens=reached.grens.most)


def _or(own: int | None, platform: int) -> int:
    return platform if own is None else own
