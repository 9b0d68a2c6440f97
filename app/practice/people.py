"""Invented inhabitants, the same for every run: plainly fictitious names, numbers that pass the eleven test.

Every municipality has its own range of numbers (all begin with 99), so nobody lives in two of them.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any

from app.practice.gemeenten import GEMEENTEN, Gemeente

ACHTERNAMEN = (
    ("", "Proef"), ("", "Voorbeeld"), ("", "Fictief"), ("", "Testman"), ("", "Model"), ("", "Oefening"),
    ("de", "Wit-Voorbeeld"), ("van der", "Proefstraat"), ("van", "Voorbeeldhuizen"), ("el", "Voorbeeld"),
    ("ten", "Fictie"), ("", "Fictief-Proef"), ("", "Proef-Staal"), ("", "Çelik-Proef"), ("", "Şahin-Voorbeeld"),
    ("", "Yıldız-Fictief"), ("", "Gül-Testman"), ("", "Żak-Model"), ("", "Müller-Oefening"), ("van den", "Toetsberg"),
)  # fmt: skip
VROUW = ("Johanna", "Maria", "Fatma", "Sanne", "Elif", "Anneke", "Zofia", "Noor", "Lieke", "Yasmin", "Truus", "Roos")
MAN = ("Jan", "Pieter", "Mehmet", "Karim", "Bram", "Tarik", "Willem", "Jelle", "Piotr", "Sjoerd", "Bert", "Thijs")
INWONERS = 240  # as many as the BRP has when nobody asked for more
MOST = 9_000  # numbers that pass the eleven test in the block of one municipality


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who does not exist. Dates are (year, month, day) with None where unknown."""

    bsn: str
    voornamen: str
    voorvoegsel: str
    geslachtsnaam: str
    geslacht: str  # M, V, O
    geboren: tuple[int | None, int | None, int | None]
    straat: str
    huisnummer: int
    huisletter: str
    toevoeging: str
    postcode: str
    plaats: str
    gemeente: str  # code of 4 digits
    geheim: bool = False
    overleden: tuple[int, int, int] | None = None
    vertrokken: str = ""  # country, when emigrated
    adres_in_onderzoek: bool = False
    contacten: tuple[tuple[str, str, str, str], ...] = field(default=())  # moment, kanaal, onderwerp, inhoud

    @property
    def voorletters(self) -> str:
        return "".join(f"{naam[0]}." for naam in self.voornamen.split())

    @property
    def achternaam(self) -> str:
        return f"{self.voorvoegsel} {self.geslachtsnaam}".strip()

    @property
    def nummeraanduiding(self) -> str:
        """16 digits that stand for the address, the same for whoever lives there."""
        place = f"{self.straat}{self.huisnummer}{self.huisletter}{self.toevoeging}".casefold()
        return f"{self.gemeente}20{zlib.crc32(place.encode()):010d}"

    @property
    def adresseerbaar_object(self) -> str:
        return f"{self.gemeente}01{self.nummeraanduiding[6:]}"

    @property
    def geboortedag(self) -> date | None:
        jaar, maand, dag = self.geboren
        return date(jaar, maand, dag) if jaar and maand and dag else None


def elfproef(bsn: str) -> bool:
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(int(digit) * weight for digit, weight in zip(bsn, weights, strict=True)) % 11 == 0


def numbers(tenant: str) -> Iterator[str]:
    """Fictitious BSNs of one municipality, in a fixed order: 99, two digits of the municipality, five that follow."""
    block = GEMEENTEN[tenant].block
    for number in range(100_000):
        bsn = f"99{block:02d}{number:05d}"
        if elfproef(bsn):
            yield bsn


@cache
def _everybody(tenant: str) -> tuple[list[Person], Iterator[Person]]:
    """Those who were made so far, and whoever comes next: the first thousand are the same in every thousand."""
    return [], _inhabitants(GEMEENTEN[tenant])


def people(tenant: str, count: int = INWONERS) -> tuple[Person, ...]:
    """The first `count` inhabitants of one municipality; the named ones of `sample` come first.

    Raises `KeyError` for a municipality that is not played here, `ValueError` for more than there are numbers.
    """
    if count > MOST:
        raise ValueError(f"Een gemeente heeft hier hoogstens {MOST} inwoners.")
    made, coming = _everybody(tenant)
    while len(made) < count:
        made.append(next(coming))
    return tuple(made[:count])


