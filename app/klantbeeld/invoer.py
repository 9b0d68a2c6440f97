"""One box that understands what was typed: BSN, postcode + huisnummer, or surname + birth date. And the exact
forms beside it. Pure functions; nothing here looks anyone up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from app import klok
from app.connectors.ports import OpBsn, OpNaamEnGeboortedatum, OpPostcodeEnHuisnummer, PersoonVraag

POSTCODE = re.compile(r"([1-9][0-9]{3})\s*([A-Za-z]{2})")
POSTCODE_NUMMER = re.compile(
    r"([1-9][0-9]{3})\s*([A-Za-z]{2})[\s,]+([1-9][0-9]{0,4})\s*-?\s*([A-Za-z])?(?:[\s-]+([A-Za-z0-9]{1,4}))?"
)
DATUM = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})")
DATUM_DICHT = re.compile(r"(?<!\d)(\d{2})(\d{2})(\d{4})(?!\d)")
NAAM = re.compile(r"[A-Za-zÀ-ž0-9 .'’-]{1,200}\*?")  # Haal Centraal BRP: allowed characters
MIN_NAAM = 3
# First words of a surname that the BRP keeps apart (voorvoegsel, table 36), as single words.
VOORVOEGSELS = frozenset(
    "aan al am auf aus ben bij boven d d' da dal dalla das de dei del den der des di die do don dos du el en het im "
    "in l l' la las le les lo los of onder op over s 's t 't te ten ter tho thoe thor to toe tot uijt uit van vanden "
    "vander ver voor vor von zu zum zur".split()
)


@dataclass(frozen=True, slots=True)
class Begrepen:
    """What we made of it: a question for the register, or the sentences that say what is missing."""

    vraag: PersoonVraag | None = None
    anders: PersoonVraag | None = None  # asked when the first finds nobody: the surname with its first words
    soort: str = ""  # "BSN", "Postcode en huisnummer", "Naam en geboortedatum"
    tekst: str = ""  # what we understood, without a whole BSN
    fouten: Mapping[str, str] = field(default_factory=dict)


def elfproef(bsn: str) -> bool:
    """The eleven test of a BSN (9 digits, weights 9..2 and -1)."""
    if len(bsn) != 9 or not bsn.isdecimal() or not bsn.isascii():
        return False
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    total = sum(int(digit) * weight for digit, weight in zip(bsn, weights, strict=True))
    return total % 11 == 0 and int(bsn) > 0


def understand(form: Mapping[str, str]) -> Begrepen:
    """The question in a submitted search: the one box (`vraag`) or one of the exact forms."""
    velden = {name: " ".join(value.split()) for name, value in form.items()}
    if velden.get("bsn"):
        return _bsn(velden["bsn"], "bsn")
    if velden.get("geslachtsnaam") or velden.get("geboortedatum"):
        return _naam(velden.get("geslachtsnaam", ""), velden.get("geboortedatum", ""))
    if velden.get("postcode") or velden.get("huisnummer"):
        return _adres(velden)
    return _box(velden.get("vraag", ""))


def _box(text: str) -> Begrepen:
    if not text:
        return Begrepen(fouten={"vraag": "Typ een BSN, een naam met geboortedatum, of een postcode met huisnummer."})
    if match := POSTCODE_NUMMER.fullmatch(text):
        cijfers, letters, nummer, letter, toevoeging = match.groups()
        return _found_adres(cijfers + letters.upper(), int(nummer), letter or "", toevoeging or "")
    digits = re.sub(r"[\s.-]", "", text)
    if digits.isdecimal():
        return _bsn(text, "vraag")
    if match := DATUM.search(text) or DATUM_DICHT.search(text):
        naam = (text[: match.start()] + " " + text[match.end() :]).strip(" ,;")
        return _naam(naam, match.group(), veld="vraag")
    return Begrepen(fouten={"vraag": "Zet er een geboortedatum bij, bijvoorbeeld: Jansen 14-3-1961."})


def _bsn(text: str, veld: str) -> Begrepen:
    digits = re.sub(r"[\s.-]", "", text)
    if not digits.isdecimal() or not digits.isascii():
        return Begrepen(fouten={veld: "Een BSN heeft alleen cijfers."})
    if len(digits) != 9:
        woord = "cijfer" if len(digits) == 1 else "cijfers"
        begin = "Dit is" if len(digits) == 1 else "Dit zijn"
        return Begrepen(fouten={veld: f"{begin} {len(digits)} {woord}. Een BSN heeft er 9."})
    if not elfproef(digits):
        return Begrepen(fouten={veld: "Dit BSN klopt niet. Misschien zijn twee cijfers verwisseld."})
    return Begrepen(OpBsn(digits), None, "BSN", "••••• " + digits[-4:])


def _naam(naam: str, geboortedatum: str, *, veld: str = "") -> Begrepen:
    fouten = {}
    naam = naam.replace("’", "'")  # what keyboards make of it; the BRP knows the plain one
    letters = sum(char.isalpha() for char in naam)
    if letters == 0:
        fouten[veld or "geslachtsnaam"] = "Vul ook de achternaam in."
    elif not NAAM.fullmatch(naam):
        fouten[veld or "geslachtsnaam"] = "In deze naam staat een teken dat de BRP niet kent."
    geboren = parse_date(geboortedatum)
    if geboren is None:
        fouten[veld or "geboortedatum"] = "Deze geboortedatum kennen we niet. Bijvoorbeeld 14-3-1961 of 14031961."
    elif geboren > klok.local(klok.now()).date():
        fouten[veld or "geboortedatum"] = "Deze geboortedatum ligt in de toekomst."
    if fouten or geboren is None:
        return Begrepen(soort="Naam en geboortedatum", fouten=fouten)
    kaal = _without_prefix(naam)
    return Begrepen(
        OpNaamEnGeboortedatum(_wild(kaal), geboren),
        OpNaamEnGeboortedatum(_wild(naam), geboren) if kaal != naam else None,
        "Naam en geboortedatum",
        f"{naam}, {geboren:%d-%m-%Y}",
    )


def _without_prefix(naam: str) -> str:
    """`van der Proefstraat` as `Proefstraat`: the BRP searches the surname without its first words."""
    words = naam.split()
    while len(words) > 1 and words[0].casefold() in VOORVOEGSELS:
        words.pop(0)
    return " ".join(words)


def _wild(naam: str) -> str:
    """A wildcard needs three characters before it (Haal Centraal); shorter surnames are asked exactly."""
    letters = sum(char.isalpha() for char in naam)
    return naam if naam.endswith("*") or letters < MIN_NAAM else naam + "*"


def _adres(velden: Mapping[str, str]) -> Begrepen:
    fouten = {}
    postcode = POSTCODE.fullmatch(velden.get("postcode", ""))
    if postcode is None:
        fouten["postcode"] = "Een postcode is 4 cijfers en 2 letters, bijvoorbeeld 7411 AA."
    nummer = velden.get("huisnummer", "")
    if not re.fullmatch(r"[1-9][0-9]{0,4}", nummer):
        fouten["huisnummer"] = "Vul een huisnummer in: 1 tot 5 cijfers."
    letter, toevoeging = velden.get("huisletter", ""), velden.get("toevoeging", "")
    if letter and not re.fullmatch(r"[A-Za-z]", letter):
        fouten["huisletter"] = "Een huisletter is één letter."
    if toevoeging and not re.fullmatch(r"[A-Za-z0-9 -]{1,4}", toevoeging):
        fouten["toevoeging"] = "Een toevoeging heeft hoogstens 4 letters of cijfers."
    if fouten or postcode is None:
        return Begrepen(soort="Postcode en huisnummer", fouten=fouten)
    return _found_adres(postcode[1] + postcode[2].upper(), int(nummer), letter, toevoeging)


def _found_adres(postcode: str, nummer: int, letter: str, toevoeging: str) -> Begrepen:
    tekst = " ".join(part for part in (f"{postcode[:4]} {postcode[4:]} {nummer}", letter.upper(), toevoeging) if part)
    vraag = OpPostcodeEnHuisnummer(postcode, nummer, letter.upper(), toevoeging)
    return Begrepen(vraag, None, "Postcode en huisnummer", tekst)


def parse_date(text: str) -> date | None:
    """A birth date as people type it: 14-3-1961, 14/03/1961, 14031961. None when it is no date."""
    match = DATUM.fullmatch(text) or DATUM_DICHT.fullmatch(text)
    if match is None:
        return None
    dag, maand, jaar = (int(part) for part in match.groups())
    try:
        return date(jaar, maand, dag)
    except ValueError:
        return None
