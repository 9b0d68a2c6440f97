"""What the page about the look gets: the five inputs, the example, and the pairs with what was adjusted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from app.thema import Theme
from app.uiterlijk.blik import Blik, theme
from app.uiterlijk.forms import Invoer, read_colour, read_monogram
from app.uiterlijk.woorden import MODI, adjusted, ratio, role
from tenants.context import Tenant

PATH: Final = "/beheer/uiterlijk"
GEBEURD: Final[Mapping[str, str]] = {
    "bewaard": "Het uiterlijk is bewaard. Collega's zien het binnen tien seconden.",
    "zelfde": "Er was niets veranderd.",
    "terug": "Het vorige uiterlijk is terug.",
}


def show(tenant: Tenant, blik: Blik, typed: Invoer | None = None, *, gebeurd: str = "") -> dict[str, Any]:
    """The whole page; `typed` is what was filled in when that was not saved."""
    typed = typed or Invoer(blik.kleur, blik.monogram)
    return {
        "naam": tenant.naam,
        "beelden": blik,
        "gezien": blik.versie,
        "getypt": {"kleur": typed.kleur, "monogram": typed.monogram},
        "kiezer": read_colour(typed.kleur) or blik.kleur,
        "fouten": typed.fouten,
        "gebeurd": GEBEURD.get(gebeurd, ""),
        "kan_terug": blik.kan_terug,
        **example(tenant, blik, typed.kleur, typed.monogram),
    }


def example(tenant: Tenant, blik: Blik, kleur: str, monogram: str) -> dict[str, Any]:
    """The example of one colour; of the present one as long as what was typed is no colour."""
    chosen = read_colour(kleur)
    made = theme(chosen or blik.kleur)
    return {
        "voorbeeld": {
            "css": f"{PATH}/voorbeeld.css?kleur={quote(chosen or blik.kleur)}",
            "kleur": chosen,
            "monogram": read_monogram(monogram) or blik.monogram,
            "logo_url": blik.logo_url,
            "naam": tenant.naam,
            "modi": MODI,
            "aangepast": [adjusted(one) for one in made.aanpassingen],
            "paren": _pairs(made),
        }
    }


def _pairs(made: Theme) -> list[dict[str, Any]]:
    """Each pair once, with its ratio in every look; what is nearest to its limit comes first."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for paar in made.paren:
        row = rows.setdefault(
            (paar.voor, paar.achter),
            {"wat": f"{role(paar.voor)} op {role(paar.achter)}".capitalize(), "nodig": paar.nodig, "ruimte": 99.0},
        )
        row[paar.modus] = ratio(paar.gevonden)
        row["ruimte"] = min(row["ruimte"], paar.gevonden / paar.nodig)
    ordered = sorted(rows.values(), key=lambda row: float(row["ruimte"]))
    return [row | {"nodig": ratio(row["nodig"])} for row in ordered]
