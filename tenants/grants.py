"""Which role may do what in a schema: the expected set from the models, the actual set from the catalogue.

`apply` makes the second equal to the first and says what it changed; `drift` only says. Both know tables, sequences,
columns, functions, the schema itself and default privileges. Owners are left out: what they may is what they own.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, MetaData, text

from app.db import PlatformBase, TenantBase
from tenants.admin import acting_as, ddl, quoted
from tenants.context import Tenant

PLATFORM_SCHEMA = "platform"
PLATFORM_ROLE = "kiss_platform"
PLATFORM_OWNER = "o_platform"
PUBLIC = "PUBLIC"

ALL_ROWS = ("SELECT", "INSERT", "UPDATE", "DELETE")
APPEND_ONLY = ("SELECT", "INSERT")
KENMERK_NUMMER = "kenmerk_nummer"


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """One privilege of one role on one thing."""

    soort: str  # SCHEMA, TABLE, SEQUENCE, FUNCTION, COLUMN, or "DEFAULT TABLES" and so on
    ding: str  # its name; empty for the schema and for defaults
    recht: str  # SELECT …
    rol: str

    def __str__(self) -> str:
        return f"{self.recht} op {self.soort.lower()} {self.ding}".rstrip() + f" voor {self.rol}"


@dataclass(frozen=True, slots=True)
class Scope:
    """One schema with its owner, the one role that works in it, and what that role may have."""

    schema: str
    owner: str
    role: str
    expected: frozenset[Grant]


def tenant_scope(tenant: Tenant) -> Scope:
    grants = {Grant("SEQUENCE", KENMERK_NUMMER, "USAGE", tenant.role), Grant("SCHEMA", "", "USAGE", tenant.role)}
    for name, append_only in _tables(TenantBase.metadata):
        grants |= {Grant("TABLE", name, right, tenant.role) for right in (APPEND_ONLY if append_only else ALL_ROWS)}
    # So that a table of a later migration works; what it may not keep is taken away by `apply` after the migration.
    grants |= {Grant("DEFAULT TABLES", "", right, tenant.role) for right in ALL_ROWS}
    grants.add(Grant("DEFAULT SEQUENCES", "", "USAGE", tenant.role))
    return Scope(tenant.schema, tenant.owner_role, tenant.role, frozenset(grants))


def platform_scope() -> Scope:
    grants = {Grant("SCHEMA", "", "USAGE", PLATFORM_ROLE)}
    grants |= {Grant("TABLE", name, "SELECT", PLATFORM_ROLE) for name, _ in _tables(PlatformBase.metadata)}
    return Scope(PLATFORM_SCHEMA, PLATFORM_OWNER, PLATFORM_ROLE, frozenset(grants))


def drift(connection: Connection, scope: Scope) -> list[str]:
    """What differs from the expected set, one sentence each; empty when nothing does."""
    actual = _actual(connection, scope)
    return [f"te veel: {grant}" for grant in sorted(actual - scope.expected)] + [
        f"ontbreekt: {grant}" for grant in sorted(scope.expected - actual)
    ]


def apply(connection: Connection, scope: Scope) -> list[str]:
    """Make the grants exactly the expected set. Runs as the owner; returns what it changed."""
    actual = _actual(connection, scope)
    with acting_as(connection, scope.owner, scope.schema):
        for grant in sorted(actual - scope.expected):
            ddl(connection, _statement(scope, grant, give=False))
        for grant in sorted(scope.expected - actual):
            ddl(connection, _statement(scope, grant, give=True))
    return [f"ingetrokken: {grant}" for grant in sorted(actual - scope.expected)] + [
        f"gegeven: {grant}" for grant in sorted(scope.expected - actual)
    ]


def _tables(metadata: MetaData) -> list[tuple[str, bool]]:
    return [(table.name, bool(table.info.get("append_only"))) for table in metadata.sorted_tables]


def _statement(scope: Scope, grant: Grant, *, give: bool) -> str:
    who = grant.rol if grant.rol == PUBLIC else quoted(grant.rol)
    verb, to = ("GRANT", "TO") if give else ("REVOKE", "FROM")
    schema = quoted(scope.schema)
    if grant.soort.startswith("DEFAULT "):
        kind = grant.soort.removeprefix("DEFAULT ")
        where = f"ALTER DEFAULT PRIVILEGES FOR ROLE {quoted(scope.owner)} IN SCHEMA {schema}"
        return f"{where} {verb} {grant.recht} ON {kind} {to} {who}"
    if grant.soort == "SCHEMA":
        return f"{verb} {grant.recht} ON SCHEMA {schema} {to} {who}"
    if grant.soort == "COLUMN":
        table, column = grant.ding.split(".", 1)
        return f"{verb} {grant.recht} ({quoted(column)}) ON {schema}.{quoted(table)} {to} {who}"
    if grant.soort == "FUNCTION":
        return f"{verb} {grant.recht} ON FUNCTION {grant.ding} {to} {who}"  # a regprocedure, quoted by PostgreSQL
    return f"{verb} {grant.recht} ON {grant.soort} {schema}.{quoted(grant.ding)} {to} {who}"


# Every privilege in the schema that somebody other than the owner has. relkind: r table, p partitioned, v view,
# m materialised view, f foreign table, S sequence. A null ACL of a function means EXECUTE for everyone.
_ACTUAL = text("""
WITH grants AS (
    SELECT 'SCHEMA' AS soort, '' AS ding, a.*, n.nspowner AS owner
      FROM pg_namespace n, aclexplode(n.nspacl) a WHERE n.nspname = :schema
    UNION ALL
    SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, c.relname, a.*, c.relowner
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, aclexplode(c.relacl) a
     WHERE n.nspname = :schema AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
    UNION ALL
    SELECT 'COLUMN', c.relname || '.' || k.attname, a.*, c.relowner
      FROM pg_attribute k JOIN pg_class c ON c.oid = k.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace,
           aclexplode(k.attacl) a
     WHERE n.nspname = :schema AND NOT k.attisdropped
    UNION ALL
    SELECT 'FUNCTION', p.oid::regprocedure::text, a.*, p.proowner
      FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace,
           aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
     WHERE n.nspname = :schema
    UNION ALL
    SELECT 'DEFAULT ' || CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN
           'FUNCTIONS' ELSE 'TYPES' END, '', a.*, d.defaclrole
      FROM pg_default_acl d JOIN pg_namespace n ON n.oid = d.defaclnamespace, aclexplode(d.defaclacl) a
     WHERE n.nspname = :schema
)
SELECT soort, ding, privilege_type AS recht, coalesce(r.rolname, 'PUBLIC') AS rol
  FROM grants LEFT JOIN pg_roles r ON r.oid = grants.grantee
 WHERE grants.grantee <> grants.owner
""")


def _actual(connection: Connection, scope: Scope) -> frozenset[Grant]:
    rows = connection.execute(_ACTUAL, {"schema": scope.schema}).all()
    return frozenset(Grant(row.soort, row.ding, row.recht, row.rol) for row in rows)
