"""Identifiers: UUIDv7 (RFC 9562), made here because PostgreSQL 15 cannot."""

from uuid import UUID

import uuid_utils


def new_id() -> UUID:
    """A fresh UUIDv7; sorts by the moment it was made."""
    return UUID(int=uuid_utils.uuid7().int)