def sample(tenant: str) -> dict[str, Person]:
    """The people that demos and tests know by name: hoofdpersoon, geheim, overleden, minderjarig, …"""
    found = people(tenant)
    wanted: dict[str, Callable[[Person], bool]] = {
        "hoofdpersoon": lambda p: bool(p.contacten),
        "geheim": lambda p: p.geheim,
        "overleden": lambda p: p.overleden is not None,
        "onderzoek": lambda p: p.adres_in_onderzoek,
        "vertrokken": lambda p: bool(p.vertrokken),
        "minderjarig": lambda p: (p.geboren[0] or 0) > 2009,
        "half_bekend": lambda p: p.geboren[0] is not None and p.geboren[2] is None,
        "zonder_contacten": lambda p: not p.contacten and not p.geheim and p.geboortedag is not None,
    }
    return {name: next(person for person in found if test(person)) for name, test in wanted.items()}


def _inhabitants(gemeente: Gemeente) -> Iterator[Person]:
    bsns = numbers(gemeente.slug)
    for person in (*_named(gemeente), *_too_many(gemeente)):
        yield replace(person, bsn=next(bsns))
    chance = random.Random(f"oefen-{gemeente.slug}")  # noqa: S311 - the same people every time
    while True:
        yield from _household(gemeente, chance, bsns)


def _too_many(gemeente: Gemeente) -> Iterator[Person]:
    """36 in one building, of whom twelve share name and birth date: too many for one answer."""
    straat, postcode = gemeente.straten[-1]
    for place in range(36):
        same = place < 12
        yield Person(
            bsn="",
            voornamen=(VROUW + MAN)[place % 24],
            voorvoegsel="",
            geslachtsnaam="Dubbel-Proef" if same else ACHTERNAMEN[place % 6][1],
            geslacht="V" if place % 24 < 12 else "M",
            geboren=(1980, 1, 1) if same else (1945 + place, 1 + place % 12, 1 + place % 28),
            straat=straat,
            huisnummer=200,
            huisletter="",
            toevoeging=str(place + 1),
            postcode=postcode,
            plaats=gemeente.naam,
            gemeente=gemeente.code,
        )


def _named(gemeente: Gemeente) -> tuple[Person, ...]:
    straat, postcode = gemeente.straten[0]

    def one(
        voornamen: str,
        voorvoegsel: str,
        naam: str,
        geslacht: str,
        geboren: tuple[int | None, int | None, int | None],
        letter: str,
        **rest: Any,
    ) -> Person:
        who = (voornamen, voorvoegsel, naam, geslacht, geboren)
        return Person("", *who, straat, 12, letter, "", postcode, gemeente.naam, gemeente.code, **rest)

    if gemeente.slug == "zwolle":
        return (
            one("Hendrika Wilhelmina", "van der", "Proefstraat", "V", (1954, 7, 2), "", contacten=_EERDER[:1]),
            one("Pieter", "", "Testman", "M", (1990, 1, 31), "A"),
            one("Elif", "", "Şahin-Voorbeeld", "V", (1988, 11, 5), "A", geheim=True),
            one("Gerrit", "", "Oefening", "M", (1939, 3, 3), "B", overleden=(2024, 12, 24)),
            one("Zofia", "", "Żak-Model", "V", (2014, 5, 9), "B"),
            one("Mehmet", "", "Yıldız-Fictief", "M", (1979, None, None), "C"),
            one("Truus", "", "Proef", "V", (1961, 8, 18), "C", adres_in_onderzoek=True),
            one("Jan", "ten", "Fictie", "M", (1972, 2, 28), "D", vertrokken="België"),
        )
    if gemeente.slug != "deventer":
        return _like_elsewhere(gemeente, one)
    return (
        one("Johanna Maria", "de", "Wit-Voorbeeld", "V", (1961, 3, 14), "B", contacten=_EERDER),
        one("Pieter", "de", "Wit-Voorbeeld", "M", (1958, 9, 2), "B", adres_in_onderzoek=True),
        one("Mohammed", "el", "Voorbeeld", "M", (1987, None, None), ""),
        one("Anna", "", "Fictief", "V", (1994, 5, 11), ""),
        one("Saskia", "", "Fictief-Proef", "V", (1996, 1, 23), ""),
        one("Robin", "", "Afgeschermd-Proef", "O", (1979, 4, 4), "", geheim=True),
        one("Willem", "", "Staal-Proef", "M", (1941, 6, 30), "A", overleden=(2025, 2, 2)),
        one("Karim", "", "Testman", "M", (2010, 12, 19), "A"),
        one("Bartholomeus Christoffel", "van", "Voorbeeldhuizen tot Proefstede-Testum", "M", (1949, 10, 10), "C"),
        one("Jan", "", "Fictief", "M", (1970, 7, 7), "D", vertrokken="Duitsland"),
    )


