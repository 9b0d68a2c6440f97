"""The one box: what people type, and what we make of it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.connectors.ports import OpBsn, OpNaamEnGeboortedatum, OpPostcodeEnHuisnummer
from app.klantbeeld.invoer import elfproef, parse_date, understand

BSN = "999993653"  # passes the eleven test; from the official test range


@pytest.mark.parametrize("typed", [BSN, "9999 93 653", "999.993.653", " 999-993-653 "])
def test_a_bsn_in_any_spelling(typed: str) -> None:
    assert understand({"vraag": typed}).vraag == OpBsn(BSN)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("99999365", "Dit zijn 8 cijfers. Een BSN heeft er 9."),
        ("9999936530", "Dit zijn 10 cijfers. Een BSN heeft er 9."),
        ("999993654", "Dit BSN klopt niet. Misschien zijn twee cijfers verwisseld."),
        ("000000000", "Dit BSN klopt niet. Misschien zijn twee cijfers verwisseld."),
        ("7", "Dit is 1 cijfer. Een BSN heeft er 9."),
    ],
)
def test_what_is_wrong_with_a_bsn_is_said(typed: str, sentence: str) -> None:
    begrepen = understand({"bsn": typed})
    assert begrepen.vraag is None
    assert begrepen.fouten == {"bsn": sentence}


@pytest.mark.parametrize(
    ("typed", "vraag"),
    [
        ("7411 aa 12", OpPostcodeEnHuisnummer("7411AA", 12)),
        ("7411AA 12 B", OpPostcodeEnHuisnummer("7411AA", 12, "B")),
        ("7411 AA, 12b", OpPostcodeEnHuisnummer("7411AA", 12, "B")),
        ("7411AA 12 B hs", OpPostcodeEnHuisnummer("7411AA", 12, "B", "hs")),
    ],
)
def test_postcode_and_number(typed: str, vraag: OpPostcodeEnHuisnummer) -> None:
    begrepen = understand({"vraag": typed})
    assert begrepen.vraag == vraag
    assert begrepen.soort == "Postcode en huisnummer"


@pytest.mark.parametrize(
    "typed",
    [
        "de Wit-Voorbeeld 14-3-1961",
        "de Wit-Voorbeeld 14031961",
        "14/03/1961 de Wit-Voorbeeld",
        "de Wit-Voorbeeld, 14.3.1961",
    ],
)
def test_surname_and_birth_date(typed: str) -> None:
    begrepen = understand({"vraag": typed})
    assert begrepen.vraag == OpNaamEnGeboortedatum("Wit-Voorbeeld*", date(1961, 3, 14))
    assert begrepen.anders == OpNaamEnGeboortedatum("de Wit-Voorbeeld*", date(1961, 3, 14))


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("van der Proefstraat", "Proefstraat*"),
        ("Van Den Toetsberg", "Toetsberg*"),
        ("’t Hoen", "Hoen*"),
        ("van Es", "Es"),
        ("Proef", "Proef*"),
        ("De", "De"),
    ],
)
def test_the_first_words_of_a_surname_are_not_searched(typed: str, asked: str) -> None:
    begrepen = understand({"geslachtsnaam": typed, "geboortedatum": "1-2-1990"})
    assert begrepen.vraag == OpNaamEnGeboortedatum(asked, date(1990, 2, 1))


def test_a_two_letter_surname_is_asked_exactly() -> None:
    assert understand({"vraag": "Bo 1-2-1990"}).vraag == OpNaamEnGeboortedatum("Bo", date(1990, 2, 1))


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"vraag": ""}, "vraag"),
        ({"vraag": "Jansen"}, "vraag"),
        ({"geslachtsnaam": "Jansen", "geboortedatum": ""}, "geboortedatum"),
        ({"geslachtsnaam": "Jansen", "geboortedatum": "31-2-1990"}, "geboortedatum"),
        ({"geslachtsnaam": "Jansen", "geboortedatum": "1-1-2999"}, "geboortedatum"),
        ({"geslachtsnaam": "", "geboortedatum": "1-1-1990"}, "geslachtsnaam"),
        ({"geslachtsnaam": "Jan;sen", "geboortedatum": "1-1-1990"}, "geslachtsnaam"),
        ({"postcode": "0411 AA", "huisnummer": "1"}, "postcode"),
        ({"postcode": "7411 AA", "huisnummer": "0"}, "huisnummer"),
        ({"postcode": "7411 AA", "huisnummer": "1", "huisletter": "AB"}, "huisletter"),
        ({"postcode": "7411 AA", "huisnummer": "1", "toevoeging": "abcde"}, "toevoeging"),
    ],
)
def test_the_sentence_stands_at_the_field(form: dict[str, str], field: str) -> None:
    begrepen = understand(form)
    assert begrepen.vraag is None
    assert set(begrepen.fouten) == {field}
    assert begrepen.fouten[field].endswith((".", "?"))


def test_what_was_understood_never_holds_a_whole_bsn() -> None:
    assert understand({"bsn": BSN}).tekst == "••••• 3653"


@given(st.text(max_size=80))
def test_anything_typed_is_understood_or_answered(text: str) -> None:
    begrepen = understand({"vraag": text})
    assert (begrepen.vraag is None) == bool(begrepen.fouten)


@given(st.integers(min_value=1, max_value=99_999_999))
def test_one_wrong_digit_never_passes_the_eleven_test(number: int) -> None:
    body = f"{number:08d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, range(9, 1, -1), strict=True))
    check = total % 11
    if check > 9:
        return
    assert elfproef(body + str(check))
    assert not any(elfproef(body + str(other)) for other in range(10) if other != check)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2026, 1, 1)))
def test_every_date_is_read_in_each_spelling(day: date) -> None:
    spellings = (f"{day:%d-%m-%Y}", f"{day:%d/%m/%Y}", f"{day:%d%m%Y}", f"{day.day}-{day.month}-{day.year}")
    assert {parse_date(text) for text in spellings} == {day}
