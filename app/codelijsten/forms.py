"""What a tenant admin may send about one row of a list, with sentences for what cannot be used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.codelijsten.lijsten import ICONEN, KANALEN, Lijst


@dataclass(frozen=True, slots=True)
class Invoer:
    """A row as typed. `regel` is its id as text; empty for a new one."""

    regel: str = ""
    naam: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)
    fouten: Mapping[str, str] = field(default_factory=dict)


def read(lijst: Lijst, form: Mapping[str, str], regel: str = "") -> Invoer:
    naam = " ".join(form.get("naam", "").split())
    fouten = {}
    if not naam:
        fouten["naam"] = "Typ een naam."
    elif len(naam) > lijst.langst:
        fouten["naam"] = f"Nog {len(naam) - lijst.langst} tekens te lang."
    elif not naam.isprintable():
        fouten["naam"] = "In deze naam staat een teken dat niet te zien is. Typ de naam opnieuw."
    if lijst is KANALEN:
        icoon = form.get("icoon", "")
        if icoon not in ICONEN:
            fouten["icoon"] = "Kies een icoon uit de lijst."
        return Invoer(regel, naam[:200], {"icoon": icoon}, fouten)
    return Invoer(regel, naam[:200], {"gelukt": form.get("gelukt") == "ja"}, fouten)
