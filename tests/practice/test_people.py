"""The invented inhabitants: numbers that could exist, people who could not, the same for everybody every time."""

from __future__ import annotations

from itertools import islice

import pytest

from app.practice.gemeenten import GEMEENTEN
from app.practice.people import MOST, elfproef, numbers, people, sample

PLAINLY_INVENTED = ("proef", "voorbeeld", "fictie", "testman", "model", "oefening", "staal", "toets", "testum")
WHO = {
    "hoofdpersoon",
    "geheim",
    "overleden",
    "onderzoek",
    "vertrokken",
    "minderjarig",
    "half_bekend",
    "zonder_contacten",
}


@pytest.mark.parametrize("tenant", GEMEENTEN)
def test_everybody_passes_the_elfproef_and_has_a_number_of_their_own(tenant: str) -> None:
    numbers = [person.bsn for person in people(tenant, 1000)]
    assert len(set(numbers)) == 1000
    assert all(len(number) == 9 and number.startswith("99") and elfproef(number) for number in numbers)


def test_the_elfproef_refuses() -> None:
    assert elfproef("999993653")  # the standard example of the official test set
    assert not elfproef("999993654")


def test_nobody_lives_in_two_municipalities() -> None:
    everybody = [set(islice(numbers(tenant), MOST)) for tenant in GEMEENTEN]
    assert sum(map(len, everybody)) == len(set.union(*everybody)) == MOST * len(GEMEENTEN)


@pytest.mark.parametrize("tenant", GEMEENTEN)
def test_enough_people_with_plainly_invented_names(tenant: str) -> None:
    inhabitants = people(tenant)
    assert len(inhabitants) >= 200
    for person in inhabitants:
        assert any(word in person.geslachtsnaam.casefold() for word in PLAINLY_INVENTED), person.geslachtsnaam
        assert person.gemeente == GEMEENTEN[tenant].code


@pytest.mark.parametrize("tenant", GEMEENTEN)
def test_the_named_ones_are_who_they_are_called(tenant: str) -> None:
    named = sample(tenant)
    assert named.keys() == WHO
    assert len(named["hoofdpersoon"].contacten) >= 1
    assert named["overleden"].overleden
    assert named["vertrokken"].vertrokken
    assert named["half_bekend"].geboortedag is None
    assert not named["zonder_contacten"].contacten


def test_more_people_are_the_same_people_and_then_others() -> None:
    assert people("deventer", 700)[:240] == people("deventer") == people("deventer", 240)


def test_there_is_an_end_to_the_numbers() -> None:
    with pytest.raises(ValueError, match=str(MOST)):
        people("deventer", MOST + 1)
    with pytest.raises(KeyError):
        people("nergenshuizen")
