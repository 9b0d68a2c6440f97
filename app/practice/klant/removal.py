"""What goes along with a removed object, and what stays behind without it (observed: standards 3.6)."""

from __future__ import annotations

from app.practice.klant.relations import POINTS_TO
from app.practice.store import REFERENCES, Row, Store

# Objects that cannot be without the one they refer to.
ALONG = {
    "klantcontacten": (
        ("betrokkenen", "hadKlantcontact"),
        ("onderwerpobjecten", "klantcontact"),
        ("internetaken", "aanleidinggevendKlantcontact"),
        ("actorklantcontacten", "klantcontact"),
    ),
    "partijen": (("betrokkenen", "wasPartij"), ("partij-identificatoren", "identificeerdePartij")),
    "actoren": (("actorklantcontacten", "actor"),),
}


def forget(store: Store, tenant: str, resource: str, row: Row) -> None:
    """Remove a row with what cannot be without it; the rest loses its reference (digitale adressen stay)."""
    with store.transaction():
        for other, key in ALONG.get(resource, ()):
            for one in store.find(tenant, other, key, row["uuid"]):
                forget(store, tenant, other, one)
        for other, keys in REFERENCES.items():
            for key in keys:
                if POINTS_TO.get(key) == resource:
                    _let_go(store, tenant, other, key, row["uuid"])
        store.remove(tenant, resource, row["uuid"])


def _let_go(store: Store, tenant: str, resource: str, key: str, uuid: str) -> None:
    for one in store.find(tenant, resource, key, uuid):
        value = one[key]
        rest = [ref for ref in value if ref["uuid"] != uuid] if isinstance(value, list) else None
        store.replace(tenant, resource, one | {key: rest})
