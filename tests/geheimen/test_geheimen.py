"""Envelope encryption: a value opens for its own municipality and its own field, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from hypothesis import strategies as st

from app import geheimen
from app.geheimen import CannotOpen, seal, subject_hmac, unseal
from tenants.context import Tenant

FIELD = "betrokkene.subject"


@profile(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(value=st.text(max_size=200))
def test_what_was_sealed_opens(deventer: Tenant, value: str) -> None:
    assert unseal(deventer, FIELD, seal(deventer, FIELD, value)) == value


def test_the_same_value_never_looks_the_same(deventer: Tenant) -> None:
    sealed = {seal(deventer, FIELD, "999990019") for _ in range(50)}
    assert len(sealed) == 50
    assert not any(b"999990019" in one for one in sealed)


def test_another_municipality_cannot_open(deventer: Tenant, zwolle: Tenant) -> None:
    with pytest.raises(CannotOpen):
        unseal(zwolle, FIELD, seal(deventer, FIELD, "999990019"))


def test_another_field_cannot_open(deventer: Tenant) -> None:
    with pytest.raises(CannotOpen):
        unseal(deventer, "klantverwijzing.subject", seal(deventer, FIELD, "999990019"))


def test_a_key_moved_to_another_municipality_does_not_open(deventer: Tenant) -> None:
    thief = replace(deventer, slug="zwolle")
    with pytest.raises(CannotOpen):
        seal(thief, FIELD, "999990019")


@pytest.mark.parametrize("place", [0, 1, 5, 13, -1])
def test_every_damaged_byte_is_noticed(deventer: Tenant, place: int) -> None:
    sealed = bytearray(seal(deventer, FIELD, "999990019"))
    sealed[place] ^= 1
    with pytest.raises(CannotOpen):
        unseal(deventer, FIELD, bytes(sealed))


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" + bytes(12), b"\x02" + bytes(40)])
def test_what_was_never_sealed_does_not_open(deventer: Tenant, sealed: bytes) -> None:
    with pytest.raises(CannotOpen):
        unseal(deventer, FIELD, sealed)


def test_the_hash_of_a_person_differs_per_municipality_and_kind(deventer: Tenant, zwolle: Tenant) -> None:
    known = subject_hmac(deventer, "bsn", "999990019")
    assert len(known) == 32
    assert known == subject_hmac(deventer, "bsn", "999990019")
    others = {
        subject_hmac(deventer, "bsn", "999990020"),
        subject_hmac(deventer, "kvk", "999990019"),
        subject_hmac(zwolle, "bsn", "999990019"),
    }
    assert known not in others
    assert len(others) == 3


def test_each_municipality_gets_its_own_key(environment: pytest.MonkeyPatch) -> None:
    assert len({geheimen.new_wrapped_key("deventer") for _ in range(20)}) == 20
