"""Which paths `fields` may name: the tree of the official file, without what the BRP delivers by itself.

`tests/contract` compares it with that file.
"""

from __future__ import annotations

from functools import cache
from typing import Any

Tree = dict[str, Any]
AUTOMATIC = frozenset(
    {
        "geheimhoudingPersoonsgegevens",
        "inOnderzoek",
        "indicatieVastgesteldVerblijftNietOpAdres",
        "opschortingBijhouding",
        "rni",
        "verificatie",
    }
)
WHOLE = frozenset({"gezag"})  # may be asked for, its parts may not
ALIASES = {"adresseringBinnenland": "adressering", "verblijfplaatsBinnenland": "verblijfplaats"}
_DATUM = "{datum jaar langFormaat maand onbekend type}"
_CODE = "{code omschrijving}"
_NAAM = "geslachtsnaam voorletters voornamen voorvoegsel adellijkeTitelPredicaat{code omschrijving soort}"
_PLAATS = f"{{datum{_DATUM} land{_CODE} plaats{_CODE}}}"
_ADRES = f"adresregel1 adresregel2 adresregel3 land{_CODE}"
_VERBLIJF = (
    f"verblijfadres{{aanduidingBijHuisnummer{_CODE} huisletter huisnummer huisnummertoevoeging korteStraatnaam"
    f" land{_CODE} locatiebeschrijving officieleStraatnaam postcode regel1 regel2 regel3 woonplaats}}"
)
BEPERKT = (
    f"adressering{{{_ADRES}}} burgerservicenummer geboorte{{datum{_DATUM}}} geslacht{_CODE} leeftijd"
    f" naam{{{_NAAM} volledigeNaam}}"
)
PERSOON = (
    f"aNummer adressering{{aanhef aanschrijfwijze{{aanspreekvorm naam}} gebruikInLopendeTekst {_ADRES}}}"
    f" burgerservicenummer datumEersteInschrijvingGBA{_DATUM} datumInschrijvingInGemeente{_DATUM}"
    f" europeesKiesrecht{{aanduiding{_CODE} einddatumUitsluiting{_DATUM}}} geboorte{_PLAATS}"
    f" gemeenteVanInschrijving{_CODE} geslacht{_CODE} gezag"
    f" immigratie{{datumVestigingInNederland{_DATUM} indicatieVestigingVanuitBuitenland"
    f" landVanwaarIngeschreven{_CODE} vanuitVerblijfplaatsOnbekend}} indicatieCurateleRegister"
    f" indicatieGezagMinderjarige{_CODE} kinderen{{burgerservicenummer geboorte{_PLAATS} naam{{{_NAAM}}}}} leeftijd"
    f" naam{{aanduidingNaamgebruik{_CODE} {_NAAM} volledigeNaam}}"
    f" nationaliteiten{{datumIngangGeldigheid{_DATUM} nationaliteit{_CODE} redenOpname{_CODE} type}}"
    f" ouders{{burgerservicenummer datumIngangFamilierechtelijkeBetrekking{_DATUM} geboorte{_PLAATS} geslacht{_CODE}"
    f" naam{{{_NAAM}}} ouderAanduiding}} overlijden{_PLAATS}"
    f" partners{{aangaanHuwelijkPartnerschap{_PLAATS} burgerservicenummer geboorte{_PLAATS} geslacht{_CODE}"
    f" naam{{{_NAAM}}} ontbindingHuwelijkPartnerschap{{datum{_DATUM}}} soortVerbintenis{_CODE}}}"
    f" uitsluitingKiesrecht{{einddatum{_DATUM} uitgeslotenVanKiesrecht}}"
    f" verblijfplaats{{adresseerbaarObjectIdentificatie datumIngangGeldigheid{_DATUM} datumVan{_DATUM}"
    f" functieAdres{_CODE} nummeraanduidingIdentificatie type {_VERBLIJF}}}"
    f" verblijfstitel{{aanduiding{_CODE} datumEinde{_DATUM} datumIngang{_DATUM}}}"
)


@cache
def tree(*, reading: bool, gezag: bool = False) -> Tree:
    """Names below names; nothing below a leaf. `gezag`: this kind of search may deliver it too."""
    words = (PERSOON if reading else BEPERKT + (" gezag" if gezag else "")).replace("{", " { ").replace("}", " } ")
    found = _read(iter(words.split()))
    for alias, name in ALIASES.items():
        if name in found:
            found[alias] = found[name]
    return found


def _read(words: Any) -> Tree:
    made: Tree = {}
    name = ""
    for word in words:
        if word == "}":
            break
        if word == "{":
            made[name] = _read(words)
        else:
            name = word
            made[name] = {}
    return made


def exists(path: str, names: Tree) -> bool:
    at = names
    for name in path.split("."):
        if name not in at:
            return False
        at = at[name]
    return True


def automatic(path: str) -> bool:
    """Delivered without asking, and therefore refused."""
    parts = path.split(".")
    return any(part in AUTOMATIC for part in parts) or (parts[0] in WHOLE and len(parts) > 1)
