"""What belongs to one person: their own look, and what only the functional administrator sees."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journey.conftest import Browsers
from tests.journey.server import Session
from tests.journey.test_journey import arrived, registered
from tests.stack import Stack, eventually


def test_the_look_is_kept_per_person(browsers: Browsers) -> None:
    anouk = browsers.visit("deventer")
    anouk.sign_in("Anouk Voorbeeld")
    for name, mode in (("Contrast", "contrast"), ("Donker", "donker")):
        anouk.enter(anouk.page.locator("header summary"))
        anouk.enter(anouk.page.get_by_role("button", name=name))
        expect(anouk.page.locator("html")).to_have_attribute("data-modus", mode)
        anouk.inspect()
    elsewhere = browsers.visit("deventer")
    elsewhere.sign_in("Anouk Voorbeeld")
    expect(elsewhere.page.locator("html")).to_have_attribute("data-modus", "donker")
    other = browsers.visit("deventer")
    other.sign_in("Bram Model")
    expect(other.page.locator("html")).to_have_attribute("data-modus", "systeem")


def switch(stack: Stack, *, on: bool) -> None:
    """Deventer's own register: reachable, or switched off because of its key."""
    reason = "NULL" if on else "'De sleutel van Open Klant is verlopen.'"
    changed = stack.sql(f"UPDATE t_deventer.koppeling SET actief = {on}, uit_reden = {reason} WHERE schrijft")  # noqa: S608
    assert changed == "UPDATE 1"


def test_a_delivery_that_stands_still_is_sent_again(stack: Stack, browsers: Browsers) -> None:
    """The key of the register ran out: the contact waits for a person, who sends it once the key is right again."""
    karim = Session(stack, "deventer", stack.session("deventer", "karim.testman"))
    kenmerk = karim.save_contact("Container niet geleegd")
    switch(stack, on=False)
    try:
        eventually(
            lambda: registered(stack, "deventer")[kenmerk] == "niet-aangekomen", seconds=30, what="a dead letter"
        )
    finally:
        switch(stack, on=True)
    [dead] = [row for row in stack.kiss("outbox", "list", "--tenant", "deventer") if row["kenmerk"] == kenmerk]
    assert dead.keys() >= {"id", "kenmerk", "koppeling", "state", "pogingen", "volgende_poging_op", "fout_zin"}
    assert dead["state"] == "niet-aangekomen"
    assert dead["fout_soort"] == "verkeerd-ingesteld"
    bram = browsers.visit("deventer")
    bram.sign_in("Bram Model")
    bram.inspect()
    bram.enter(bram.page.get_by_role("link", name="Bekijk de afleveringen"))
    expect(bram.page.get_by_role("heading", level=1, name="Afleveringen")).to_be_visible()
    chip = bram.page.get_by_role("row", name=kenmerk).locator("[data-klantcontact]")
    expect(chip).to_have_attribute("data-state", "niet-aangekomen")
    bram.inspect(dark=True)
    bram.enter(bram.page.get_by_role("button", name=f"Stuur opnieuw: {kenmerk}"))
    eventually(lambda: registered(stack, "deventer")[kenmerk] == "bevestigd", seconds=30, what="sent again")
    assert arrived(stack, "deventer")[kenmerk] == 1
    bram.page.reload()
    expect(bram.page.get_by_text(kenmerk)).to_have_count(0)
    bram.inspect()
