"""The practice registers with inhabitants whose every name is hostile, and contacts that say hostile things."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.practice import main, seed
from app.practice.klant.service import Register
from app.practice.people import Person, elfproef
from app.practice.store import Store
from tests.attacks.injectie.proefteksten import ALLES

SLUG = "deventer"
GEMEENTE = "0150"
POSTCODE = "9999ZZ"
TOGETHER = 20  # people in a house: fewer than the BRP gives in one answer


def numbers() -> Iterator[str]:
    """Fictitious BSNs outside the blocks of the practice municipalities."""
    return (bsn for bsn in (f"9999{number:05d}" for number in range(100_000)) if elfproef(bsn))


def hostile_people() -> list[Person]:
    """One per text, which is in every name and in the address; `TOGETHER` of them in each house."""
    made = []
    for place, (bsn, text) in enumerate(zip(numbers(), ALLES.values(), strict=False)):
        made.append(
            Person(
                bsn=bsn,
                voornamen=text,
                voorvoegsel=text if place % 3 == 0 else "",
                geslachtsnaam=text,
                geslacht="V" if place % 2 else "M",
                geboren=(1980, 1, 1),
                straat=text,
                huisnummer=1 + place // TOGETHER,
                huisletter="",
                toevoeging=text if place % 4 == 0 else "",
                postcode=POSTCODE,
                plaats=text,
                gemeente=GEMEENTE,
            )
        )
    return made


def hostile_practice(folder: Path) -> Any:
    """The practice application over a new folder, with these people and their contacts."""
    known = main.inhabitants
    if known is seed.inhabitants:
        main.inhabitants = lambda store, slug: known(store, slug) + tuple(hostile_people() if slug == SLUG else ())
    app = main.create_app(folder, delay_factor=0)
    register: Register = app.state["practice"].register(SLUG)
    with register.store.transaction():
        for person in itertools.islice(hostile_people(), 1):
            for number, text in enumerate(ALLES.values()):
                _contact(register.store, seed._partij(register, person), number, text)
    return app


def _contact(store: Store, partij: str, number: int, text: str) -> None:
    """As a register might hold it that checks less than the practice one: every text in full."""
    row = {
        "uuid": f"00000000-0000-4000-8000-{number:012d}",
        "nummer": f"{number:010d}",
        "referentienummer": f"9{number:09d}",
        "kanaal": text[:50],
        "onderwerp": text,
        "inhoud": text,
        "indicatieContactGelukt": number % 5 != 0,
        "taal": "nld",
        "vertrouwelijk": False,
        "plaatsgevondenOp": f"2026-10-{1 + number % 28:02d}T10:{number % 60:02d}:00Z",
        "metadata": {},
    }
    store.add(SLUG, ("klantcontacten", row))
    between = {
        "uuid": f"00000000-0000-4000-9000-{number:012d}",
        "wasPartij": {"uuid": partij},
        "hadKlantcontact": {"uuid": row["uuid"]},
        "rol": "klant",
        "initiator": True,
        "organisatienaam": text,
        "contactnaam": None,
        "digitaleAdressen": [],
    }
    store.add(SLUG, ("betrokkenen", between))
