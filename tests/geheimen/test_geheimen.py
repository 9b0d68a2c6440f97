"""Envelope encryption: a value opens for its own municipality and its own field, and nowhere else."""

from __future__ import annotations

import base64
import os
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from hypothesis import strategies as st

from app import geheimen
from app.geheimen import CannotOpen, seal, subject_hmac, unseal
from tenants.context import Tenant
from tests.app.conftest import forget

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


def test_the_same_key_in_another_municipality_opens_nothing(deventer: Tenant) -> None:
    """The municipality stands in the value itself, should two ever have one key (a copied schema)."""
    key = geheimen._opened(deventer.sleutel, geheimen.key_label("deventer", 1))
    copy = replace(deventer, slug="zwolle", sleutel=geheimen.wrap(key, geheimen.key_label("zwolle", 1)))
    assert unseal(copy, FIELD, seal(copy, FIELD, "999990019")) == "999990019"
    with pytest.raises(CannotOpen):
        unseal(copy, FIELD, seal(deventer, FIELD, "999990019"))


@pytest.mark.parametrize("place", [0, 1, 5, 13, -1])
def test_every_damaged_byte_is_noticed(deventer: Tenant, place: int) -> None:
    sealed = bytearray(seal(deventer, FIELD, "999990019"))
    sealed[place] ^= 1
    with pytest.raises(CannotOpen):
        unseal(deventer, FIELD, bytes(sealed))


def test_another_row_cannot_open(deventer: Tenant) -> None:
    sealed = seal(deventer, FIELD, "999990019", row="eerste")
    assert unseal(deventer, FIELD, sealed, row="eerste") == "999990019"
    for other in ("tweede", ""):
        with pytest.raises(CannotOpen):
            unseal(deventer, FIELD, sealed, row=other)


def test_a_value_of_before_rows_were_named_still_opens(deventer: Tenant, zwolle: Tenant) -> None:
    """Layout 1, as the version before wrote it."""
    nonce = b"n" * 12
    key = geheimen._data_key(deventer.slug, deventer.sleutel)
    old = b"\x01" + nonce + AESGCM(key).encrypt(nonce, b"999990019", b"deventer|betrokkene.subject")
    assert unseal(deventer, FIELD, old, row="welke ook") == "999990019"
    for tenant, field in ((zwolle, FIELD), (deventer, "klantverwijzing.subject")):
        with pytest.raises(CannotOpen):
            unseal(tenant, field, old)


def test_after_a_new_data_key_old_and_new_values_open_and_hashes_stay(deventer: Tenant) -> None:
    before, known = seal(deventer, FIELD, "999990019", row=1), subject_hmac(deventer, "bsn", "999990019")
    pinned = geheimen.wrap(geheimen.hash_key(deventer), geheimen.hash_label(deventer.slug))
    later = replace(
        deventer,
        sleutel=geheimen.new_wrapped_key("deventer", 2),
        sleutel_nummer=2,
        sleutels=((1, deventer.sleutel),),
        hash_sleutel=pinned,
    )
    after = seal(later, FIELD, "999990019", row=1)
    assert unseal(later, FIELD, before, row=1) == unseal(later, FIELD, after, row=1) == "999990019"
    assert subject_hmac(later, "bsn", "999990019") == known
    assert before.startswith(geheimen.header(deventer))
    assert after.startswith(geheimen.header(later))
    with pytest.raises(CannotOpen):  # destroyed
        unseal(replace(later, sleutels=()), FIELD, before, row=1)
    renumbered = after[:1] + (1).to_bytes(2, "big") + after[3:]
    with pytest.raises(CannotOpen):
        unseal(later, FIELD, renumbered, row=1)


def test_a_wrapped_key_opens_as_its_own_number_only(deventer: Tenant) -> None:
    other = replace(deventer, sleutel_nummer=2)
    with pytest.raises(CannotOpen):
        seal(other, FIELD, "999990019")


def test_during_a_rotation_of_the_platforms_key_both_open(deventer: Tenant, environment: pytest.MonkeyPatch) -> None:
    sealed = seal(deventer, FIELD, "999990019")
    old = os.environ["KISS_SECRET_KEY"]
    environment.setenv("KISS_SECRET_KEY", base64.b64encode(b"n" * 32).decode())
    forget()
    with pytest.raises(CannotOpen):
        unseal(deventer, FIELD, sealed)
    environment.setenv("KISS_SECRET_KEY_OLD", f"{base64.b64encode(b'x' * 32).decode()}, {old}")
    forget()
    assert unseal(deventer, FIELD, sealed) == "999990019"
    anew = geheimen.wrapped_anew(deventer.sleutel, geheimen.key_label("deventer", 1))
    assert anew is not None
    assert geheimen.wrapped_anew(anew, geheimen.key_label("deventer", 1)) is None
    environment.delenv("KISS_SECRET_KEY_OLD")
    forget()
    assert unseal(replace(deventer, sleutel=anew), FIELD, sealed) == "999990019"


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
