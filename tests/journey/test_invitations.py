"""A tenant admin invites a colleague: the mail is seen, the link opened, the colleague works, and leaves again."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import expect

from tests.journey.conftest import Browsers
from tests.journey.person import Person
from tests.stack import Stack, eventually

EVA = "eva.nieuwkomer@deventer.example"
LIST = "/beheer/medewerkers"


def heading(person: Person, name: str | re.Pattern[str]) -> Any:
    return person.page.get_by_role("heading", level=1, name=name)


def sure(admin: Person) -> None:
    """Prove again who one is, as changing rights asks, and go to the list."""
    admin.go(f"/aanmelden/bevestigen?volgende={LIST}")
    admin.enter(admin.page.get_by_role("button", name="Bevestig met uw werkaccount"))
    expect(heading(admin, "Bent u het nog?")).to_be_visible()
    admin.press("Enter")
    expect(heading(admin, "Medewerkers")).to_be_visible()


def mailed_link(stack: Stack, reader: Person) -> str:
    """The link of the newest mail to Eva, read on the page of the mail sink."""
    address = stack.status["urls"]["post"]

    def arrived() -> bool:
        reader.page.goto(address)
        return reader.page.get_by_text(EVA).count() > 0

    eventually(arrived, seconds=30, what="a mail on the page of the mail sink")
    reader.enter(reader.page.get_by_role("link", name=re.compile("Uitnodiging voor Klantcontact")).first)
    link = reader.page.locator('a[href*="/uitnodiging/"]').first
    expect(link).to_be_visible()
    found = link.get_attribute("href")
    assert found
    return found


def invites_eva(admin: Person) -> None:
    """Fill in the form: half an address first, then the whole."""
    box = admin.page.get_by_label("E-mailadres van het werkaccount")
    admin.tab_to(box)
    admin.type("eva.nieuwkomer")
    with admin.expecting("400"):
        admin.press("Enter")
        expect(admin.page.get_by_text("Dit is geen e-mailadres.")).to_be_visible()
    expect(box).to_be_focused()
    admin.inspect()
    admin.press("End")
    admin.type("@deventer.example")
    admin.tab_to(admin.page.get_by_label("Klantcontactmedewerker"))
    admin.press("Space")
    admin.enter(admin.page.get_by_role("button", name="Verstuur uitnodiging"))
    expect(admin.page.locator("main [role=status]")).to_contain_text("De uitnodiging is klaargezet")
    admin.inspect()


def comes_in(eva: Person, link: str) -> None:
    eva.page.goto(link)
    expect(heading(eva, "Uitnodiging")).to_be_visible()
    expect(eva.page.locator("main")).to_contain_text("Bram Model nodigt u uit")
    eva.inspect(dark=True)
    eva.enter(eva.page.get_by_role("button", name="Aanmelden met uw werkaccount"))
    expect(heading(eva, "Wie bent u?")).to_be_visible()
    eva.enter(eva.page.get_by_role("button", name="Eva Nieuwkomer"))
    expect(heading(eva, "Start")).to_be_visible()
    expect(eva.page.locator("main")).to_contain_text("Klantcontactmedewerker")
    eva.inspect()


def test_a_colleague_is_invited_comes_in_and_is_shut_out(stack: Stack, browsers: Browsers) -> None:
    bram = browsers.visit("deventer")
    bram.sign_in("Bram Model")
    bram.enter(bram.page.get_by_role("link", name="Medewerkers"))
    expect(heading(bram, "Medewerkers")).to_be_visible()
    sure(bram)
    bram.inspect(dark=True)
    invites_eva(bram)
    link, eva = mailed_link(stack, browsers.visit("deventer")), browsers.visit("deventer")
    comes_in(eva, link)
    used = browsers.visit("deventer")
    with used.expecting("410"):
        used.page.goto(link)
    expect(heading(used, "Deze uitnodiging is al gebruikt")).to_be_visible()
    bram.go(LIST)
    expect(bram.page.get_by_role("row", name="Eva Nieuwkomer")).to_contain_text(re.compile(r"\d\d:\d\d"))
    bram.enter(bram.page.get_by_role("link", name="Eva Nieuwkomer"))
    expect(heading(bram, "Eva Nieuwkomer")).to_be_visible()
    bram.inspect()
    with eva.expecting("401"):  # her page hears at once that it is over, and locks
        bram.enter(bram.page.get_by_role("button", name="Stop de toegang"))
        expect(bram.page.locator("main [role=status]")).to_contain_text("De toegang is gestopt")
        bram.inspect()
        expect(eva.page.get_by_text("Eva Nieuwkomer")).to_have_count(0)
        eva.go("/")
        expect(heading(eva, "Aanmelden")).to_be_visible()


def test_the_last_admin_cannot_leave(browsers: Browsers) -> None:
    bram = browsers.visit("deventer")
    bram.sign_in("Bram Model")
    sure(bram)
    bram.enter(bram.page.get_by_role("link", name="Bram Model"))
    with bram.expecting("409"):
        bram.enter(bram.page.get_by_role("button", name="Stop de toegang"))
        expect(bram.page.get_by_text("de enige actieve functioneel beheerder")).to_be_visible()
    expect(bram.page.get_by_role("button", name="Stop de toegang")).to_be_focused()
    bram.inspect()
