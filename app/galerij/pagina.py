"""What the gallery's template gets: the groups, the choices in its address, and ways to show a part once more."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from app.galerij import voorbeelden
from app.galerij.stijl import STATES
from tenants.context import Tenant

PATH = "/galerij"
WIDTHS = (1440, 1024, 400, 320)
MODI = (("licht", "Licht"), ("donker", "Donker"), ("contrast", "Contrast"))


@dataclass(frozen=True, slots=True)
class Groep:
    """One file of app/static/css/components; its examples stand in galerij/_<name>.html."""

    name: str
    titel: str
    wide: bool = False  # the three looks below each other


GROEPEN = (
    Groep("button", "Knoppen"),
    Groep("field", "Velden"),
    Groep("chip", "Labels en standen"),
    Groep("msg", "Berichten"),
    Groep("card", "Kaarten en tijdlijn"),
    Groep("overlay", "Meldingen en bladen"),
    Groep("table", "Tabellen", wide=True),
    Groep("bar", "Balk", wide=True),
    Groep("strip", "Strook met gesprekken", wide=True),
)
_OPEN_TAG = re.compile(r"<(a|button|summary|input|select|textarea|tr)\b((?:[^>\"]|\"[^\"]*\")*)>")
_REFERENCE = re.compile(r"\b(id|for|form|aria-describedby|aria-labelledby|hx-target|href)=\"(#?)([\w -]+)\"")


def context(tenant: Tenant, towns: Iterable[Tenant], *, breedte: int | None, gemeente: str) -> dict[str, Any]:
    """`breedte`: one of WIDTHS or None; `gemeente`: slug of whose colours are shown, this one's when unknown."""
    looks = {town.slug: town for town in towns}
    chosen = looks.get(gemeente, tenant)
    query = "&".join(
        [f"breedte={breedte}"] * (breedte is not None) + [f"gemeente={chosen.slug}"] * (chosen != tenant)
    )
    return {
        "groepen": GROEPEN,
        "modi": MODI,
        "breedtes": WIDTHS,
        "breedte": breedte,
        "gemeenten": list(looks.values()),
        "gemeente": chosen,
        "stijl_url": f"{PATH}/stijl.css{'?' if query else ''}{query}",
        "mag": lambda _: True,  # every part of the bar and the strip, whoever looks
        "eigen_ids": own_ids,
        "in_stand": in_state,
        "geopend": opened,
        "v": voorbeelden.examples(),
    }


def own_ids(html: Markup, suffix: str) -> Markup:
    """The same part with names of its own, so that it may stand on a page more than once."""

    def renamed(found: re.Match[str]) -> str:
        name, mark, value = found.groups()
        if name in ("href", "hx-target") and not mark:
            return found[0]
        return f'{name}="{mark}{" ".join(f"{one}-{suffix}" for one in value.split())}"'

    return Markup(_REFERENCE.sub(renamed, html))  # noqa: S704 - our own templates, escaped when they were rendered


def in_state(html: Markup, state: str) -> Markup:
    """The same part as if every control in it were under the pointer, had the focus, or was pressed."""
    if state not in STATES:
        raise ValueError(f"{state} is none of {STATES}")

    def marked(found: re.Match[str]) -> str:
        tag, attributes = found.groups()
        if ' class="' in attributes:
            return f"<{tag}" + attributes.replace(' class="', f' class="is-{state} ', 1) + ">"
        return f'<{tag} class="is-{state}"{attributes}>'

    return Markup(_OPEN_TAG.sub(marked, html))  # noqa: S704 - as above


def opened(html: Markup) -> Markup:
    """The same part with its menus open."""
    return Markup(str(html).replace("<details ", "<details open "))  # noqa: S704 - as above
