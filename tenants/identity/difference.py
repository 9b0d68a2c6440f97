"""What is different between a wanted document and the one that was found. Only what is wanted is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tenants.identity.port import Document

HIDDEN = "**********"  # how Keycloak shows a secret that it does not tell
# Only said when something is made; afterwards they are the person's own, or cannot be read.
AT_BIRTH = frozenset({"credentials"})


def differences(wanted: Document, found: Document) -> list[str]:
    """Names of fields that are not as wanted, nested ones with a dot. Never their values: some are secrets."""
    return sorted(set(_walk(wanted, found, "")))


def _walk(wanted: Document, found: Document, before: str) -> Iterator[str]:
    for name, value in wanted.items():
        if not before and name in AT_BIRTH:
            continue
        there = found.get(name)
        if isinstance(value, dict) and isinstance(there, dict):
            yield from _walk(value, there, f"{before}{name}.")
        elif there != HIDDEN and _plain(value) != _plain(there):
            yield f"{before}{name}"


def _plain(value: Any) -> Any:
    """Order of a list of names means nothing; absent is the same as empty."""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return sorted(value) or None
    return None if value in ("", [], {}) else value
