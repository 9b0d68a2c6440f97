"""Generated passwords and keys of this machine's demo, kept in one file that only its owner can read."""

import base64
import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path

FILE_NAME = "geheimen.json"


class Keyring:
    """Names to secrets. A secret is made at the first request and stays the same afterwards."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE_NAME

    def password(self, name: str) -> str:
        """A password for `name`: 32 characters that need no escaping in a URL."""
        return self._get_or_make(name, lambda: secrets.token_urlsafe(24))

    def key(self, name: str) -> str:
        """32 random bytes for `name` in base64, the form of KISS_SECRET_KEY."""
        return self._get_or_make(name, lambda: base64.b64encode(secrets.token_bytes(32)).decode())

    def _get_or_make(self, name: str, make: Callable[[], str]) -> str:
        known = self._read()
        if name not in known:
            known[name] = make()
            self._write(known)
        return known[name]

    def _read(self) -> dict[str, str]:
        if not self.path.exists():
            return {}
        known: dict[str, str] = json.loads(self.path.read_text("utf-8"))
        return known

    def _write(self, known: dict[str, str]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        write_private(self.path, json.dumps(known, indent=2) + "\n")


def write_private(path: Path, text: str) -> None:
    """Write `text` so that a reader sees the old or the new file, and only the owner may open it."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    temporary.replace(path)