def _like_elsewhere(gemeente: Gemeente, one: Callable[..., Person]) -> tuple[Person, ...]:
    """Somebody of every kind, called otherwise in each municipality."""
    turn = gemeente.block // 10
    namen = ACHTERNAMEN[turn:] + ACHTERNAMEN[:turn]
    vrouw, man = VROUW[turn:] + VROUW[:turn], MAN[turn:] + MAN[:turn]
    earlier = _EERDER if gemeente.open_klant else ()
    return (
        one(f"{vrouw[0]} Maria", *namen[0], "V", (1950 + turn, turn, 14), "B", contacten=earlier or _EERDER[:1]),
        one(man[0], *namen[1], "M", (1982 + turn, 10, 3 + turn), ""),
        one(vrouw[1], *namen[2], "V", (1990 + turn, 4, 20), "", geheim=True),
        one(man[1], *namen[3], "M", (1935 + turn, 2, 11), "A", overleden=(2025, turn, 2)),
        one(vrouw[2], *namen[4], "V", (2012, turn, 19), "A"),
        one(man[2], *namen[5], "M", (1970 + turn, None, None), "C"),
        one(vrouw[3], *namen[6], "V", (1966 + turn, 12, 5), "C", adres_in_onderzoek=True),
        one(man[3], *namen[7], "M", (1977 + turn, 6, 28), "D", vertrokken="Spanje"),
    )


_EERDER = (
    ("2026-11-12T14:14:00Z", "Telefoon", "Losse stoeptegel Brink, 2e melding",
     "Mw. vraagt waarom er na een week niets gedaan is. Tegel ligt voor nr. 12, bij de lantaarnpaal."),
    ("2026-11-04T08:02:00Z", "Website", "Losse stoeptegel Brink", "Melding met foto via de website."),
    ("2026-10-21T11:40:00Z", "Chat", "Grof vuil laten ophalen", "Uitgelegd hoe een afspraak gemaakt kan worden."),
    ("2026-10-02T09:10:00Z", "Balie", "Rijbewijs opgehaald", "Legitimatie gezien. Oude rijbewijs ingenomen."),
    ("2025-09-14T13:00:00Z", "E-mail", "Bezwaar WOZ-waarde", "Ontvangst van het bezwaar bevestigd."),
    ("2024-03-08T10:20:00Z", "Telefoon", "Paspoort aanvragen", "Afspraak gemaakt bij Burgerzaken."),
)  # fmt: skip


def _household(gemeente: Gemeente, chance: random.Random, bsns: Iterator[str]) -> list[Person]:
    straat, postcode = chance.choice(gemeente.straten[1:])
    huisnummer = chance.randint(1, 180)
    letter = chance.choice(("", "", "", "A", "B"))
    voorvoegsel, naam = chance.choice(ACHTERNAMEN)
    made = []
    for place in range(chance.randint(1, 4)):
        child = place > 1
        jaar = chance.randint(2009, 2024) if child else chance.randint(1938, 2004)
        geslacht = chance.choice("MV")
        voornamen = chance.choice(VROUW if geslacht == "V" else MAN)
        made.append(
            Person(
                bsn=next(bsns),
                voornamen=voornamen,
                voorvoegsel=voorvoegsel,
                geslachtsnaam=naam,
                geslacht=geslacht,
                geboren=(jaar, chance.randint(1, 12), chance.randint(1, 28)),
                straat=straat,
                huisnummer=huisnummer,
                huisletter=letter,
                toevoeging="",
                postcode=postcode,
                plaats=gemeente.naam,
                gemeente=gemeente.code,
                geheim=chance.random() < 0.03,
            )
        )
    return made
