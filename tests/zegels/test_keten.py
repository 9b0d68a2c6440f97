"""The encoding of a row, the keys, and what happens when the platform's key is replaced."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app import klok
from app.demo.postgres import EmbeddedPostgres
from app.zegels import service
from app.zegels import sleutels as keys
from app.zegels.bevinding import ZINNEN, Soort
from app.zegels.cli import as_dict, heads_in
from app.zegels.controle import Controle
from app.zegels.keten import Zegelrij, begin, link, marker
from app.zegels.models import Log
from app.zegels.regel import NIEUWSTE, ONLEESBAAR, encoded
from tests.tenants import support
from tests.town import Town
from tests.zegels import boek, logs

pytestmark = pytest.mark.anyio
ID = UUID("01a21c84-466c-7014-9871-dd9d296f5a25")
MOMENT = datetime(2026, 11, 27, 10, 0, 0, 123456, tzinfo=UTC)


def audit(gegevens: str) -> bytes:
    return encoded(Log.AUDIT, 1, (ID, MOMENT, "a.b", "gesprek", "1", None, "gelukt", gegevens))


def test_the_encoding_never_changes() -> None:
    """Bytes that were sealed must come out the same in twenty years; another encoding is another version."""
    known = (
        "9901c41001a21c84466c70149871dd9d296f5a25cf0006613f1f884a40a3612e62a76765737072656ba131c0a667656c756b74bf"
        "7b2261223a6e756c6c2c2262223a5b225c753030303031222c22c3a9225d7d"
    )
    assert audit('{"b": [1, "é"], "a": null}').hex() == known
    assert audit('{"b": [1, "é"], "a": null}') == audit('{"a":null,"b":[1,"\\u00e9"]}'), "the same value"


@pytest.mark.parametrize("pair", [("1", "1.0"), ("0.1", "0.10"), ("1", '"1"'), ("null", '""'), ("1e2", "100"),
                                  ("100000000000000000000000", "100000000000000000000001")])  # fmt: skip
def test_what_differs_is_encoded_differently(pair: tuple[str, str]) -> None:
    one, two = (audit(f'{{"x": {value}}}') for value in pair)
    assert one != two


@pytest.mark.parametrize("gegevens", ["geen json", "[" * 100_000, None])
def test_a_row_that_can_not_be_read_is_no_row_that_was_sealed(gegevens: Any) -> None:
    assert audit(gegevens) == ONLEESBAAR
    assert encoded(Log.AUDIT, 99, ()) == ONLEESBAAR


async def test_keys_differ_by_municipality_and_purpose(applied: EmbeddedPostgres) -> None:
    deventer, zwolle = keys.sleutels("deventer")[0], keys.sleutels("zwolle")[0]
    secrets = {one.merk for one in (deventer, zwolle)} | {one.hoofd.private_bytes_raw() for one in (deventer, zwolle)}
    assert len(secrets) == 4
    assert "merk" not in repr(deventer)


def test_every_finding_has_a_sentence() -> None:
    assert set(ZINNEN) == set(Soort)


@pytest.fixture
def other_platform_key(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes, bytes], None]:
    def use(*platform_keys: bytes) -> None:
        monkeypatch.setattr(keys, "_platform_keys", lambda: platform_keys)

    return use


async def test_seals_outlive_the_key_they_were_made_with(
    deventer: Town, seed: int, other_platform_key: Callable[..., None]
) -> None:
    old, new = b"o" * 32, b"n" * 32
    other_platform_key(old)
    await logs.fill(deventer, 20, seed)
    await service.seal(deventer.tenant)
    other_platform_key(new, old)  # the overlap of a rotation
    await logs.fill(deventer, 20, seed)
    await service.seal(deventer.tenant)
    assert (await service.check(deventer.tenant, Log.AUDIT)).in_orde
    other_platform_key(new)
    assert (await service.check(deventer.tenant, Log.AUDIT)).in_orde
    whole = await boek.read(deventer, Log.AUDIT)
    changed = whole.copy()
    seal = changed.zegels[7]
    row = changed.regels[seal.rij_id]
    changed.regels[seal.rij_id] = (*row[:2], "gesprek.verzonnen", *row[3:])
    assert [one.nummer for one in changed.check(klok.now()).bevindingen] == [8]


async def test_a_key_that_never_was_ours_is_refused(
    deventer: Town, seed: int, other_platform_key: Callable[..., None]
) -> None:
    other_platform_key(b"t" * 32)
    await logs.fill(deventer, 5, seed)
    await service.seal(deventer.tenant)
    other_platform_key(b"n" * 32)
    found = (await service.check(deventer.tenant, Log.AUDIT)).bevindingen
    assert Soort.HOOFD_GEWIJZIGD in {one.soort for one in found}
    await logs.fill(deventer, 1, seed)
    with pytest.raises(service.SealBroken):
        await service.seal(deventer.tenant)


async def test_a_log_cut_off_with_everything_is_found_with_the_heads_kept_outside(
    deventer: Town, seed: int, applied: EmbeddedPostgres
) -> None:
    await logs.fill(deventer, 10, seed)
    await service.seal(deventer.tenant)
    await logs.fill(deventer, 10, seed)
    await service.seal(deventer.tenant)
    whole = await boek.read(deventer, Log.AUDIT)
    kept = [
        json.dumps({"event": "zegel.hoofd", "tenant": "deventer", "hoofd": service.as_text(head)})
        for head in whole.hoofden
    ]
    elders = list(heads_in(["geen json", "{}", *kept], "deventer"))
    assert elders == whole.hoofden
    assert list(heads_in(kept, "zwolle")) == []
    cut = replace(whole.copy(), zegels=whole.zegels[:10], hoofden=whole.hoofden[:1])
    cut.regels = {zegel.rij_id: whole.regels[zegel.rij_id] for zegel in cut.zegels}
    await boek.write(applied, cut)
    assert (await service.check(deventer.tenant, Log.AUDIT)).in_orde, "from the inside nothing shows"
    found = await service.check(deventer.tenant, Log.AUDIT, elders)
    assert [(one.soort, one.nummer, one.tot_nummer) for one in found.bevindingen] == [("afgekapt", 11, 20)]
    assert as_dict(found)["bevindingen"][0]["zin"].startswith("Het einde van de keten is weggehaald")
    forged = [replace(head, nummer=99) for head in elders]
    assert (await service.check(deventer.tenant, Log.AUDIT, forged)).in_orde, "what we did not sign says nothing"


async def test_the_chain_of_another_municipality_does_not_fit(
    deventer: Town, zwolle: Town, seed: int, applied: EmbeddedPostgres
) -> None:
    await logs.fill(zwolle, 10, seed)
    await service.seal(zwolle.tenant)
    theirs = await boek.read(zwolle, Log.AUDIT)
    await boek.write(applied, replace(theirs, tenant=deventer.tenant))
    found = await service.check(deventer.tenant, Log.AUDIT)
    assert {one.nummer for one in found.bevindingen} >= set(range(1, 11))


async def test_how_many_rows_a_second_are_checked(
    applied: EmbeddedPostgres, count: Callable[[str, int], None]
) -> None:
    """G-AUD: the pure function over rows as they come from the database. Reported, since speed differs by machine."""
    [sleutel] = keys.sleutels("deventer")
    mark, hash_, rows = marker(sleutel, Log.VERWERKING), begin("deventer", Log.VERWERKING), []
    values = [ID, MOMENT, "a" * 32, ID, ID, "persoon-raadplegen", "identificeren", "AVG artikel 6 lid 1 onder e",
              "brp", "gevonden", "bsn", b"h" * 32, "naam,adres"]  # fmt: skip
    for nummer in range(1, 100_001):
        values[1] = MOMENT + timedelta(seconds=nummer)
        regel = encoded(Log.VERWERKING, NIEUWSTE, values)
        hash_ = link(hash_, nummer, regel)
        rows.append(Zegelrij(nummer, ID, hash_, mark(nummer, hash_, regel), regel))
    controle = Controle("deventer", Log.VERWERKING, [sleutel], [])
    began = time.perf_counter()
    for row in rows:
        controle.add(row)
    per_second = int(len(rows) / (time.perf_counter() - began))
    assert controle.bevindingen == []
    assert controle.nummer == 100_000
    began, before = time.perf_counter(), begin("deventer", Log.VERWERKING)
    for row in rows:
        before = link(before, row.nummer, row.regel or b"")
    chained = int(len(rows) / (time.perf_counter() - began))
    assert before == hash_
    count("rijen gecontroleerd per seconde (hash en merk)", per_second)
    count("rijen gecontroleerd per seconde (alleen de keten)", chained)


async def test_the_command_says_it(deventer: Town, seed: int, applied: EmbeddedPostgres) -> None:
    """`kiss logboek check` in a process of its own."""
    await logs.fill(deventer, 5, seed)
    await service.seal(deventer.tenant)

    async def kiss(*words: str) -> tuple[int, str]:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "app.cli", "logboek", "check", "--tenant", "deventer", *words,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, cwd=support.FOLDER.parent.parent,
        )  # fmt: skip
        out, _ = await process.communicate()
        return process.returncode or 0, out.decode()

    code, said = await kiss("--json")
    assert code == 0
    assert [(one["log"], one["in_orde"], one["tot_nummer"]) for one in json.loads(said)] == [
        ("auditregel", True, 5),
        ("verwerking", True, 5),
    ]
    [(_, rij), *_] = [row for row in await logs.numbers(deventer, Log.AUDIT) if row[0] == 3]
    table = f'"{deventer.tenant.schema}".auditregel'
    await support.as_superuser(applied, f"UPDATE {table} SET uitkomst = 'mislukt' WHERE id = '{rij}'")  # noqa: S608
    code, said = await kiss()
    assert code == 1
    assert f"nummer 3: {rij} Deze regel is na het verzegelen veranderd." in said
