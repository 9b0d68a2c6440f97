"""How sign-ins end, counted per municipality: `kiss_sign_ins_total` tells a refused person from a Keycloak away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from app import metrics
from app.auth.inloggen import NoRole, SignInFailed
from app.auth.oidc import SignInUnavailable
from tenants.context import Tenant


@contextmanager
def counted(tenant: Tenant, *, ends: bool = True) -> Iterator[None]:
    """Around what may end a sign-in. `ends=False`: when nothing goes wrong, it has only begun."""
    try:
        yield
    except SignInUnavailable:
        _note(tenant, "geen_dienst")
        raise
    except NoRole:
        _note(tenant, "geen_rol")
        raise
    except SignInFailed:
        _note(tenant, "geweigerd")
        raise
    if ends:
        _note(tenant, "gelukt")


def _note(tenant: Tenant, outcome: str) -> None:
    metrics.sign_ins.labels(tenant.slug, outcome).inc()
