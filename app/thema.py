"""The look of a municipality, derived from one colour: every role in light, dark and high contrast (OKLCH).

Status colours have fixed hues and do not depend on the brand. All pairs are checked (WCAG 2.2); a colour whose
roles fail is refused with the name of the pair.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from hashlib import sha256

HEX = re.compile(r"#[0-9a-fA-F]{6}")
Roles = dict[str, str]


class ThemaAfgekeurd(ValueError):
    """A pair of colours that belong together cannot be told apart well enough; names the pair."""


@dataclass(frozen=True, slots=True)
class Theme:
    css: str
    hash: str  # of the css; part of its address


@dataclass(frozen=True, slots=True)
class Oklch:
    """A colour by lightness (0-1), chroma and hue in degrees."""

    lightness: float
    chroma: float
    hue: float

    def hex(self) -> str:
        """The nearest colour that screens show: chroma gives way, lightness and hue stay."""
        chroma = self.chroma
        while chroma > 0 and not _shows(_to_linear(self.lightness, chroma, self.hue)):
            chroma -= 0.002
        red, green, blue = _to_linear(self.lightness, max(chroma, 0.0), self.hue)
        return "#" + "".join(f"{round(_encode(channel) * 255):02x}" for channel in (red, green, blue))


def derive(kleur: str) -> Theme:
    """The stylesheet for one colour (`#0b5d66`). Raises `ThemaAfgekeurd` for no colour or a failing pair."""
    if not HEX.fullmatch(kleur):
        raise ThemaAfgekeurd("De kleur is # met zes cijfers of letters a tot en met f, bijvoorbeeld #0b5d66.")
    brand = from_hex(kleur)
    light, dark = _light(brand), _dark(brand)
    for naam, roles in (("licht", light), ("donker", dark), ("contrast", CONTRAST)):
        _check(naam, roles)
    css = _stylesheet(light, dark, CONTRAST)
    return Theme(css, sha256(css.encode()).hexdigest()[:16])


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
)


def _check(modus: str, roles: Roles) -> None:
    for front, back, wanted in PAIRS:
        found = contrast(roles[front], roles[back])
        if found < wanted:
            raise ThemaAfgekeurd(f"{front} op {back} ({modus}): {found:.1f}, nodig is {wanted:.1f}".replace(".", ","))


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


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio of two colours, 1 to 21."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _darken(colour: Oklch, against: str, wanted: float) -> Oklch:
    while contrast(colour.hex(), against) < wanted and colour.lightness > 0.02:
        colour = Oklch(colour.lightness - 0.005, colour.chroma, colour.hue)
    return colour


def _lighten(colour: Oklch, against: str, wanted: float) -> Oklch:
    while contrast(colour.hex(), against) < wanted and colour.lightness < 0.98:
        colour = Oklch(colour.lightness + 0.005, colour.chroma, colour.hue)
    return colour


def from_hex(text: str) -> Oklch:
    """sRGB to OKLCH (Björn Ottosson's matrices)."""
    red, green, blue = (_decode(int(text[at : at + 2], 16) / 255) for at in (1, 3, 5))
    lms = (
        0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue,
        0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue,
        0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue,
    )
    long, medium, short = (math.cbrt(value) for value in lms)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return Oklch(lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360)


def _to_linear(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _shows(channels: tuple[float, float, float]) -> bool:
    return all(-0.0005 <= channel <= 1.0005 for channel in channels)


def _encode(linear: float) -> float:
    linear = min(max(linear, 0.0), 1.0)
    return 12.92 * linear if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055


def _decode(encoded: float) -> float:
    return encoded / 12.92 if encoded <= 0.04045 else ((encoded + 0.055) / 1.055) ** 2.4


def _luminance(text: str) -> float:
    red, green, blue = (_decode(int(text[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
