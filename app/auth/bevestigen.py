"""Proving again who one is, before something that asks for certainty: changing rights, exporting a log.

Step-up by `max_age=0` and `prompt=login`, and `acr_values` where the settings name levels (OpenID Connect Core 1.0,
section 3.1.2.1; RFC 9470 for the idea). What was asked proves nothing, only what the token says does.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from app import klok
from app.auth import tokens
from app.settings import settings

LASTS: Final = timedelta(minutes=15)  # so long one question is enough
LEEWAY: Final = timedelta(seconds=tokens.LEEWAY)


def levels() -> tuple[str, ...]:
    """The levels (acr) that are certain enough; none means that how recent it was decides alone."""
    return tuple(settings().oidc_step_up_acr.split())


def certain_until(niveau: str | None, aangemeld_op: datetime | None) -> datetime | None:
    """Until when this proof counts; None when it never did."""
    if aangemeld_op is None or (levels() and niveau not in levels()):
        return None
    return min(aangemeld_op, klok.now()) + LASTS


def why_not(identity: tokens.Identity, *, asked_at: datetime, certain: bool = True) -> str | None:
    """What is missing in the answer to a question of `asked_at`, as a code for the log; None when it is proof.

    Without `certain` the level does not matter, only that the issuer did ask again.
    """
    when = identity.aangemeld_op
    if when is None:
        return "auth_time ontbreekt"
    if not asked_at - LEEWAY <= when <= klok.now() + LEEWAY:
        return "auth_time te oud" if when < asked_at else "auth_time in de toekomst"
    if certain and levels() and identity.niveau not in levels():
        return "acr te laag"
    return None


def question(*, certain: bool) -> dict[str, str | None]:
    """Parameters of the authorization request by which the issuer asks again, whatever it remembers."""
    wanted = " ".join(levels()) if certain else ""
    return {"prompt": "login", "max_age": "0", "acr_values": wanted or None}
