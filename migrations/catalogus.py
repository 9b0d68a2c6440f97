"""What stands in one schema, as lines of text that can be laid beside those of another.

Names of the schema and its roles are replaced, so that two municipalities that are the same give the same lines.
"""

from __future__ import annotations

import re

from sqlalchemy import Connection, text

# Per kind of thing: what it is called, and everything about it that an application could notice. relkind: r table,
# p partitioned, v view, m materialised view, S sequence. contype n (18 and newer) says what the column says.
_LINES = text("""
WITH things AS (
    SELECT c.* FROM pg_class c WHERE c.relnamespace = to_regnamespace(:schema)
), grants AS (
    SELECT 'schema' AS what, a.* FROM pg_namespace n, aclexplode(n.nspacl) a WHERE n.oid = to_regnamespace(:schema)
    UNION ALL
    SELECT c.relname, a.* FROM things c, aclexplode(c.relacl) a WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S')
    UNION ALL
    SELECT c.relname || '.' || k.attname, a.*
      FROM things c JOIN pg_attribute k ON k.attrelid = c.oid, aclexplode(k.attacl) a
     WHERE NOT k.attisdropped
    UNION ALL
    SELECT 'default ' || d.defaclobjtype::text, a.* FROM pg_default_acl d, aclexplode(d.defaclacl) a
     WHERE d.defaclnamespace = to_regnamespace(:schema)
)
SELECT format('owner schema %s', pg_get_userbyid(nspowner)) FROM pg_namespace WHERE oid = to_regnamespace(:schema)
UNION ALL
SELECT format('owner %s %s %s', relkind::text, relname, pg_get_userbyid(relowner)) FROM things
 WHERE relkind NOT IN ('t', 'i', 'I')
UNION ALL
SELECT format('column %s.%s %s %s %s default %s identity %s generated %s collation %s', c.relname, a.attname,
              row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum), format_type(a.atttypid, a.atttypmod),
              CASE WHEN a.attnotnull THEN 'NOT NULL' ELSE 'NULL' END, coalesce(pg_get_expr(d.adbin, d.adrelid), '-'),
              a.attidentity::text, a.attgenerated::text, coalesce(a.attcollation::regcollation::text, '-'))
  FROM things c JOIN pg_attribute a ON a.attrelid = c.oid
  LEFT JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (c.oid, a.attnum)
 WHERE c.relkind IN ('r', 'p', 'v', 'm') AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT format('constraint %s.%s %s valid %s', c.relname, k.conname, pg_get_constraintdef(k.oid), k.convalidated)
  FROM pg_constraint k JOIN things c ON c.oid = k.conrelid WHERE k.contype <> 'n'
UNION ALL
SELECT format('index %s valid %s', pg_get_indexdef(x.indexrelid), x.indisvalid)
  FROM pg_index x JOIN things c ON c.oid = x.indrelid
UNION ALL
SELECT format('sequence %s %s %s %s %s %s %s', c.relname, s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmin,
              s.seqmax, s.seqcycle)
  FROM pg_sequence s JOIN things c ON c.oid = s.seqrelid
UNION ALL
SELECT format('function %s %s', p.oid::regprocedure, md5(p.prosrc)) FROM pg_proc p
 WHERE p.pronamespace = to_regnamespace(:schema)
UNION ALL
SELECT format('trigger %s', pg_get_triggerdef(t.oid)) FROM pg_trigger t JOIN things c ON c.oid = t.tgrelid
 WHERE NOT t.tgisinternal
UNION ALL
SELECT format('grant %s %s %s', what, privilege_type, coalesce(r.rolname, 'PUBLIC'))
  FROM grants LEFT JOIN pg_roles r ON r.oid = grants.grantee
""")


def lines(connection: Connection, schema: str, *, role: str, owner: str) -> frozenset[str]:
    """Everything in `schema`: tables, columns, constraints, indexes, sequences, code, grants, owners.

    The search_path holds neither schema, so that PostgreSQL writes every name in full.
    """
    names = {schema: "SCHEMA", role: "ROLE" if role != schema else "SCHEMA", owner: "OWNER"}
    pattern = re.compile(rf"\b({'|'.join(re.escape(name) for name in names)})\b")
    rows = connection.execute(_LINES, {"schema": schema}).scalars()
    return frozenset(pattern.sub(lambda match: names[match[1]], row) for row in rows)


def differences(found: frozenset[str], wanted: frozenset[str]) -> list[str]:
    """What `found` has too many and too few; empty when they are the same."""
    return [f"te veel: {line}" for line in sorted(found - wanted)] + [
        f"ontbreekt: {line}" for line in sorted(wanted - found)
    ]
