"""Roles, schemas and who may assume what. Roles belong to the whole PostgreSQL cluster, not to one database."""

from __future__ import annotations

from sqlalchemy import Connection, text

from tenants.admin import acting_as, app_role, ddl, quoted
from tenants.context import Tenant
from tenants.grants import PLATFORM_OWNER, PLATFORM_ROLE, PLATFORM_SCHEMA

FLAGS = "NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT NOREPLICATION NOBYPASSRLS"


def close_public(connection: Connection) -> None:
    """Nobody gets anything by merely being able to connect."""
    database = quoted(connection.execute(text("SELECT current_database()")).scalar_one())
    ddl(connection, f"REVOKE TEMPORARY, CREATE ON DATABASE {database} FROM PUBLIC")
    ddl(connection, "REVOKE ALL ON SCHEMA public FROM PUBLIC")


def ensure_platform(connection: Connection) -> list[str]:
    """Roles and schema of the platform. Returns what was made."""
    return _ensure(connection, schema=PLATFORM_SCHEMA, owner=PLATFORM_OWNER, role=PLATFORM_ROLE)


def ensure_tenant(connection: Connection, tenant: Tenant) -> list[str]:
    """Roles and schema of one municipality. Returns what was made."""
    return ensure_roles(connection, tenant) + ensure_schema(connection, tenant)


def ensure_roles(connection: Connection, tenant: Tenant) -> list[str]:
    """Only the two roles of one municipality, and who may assume them. Returns what was made."""
    return _ensure_roles(connection, owner=tenant.owner_role, role=tenant.role)


def ensure_template(connection: Connection, template: Tenant) -> None:
    """Roles and schema of the template. The application may not assume its role: nobody works there."""
    admin = connection.execute(text("SELECT current_user")).scalar_one()
    for name in (template.owner_role, template.role):
        _ensure_role(connection, name)
    _ensure_member(connection, template.owner_role, admin)
    _ensure_schema(connection, schema=template.schema, owner=template.owner_role)


def ensure_schema(connection: Connection, tenant: Tenant) -> list[str]:
    """Only the schema of one municipality, whose roles are there. Returns what was made."""
    return _ensure_schema(connection, schema=tenant.schema, owner=tenant.owner_role)


def _ensure(connection: Connection, *, schema: str, owner: str, role: str) -> list[str]:
    return _ensure_roles(connection, owner=owner, role=role) + _ensure_schema(connection, schema=schema, owner=owner)


def _ensure_roles(connection: Connection, *, owner: str, role: str) -> list[str]:
    made = [f"rol {name}" for name in (owner, role) if _ensure_role(connection, name)]
    admin = connection.execute(text("SELECT current_user")).scalar_one()
    # The migrator acts as the owner; the application may assume the working role, and inherits nothing of it.
    for name, member in ((owner, admin), (role, app_role())):
        if _ensure_member(connection, name, member):
            made.append(f"{member} mag {name} aannemen")
    return made


def _ensure_schema(connection: Connection, *, schema: str, owner: str) -> list[str]:
    if schema_exists(connection, schema):
        return []
    ddl(connection, f"CREATE SCHEMA {quoted(schema)} AUTHORIZATION {quoted(owner)}")
    return [f"schema {schema}"]


def schema_exists(connection: Connection, schema: str) -> bool:
    """Whether the database has this schema."""
    known = connection.execute(text("SELECT 1 FROM pg_namespace WHERE nspname = :name"), {"name": schema})
    return known.first() is not None


def close(connection: Connection, tenant: Tenant) -> None:
    """From the commit on the application can do nothing in this municipality, also in what it began before."""
    if not exists(connection, tenant.role):
        return
    if schema_exists(connection, tenant.schema):
        with acting_as(connection, tenant.owner_role, tenant.schema):
            for kind in ("TABLES", "SEQUENCES"):
                ddl(
                    connection,
                    f"REVOKE ALL ON ALL {kind} IN SCHEMA {quoted(tenant.schema)} FROM {quoted(tenant.role)}",
                )
    if app_role() in _members(connection, tenant.role):
        ddl(connection, f"REVOKE {quoted(tenant.role)} FROM {quoted(app_role())}")


def drop_schema(connection: Connection, tenant: Tenant) -> list[str]:
    """The schema with everything in it, for good. Returns what went."""
    if not schema_exists(connection, tenant.schema):
        return []
    with acting_as(connection, tenant.owner_role, "pg_catalog"):
        ddl(connection, f"DROP SCHEMA {quoted(tenant.schema)} CASCADE")
    return [f"schema {tenant.schema}"]


def drop_roles(connection: Connection, tenant: Tenant) -> list[str]:
    """The two roles of a municipality without schema. Returns which went."""
    there = [name for name in (tenant.role, tenant.owner_role) if exists(connection, name)]
    for name in there:
        ddl(connection, f"DROP ROLE {quoted(name)}")
    return [f"rol {name}" for name in there]


def exists(connection: Connection, name: str) -> bool:
    """Whether the cluster has this role."""
    found = connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": name})
    return found.first() is not None


