"""Memberships of one municipality, read."""

from __future__ import annotations

from sqlalchemy import Select, select

from app.auth.models import Lidmaatschap


def active_by_name() -> Select[Lidmaatschap]:
    return select(Lidmaatschap).where(Lidmaatschap.actief).order_by(Lidmaatschap.naam)


def active_by_username(gebruikersnaam: str) -> Select[Lidmaatschap]:
    return select(Lidmaatschap).where(Lidmaatschap.actief, Lidmaatschap.gebruikersnaam == gebruikersnaam)


def active_by_identity(issuer: str, subject: str) -> Select[Lidmaatschap]:
    """`issuer` without a slash at the end, as memberships keep it."""
    return select(Lidmaatschap).where(
        Lidmaatschap.actief, Lidmaatschap.issuer == issuer, Lidmaatschap.subject == subject
    )
