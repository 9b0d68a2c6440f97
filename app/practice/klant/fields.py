"""What each resource takes and refuses: types, lengths, enumerations, references. All wrong fields at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from app.practice.answers import Param

Check = Callable[[str, Any], tuple[Any, list[Param]]]  # name, value → value to store, what is wrong
MISSING = object()


@dataclass(frozen=True, slots=True)
class Field:
    """One writable field. `default` stands in when absent; without one and `required`, absence is wrong."""

    check: Check
    required: bool = False
    nullable: bool = False
    default: Any = None


def text(most: int, pattern: str = "", *, blank: bool = True) -> Check:
    def check(name: str, value: Any) -> tuple[Any, list[Param]]:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            return None, [Param(name, "invalid", "Geen geldige tekenreeks.")]
        value = str(value).strip()
        if not value and not blank:
            return None, [Param(name, "blank", "Dit veld mag niet leeg zijn.")]
        if "\x00" in value:
            return None, [Param(name, "null_characters_not_allowed", "Null-tekens zijn niet toegestaan.")]
        if len(value) > most:
            return None, [
                Param(name, "max_length", f"Zorg ervoor dat dit veld niet meer dan {most} karakters bevat.")
            ]
        if pattern and value and not re.fullmatch(pattern, value):
            return None, [Param(name, "invalid", "Voer een geldige waarde in.")]
        return value, []

    return check


def boolean(name: str, value: Any) -> tuple[Any, list[Param]]:
    if isinstance(value, bool):
        return value, []
    return None, [Param(name, "invalid", "Moet een geldige boolean zijn.")]


def choice(*allowed: str) -> Check:
    def check(name: str, value: Any) -> tuple[Any, list[Param]]:
        if value in allowed:
            return value, []
        return None, [Param(name, "invalid_choice", f'"{value}" is een ongeldige keuze.')]

    return check


def moment(name: str, value: Any) -> tuple[Any, list[Param]]:
    """A date with time, any offset; stored and given back in UTC."""
    try:
        read = datetime.fromisoformat(value)
        utc = read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    except (TypeError, ValueError, OverflowError):
        return None, [Param(name, "invalid", "Datetime heeft een ongeldig formaat.")]
    return utc.isoformat().replace("+00:00", "Z"), []


def day(name: str, value: Any) -> tuple[Any, list[Param]]:
    try:
        return date.fromisoformat(value).isoformat(), []
    except (TypeError, ValueError):
        return None, [Param(name, "invalid", "Date heeft het verkeerde formaat.")]


def number(least: int, most: int) -> Check:
    def check(name: str, value: Any) -> tuple[Any, list[Param]]:
        if isinstance(value, bool) or not isinstance(value, int):
            return None, [Param(name, "invalid", "Een geldig getal is vereist.")]
        if not least <= value <= most:
            return None, [Param(name, "invalid", f"Kies een getal van {least} tot en met {most}.")]
        return value, []

    return check


def uri(most: int) -> Check:
    plain = text(most)

    def check(name: str, value: Any) -> tuple[Any, list[Param]]:
        stored, wrong = plain(name, value)
        if not wrong and stored and not (urlsplit(stored).scheme in ("http", "https") and urlsplit(stored).netloc):
            return None, [Param(name, "invalid", "Voer een geldige URL in.")]
        return stored, wrong

    return check


def metadata(name: str, value: Any) -> tuple[Any, list[Param]]:
    if not isinstance(value, dict):
        return None, [Param(name, "invalid", "Waarde moet geldige JSON zijn.")]
    wrong = [
        Param(f"{name}.{key}", "max_length", "Waarde is geen tekst van hoogstens 255 tekens.")
        for key, one in value.items()
        if not isinstance(one, str) or len(one) > 255
    ]
    return value, wrong


def reference(name: str, value: Any) -> tuple[Any, list[Param]]:
    """`{"uuid": …}`; whether it exists is for the caller, who knows the store."""
    if not isinstance(value, dict):
        return None, [Param(name, "invalid", "Ongeldige data. Verwacht een dictionary.")]
    if "uuid" not in value:
        return None, [Param(f"{name}.uuid", "required", "Dit veld is vereist.")]
    try:
        return {"uuid": str(UUID(str(value["uuid"])))}, []
    except ValueError:
        return None, [Param(f"{name}.uuid", "invalid", "Moet een geldige UUID zijn.")]


def references(name: str, value: Any) -> tuple[Any, list[Param]]:
    if not isinstance(value, list):
        return None, [Param(name, "not_a_list", "Verwachtte een lijst.")]
    stored, wrong = [], []
    for at, one in enumerate(value):
        read, bad = reference(f"{name}.{at}", one)
        stored.append(read)
        wrong += bad
    return stored, wrong


def anything(name: str, value: Any) -> tuple[Any, list[Param]]:
    """An object whose fields depend on another field; its rules come later (rules.py)."""
    if isinstance(value, dict):
        return value, []
    return None, [Param(name, "invalid", "Ongeldige data. Verwacht een dictionary.")]


def group(fields: dict[str, Field]) -> Check:
    """A nested object with fields of its own."""

    def check(name: str, value: Any) -> tuple[Any, list[Param]]:
        if not isinstance(value, dict):
            return None, [Param(name, "invalid", "Ongeldige data. Verwacht een dictionary.")]
        return read(fields, value, prefix=f"{name}.")

    return check


def read(
    fields: dict[str, Field], body: dict[str, Any], *, prefix: str = "", new: bool = True, whole: bool = True
) -> tuple[dict[str, Any], list[Param]]:
    """The stored form of a body and everything that is wrong with it. Unknown fields are ignored, as there.

    Defaults stand in for what is absent only in a `new` object; a `whole` one (all but PATCH) must have what is
    required.
    """
    stored: dict[str, Any] = {}
    wrong: list[Param] = []
    for name, field in fields.items():
        value = body.get(name, MISSING)
        if value is MISSING:
            if field.required and whole:
                wrong.append(Param(prefix + name, "required", "Dit veld is vereist."))
            if new:
                stored[name] = field.default() if callable(field.default) else field.default
        elif value is None:
            if not field.nullable:
                wrong.append(Param(prefix + name, "null", "Dit veld mag niet leeg zijn."))
            stored[name] = None
        else:
            stored[name], bad = field.check(prefix + name, value)
            wrong += bad
    return stored, wrong
