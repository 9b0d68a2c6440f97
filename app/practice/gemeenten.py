"""The municipalities whose registers are played here, and nobody else's. No two have the same landscape."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Gateway:
    """What stands before the BRP: where it is, which header holds the key, and which other headers it wants.

    `pad` begins with /haalcentraal, by which a fault knows the API. `wil`: header to the values that are right, or
    none when anything will do.
    """

    pad: str = "/haalcentraal/api/brp"
    sleutel: str = "x-api-key"
    wil: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gemeente:
    """`block`: two digits of its own in every BSN, so that nobody lives in two municipalities."""

    slug: str
    naam: str
    code: str
    block: int
    straten: tuple[tuple[str, str], ...]  # street, postcode; named people live in the first
    open_klant: bool = False  # has a register of its own, with earlier contacts in it
    versie: str = "2.18"  # which Open Klant it is
    gateway: Gateway = Gateway()


GEMEENTEN = {
    gemeente.slug: gemeente
    for gemeente in (
        Gemeente(
            "deventer",
            "Deventer",
            "0150",
            10,
            (("Brink", "7411AA"), ("Proefstraat", "7412ZX"), ("Voorbeeldlaan", "7413ZY"), ("Fictiekade", "7415ZZ")),
            open_klant=True,
        ),
        Gemeente(
            "emmen",
            "Emmen",
            "0114",
            30,
            (("Proefveen", "7811ZX"), ("Modelweg", "7812ZY"), ("Testbrink", "7815ZZ")),
            open_klant=True,
            versie="2.15",
            gateway=Gateway(
                "/haalcentraal/brp/v2",
                "apikey",
                {"x-doelbinding": ("BRPACT-Totaal", "BRPACT-ZoekenAlgemeen"), "x-gebruiker": ()},
            ),
        ),
        Gemeente(
            "enschede",
            "Enschede",
            "0153",
            40,
            (("Oefenmarkt", "7511ZX"), ("Weverstraat-Proef", "7512ZY"), ("Voorbeeldesch", "7514ZZ")),
            open_klant=True,
            gateway=Gateway(wil={"x-origin-oin": (), "x-doelbinding": ("BRPACT-Totaal",), "x-verwerking": ()}),
        ),
        Gemeente(
            "haarlemmermeer",
            "Haarlemmermeer",
            "0394",
            50,
            (("Polderpad", "2131ZX"), ("Testvaart", "2132ZY"), ("Modeldreef", "2134ZZ")),
            gateway=Gateway(wil={"x-afnemer-oin": ()}),
        ),
        Gemeente(
            "kampen",
            "Kampen",
            "0166",
            60,
            (("Voorbeeldkade", "8261ZX"), ("Proefsteeg", "8262ZY"), ("Testplein", "8264ZZ")),
        ),
        Gemeente(
            "oost-gelre",
            "Oost Gelre",
            "1586",
            70,
            (("Oefenes", "7131ZX"), ("Fictielaan", "7132ZY"), ("Modelkamp", "7134ZZ")),
            gateway=Gateway("/haalcentraal/samenwerking/brp", "ocp-apim-subscription-key"),
        ),
        Gemeente(
            "utrecht",
            "Utrecht",
            "0344",
            80,
            (("Proefgracht", "3511ZX"), ("Modelkade", "3512ZY"), ("Testhof", "3514ZZ")),
            open_klant=True,
            versie="2.15",
            gateway=Gateway(
                "/haalcentraal/api/bevragen/brp", "x-gateway-sleutel", {"x-medewerker": (), "x-doel": ("KCC-IDENT",)}
            ),
        ),
        Gemeente(
            "zwolle",
            "Zwolle",
            "0193",
            20,
            (("Testmarkt", "8011ZX"), ("Oefenpad", "8012ZY"), ("Modelsingel", "8014ZZ")),
        ),
    )
}
