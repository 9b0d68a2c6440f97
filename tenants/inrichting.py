"""What a new municipality starts with: code lists, opening hours, koppelingen, and in development people.

After the first apply these belong to the municipality. A manifest then only adds people (development), completes a
koppeling that never had its secret, and renews practice koppelingen that the manifest itself changed (development).
"""

from __future__ import annotations

import json
import os
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, insert, select, update

from app.audit.models import Auditregel
from app.auth.models import Lidmaatschap
from app.codelijsten.models import Gespreksresultaat, Kanaal
from app.connectors.later import LATER
from app.connectors.models import Koppeling
from app.geheimen import seal
from app.ids import new_id
from app.klok import now
from app.openingstijden.kalender import ALWAYS, STANDAARD, as_json
from app.openingstijden.models import Openingstijden
from app.settings import settings
from tenants.admin import acting_as, execute
from tenants.context import Tenant
from tenants.identity import people
from tenants.manifest import KoppelingRegel, Manifest, MensRegel


def first(connection: Connection, tenant: Tenant, manifest: Manifest) -> list[str]:
    """Everything, in a schema that was just made. Returns what was added."""
    with acting_as(connection, tenant.owner_role, tenant.schema):
        for model, lines in ((Kanaal, manifest.kanalen), (Gespreksresultaat, manifest.gespreksresultaten)):
            rows = [{"id": new_id(), "volgorde": i, **line.model_dump()} for i, line in enumerate(lines, start=1)]
            if rows:
                execute(connection, tenant, insert(model), rows)
        _add_week(connection, tenant)
        changed = [f"{len(manifest.kanalen)} kanalen", f"{len(manifest.gespreksresultaten)} gespreksresultaten"]
        for line in manifest.alle_koppelingen:
            changed.append(_add_koppeling(connection, tenant, line))
        return changed + _missing_people(connection, tenant, manifest)


def again(connection: Connection, tenant: Tenant, manifest: Manifest, before: dict[str, Any]) -> list[str]:
    """What a later apply may still do; `before` is the manifest as last applied. Returns what it changed."""
    lines_before = {line["slug"]: line for line in before.get("koppelingen", [])}
    changed: list[str] = []
    with acting_as(connection, tenant.owner_role, tenant.schema):
        rows = {row.slug: row for row in execute(connection, tenant, select(Koppeling.__table__))}
        for line in manifest.alle_koppelingen:
            row, edited = rows.get(line.slug), lines_before.get(line.slug) != line.model_dump(mode="json")
            ours = settings().development and edited and line in manifest.koppelingen
            if row is None and ours:
                changed.append(_add_koppeling(connection, tenant, line))
            elif row is not None and (_can_complete(row, line) or (ours and line.is_practice)):
                changed.append(_renew_koppeling(connection, tenant, line))
        return changed + _missing_people(connection, tenant, manifest)


def koppelingen_uit(connection: Connection, tenant: Tenant, *, komende: bool = True) -> list[str]:
    """A sentence per koppeling that is off; `komende`: also of kinds that cannot be on yet."""
    query = select(Koppeling.slug, Koppeling.uit_reden).where(~Koppeling.actief).order_by(Koppeling.slug)
    if not komende:
        query = query.where(Koppeling.soort.not_in(LATER))
    with acting_as(connection, tenant.owner_role, tenant.schema):
        rows = execute(connection, tenant, query).all()
    return [f"{row.slug}: {row.uit_reden or 'staat uit.'}" for row in rows]


def _add_week(connection: Connection, tenant: Tenant) -> None:
    """Usual office hours, so that every norm has a calendar to count in; the municipality changes them itself."""
    week = {"id": new_id(), "geldig_vanaf": ALWAYS, "week": as_json(STANDAARD), "gewijzigd_op": now()}
    execute(connection, tenant, insert(Openingstijden).values(**week))


