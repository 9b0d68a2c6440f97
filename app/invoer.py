"""Reading submitted forms: one value per name, whole numbers; what cannot be read is the sender's mistake."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.errors import BadInput


def fields(data: Mapping[str, Any] | None) -> dict[str, str]:
    """One text per field name. Raises `BadInput` for a name that was sent twice or is not text."""
    if data is None:
        return {}
    read = {}
    for name, value in data.items():
        if not isinstance(value, str):
            raise BadInput("Een veld staat dubbel in dit formulier. Laad de pagina opnieuw.")
        read[name] = value
    return read


def whole_number(text: str, name: str) -> int:
    """A whole number of at most 9 digits. Raises `BadInput`."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):
        raise BadInput(f"Het veld {name} is geen heel getal. Laad de pagina opnieuw.")
    return int(text)
