"""A real browser at a real Keycloak: in, out, put out from elsewhere, not let in, and with a code."""

from __future__ import annotations

import base64
import time

import pyotp
from playwright.sync_api import expect

from tests.identity.kiss_realm import KissRealm
from tests.identity.visitor import Visitor, Visitors
from tests.stack import eventually


def test_in_and_out(visit: Visitors) -> None:
    sanne = visit()
    sanne.begin()
    assert sanne.at_keycloak
    sanne.give_password("niet dit wachtwoord")
    expect(sanne.page.locator("#input-error, .kc-feedback-text, #input-error-password").first).to_be_visible()
    assert sanne.at_keycloak
    sanne.give_password()
    sanne.is_in()
    sanne.sign_out()
    sanne.is_out()
    sanne.begin()
    expect(sanne.page.locator("#password")).to_be_visible()
    assert sanne.at_keycloak, "signed out there too: the password is asked again"


def test_signed_out_at_the_provider(visit: Visitors, kiss_realm: KissRealm) -> None:
    """Back-channel logout: Keycloak tells us, and our session is gone without anybody touching the browser."""
    karim, sanne = visit(), visit()
    karim.sign_in("Karim Testman")
    sanne.sign_in("Sanne Proef")
    kiss_realm.end_sessions("deventer", "karim.testman")
    eventually(lambda: kiss_realm.sessions("karim.testman") == 0, what="the notice arrived")
    karim.is_out()
    sanne.go()
    sanne.is_in()


def test_somebody_of_another_municipality(visit: Visitors) -> None:
    sanne = visit("zwolle")
    sanne.begin_as("sanne.proef")
    sanne.give_password()
    sanne.sees("U hebt hier geen rol")
    expect(sanne.page.get_by_role("link", name="Naar Deventer")).to_be_visible()
    sanne.is_out()
    sanne.go(slug="deventer")
    sanne.page.get_by_role("button", name="Sanne Proef").click()
    sanne.is_in()


def test_somebody_of_two_organisations_is_asked_nothing(visit: Visitors, kiss_realm: KissRealm) -> None:
    with kiss_realm.also_in("zwolle", of="deventer", gebruikersnaam="anouk.voorbeeld"):
        anouk = visit()
        anouk.sign_in("Anouk Voorbeeld")
        anouk.go(slug="zwolle")
        anouk.begin_as_here("anouk.voorbeeld")
        anouk.sees("U hebt hier geen rol")  # an organization alone gives no membership


def test_an_organisation_that_is_off(visit: Visitors, kiss_realm: KissRealm) -> None:
    with kiss_realm.organisation_off("zwolle"):
        fenna = visit("zwolle")
        fenna.begin("Fenna Proef")
        fenna.give_password()
        fenna.sees("U hebt hier geen rol")
        fenna.is_out()


def test_a_disabled_person(visit: Visitors, kiss_realm: KissRealm) -> None:
    tarik = visit()
    tarik.sign_in("Tarik Fictief")
    with kiss_realm.disabled("deventer", "tarik.fictief"):
        kiss_realm.end_sessions("deventer", "tarik.fictief")
        eventually(lambda: kiss_realm.sessions("tarik.fictief") == 0, what="the notice arrived")
        tarik.is_out()
        tarik.begin("Tarik Fictief")
        password, refusal = tarik.page.locator("#password"), tarik.page.get_by_text("Account is geblokkeerd").first
        expect(password.or_(refusal).first).to_be_visible()
        if not refusal.is_visible():
            tarik.give_password()
        expect(refusal).to_be_visible()
        assert tarik.at_keycloak
        tarik.is_out()


# --- with a code ----------------------------------------------------------------------------------------------------


def test_a_step_up_asks_password_and_code(visit: Visitors, kiss_realm: KissRealm) -> None:
    petra = visit()
    petra.sign_in("Petra Voorbeeld")
    assert kiss_realm.level("petra.voorbeeld") == "basis"
    before = _cookie(petra)
    ask(petra)
    petra.give_password()
    totp = set_up(petra)
    petra.sees("U hebt bevestigd dat u het bent")
    assert kiss_realm.level("petra.voorbeeld") == "bevestigd"
    assert _cookie(petra) != before, "the session has a new identifier"
    kiss_realm.forget_proof("petra.voorbeeld")
    ask(petra)
    petra.give_password()
    petra.page.locator("#otp").fill("000000")
    petra.page.locator("#kc-login").click()
    expect(petra.page.locator("#otp")).to_be_visible()
    assert petra.at_keycloak, "a wrong code proves nothing"
    petra.page.locator("#otp").fill(next_code(totp))
    petra.page.locator("#kc-login").click()
    petra.sees("U hebt bevestigd dat u het bent")


def test_an_operator_always_gives_a_code(visit: Visitors) -> None:
    olga = visit()
    olga.begin_as("olga.operator")
    olga.give_password()
    totp = set_up(olga)
    olga.sees("U hebt hier geen rol")  # an operator is nobody at a municipality
    again = visit()
    again.begin_as("olga.operator")
    again.give_password()
    again.page.locator("#otp").fill(next_code(totp))
    again.page.locator("#kc-login").click()
    again.sees("U hebt hier geen rol")


def ask(person: Visitor) -> None:
    """Go where certainty is asked, and on to Keycloak."""
    person.go("/aanmelden/bevestigen?volgende=/bevestigd")
    person.page.locator("form[action='/aanmelden/bevestigen'] button").click()


def set_up(person: Visitor) -> pyotp.TOTP:
    """Keycloak's page for whoever has no app yet: what a telephone reads from the picture stands in the form."""
    secret = person.page.locator("#totpSecret")
    expect(secret).to_be_attached()
    totp = pyotp.TOTP(base64.b32encode(secret.input_value().encode()).decode())
    person.page.locator("#totp").fill(totp.now())
    person.page.locator("#userLabel").fill("telefoon")
    person.page.locator("#saveTOTPBtn").click()
    return totp


def next_code(totp: pyotp.TOTP) -> str:
    """Keycloak takes a code once; the next one is already good, for clocks differ."""
    return totp.at(int(time.time()) + totp.interval)


def _cookie(person: Visitor) -> str:
    found = person.context.cookies(person.stack.url(person.slug))
    return next(one.get("value", "") for one in found if one.get("name") == "__Host-sid")
