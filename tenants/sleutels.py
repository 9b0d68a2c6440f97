"""The key rings in the catalogue: what wraps them, which data key is present, which others still open.

Changing a data key goes in steps that every process sees in order, since each reads the catalogue at most
`registry.MAX_AGE` seconds late: the next key opens, then it is used, then all values are sealed anew
(tenants/verzegeling.py), then the old one may be destroyed. Each step is one transaction on one row; a command that
was killed is run again and goes on where the row says it was. Docs: docs/runbooks/sleutels.md.
"""

from __future__ import annotations

import base64
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select, update

from app import geheimen, klok
from tenants import ledger, registry
from tenants.admin import acting_as
from tenants.grants import PLATFORM_OWNER, PLATFORM_SCHEMA
from tenants.models import Gemeente

# After this every process knows what the catalogue says, and no work is under way that began before it knew.
SPREAD = timedelta(seconds=registry.MAX_AGE + 20)


@dataclass(frozen=True, slots=True)
class Rewrapped:
    """One municipality's keys under the platform's key. `omgepakt`: how many were wrapped anew now."""

    slug: str
    omgepakt: int
    fout: str | None = None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def slugs(connection: Connection) -> list[str]:
    """Every municipality, also one that was stopped: its keys are wrapped too. Who was removed has none here."""
    query = select(Gemeente.slug).where(func.length(Gemeente.sleutel) > 0).order_by(Gemeente.slug)
    with acting_as(connection, PLATFORM_OWNER, PLATFORM_SCHEMA):
        return list(connection.execute(query).scalars())


def rewrap(connection: Connection, slug: str) -> Rewrapped:
    """Wrap this municipality's keys under the platform's present key; no value is touched."""
    row = _locked(connection, slug)
    nummer = row.sleutel_nummer or 1
    try:
        main = geheimen.wrapped_anew(row.sleutel, geheimen.key_label(slug, nummer))
        hash_ = geheimen.wrapped_anew(row.hash_sleutel, geheimen.hash_label(slug)) if row.hash_sleutel else None
        others = {
            number: geheimen.wrapped_anew(_unpacked(one), geheimen.key_label(slug, int(number)))
            for number, one in (row.sleutels or {}).items()
        }
    except geheimen.CannotOpen:
        return Rewrapped(slug, 0, "KISS_SECRET_KEY en KISS_SECRET_KEY_OLD openen deze sleutel geen van beide.")
    values: dict[str, Any] = {}
    if main:
        values["sleutel"] = main
    if hash_:
        values["hash_sleutel"] = hash_
    changed = {number: wrapped for number, wrapped in others.items() if wrapped}
    if changed:
        values["sleutels"] = row.sleutels | {n: row.sleutels[n] | {"verpakt": _text(w)} for n, w in changed.items()}
    if values:
        _write(connection, slug, values)
        ledger.audit(connection, slug, "sleutels.omgepakt", {"aantal": len(changed) + bool(main) + bool(hash_)})
    return Rewrapped(slug, len(changed) + bool(main) + bool(hash_))


def add_next(connection: Connection, slug: str) -> None:
    """Give the municipality its next data key, which opens from now and is used later. No effect when it has one."""
    row = _locked(connection, slug)
    if row.sleutels:
        return
    nummer = (row.sleutel_nummer or 1) + 1
    tenant = ledger.as_tenant(row, [])
    values: dict[str, Any] = {
        "sleutels": {str(nummer): _packed(geheimen.new_wrapped_key(slug, nummer), klok.now())},
        "sleutel_nummer": tenant.sleutel_nummer,
    }
    if row.hash_sleutel is None:  # it followed from the data key until now, and stays what it was
        values["hash_sleutel"] = geheimen.wrap(geheimen.hash_key(tenant), geheimen.hash_label(slug))
    _write(connection, slug, values)
    ledger.audit(connection, slug, "gegevenssleutel.toegevoegd", {"nummer": nummer})


def switch(connection: Connection, slug: str) -> timedelta:
    """Use the next data key once every process opens it; the present one becomes the old one.

    Returns how long to wait before trying again; zero when it is in use and every process knows.
    """
    row = _locked(connection, slug)
    present, now = row.sleutel_nummer or 1, klok.now()
    (number, other), *_ = row.sleutels.items()
    if int(number) < present:
        since: datetime = row.sleutel_sinds
        return max(timedelta(), since + SPREAD - now)
    waiting = datetime.fromisoformat(other["sinds"]) + SPREAD - now
    if waiting > timedelta():
        return waiting
    values = {
        "sleutel": _unpacked(other),
        "sleutel_nummer": int(number),
        "sleutel_sinds": now,
        "sleutels": {str(present): _packed(row.sleutel, now)},
    }
    _write(connection, slug, values)
    ledger.audit(connection, slug, "gegevenssleutel.in_gebruik", {"nummer": int(number)})
    return SPREAD


def old_number(connection: Connection, slug: str) -> int | None:
    """Number of the data key that is being replaced and still opens; None when there is none."""
    row = _locked(connection, slug)
    older = [int(number) for number in row.sleutels or {} if int(number) < (row.sleutel_nummer or 1)]
    return older[0] if older else None


def destroy_old(connection: Connection, slug: str) -> int:
    """Take away the old data key for good; the caller has seen that nothing is sealed under it. Gives its number.

    Raises `KanNiet` when there is none, or when some process may still use it.
    """
    row = _locked(connection, slug)
    nummer = old_number(connection, slug)
    if nummer is None:
        raise ledger.KanNiet(f"De gemeente {slug} heeft geen oude sleutel.")
    if row.sleutel_sinds + SPREAD > klok.now():
        raise ledger.KanNiet("De nieuwe sleutel is nog maar net in gebruik. Voer het commando over een minuut uit.")
    _write(connection, slug, {"sleutels": None})
    ledger.audit(connection, slug, "gegevenssleutel.vernietigd", {"nummer": nummer})
    return nummer


def _locked(connection: Connection, slug: str) -> Any:
    with acting_as(connection, PLATFORM_OWNER, PLATFORM_SCHEMA):
        row = connection.execute(select(Gemeente.__table__).where(Gemeente.slug == slug).with_for_update()).first()
    if row is None:
        raise ledger.KanNiet(f"Er is geen gemeente {slug}. Kijk met: kiss tenants list")
    return row


def _write(connection: Connection, slug: str, values: dict[str, Any]) -> None:
    with acting_as(connection, PLATFORM_OWNER, PLATFORM_SCHEMA):
        connection.execute(update(Gemeente).where(Gemeente.slug == slug).values(**values))


def _packed(wrapped: bytes, sinds: datetime) -> dict[str, str]:
    return {"verpakt": _text(wrapped), "sinds": sinds.isoformat()}


def _unpacked(one: dict[str, str]) -> bytes:
    return base64.b64decode(one["verpakt"])


def _text(wrapped: bytes) -> str:
    return base64.b64encode(wrapped).decode()
