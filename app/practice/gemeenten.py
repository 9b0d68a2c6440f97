"""The municipalities whose registers are played here, and nobody else's."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Gemeente:
    """`block`: two digits of its own in every BSN, so that nobody lives in two municipalities."""

    slug: str
    naam: str
    code: str
    block: int
    straten: tuple[tuple[str, str], ...]  # street, postcode; named people live in the first
    open_klant: bool  # has a register of its own, with earlier contacts in it


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
            "zwolle",
            "Zwolle",
            "0193",
            20,
            (("Testmarkt", "8011ZX"), ("Oefenpad", "8012ZY"), ("Modelsingel", "8014ZZ")),
            open_klant=False,
        ),
    )
}
