"""`check` sees every way in which rights, roles or hosts can drift, and `apply` puts the grants right again."""

from __future__ import annotations

import pytest

from app.demo.postgres import EmbeddedPostgres
from migrations import histories
from tests.tenants import support

pytestmark = pytest.mark.anyio

# What somebody did by hand; the sentence that tells; how to undo what `apply` does not repair.
GRANTS = [
    ("GRANT SELECT ON t_deventer.kanaal TO t_zwolle", "te veel: SELECT op table kanaal voor t_zwolle"),
    ("GRANT UPDATE ON t_deventer.auditregel TO t_deventer", "te veel: UPDATE op table auditregel voor t_deventer"),
    ("GRANT SELECT ON t_deventer.gesprek TO PUBLIC", "te veel: SELECT op table gesprek voor PUBLIC"),
    ("GRANT UPDATE (naam) ON t_deventer.kanaal TO t_zwolle", "te veel: UPDATE op column kanaal.naam voor t_zwolle"),
    ("GRANT SELECT ON t_deventer.alembic_version TO t_deventer", "SELECT op table alembic_version voor t_deventer"),
    ("GRANT UPDATE ON SEQUENCE t_deventer.kenmerk_nummer TO t_deventer", "te veel: UPDATE op sequence kenmerk"),
    ("GRANT CREATE ON SCHEMA t_deventer TO t_deventer", "te veel: CREATE op schema voor t_deventer"),
    ("GRANT USAGE ON SCHEMA t_deventer TO kiss_app", "te veel: USAGE op schema voor kiss_app"),
    ("REVOKE DELETE ON t_deventer.vraag FROM t_deventer", "ontbreekt: DELETE op table vraag voor t_deventer"),
    (
        "ALTER DEFAULT PRIVILEGES FOR ROLE o_deventer IN SCHEMA t_deventer GRANT SELECT ON TABLES TO t_zwolle",
        "te veel: SELECT op default tables voor t_zwolle",
    ),
    (
        "ALTER DEFAULT PRIVILEGES FOR ROLE o_deventer IN SCHEMA t_deventer REVOKE SELECT ON TABLES FROM t_deventer",
        "ontbreekt: SELECT op default tables voor t_deventer",
    ),
    (
        "SET ROLE o_deventer; CREATE FUNCTION t_deventer.\"F x\"(int) RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "te veel: EXECUTE op function",
    ),
]
OTHER = [
    ("GRANT t_deventer TO t_zwolle", "De rol t_zwolle mag t_deventer aannemen.", "REVOKE t_deventer FROM t_zwolle"),
    ("GRANT o_deventer TO kiss_app", "De rol kiss_app mag o_deventer aannemen.", "REVOKE o_deventer FROM kiss_app"),
    ("SET ROLE kiss_migrator; REVOKE t_deventer FROM kiss_app", "mag t_deventer niet aannemen.", None),
    ("ALTER ROLE t_deventer LOGIN", "De rol t_deventer kan inloggen", "ALTER ROLE t_deventer NOLOGIN"),
    ("ALTER ROLE t_deventer BYPASSRLS", "De rol t_deventer kan inloggen", "ALTER ROLE t_deventer NOBYPASSRLS"),
    (
        "ALTER TABLE t_deventer.kanaal OWNER TO kiss_app",
        "Eigenaar van tabel kanaal is niet o_deventer.",
        "ALTER TABLE t_deventer.kanaal OWNER TO o_deventer",
    ),
    (
        "UPDATE platform.migratiestand SET state = 'mislukt', fout = 'Proef.' WHERE slug = 'deventer'",
        "De laatste migratie mislukte. Proef.",
        None,
    ),
    (
        "UPDATE t_deventer.alembic_version SET version_num = '0000'",
        "Het schema staat op 0000",
        f"UPDATE t_deventer.alembic_version SET version_num = '{histories.head(histories.TENANT)}'",  # noqa: S608
    ),
    (
        "INSERT INTO platform.host VALUES ('DEVENTER.localhost.', 'zwolle')",
        "De host DEVENTER.localhost. is ook van zwolle.",
        "DELETE FROM platform.host WHERE host = 'DEVENTER.localhost.'",
    ),
    (
        "DELETE FROM platform.host WHERE slug = 'deventer'",
        "Er is geen host",
        "INSERT INTO platform.host VALUES ('deventer.localhost', 'deventer')",
    ),
    (
        "UPDATE t_deventer.koppeling SET actief = false, uit_reden = 'Uitgezet.' WHERE slug = 'brp'",
        "Koppeling brp: Uitgezet.",
        "UPDATE t_deventer.koppeling SET actief = true, uit_reden = NULL WHERE slug = 'brp'",
    ),
]


@pytest.mark.parametrize(("by_hand", "told"), GRANTS, ids=[told for _, told in GRANTS])
async def test_a_grant_that_drifted_is_told_and_repaired(
    gemeenten: EmbeddedPostgres, by_hand: str, told: str
) -> None:
    assert await support.problems() == {}
    await support.as_superuser(gemeenten, *by_hand.split("; "))
    found = await support.problems()
    assert list(found) == ["deventer"]
    assert any(told in line for line in found["deventer"]), found
    (report, _) = await support.apply_demo()
    assert any(line.startswith("recht ") for line in report.changed), report
    # apply takes rights away, and what somebody made by hand stays for a person to look at
    await support.as_superuser(gemeenten, 'DROP FUNCTION IF EXISTS t_deventer."F x"(int)')
    assert await support.problems() == {}


@pytest.mark.parametrize(("by_hand", "told", "undo"), OTHER, ids=[told for _, told, _ in OTHER])
async def test_what_else_drifted_is_told(
    gemeenten: EmbeddedPostgres, by_hand: str, told: str, undo: str | None
) -> None:
    assert await support.problems() == {}
    await support.as_superuser(gemeenten, *by_hand.split("; "))
    found = await support.problems()
    assert any(told in line for line in found["deventer"]), found
    if undo:
        await support.as_superuser(gemeenten, undo)
    await support.apply_demo()
    assert await support.problems() == {}


@pytest.mark.parametrize(
    ("by_hand", "told", "undo"),
    [
        ("ALTER ROLE kiss_app INHERIT", "De rol kiss_app is niet NOINHERIT.", "ALTER ROLE kiss_app NOINHERIT"),
        ("ALTER ROLE kiss_app SUPERUSER", "rechten op de hele server", "ALTER ROLE kiss_app NOSUPERUSER"),
        ("GRANT INSERT ON platform.gemeente TO kiss_platform", "te veel: INSERT op table gemeente", None),
        ("GRANT SELECT ON platform.gemeente TO t_deventer", "te veel: SELECT op table gemeente", None),
        ("REVOKE SELECT ON platform.host FROM kiss_platform", "ontbreekt: SELECT op table host", None),
    ],
)
async def test_the_platform_is_watched_too(
    gemeenten: EmbeddedPostgres, by_hand: str, told: str, undo: str | None
) -> None:
    await support.as_superuser(gemeenten, by_hand)
    found = await support.problems()
    assert any(told in line for line in found["platform"]), found
    if undo:
        await support.as_superuser(gemeenten, undo)
    await support.apply_demo()
    assert await support.problems() == {}


async def test_an_unknown_municipality_is_told(gemeenten: EmbeddedPostgres) -> None:
    assert await support.problems("gouda", "zwolle") == {"gouda": ["Deze gemeente bestaat niet."]}
