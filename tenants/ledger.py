"""The catalogue as commands read and write it, on the migrator's connection, and where each schema stands."""

from __future__ import annotations

import base64
import logging
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import asyncpg
from sqlalchemy import Connection, case, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import DBAPIError

from app.klok import now
from tenants.admin import acting_as, actor
from tenants.context import Grenzen, Ring, Tenant
from tenants.grants import PLATFORM_OWNER, PLATFORM_SCHEMA
from tenants.models import Gemeente, Host, Migratiestand, Platformaudit


class KanNiet(Exception):
    """An expected no of a command; the message is a sentence for the operator."""


def tenants(connection: Connection, slugs: Sequence[str] = ()) -> list[Tenant]:
    """Tenants that were not stopped, early ring first; only `slugs` when given."""
    query = select(Gemeente.__table__).where(Gemeente.state != "gestopt")
    if slugs:
        query = query.where(Gemeente.slug.in_(slugs))
    query = query.order_by(case((Gemeente.ring == Ring.EARLY, 0), else_=1), Gemeente.slug)
    with acting_as(connection, PLATFORM_OWNER, PLATFORM_SCHEMA):
        rows = connection.execute(query).all()
        hosts = hosts_by_slug(connection)
    return [as_tenant(row, hosts.get(row.slug, [])) for row in rows]


def row(connection: Connection, slug: str) -> Any:
    """The line of `gemeente`, also of one that is being made or was stopped; None when there is none."""
    with acting_as(connection, PLATFORM_OWNER, PLATFORM_SCHEMA):
        return connection.execute(select(Gemeente.__table__).where(Gemeente.slug == slug)).first()


def half_made(connection: Connection) -> set[str]:
    """Slugs of municipalities that a command is still making (`state` nieuw): only that command works on them."""
    with acting_as(connection, PLATFORM_OWNER, PLATFORM_SCHEMA):
        return set(connection.execute(select(Gemeente.slug).where(Gemeente.state == "nieuw")).scalars())


def hosts_by_slug(connection: Connection) -> dict[str, list[str]]:
    """Host names per tenant, in alphabetical order; the caller acts as the platform's owner."""
    found: dict[str, list[str]] = {}
    for row in connection.execute(select(Host.slug, Host.host).order_by(Host.host)):
        found.setdefault(row.slug, []).append(row.host)
    return found


def as_tenant(row: Any, hosts: Sequence[str]) -> Tenant:
    """The value for one row of `gemeente`, as an object or as a result row."""
    return Tenant(
        slug=row.slug,
        naam=row.naam,
        hosts=tuple(hosts),
        ring=Ring(row.ring),
        kleur=row.kleur,
        monogram=row.monogram,
        sleutel=row.sleutel,
        sleutel_nummer=row.sleutel_nummer or 1,
        sleutels=tuple((int(n), base64.b64decode(one["verpakt"])) for n, one in (row.sleutels or {}).items()),
        hash_sleutel=row.hash_sleutel,
        grenzen=_grenzen((row.manifest or {}).get("grenzen", {})),
        voorbeeld=row.voorbeeld,
    )


def _grenzen(kept: dict[str, Any]) -> Grenzen:
    """Those this version knows: a newer one may have written more."""
    return Grenzen(**{field.name: kept.get(field.name) for field in fields(Grenzen)})


def note(connection: Connection, /, slug: str, *, state: str, **fields: Any) -> None:
    """Where this tenant's schema stands: state is bezig, gelukt or mislukt; fields are columns of Migratiestand."""
    values = {"state": state, "bijgewerkt_op": now(), "fout": None, **fields}
    statement = upsert(Migratiestand).values(slug=slug, **values)
    with acting_as(connection, PLATFORM_OWNER, PLATFORM_SCHEMA):
        connection.execute(statement.on_conflict_do_update(index_elements=["slug"], set_=values))


def standing(connection: Connection, *slugs: str) -> dict[str, Any]:
    """The ledger's row per slug, of all or of these: revisie, state, fout, duur_ms, bijgewerkt_op."""
    query = select(Migratiestand.__table__)
    if slugs:
        query = query.where(Migratiestand.slug.in_(slugs))
    with acting_as(connection, PLATFORM_OWNER, PLATFORM_SCHEMA):
        return {row.slug: row for row in connection.execute(query)}


def audit(connection: Connection, slug: str | None, handeling: str, gegevens: dict[str, Any]) -> None:
    """One line about what a command did to a tenant, or to the platform itself (None)."""
    with acting_as(connection, PLATFORM_OWNER, PLATFORM_SCHEMA):
        connection.execute(
            insert(Platformaudit).values(
                moment=now(), slug=slug, handeling=handeling, door=actor(), gegevens=gegevens
            )
        )


def sentence(error: Exception) -> str:
    """What went wrong, without values of rows: those stand in PostgreSQL's DETAIL and in the parameters.

    An error that nobody expected also goes to the technical log, with its trace.
    """
    if isinstance(error, DBAPIError | asyncpg.PostgresError):  # the template's SQL goes past SQLAlchemy
        said = error.orig if isinstance(error, DBAPIError) else error
        code = getattr(said, "sqlstate", None) or "?"
        first = str(said).splitlines()[0].rpartition(">: ")[2]
        if code == "55P03":
            return "Iemand anders hield een tabel of deze gemeente bezet. Voer het commando straks opnieuw uit."
        return f"De database weigerde ({code}): {first}"[:500]
    if isinstance(error, KanNiet):
        return str(error)[:500]
    logging.getLogger("kiss.tenants").error("tenant.failed", exc_info=error)
    return f"{type(error).__name__}: {error}"[:500]
