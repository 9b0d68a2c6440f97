"""Samples of the tenant admin's page about the look."""

from __future__ import annotations

from collections.abc import Iterator

from app.uiterlijk import forms, pagina, service
from app.uiterlijk.blik import Blik
from tests.templates.people import BRAM, DEVENTER
from tests.templates.samples import Sample

SHIELD = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 28"><path fill="#0b5d66" d="M2 2h24v14L14 26 2 16z"/>'
    b'<text x="32" y="20" font-size="16">Proef</text></svg>'
)
LOGO, ICON = f"{'a' * 32}.svg", f"{'b' * 32}.svg"
PICTURES = {f"/logo/{LOGO}": ("image/svg+xml", SHIELD), f"/favicon/{ICON}": ("image/svg+xml", SHIELD)}
NOW = Blik(DEVENTER.kleur, "Dv")
CHOSEN = Blik(DEVENTER.kleur, "Dv", LOGO, ICON, versie=3, kan_terug=True)


def samples() -> Iterator[Sample]:
    wrong = {
        "kleur": forms.NO_COLOUR,
        "monogram": forms.NO_MONOGRAM,
        "logo": "In dit SVG-bestand staat het element <script>.",
    }
    contexts = {
        "uiterlijk": pagina.show(DEVENTER, NOW),
        "uiterlijk-logo": pagina.show(DEVENTER, CHOSEN, gebeurd="bewaard"),
        "uiterlijk-fout": pagina.show(DEVENTER, CHOSEN, forms.Invoer("groen", "Dev", fouten=wrong)),
        "uiterlijk-geel": pagina.show(DEVENTER, NOW, forms.Invoer("#ffcc00", "Dv")),
        "uiterlijk-voor": pagina.show(
            DEVENTER, CHOSEN, forms.Invoer("#7a2e63", "Dv", fouten={"stand": service.ChangedMeanwhile().uitleg})
        ),
    }
    for name, context in contexts.items():
        yield Sample(name, "beheer/uiterlijk.html", context, pad=pagina.PATH, medewerker=BRAM)
