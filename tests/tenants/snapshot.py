"""Everything that stands of one municipality, without what differs by nature: ids, moments, sealed bytes, name."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import text

from app.demo.postgres import EmbeddedPostgres
from migrations import catalogus
from tests.tenants import support

_COLUMNS = text("""
SELECT table_name, column_name FROM information_schema.columns
 WHERE table_schema = :schema AND data_type NOT IN ('uuid', 'bytea', 'timestamp with time zone') ORDER BY 1, 2
""")
_PLATFORM = {
    "gemeente": "SELECT to_jsonb(g) - 'sleutel' - 'hash_sleutel' - 'aangemaakt_op' FROM platform.gemeente g"
    " WHERE slug = :slug",
    "host": "SELECT to_jsonb(h) FROM platform.host h WHERE slug = :slug ORDER BY host",
    "migratiestand": "SELECT to_jsonb(m) - 'bijgewerkt_op' - 'duur_ms' FROM platform.migratiestand m"
    " WHERE slug = :slug",
    "inrichtingsstap": "SELECT to_jsonb(s) - 'sinds' FROM platform.inrichtingsstap s WHERE slug = :slug"
    " ORDER BY werk, stap",
    "audit": "SELECT to_jsonb(a) - 'id' - 'moment' FROM platform.platformaudit a WHERE slug = :slug ORDER BY id",
    "rollen": "SELECT to_jsonb(r) - 'oid' FROM pg_roles r WHERE rolname IN ('t_' || :name, 'o_' || :name)"
    " ORDER BY rolname",
}


async def snapshot(server: EmbeddedPostgres, slug: str) -> dict[str, Any]:
    """Of the catalogue, the schema, the roles and every row; names of the municipality read `SLUG`."""
    name = slug.replace("-", "_")
    schema = f"t_{name}"
    dsn = server.superuser_dsn.rsplit("/", 1)[0] + "/kiss"
    async with support.login(dsn) as connection:
        found: dict[str, Any] = {}
        for what, query in _PLATFORM.items():
            found[what] = list((await connection.execute(text(query), {"slug": slug, "name": name})).scalars())
        found["schema"] = sorted(await connection.run_sync(catalogus.lines, schema, role=schema, owner=f"o_{name}"))
        columns: dict[str, list[str]] = {}
        for row in await connection.execute(_COLUMNS, {"schema": schema}):
            columns.setdefault(row.table_name, []).append(f'"{row.column_name}"')
        for table, names in columns.items():
            query = f'SELECT jsonb_build_array({", ".join(names)})::text FROM "{schema}"."{table}" ORDER BY 1'  # noqa: S608
            rows = (await connection.exec_driver_sql(query)).scalars()
            found[table] = [re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", row) for row in rows]
        found["nummer"] = (
            (
                await connection.exec_driver_sql(f'SELECT last_value FROM "{schema}".kenmerk_nummer')  # noqa: S608
            ).scalar()
            if columns
            else None
        )
    return _without(found, slug, name)


def _without(value: Any, slug: str, name: str) -> Any:
    if isinstance(value, dict):
        return {key: _without(one, slug, name) for key, one in value.items()}
    if isinstance(value, list):
        return [_without(one, slug, name) for one in value]
    return re.sub(rf"(?i){re.escape(slug)}|{re.escape(name)}", "SLUG", value) if isinstance(value, str) else value
