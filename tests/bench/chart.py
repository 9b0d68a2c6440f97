"""A small chart as SVG: bars in the colour of the text around it, so that it is right on a light and a dark page."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

WIDTH, LEFT, ROW, BAR = 640, 190, 30, 14


def bars(one: dict[str, Any]) -> str:
    """The parts that have one unit, as bars; below them the value with its interval and the goal as a line."""
    parts = _of_one_unit(one["parts"])
    height = ROW * (len(parts) + 2) + 24
    top = max(one["high"], one["limit"] or 0) * 1.15 or 1
    lines = [_text(0, 16, f"{one['titel']} – {one['commit']}, {one['date'][:10]}", weight="bold")]
    for at, (name, value) in enumerate(parts.items()):
        lines += _bar(24 + ROW * at, name.replace("_", " "), value, value / (max(parts.values()) or 1), faint=True)
    y = 24 + ROW * len(parts)
    lines += _bar(y, one["unit"], one["value"], one["value"] / top)
    low, high = (_x(one[end] / top) for end in ("low", "high"))
    lines.append(f'<path d="M{low:.0f} {y + 22}H{high:.0f}M{low:.0f} {y + 18}v8M{high:.0f} {y + 18}v8"/>')
    if one["limit"] is not None:
        at = _x(one["limit"] / top)
        lines.append(f'<path d="M{at:.0f} {y - 2}v{ROW + 2}" stroke-dasharray="4 3"/>')
    lines.append(_text(LEFT, y + ROW + 16, f"doel: {one['goal']} – {one['verdict']}"))
    title = escape(f"{one['titel']}: {one['value']:.3g} {one['unit']}, doel {one['goal']}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" fill="none" '
        f'stroke="currentColor" font-family="sans-serif" font-size="12"><title>{title}</title>\n'
        + "<style>svg{color:#1a1a1a}@media(prefers-color-scheme:dark){svg{color:#e8e8e8}}</style>\n"
        + "\n".join(lines)
        + "\n</svg>\n"
    )


def _of_one_unit(parts: dict[str, float]) -> dict[str, float]:
    """Bars beside each other mean something when they count the same: the unit at the end of most names."""
    units = [name.rsplit("_", 1)[-1] for name in parts]
    unit = max(units, key=units.count, default="")
    return {name: value for name, value in parts.items() if name.rsplit("_", 1)[-1] == unit}


def _x(share: float) -> float:
    return LEFT + share * (WIDTH - LEFT - 70)


def _bar(y: int, name: str, value: float, share: float, *, faint: bool = False) -> list[str]:
    opacity = 0.45 if faint else 0.9
    box = f'<rect x="{LEFT}" y="{y}" width="{_x(share) - LEFT:.0f}" height="{BAR}" fill="currentColor" stroke="none" '
    return [
        box + f'opacity="{opacity}"/>',
        _text(LEFT - 8, y + 12, name, anchor="end"),
        _text(_x(share) + 6, y + 12, f"{value:,.0f}" if value >= 100 else f"{value:.3g}"),
    ]


def _text(x: float, y: float, words: str, *, anchor: str = "start", weight: str = "normal") -> str:
    style = f'text-anchor="{anchor}" font-weight="{weight}" fill="currentColor" stroke="none"'
    return f'<text x="{x:.0f}" y="{y:.0f}" {style}>{escape(words)}</text>'