def _missing_people(connection: Connection, tenant: Tenant, manifest: Manifest) -> list[str]:
    """People of the manifest become members, in development only: elsewhere rights are given by people."""
    if not settings().development:
        return []
    issuer = str(settings().oidc_issuer).rstrip("/")
    known = {row.gebruikersnaam: row for row in execute(connection, tenant, select(Lidmaatschap.__table__))}
    changed = []
    for mens in (mens for mens in manifest.mensen if mens.lid):
        row, subject = known.get(mens.gebruikersnaam), people.subject(tenant.slug, mens.gebruikersnaam)
        if row is None:
            _add_person(connection, tenant, mens, issuer, subject)
            changed.append(f"lidmaatschap {mens.gebruikersnaam}")
        elif (row.issuer, row.subject) != (issuer, subject):
            _move_person(connection, tenant, row.id, issuer, subject)
            changed.append(f"lidmaatschap {mens.gebruikersnaam} bij een andere aanmelddienst")
    return changed


def _add_person(connection: Connection, tenant: Tenant, mens: MensRegel, issuer: str, subject: str) -> None:
    values = {
        "id": new_id(),
        "issuer": issuer,
        "subject": subject,
        "gebruikersnaam": mens.gebruikersnaam,
        "naam": mens.naam,
        "email": mens.email,
        "rollen": mens.alle_rollen,
        "aangemaakt_op": now(),
    }
    execute(connection, tenant, insert(Lidmaatschap).values(**values))
    _audit(connection, tenant, "lidmaatschap.aangemaakt", "lidmaatschap", str(values["id"]), rollen=mens.alle_rollen)


def _move_person(connection: Connection, tenant: Tenant, person: UUID, issuer: str, subject: str) -> None:
    """The same invented person at another sign-in service of this machine, with what is theirs here."""
    values = {"issuer": issuer, "subject": subject}
    execute(connection, tenant, update(Lidmaatschap).where(Lidmaatschap.id == person).values(**values))
    _audit(connection, tenant, "lidmaatschap.verhuisd", "lidmaatschap", str(person))


def _add_koppeling(connection: Connection, tenant: Tenant, line: KoppelingRegel) -> str:
    values = {"id": new_id(), "slug": line.slug, "aangemaakt_op": now(), **_columns(tenant, line)}
    execute(connection, tenant, insert(Koppeling).values(**values))
    _audit(connection, tenant, "koppeling.aangemaakt", "koppeling", line.slug, actief=values["actief"])
    return f"koppeling {line.slug}"


def _renew_koppeling(connection: Connection, tenant: Tenant, line: KoppelingRegel) -> str:
    values = _columns(tenant, line)
    execute(connection, tenant, update(Koppeling).where(Koppeling.slug == line.slug).values(**values))
    _audit(connection, tenant, "koppeling.gewijzigd", "koppeling", line.slug, actief=values["actief"])
    return f"koppeling {line.slug} bijgewerkt"


def _columns(tenant: Tenant, line: KoppelingRegel) -> dict[str, Any]:
    reason = _why_off(line)
    secrets = {name: os.environ.get(_variable(source), "") for name, source in line.geheimen.items()}
    sealed = seal(tenant, f"koppeling.{line.slug}", json.dumps(secrets)) if secrets and not reason else None
    return {
        "naam": line.naam,
        "soort": line.soort,
        "schrijft": line.schrijft,
        "instellingen": line.instellingen,
        "prive_adres_reden": line.prive_adres_reden,
        "geheimen": sealed,
        "actief": reason is None,
        "uit_reden": reason,
    }


def _why_off(line: KoppelingRegel) -> str | None:
    if line.soort in LATER:
        return LATER[line.soort]
    if line.is_practice and not settings().development:
        return "Dit adres is van de oefenomgeving; die bestaat alleen in ontwikkeling."
    missing = [_variable(source) for source in line.geheimen.values() if not os.environ.get(_variable(source))]
    if missing:
        return f"De omgevingsvariabele {missing[0]} ontbreekt. Zet die en voer kiss tenants apply opnieuw uit."
    return None


def _variable(source: str) -> str:
    return source.removeprefix("env:")


def _can_complete(row: Any, line: KoppelingRegel) -> bool:
    """It never had a secret, is still what the manifest made of it, and now the secret is there."""
    untouched = row.soort == line.soort and row.instellingen == line.instellingen
    return bool(line.geheimen and row.geheimen is None and not row.actief and untouched and not _why_off(line))


def _audit(connection: Connection, tenant: Tenant, handeling: str, soort: str, what: str, **gegevens: Any) -> None:
    execute(
        connection,
        tenant,
        insert(Auditregel).values(
            id=new_id(), moment=now(), handeling=handeling, object_soort=soort, object_id=what, gegevens=gegevens
        ),
    )
