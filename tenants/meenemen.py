"""Everything of one municipality as files in open formats: what it takes along, and what stays when it is removed.

A folder with one JSON Lines file per table (a row a line, moments in UTC, bytes as `\\x` and hexadecimal digits),
`gemeente.json` with its line of the catalogue and its wrapped keys, and `manifest.json` that names every file with
its rows and its SHA-256. What is sealed stays sealed: to open it one needs the wrapped keys and `KISS_SECRET_KEY`.
Only who made the folder can read it. One snapshot: all files are of the same moment.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.db import TenantBase
from app.klok import now
from tenants import ledger, migrate
from tenants.admin import acting_as, quoted
from tenants.context import Tenant
from tenants.grants import KENMERK_NUMMER

FORMAT = "kiss-export-1"
MANIFEST = "manifest.json"
ROWS = 500  # at a time from the server
TELL_EVERY = 10_000
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Export:
    """What was written where. `sha256` is that of manifest.json, which holds those of the other files."""

    slug: str
    map: str
    revisie: str | None
    tabellen: int
    rijen: int
    sha256: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class _File:
    """A file that only its owner reads, with what the manifest says of it."""

    def __init__(self, path: Path) -> None:
        self.path, self.rows, self._hash = path, 0, hashlib.sha256()
        self._out = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")

    def line(self, value: str) -> None:
        encoded = value.encode() + b"\n"
        self._hash.update(encoded)
        self._out.write(encoded)
        self.rows += 1

    def close(self) -> str:
        """Safe on disk; gives the SHA-256."""
        self._out.flush()
        os.fsync(self._out.fileno())
        self._out.close()
        return self._hash.hexdigest()


async def export(connection: AsyncConnection, slug: str, folder: Path, progress: Progress = lambda _: None) -> Export:
    """Write a new folder below `folder`. Raises `KanNiet`; what was half written by an earlier run is taken away."""
    async with connection.begin():
        await connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        done = await connection.run_sync(_export, slug, folder, progress)
    async with connection.begin():
        kept = {"tabellen": done.tabellen, "rijen": done.rijen, "sha256": done.sha256}
        await connection.run_sync(ledger.audit, slug, "gemeente.meegenomen", kept)
    return done


def verify(folder: Path) -> list[str]:
    """What is wrong with an export on disk, one sentence each; empty when every file is as it was written."""
    try:
        files = json.loads((folder / MANIFEST).read_text("utf-8"))["bestanden"]
    except (OSError, ValueError, KeyError, TypeError):
        return [f"{folder / MANIFEST} ontbreekt of is niet te lezen."]
    return [f"{folder / one['bestand']} ontbreekt of is veranderd." for one in files if not _is_whole(folder, one)]


def _export(connection: Connection, slug: str, folder: Path, progress: Progress) -> Export:
    row = ledger.row(connection, slug)
    tenant = ledger.as_tenant(row, []) if row else None
    if row is None or tenant is None or migrate.revision(connection, tenant) is None:
        raise ledger.KanNiet(f"De gemeente {slug} bestaat niet of heeft geen tabellen.")
    moment = now().astimezone(UTC)
    target = folder / f"{slug}-{moment:%Y%m%dT%H%M%S%f}Z"
    draft = _draft(folder, target)
    files = [_catalogue(connection, row, draft), *_tables(connection, tenant, draft, progress)]
    manifest = {
        "formaat": FORMAT,
        "slug": slug,
        "naam": row.naam,
        "gemaakt_op": moment.isoformat(),
        "revisie": migrate.revision(connection, tenant),
        "nummers": {KENMERK_NUMMER: _last_number(connection, tenant)},
        "bestanden": files,
    }
    last = _File(draft / MANIFEST)
    last.line(json.dumps(manifest, ensure_ascii=False, indent=2))
    digest = last.close()
    draft.rename(target)
    rows = sum(one["rijen"] for one in files[1:])
    return Export(slug, str(target), manifest["revisie"], len(files) - 1, rows, digest)


def _draft(folder: Path, target: Path) -> Path:
    """A new empty folder beside the target, which gets its name when all is in it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in folder.glob(f".{target.name.rpartition('-')[0]}-*.deel"):
            shutil.rmtree(left)
        draft = folder / f".{target.name}.deel"
        draft.mkdir(mode=0o700)
    except OSError as error:
        raise ledger.KanNiet(f"In {folder} kan niet worden geschreven ({type(error).__name__}).") from error
    return draft


