"""A slug becomes a schema, a role, a host name and a key: it is narrow, and never one of our own words."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.admin import quoted
from tenants.context import RESERVED, NoTenant, Ring, Tenant, require, valid_slug

slugs = st.from_regex(r"[a-z][a-z0-9-]{1,38}[a-z0-9]", fullmatch=True).filter(valid_slug)


def tenant(slug: str) -> Tenant:
    return Tenant(slug, slug.title(), (f"{slug}.test",), Ring.REGULAR, "#000000", "Xx")


@pytest.mark.parametrize("slug", ["gouda", "oost-gelre", "s-hertogenbosch", "abc", "x" * 40, "zone30"])
def test_good_slugs(slug: str) -> None:
    assert valid_slug(slug)


@pytest.mark.parametrize(
    "slug",
    ["", "ab", "Gouda", "oost gelre", "oost_gelre", "-gouda", "gouda-", "oost--gelre", "1gouda", "x" * 41,
     "gouda\n", "góuda", 'gouda"', "gouda;drop", "t.x", *RESERVED],
)  # fmt: skip
def test_bad_slugs(slug: str) -> None:
    assert not valid_slug(slug)


@given(st.text())
def test_whatever_is_typed_a_valid_slug_is_plain(slug: str) -> None:
    assert not valid_slug(slug) or re.fullmatch(r"[a-z0-9-]{3,40}", slug)


@given(slugs, slugs)
def test_two_municipalities_never_share_a_name(one: str, other: str) -> None:
    first, second = tenant(one), tenant(other)
    assert (first.schema == second.schema) == (one == other)
    assert first.role != second.owner_role
    assert len(first.schema) <= 63
    assert first.schema != "t_"
    assert first.role not in ("kiss_app", "kiss_platform", "o_platform")


@given(st.text(min_size=1, max_size=20).filter(lambda name: "\0" not in name and len(name.encode()) <= 63))
def test_a_quoted_name_cannot_end_early(name: str) -> None:
    inside = quoted(name)[1:-1]
    assert inside.replace('""', "").count('"') == 0
    assert inside.replace('""', '"') == name


@pytest.mark.parametrize("name", ["", "a\0b", "x" * 64, "é" * 32])
def test_no_name_for_the_database(name: str) -> None:
    with pytest.raises(ValueError, match="geen naam"):
        quoted(name)


def test_there_is_no_default_municipality() -> None:
    with pytest.raises(NoTenant):
        require(None)
    assert require(tenant("gouda")).schema == "t_gouda"
