"""The municipality, the medewerkers and the inwoners of the sample pages. All invented."""

from __future__ import annotations

from uuid import UUID, uuid5

from app.auth.medewerker import Medewerker
from app.auth.models import Rol
from app.connectors.ports import GedeeltelijkeDatum, Persoon
from tenants.context import Ring, Tenant

DEVENTER = Tenant("deventer", "Deventer", ("deventer.localhost",), Ring.EARLY, "#0b5d66", "Dv", voorbeeld=True)
_SPACE = UUID("5b7a2f0e-0d7b-4d5b-9a53-6f0c6a6f7f11")


def an_id(name: str) -> UUID:
    """The same id for the same name, so that two runs make the same pages."""
    return uuid5(_SPACE, name)


def medewerker(naam: str, *rollen: Rol, modus: str = "systeem") -> Medewerker:
    gebruikersnaam = naam.lower().replace(" ", ".")
    return Medewerker(
        id=an_id(gebruikersnaam),
        naam=naam,
        gebruikersnaam=gebruikersnaam,
        email=f"{gebruikersnaam}@deventer.example",
        rollen=tuple(rollen),
        modus=modus,
        sessie=b"",
        csrf="een-token-van-de-sessie",
    )


SANNE = medewerker("Sanne Proef", Rol.AGENT)
BRAM = medewerker("Bram Model", Rol.TENANT_ADMIN)
TARIK = medewerker("Tarik Fictief", Rol.SPECIALIST)
PETRA = medewerker("Petra Voorbeeld", Rol.PRIVACY_OFFICER)

JOHANNA = Persoon(
    bsn="999993653",
    volledige_naam="J.M. de Wit-Voorbeeld",
    aanhef_naam="Mevrouw J.M. (Johanna) de Wit-Voorbeeld",
    sorteernaam="De Wit-Voorbeeld, J.M.",
    voornamen="Johanna Maria",
    geboren=GedeeltelijkeDatum(1961, 3, 14),
    leeftijd=65,
    adresregels=("Keizerstraat 12 A-hs", "7411 HH Deventer"),
)
LANG = Persoon(  # 40 characters, an address with everything that an address can have
    bsn="999990019",
    volledige_naam="M.C.W. van der Voorbeeldhuizen-de Jongen",
    aanhef_naam="De heer M.C.W. (Maximiliaan) van der Voorbeeldhuizen-de Jongen",
    sorteernaam="Van der Voorbeeldhuizen-de Jongen, M.C.W.",
    geboren=GedeeltelijkeDatum(1948, 11),
    leeftijd=78,
    adresregels=("Burgemeester van Marlesingel 1234 b-2hoog", "7415 ZZ Schalkhaar", "t/o Voorbeeldkade 3"),
    in_onderzoek=("adres", "naam"),
    niet_op_adres=True,
)
GEHEIM = Persoon(
    bsn="999992624",
    volledige_naam="A. Geheim",
    aanhef_naam="Mevrouw A. (Amina) Afgeschermd",
    sorteernaam="Afgeschermd, A.",
    geboren=GedeeltelijkeDatum(1987, 6, 2),
    leeftijd=39,
    adresregels=("Deze straat 1", "7411 AA Deventer"),
    geheim=True,
)
OVERLEDEN = Persoon(
    bsn="999991723",
    volledige_naam="P. Proef",
    aanhef_naam="De heer P. (Pieter) Proef",
    sorteernaam="Proef, P.",
    geboren=GedeeltelijkeDatum(1939),
    adresregels=("Brink 7", "7411 BR Deventer"),
    overleden=True,
    overleden_op=GedeeltelijkeDatum(2026, 9, 30),
)
KIND = Persoon(
    bsn="999994190",
    volledige_naam="N. Testman",
    aanhef_naam="N. (Noa) Testman",
    sorteernaam="Testman, N.",
    geboren=GedeeltelijkeDatum(2012, 1, 31),
    leeftijd=14,
    adresregels=("Boxbergerweg 40", "7412 BD Deventer"),
)
VERTROKKEN = Persoon(
    bsn="999995078",
    volledige_naam="Ş. Çelik-Dąbrowska",
    aanhef_naam="Mevrouw Ş. (Şule) Çelik-Dąbrowska",
    sorteernaam="Çelik-Dąbrowska, Ş.",
    geboren=GedeeltelijkeDatum(1990, 8, 19),
    leeftijd=36,
    geemigreerd=True,
    opgeschort="De gegevens worden niet meer bijgehouden.",
)