def _catalogue(connection: Connection, row: Any, draft: Path) -> dict[str, Any]:
    def wrapped(value: bytes | None) -> str | None:
        return None if value is None else base64.b64encode(value).decode()

    line = {
        name: getattr(row, name) for name in ("slug", "naam", "ring", "kleur", "monogram", "voorbeeld", "manifest")
    }
    keys = {"sleutel": wrapped(row.sleutel), "sleutel_nummer": row.sleutel_nummer, "sleutels": row.sleutels}
    file = _File(draft / "gemeente.json")
    file.line(json.dumps({**line, **keys, "hash_sleutel": wrapped(row.hash_sleutel)}, ensure_ascii=False))
    return {"bestand": "gemeente.json", "rijen": 1, "sha256": file.close()}


def _tables(connection: Connection, tenant: Tenant, draft: Path, progress: Progress) -> Iterable[dict[str, Any]]:
    """Tables that others refer to come first, so that reading them back in this order works."""
    order = {table.name: place for place, table in enumerate(TenantBase.metadata.sorted_tables)}
    with acting_as(connection, tenant.owner_role, tenant.schema):
        connection.execute(
            text("SELECT set_config('TimeZone', 'UTC', true), set_config('bytea_output', 'hex', true)")
        )
        names = connection.execute(_NAMES, {"schema": tenant.schema}).all()
        for row in sorted(names, key=lambda one: (order.get(one.naam, len(order)), one.naam)):
            file = _File(draft / f"{row.naam}.jsonl")
            for line in _lines(connection, tenant, row.naam, row.sleutel):
                file.line(line)
                if file.rows % TELL_EVERY == 0:
                    progress(f"{row.naam}: {file.rows} rijen")
            digest = file.close()
            progress(f"{row.naam}: {file.rows} rijen, klaar")
            yield {"tabel": row.naam, "bestand": f"{row.naam}.jsonl", "rijen": file.rows, "sha256": digest}


# Every table with the columns of its primary key, in their order.
_NAMES = text("""
SELECT c.relname AS naam,
       ARRAY(SELECT a.attname::text FROM pg_index x CROSS JOIN unnest(x.indkey) WITH ORDINALITY k(nr, plaats)
               JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.nr
              WHERE x.indrelid = c.oid AND x.indisprimary ORDER BY k.plaats) AS sleutel
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = :schema AND c.relkind IN ('r', 'p') AND c.relname <> 'alembic_version'
""")


def _lines(connection: Connection, tenant: Tenant, table: str, key: list[str]) -> Iterable[str]:
    """Rows as PostgreSQL writes them in JSON, a few hundred at a time: a table may be larger than our memory."""
    order = f" ORDER BY {', '.join(quoted(column) for column in key)}" if key else ""
    query = f"SELECT row_to_json(t)::text FROM {quoted(tenant.schema)}.{quoted(table)} t{order}"  # noqa: S608
    streamed = connection.execution_options(stream_results=True, yield_per=ROWS)
    return streamed.exec_driver_sql(query).scalars()


def _last_number(connection: Connection, tenant: Tenant) -> int:
    with acting_as(connection, tenant.owner_role, tenant.schema):
        query = f"SELECT last_value FROM {quoted(tenant.schema)}.{quoted(KENMERK_NUMMER)}"  # noqa: S608
        return int(connection.exec_driver_sql(query).scalar_one())


def _is_whole(folder: Path, one: dict[str, Any]) -> bool:
    try:
        with (folder / str(one["bestand"])).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == str(one["sha256"])
    except OSError:
        return False
