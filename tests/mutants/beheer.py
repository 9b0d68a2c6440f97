"""Deliberate defects in running the platform: making, changing and removing municipalities; fields as in `Defect`."""

from __future__ import annotations

BEHEER = (
    (
        "a step that is done leaves no line",
        "tenants/stappen.py",
        '    _note(connection, slug, werk, result)\n    ledger.audit(connection, slug, f"{werk}.{step.naam}", result',
        '    ledger.audit(connection, slug, f"{werk}.{step.naam}", result',
        ("tests/tenants/test_aanmaken.py::test_again_it_changes_nothing",),
    ),
    (
        "a half-made municipality is migrated and opened",
        "tenants/ledger.py",
        '.where(Gemeente.state == "nieuw")',
        '.where(Gemeente.state == "gestopt")',
        ("tests/tenants/test_aanmaken.py::test_what_is_half_made_is_nobodys_and_says_so",),
    ),
    (
        "looking at a difference applies it",
        "tenants/verschil.py",
        "            await transaction.rollback()\n",
        "            await transaction.commit()\n",
        ("tests/tenants/test_verschil.py::test_owned_by_the_manifest_and_owned_by_the_municipality",),
    ),
    (
        "an export that everybody on the machine can read",
        "tenants/meenemen.py",
        "os.O_EXCL, 0o600)",
        "os.O_EXCL, 0o644)",
        ("tests/tenants/test_verwijderen.py::test_everything_in_open_files_and_nothing_opened",),
    ),
    (
        "who is being removed may still be written to",
        "tenants/verwijderen.py",
        "    roles.close(connection, tenant)\n",
        "",
        ("tests/tenants/test_verwijderen.py",),
    ),
    (
        "removed although the export is gone",
        "tenants/verwijderen.py",
        'not meenemen.verify(Path(gegevens["map"]))',
        'Path(gegevens["map"]).exists()',
        ("tests/tenants/test_verwijderen.py",),
    ),
    (
        "a stuck municipality passes for a migrated one",
        "tenants/migrate.py",
        "        return Outcome(tenant.slug, None, None, gelukt=False,",
        "        return Outcome(tenant.slug, None, None, gelukt=True,",
        ("tests/tenants/test_migrate_kill.py::test_by_ring_and_one_that_is_held_is_marked_and_passed_by",),
    ),
    (
        "a connection meets every municipality there is",
        "app/db.py",
        ">= MOST_TENANTS:",
        ">= 1_000 * MOST_TENANTS:",
        ("tests/tenants/test_geheugen.py",),
    ),
    (
        "a crash tells what is inside",
        "app/foutpaginas.py",
        "    return render(request, 500, *_CRASH, foutnummer=foutnummer)",
        "    return render(request, 500, _CRASH[0], str(error), foutnummer=foutnummer)",
        ("tests/routes/test_foutpaginas.py",),
    ),
)