def _ensure_role(connection: Connection, name: str) -> bool:
    if exists(connection, name):
        return False
    ddl(connection, f"CREATE ROLE {quoted(name)} {FLAGS}")
    return True


# On PostgreSQL 16 and newer a membership says itself whether it inherits; and who made a role is listed as a
# member that may only hand it out (set_option false). On 15 the member's own NOINHERIT decides.
_MEMBERS_15 = text("""
SELECT m.rolname AS member, m.rolinherit AS inherits, m.rolname = current_user AS is_admin
  FROM pg_auth_members a JOIN pg_roles r ON r.oid = a.roleid JOIN pg_roles m ON m.oid = a.member
 WHERE r.rolname = :name
""")
_MEMBERS_16 = text("""
SELECT m.rolname AS member, bool_or(a.inherit_option) AS inherits, m.rolname = current_user AS is_admin
  FROM pg_auth_members a JOIN pg_roles r ON r.oid = a.roleid JOIN pg_roles m ON m.oid = a.member
 WHERE r.rolname = :name GROUP BY m.rolname HAVING bool_or(a.set_option OR a.inherit_option)
""")


def _members(connection: Connection, name: str) -> dict[str, tuple[bool, bool]]:
    """Who may become `name`, each with: inherits its rights, is the migrator."""
    query = _MEMBERS_16 if _has_options(connection) else _MEMBERS_15
    return {row.member: (row.inherits, row.is_admin) for row in connection.execute(query, {"name": name})}


def _ensure_member(connection: Connection, name: str, member: str) -> bool:
    if member in _members(connection, name):
        return False
    options = " WITH INHERIT FALSE, SET TRUE" if _has_options(connection) and member == app_role() else ""
    ddl(connection, f"GRANT {quoted(name)} TO {quoted(member)}{options}")
    return True


def _has_options(connection: Connection) -> bool:
    version = connection.dialect.server_version_info
    return version is not None and int(version[0]) >= 16


_FLAGS = text("""
SELECT rolcanlogin OR rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls AS te_veel
  FROM pg_roles WHERE rolname = :name
""")
_LOGIN = text("""
SELECT rolinherit, rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls AS te_veel
  FROM pg_roles WHERE rolname = :name
""")
_OWN_MEMBERSHIPS = text("""
SELECT r.rolname FROM pg_auth_members a JOIN pg_roles r ON r.oid = a.roleid JOIN pg_roles m ON m.oid = a.member
 WHERE m.rolname = :name
""")


def problems(connection: Connection, tenant: Tenant) -> list[str]:
    """What is wrong with this municipality's roles, one sentence each."""
    return _problems(connection, owner=tenant.owner_role, role=tenant.role, schema=tenant.schema)


def platform_problems(connection: Connection) -> list[str]:
    """What is wrong with the platform's roles and with the application's login."""
    found = _problems(connection, owner=PLATFORM_OWNER, role=PLATFORM_ROLE, schema=PLATFORM_SCHEMA)
    login = connection.execute(_LOGIN, {"name": app_role()}).first()
    if login is None:
        return [*found, f"De rol {app_role()} bestaat niet."]
    if login.rolinherit:
        found.append(f"De rol {app_role()} is niet NOINHERIT.")
    if login.te_veel:
        found.append(f"De rol {app_role()} heeft rechten op de hele server.")
    return found


def _problems(connection: Connection, *, owner: str, role: str, schema: str) -> list[str]:
    found: list[str] = []
    for name in (owner, role):
        flags = connection.execute(_FLAGS, {"name": name}).first()
        if flags is None:
            found.append(f"De rol {name} ontbreekt.")
        elif flags.te_veel:
            found.append(f"De rol {name} kan inloggen of heeft rechten op de hele server.")
        found += [
            f"De rol {name} is lid van {row.rolname}." for row in connection.execute(_OWN_MEMBERSHIPS, {"name": name})
        ]
    for member, (inherits, is_admin) in _members(connection, role).items():
        if member != app_role() and not is_admin:
            found.append(f"De rol {member} mag {role} aannemen.")
        elif inherits and not is_admin:
            found.append(f"De rol {member} erft de rechten van {role}.")
    if app_role() not in _members(connection, role):
        found.append(f"De rol {app_role()} mag {role} niet aannemen.")
    found += [
        f"De rol {member} mag {owner} aannemen."
        for member, (_, is_admin) in _members(connection, owner).items()
        if not is_admin
    ]
    found += _wrong_owners(connection, schema, owner)
    return found


_OWNERS = text("""
SELECT 'schema ' || n.nspname AS ding FROM pg_namespace n
 WHERE n.nspname = :schema AND pg_get_userbyid(n.nspowner) <> :owner
UNION ALL
SELECT 'tabel ' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = :schema AND pg_get_userbyid(c.relowner) <> :owner
""")


def _wrong_owners(connection: Connection, schema: str, owner: str) -> list[str]:
    rows = connection.execute(_OWNERS, {"schema": schema, "owner": owner})
    return [f"Eigenaar van {row.ding} is niet {owner}." for row in rows]
