"""Addresses, headers and settings that could make one mail into another."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from app.mail.adres import read_address
from app.mail.opstellen import Soort, compose, one_line
from app.mail.smtp import way_to
from app.settings import Settings
from tenants.context import Ring, Tenant
from tests.app.conftest import COMPLETE

GOOD = [
    "eva@deventer.example", "eva.van-der-berg+kcc@mail.deventer.example", "o'brien@deventer.example",
    "e@x.nl", "eva@xn--mnchen-3ya.example", "a1_2@1-2.example",
]  # fmt: skip
BAD = [
    "", "eva", "@deventer.example", "eva@", "eva@localhost", "eva@@deventer.example", "eva@deventer..example",
    ".eva@deventer.example", "eva.@deventer.example", "e..va@deventer.example", "eva@-deventer.example",
    "eva@deventer-.example", "eva@deventer.example.", "eva @deventer.example", "eva@deventer.example,b@c.nl",
    "eva@deventer.example;b@c.nl", "<eva@deventer.example>", "Eva <eva@deventer.example>", '"eva"@deventer.example',
    "eva@deventer.example\r\nBcc: b@c.nl", "eva@deventer.example\nb@c.nl", "eva@deventer.example\x00",
    "eva\t@deventer.example", "eva@[127.0.0.1]", "evé@deventer.example", "eva@deventér.example",
    "eva@deventer.example\u2028", "a" * 65 + "@deventer.example", "eva@" + "a" * 250 + ".nl",
    "eva@" + "a" * 64 + ".nl",
    "eva(comment)@deventer.example", "eva@deventer.example%0d%0aBcc:b@c.nl", "\u212aim@deventer.example",
]  # fmt: skip
WORDS = {"uitnodiger": "x", "rollen": "x", "link": "https://x", "geldig_tot": "x", "email": "x"}


def tenant(naam: str = "Deventer") -> Tenant:
    return Tenant("deventer", naam, ("deventer.localhost",), Ring.EARLY, "#0b5d66", "Dv")


@pytest.mark.parametrize("address", GOOD)
def test_addresses(address: str) -> None:
    assert read_address(f"  {address.upper()} ") == address


@pytest.mark.parametrize("address", BAD)
def test_no_addresses(address: str) -> None:
    assert read_address(address) is None
    with pytest.raises(ValueError, match="mailadres"):
        compose(tenant(), uuid4(), Soort.UITNODIGING, WORDS, sender="k@kiss.example", aan=address)


def test_no_address_begins_another_header(count: Callable[[str, int], None]) -> None:
    """Whatever is taken for an address is one address and one line, also in the mail that is made of it."""
    tried = 0

    @settings(max_examples=400, deadline=None, derandomize=True)
    @given(
        st.text(max_size=60) | st.from_regex(r"[a-z.]{1,10}[\r\n,;<> ]?@[a-z.]{1,10}[\r\n]?.{0,10}", fullmatch=True)
    )
    def attempt(text: str) -> None:
        nonlocal tried
        tried += 1
        address = read_address(text)
        if address is not None:
            mail = compose(tenant(), uuid4(), Soort.UITNODIGING, WORDS, sender="k@kiss.example", aan=address)
            assert len(mail["To"].addresses) == 1
            assert not {"Bcc", "Cc"} & set(mail.keys())

    attempt()
    count("mail addresses tried", tried)


@pytest.mark.parametrize("naam", ["Deventer\r\nBcc: boef@x.nl", "Deventer\nX: y"])
def test_no_name_begins_another_header(naam: str) -> None:
    with pytest.raises(ValueError, match=r"(?i)newline|linefeed|carriage|CR|invalid"):
        compose(tenant(naam), uuid4(), Soort.UITNODIGING, WORDS, sender="k@kiss.example", aan="eva@x.nl")


def test_words_stay_in_their_sentence() -> None:
    assert one_line(" Bram\r\n\r\nKlik  hier:\u2028 x\u202e\x00 ") == "Bram Klik hier: x"


def test_the_way_to_the_server() -> None:
    plain = way_to("smtp://127.0.0.1:2525", development=False)
    assert (plain["hostname"], plain["port"], plain["start_tls"]) == ("127.0.0.1", 2525, None)
    outside = way_to("smtp://mail.gemeente.example", development=False)
    assert (outside["port"], outside["use_tls"], outside["start_tls"]) == (587, False, True), "never in the clear"
    secure = way_to("smtps://kiss:ge%40heim@mail.gemeente.example", development=False)
    assert (secure["port"], secure["use_tls"], secure["start_tls"]) == (465, True, False)
    assert (secure["username"], secure["password"]) == ("kiss", "ge@heim")


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"SMTP_URL": "smtp://mail.example"}, "KISS_SMTP_FROM"),
        ({"SMTP_URL": "http://mail.example", "KISS_SMTP_FROM": "k@kiss.example"}, "smtps://"),
        ({"SMTP_URL": "smtp://mail.example:x", "KISS_SMTP_FROM": "k@kiss.example"}, "smtps://"),
        ({"SMTP_URL": "smtp://mail.example", "KISS_SMTP_FROM": "geen adres"}, "pattern"),
    ],
)
def test_settings_that_cannot_send(values: dict[str, str], word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KISS_SMTP_FROM", raising=False)
    with pytest.raises(ValidationError, match=word):
        Settings(**(COMPLETE | values))  # type: ignore[arg-type]
