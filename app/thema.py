"""The look of a municipality, derived from one colour: every role in light, dark and high contrast (OKLCH).

Status colours have fixed hues and do not depend on the brand. All pairs are checked (WCAG 2.2): those that the design
counts, and beside them the toast, the mark and status inks on a panel. A colour whose roles fail is refused with the
name of the pair; what was made darker or lighter is reported.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from app.kleuren import Oklch, contrast, from_hex, luminance

HEX = re.compile(r"#[0-9a-fA-F]{6}")
Roles = dict[str, str]


class ThemaAfgekeurd(ValueError):
    """A pair of colours that belong together cannot be told apart well enough; names the pair.

    `paar` is that pair; None when what was given is no colour at all.
    """

    def __init__(self, zin: str, paar: Paar | None = None) -> None:
        super().__init__(zin)
        self.paar = paar


@dataclass(frozen=True, slots=True)
class Paar:
    """Two roles that stand on each other in one look, with their ratio (1 to 21) and the least it may be."""

    modus: str  # licht | donker | contrast
    voor: str
    achter: str
    gevonden: float
    nodig: float


@dataclass(frozen=True, slots=True)
class Aanpassing:
    """A role that could not be the colour as chosen: `van` and `naar` are ratios to the ground it stands on."""

    modus: str
    rol: str
    van: float
    naar: float
    donkerder: bool


@dataclass(frozen=True, slots=True)
class Theme:
    css: str
    hash: str  # of the css; part of its address
    looks: Mapping[str, Roles] = field(default_factory=dict, hash=False)  # licht, donker, contrast
    paren: tuple[Paar, ...] = ()
    aanpassingen: tuple[Aanpassing, ...] = ()


def derive(kleur: str) -> Theme:
    """The stylesheet for one colour (`#0b5d66`). Raises `ThemaAfgekeurd` for no colour or a failing pair."""
    if not HEX.fullmatch(kleur):
        raise ThemaAfgekeurd("De kleur is # met zes cijfers of letters a tot en met f, bijvoorbeeld #0b5d66.")
    brand = from_hex(kleur)
    looks = {"licht": _light(brand), "donker": _dark(brand), "contrast": CONTRAST}
    paren = tuple(paar for naam, roles in looks.items() for paar in _check(naam, roles))
    css = _stylesheet(looks["licht"], looks["donker"], CONTRAST)
    return Theme(css, sha256(css.encode()).hexdigest()[:16], looks, paren, tuple(_adjusted(kleur.lower(), looks)))


def scoped(theme: Theme, selector: str) -> str:
    """The looks beside each other, for an example on a page: `selector` with `--licht`, `--donker`, `--contrast`."""
    blocks = [
        _block(f"{selector}--{naam}", roles, "dark" if naam == "donker" else "light")
        for naam, roles in theme.looks.items()
    ]
    return "\n".join(blocks) + "\n"


def _adjusted(kleur: str, looks: Mapping[str, Roles]) -> Iterator[Aanpassing]:
    """Where the colour was asked for and had to give way. High contrast has its own blue, whatever the brand."""
    for modus, rol, ground in (
        ("licht", "accent", "surface-panel"),
        ("licht", "link", "surface-canvas"),
        ("donker", "accent", "surface-raised"),
        ("donker", "link", "surface-raised"),
    ):
        roles = looks[modus]
        if roles[rol] != kleur:
            van, naar = contrast(kleur, roles[ground]), contrast(roles[rol], roles[ground])
            yield Aanpassing(modus, rol, van, naar, luminance(roles[rol]) < luminance(kleur))


def _light(brand: Oklch) -> Roles:
    c, h = brand.chroma, brand.hue
    accent = _darken(Oklch(min(brand.lightness, 0.50), c, h), "#ffffff", 5.5)
    canvas = Oklch(0.962, min(c, 0.006), h).hex()
    link = _darken(Oklch(min(accent.lightness, 0.46), c, h), canvas, 5.5)
    neutral = min(c, 0.012)
    roles = {
        "surface-canvas": canvas,
        "surface-panel": "#ffffff",
        "surface-raised": "#ffffff",
        "surface-sunken": Oklch(0.980, min(c, 0.004), h).hex(),
        "surface-hover": Oklch(0.955, min(c, 0.010), h).hex(),
        "surface-selected": Oklch(0.945, min(c, 0.028), h).hex(),
        "ink": Oklch(0.24, neutral, h).hex(),
        "ink-soft": Oklch(0.475, neutral, h).hex(),
        "line": Oklch(0.895, min(c, 0.008), h).hex(),
        "line-soft": Oklch(0.930, min(c, 0.006), h).hex(),
        "line-control": Oklch(0.615, neutral, h).hex(),
        "bar": Oklch(0.295, min(c, 0.062), h).hex(),
        "bar-raised": Oklch(0.375, min(c, 0.066), h).hex(),
        "on-bar": "#ffffff",
        "on-bar-soft": Oklch(0.80, min(c, 0.028), h).hex(),
        "strip": Oklch(0.915, min(c / 2, 0.026), h).hex(),
        "strip-line": Oklch(0.80, min(c / 2, 0.030), h).hex(),
        "accent": accent.hex(),
        "accent-hover": Oklch(accent.lightness - 0.06, c, h).hex(),
        "accent-active": Oklch(max(accent.lightness - 0.11, 0.05), c, h).hex(),
        "on-accent": "#ffffff",
        "accent-soft": Oklch(0.945, min(c, 0.030), h).hex(),
        "accent-line": Oklch(0.795, min(c, 0.045), h).hex(),
        "link": link.hex(),
        "focus": "#111111",
        "halo": "#ffd83d",
        "mark": "#fff0a8",
        "shadow": "#00000029",
        "toast": Oklch(0.24, min(c, 0.02), h).hex(),
        "on-toast": "#ffffff",
    }
    return roles | STATUS_LIGHT


def _dark(brand: Oklch) -> Roles:
    c, h = min(brand.chroma, 0.11), brand.hue
    raised = Oklch(0.258, min(c, 0.010), h).hex()
    accent = _lighten(Oklch(0.74, c, h), raised, 6.0)
    neutral = min(c, 0.010)
    roles = {
        "surface-canvas": Oklch(0.185, neutral, h).hex(),
        "surface-panel": Oklch(0.222, neutral, h).hex(),
        "surface-raised": raised,
        "surface-sunken": Oklch(0.205, neutral, h).hex(),
        "surface-hover": Oklch(0.275, neutral, h).hex(),
        "surface-selected": Oklch(0.30, min(c, 0.032), h).hex(),
        "ink": Oklch(0.935, min(c, 0.006), h).hex(),
        "ink-soft": Oklch(0.745, min(c, 0.014), h).hex(),
        "line": Oklch(0.335, neutral, h).hex(),
        "line-soft": Oklch(0.285, neutral, h).hex(),
        "line-control": Oklch(0.555, min(c, 0.016), h).hex(),
        "bar": Oklch(0.15, min(c, 0.030), h).hex(),
        "bar-raised": Oklch(0.25, min(c, 0.040), h).hex(),
        "on-bar": Oklch(0.955, min(c, 0.004), h).hex(),
        "on-bar-soft": Oklch(0.76, min(c, 0.018), h).hex(),
        "strip": Oklch(0.17, min(c, 0.022), h).hex(),
        "strip-line": Oklch(0.335, min(c, 0.034), h).hex(),
        "accent": accent.hex(),
        "accent-hover": Oklch(min(accent.lightness + 0.05, 0.97), c, h).hex(),
        "accent-active": Oklch(min(accent.lightness + 0.09, 0.98), c, h).hex(),
        "on-accent": Oklch(0.18, min(c, 0.02), h).hex(),
        "accent-soft": Oklch(0.305, min(c, 0.036), h).hex(),
        "accent-line": Oklch(0.465, min(c, 0.048), h).hex(),
        "link": _lighten(Oklch(0.78, c, h), raised, 6.0).hex(),
        "focus": "#ffffff",
        "halo": "#8a6a00",
        "mark": "#5c4a00",
        "shadow": "#00000080",
        "toast": Oklch(0.93, min(c, 0.006), h).hex(),
        "on-toast": "#111111",
    }
    return roles | STATUS_DARK


def _status(name: str, surface: str, line: str, ink: str, solid: str, on: str) -> Roles:
    values = (surface, line, ink, solid)
    made = {f"{name}-{part}": value for part, value in zip(("surface", "line", "ink", "solid"), values, strict=True)}
    return made | {f"on-{name}": on}


STATUS_LIGHT = (
    _status("ok", "#e5f7e7", "#94cf9f", "#0f6a31", "#00873c", "#ffffff")
    | _status("info", "#e7f3ff", "#91c3f6", "#1d5b92", "#2678c1", "#ffffff")
    | _status("attn", "#fff1d6", "#ebb16c", "#7a4d04", "#a0660d", "#ffffff")
    | _status("danger", "#ffecea", "#f2a7a1", "#a21921", "#d51e2b", "#ffffff")
    | _status("wrap", "#f3eeff", "#c6b1f0", "#62488c", "#825fb8", "#ffffff")
)
STATUS_DARK = (
    _status("ok", "#162e1c", "#2e5f3a", "#89da9b", "#6fc884", "#08140b")
    | _status("info", "#15293d", "#2d557d", "#96c9ff", "#70b6fd", "#08131d")
    | _status("attn", "#36230d", "#6e4a1a", "#f6b669", "#e5a14b", "#1a1005")
    | _status("danger", "#3b1e1c", "#79403c", "#fdaba4", "#f98f87", "#1f0b0a")
    | _status("wrap", "#2b223a", "#594878", "#ceb5ff", "#be9df7", "#150e20")
)
CONTRAST: Roles = {
    **dict.fromkeys(("surface-canvas", "surface-panel", "surface-raised", "surface-sunken", "strip"), "#ffffff"),
    "surface-hover": "#e6e6e6",
    "surface-selected": "#e0e0e0",
    "ink": "#000000",
    "ink-soft": "#1f1f1f",
    "line": "#000000",
    "line-soft": "#6b6b6b",
    "line-control": "#000000",
    "bar": "#000000",
    "bar-raised": "#333333",
    "on-bar": "#ffffff",
    "on-bar-soft": "#ffffff",
    "strip-line": "#000000",
    "accent": "#00318c",
    "accent-hover": "#00256b",
    "accent-active": "#001a4d",
    "on-accent": "#ffffff",
    "accent-soft": "#ffffff",
    "accent-line": "#000000",
    "link": "#00318c",
    "focus": "#111111",
    "halo": "#ffd83d",
    "mark": "#ffee58",
    "shadow": "#00000000",
    "toast": "#000000",
    "on-toast": "#ffffff",
    **_status("ok", "#ffffff", "#000000", "#00441b", "#00531f", "#ffffff"),
    **_status("info", "#ffffff", "#000000", "#003a70", "#00457f", "#ffffff"),
    **_status("attn", "#ffffff", "#000000", "#553300", "#663d00", "#ffffff"),
    **_status("danger", "#ffffff", "#000000", "#7a0010", "#8a0012", "#ffffff"),
    **_status("wrap", "#ffffff", "#000000", "#40226e", "#4b2a80", "#ffffff"),
}

_SURFACES = ("surface-canvas", "surface-panel", "surface-raised", "surface-sunken")
PAIRS: tuple[tuple[str, str, float], ...] = (
    *(("ink", surface, 7.0) for surface in (*_SURFACES, "surface-hover", "surface-selected", "strip")),
    *(("ink-soft", surface, 4.5) for surface in (*_SURFACES, "surface-hover", "surface-selected", "strip")),
    *(("link", surface, 4.5) for surface in (*_SURFACES, "surface-selected")),
    *(("line-control", surface, 3.0) for surface in _SURFACES),
    *(("accent", surface, 3.0) for surface in (*_SURFACES, "surface-selected")),
    *(("on-accent", accent, 4.5) for accent in ("accent", "accent-hover", "accent-active")),
    *(("focus", surface, 3.0) for surface in ("surface-panel", "surface-canvas")),
    ("on-bar", "bar", 7.0),
    ("on-bar", "bar-raised", 4.5),
    ("on-bar-soft", "bar", 4.5),
    ("ink", "mark", 4.5),
    ("on-toast", "toast", 7.0),
    *((f"{name}-ink", f"{name}-surface", 4.5) for name in ("ok", "info", "attn", "danger", "wrap")),
    *((f"{name}-ink", "surface-panel", 4.5) for name in ("ok", "info", "attn", "danger", "wrap")),
    *((f"on-{name}", f"{name}-solid", 4.5) for name in ("ok", "info", "attn", "danger", "wrap")),
)


def _check(modus: str, roles: Roles) -> list[Paar]:
    paren = [Paar(modus, front, back, contrast(roles[front], roles[back]), wanted) for front, back, wanted in PAIRS]
    for paar in paren:
        if paar.gevonden < paar.nodig:
            raise ThemaAfgekeurd(f"{paar.voor} op {paar.achter} ({modus}): {_ratio(paar)}", paar)
    return paren


def _ratio(paar: Paar) -> str:
    """Rounded down: what fails never reads as if it were enough."""
    found = math.floor(paar.gevonden * 10) / 10
    return f"{found:.1f}, nodig is {paar.nodig:.1f}".replace(".", ",")


def _stylesheet(light: Roles, dark: Roles, high: Roles) -> str:
    blocks = [
        (":root", light, "light"),
        ('[data-modus="donker"]', dark, "dark"),
        ('[data-modus="contrast"]', high, "light"),
    ]
    css = [_block(selector, roles, scheme) for selector, roles, scheme in blocks]
    system = '[data-modus="systeem"]'
    css.append(f"@media (prefers-color-scheme:dark){{{_block(system, dark, 'dark')}}}")
    css.append(f"@media (prefers-contrast:more){{{_block(system, high, 'light')}}}")
    return "\n".join(css) + "\n"


def _block(selector: str, roles: Roles, scheme: str) -> str:
    values = ";".join(f"--kiss-{name}:{value}" for name, value in roles.items())
    return f"{selector}{{color-scheme:{scheme};{values}}}"


def _darken(colour: Oklch, against: str, wanted: float) -> Oklch:
    while contrast(colour.hex(), against) < wanted and colour.lightness > 0.02:
        colour = Oklch(colour.lightness - 0.005, colour.chroma, colour.hue)
    return colour


def _lighten(colour: Oklch, against: str, wanted: float) -> Oklch:
    while contrast(colour.hex(), against) < wanted and colour.lightness < 0.98:
        colour = Oklch(colour.lightness + 0.005, colour.chroma, colour.hue)
    return colour
