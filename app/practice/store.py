"""Data of the simulated registers: in memory for reading, in SQLite so that nothing is lost with the process.

A write is on disk before it is answered, as a register's would be, together with its line in the ledger: after
kill -9 both are there or neither is. One process, one event loop: no two writes run at once.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

Row = dict[str, Any]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS object (
  tenant TEXT, resource TEXT, uuid TEXT, seq INTEGER, data TEXT, PRIMARY KEY (tenant, resource, uuid));
CREATE TABLE IF NOT EXISTS ledger (id INTEGER PRIMARY KEY, tenant TEXT, line TEXT);
CREATE TABLE IF NOT EXISTS setting (tenant TEXT, name TEXT, value TEXT, PRIMARY KEY (tenant, name));
"""


class Store:
    """Objects by tenant, resource and uuid; the ledger; settings such as the version that is played."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(folder / "praktijk.sqlite", isolation_level=None, check_same_thread=False)
        self._db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;" + _SCHEMA)
        self._read()

    def _read(self) -> None:
        self._objects: dict[tuple[str, str], dict[str, Row]] = defaultdict(dict)
        self._index: dict[tuple[str, str, str, str], dict[str, None]] = defaultdict(dict)
        self._settings: dict[tuple[str, str], str] = {}
        self._seq = 0
        for tenant, resource, uuid, seq, data in self._db.execute("SELECT * FROM object ORDER BY seq"):
            self._seq = max(self._seq, seq)
            self._remember(tenant, resource, json.loads(data) | {"uuid": uuid})
        for tenant, name, value in self._db.execute("SELECT * FROM setting"):
            self._settings[tenant, name] = value

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of what happens inside is stored, or nothing of it. Holds no `await`: nothing else may come between."""
        if self._db.in_transaction:
            yield
            return
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            self._db.execute("ROLLBACK")
            self._read()  # what is remembered is what is on disk
            raise

    def add(self, tenant: str, *objects: tuple[str, Row]) -> None:
        """Store new objects (resource, row with uuid), all or none."""
        with self.transaction():
            for resource, row in objects:
                self._seq += 1
                values = (tenant, resource, row["uuid"], self._seq, json.dumps(row))
                self._db.execute("INSERT INTO object VALUES (?, ?, ?, ?, ?)", values)
                self._remember(tenant, resource, row)

    def replace(self, tenant: str, resource: str, row: Row) -> None:
        """Change one object; it keeps its place in the order."""
        self._forget(tenant, resource, self._objects[tenant, resource][row["uuid"]])
        self._db.execute(
            "UPDATE object SET data = ? WHERE tenant = ? AND resource = ? AND uuid = ?",
            (json.dumps(row), tenant, resource, row["uuid"]),
        )
        self._remember(tenant, resource, row)

    def remove(self, tenant: str, resource: str, uuid: str) -> None:
        row = self._objects[tenant, resource].pop(uuid)
        self._forget(tenant, resource, row)
        self._db.execute(
            "DELETE FROM object WHERE tenant = ? AND resource = ? AND uuid = ?", (tenant, resource, uuid)
        )

    def get(self, tenant: str, resource: str, uuid: str) -> Row | None:
        return self._objects[tenant, resource].get(uuid)

    def all(self, tenant: str, resource: str) -> Iterable[Row]:
        return self._objects[tenant, resource].values()

    def find(self, tenant: str, resource: str, key: str, value: str) -> list[Row]:
        """Objects by an indexed reference or number, oldest first."""
        found = self._index.get((tenant, resource, key, value), {})
        return [self._objects[tenant, resource][uuid] for uuid in found]

    def _remember(self, tenant: str, resource: str, row: Row) -> None:
        self._objects[tenant, resource][row["uuid"]] = row
        for key, value in _keys(resource, row):
            self._index[tenant, resource, key, value][row["uuid"]] = None

    def _forget(self, tenant: str, resource: str, row: Row) -> None:
        for key, value in _keys(resource, row):
            self._index[tenant, resource, key, value].pop(row["uuid"], None)

    def note(self, tenant: str, *, api: str, method: str, path: str, status: int, body: bytes, **more: Any) -> None:
        """Add a line to the ledger: what the register accepted, or refused as a duplicate."""
        line = {
            "at": datetime.now(UTC).isoformat(),
            "api": api,
            "method": method,
            "path": path,
            "status": status,
            "body_sha256": sha256(body).hexdigest(),
        } | more
        self._db.execute("INSERT INTO ledger (tenant, line) VALUES (?, ?)", (tenant, json.dumps(line)))

    def ledger(self, tenant: str) -> list[Row]:
        lines = self._db.execute("SELECT line FROM ledger WHERE tenant = ? ORDER BY id", (tenant,))
        return [json.loads(line) for (line,) in lines]

    def setting(self, tenant: str, name: str, default: str) -> str:
        return self._settings.get((tenant, name), default)

    def set(self, tenant: str, name: str, value: str) -> None:
        self._settings[tenant, name] = value
        self._db.execute("INSERT OR REPLACE INTO setting VALUES (?, ?, ?)", (tenant, name, value))

    def reset(self, tenant: str) -> None:
        """Everything of one municipality away, ledger included."""
        with self.transaction():
            for table in ("object", "ledger", "setting"):
                self._db.execute(f"DELETE FROM {table} WHERE tenant = ?", (tenant,))  # noqa: S608 - our own names
            for key in [key for key in self._objects if key[0] == tenant]:
                del self._objects[key]
            for index in [key for key in self._index if key[0] == tenant]:
                del self._index[index]
            self._settings = {key: value for key, value in self._settings.items() if key[0] != tenant}

    def close(self) -> None:
        self._db.close()


# What can be looked up at once: references to other objects, and values people search by.
REFERENCES = {
    "klantcontacten": ("referentienummer", "nummer"),
    "betrokkenen": ("hadKlantcontact", "wasPartij"),
    "partijen": ("nummer", "voorkeursDigitaalAdres"),
    "partij-identificatoren": ("identificeerdePartij", "subIdentificatorVan"),
    "digitaleadressen": ("verstrektDoorBetrokkene", "verstrektDoorPartij", "adres"),
    "actorklantcontacten": ("actor", "klantcontact"),
    "onderwerpobjecten": ("klantcontact", "wasKlantcontact"),
    "internetaken": ("aanleidinggevendKlantcontact", "toegewezenAanActoren", "referentienummer", "nummer"),
}
IDENTIFICATORS = {
    "partij-identificatoren": "partijIdentificator",
    "onderwerpobjecten": "onderwerpobjectidentificator",
    "actoren": "actoridentificator",
}


def _keys(resource: str, row: Row) -> Iterator[tuple[str, str]]:
    for key in REFERENCES.get(resource, ()):
        value = row.get(key)
        for one in value if isinstance(value, list) else [value]:
            text = one["uuid"] if isinstance(one, dict) else one
            if text:
                yield key, str(text)
    identificator = row.get(IDENTIFICATORS.get(resource, ""))
    if identificator and identificator.get("objectId"):
        yield "objectId", identificator["objectId"]
