"""Built front-end files by their logical name; the file name carries the content's hash."""

from __future__ import annotations

import json
from functools import cache

from app.settings import PROJECT

DIST = PROJECT / "app" / "static" / "dist"


class NotBuilt(RuntimeError):
    """The front end has not been built on this machine."""


@cache
def manifest() -> dict[str, str]:
    try:
        names: dict[str, str] = json.loads((DIST / "manifest.json").read_text())
    except FileNotFoundError as error:
        raise NotBuilt("De schermbestanden zijn nog niet gebouwd. Voer `make setup` uit.") from error
    return names


def asset(name: str) -> str:
    """URL of a built file. Raises `KeyError` for a name that the build did not make."""
    return "/static/" + manifest()[name]
