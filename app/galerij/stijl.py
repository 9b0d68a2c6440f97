"""The built stylesheet as the gallery needs it: states that hold still, looks side by side, a width of choice.

Made out of what the build gave, so that it cannot differ from what people see.
"""

from __future__ import annotations

import re
from functools import lru_cache

from app.assets import DIST, manifest

STATES = ("hover", "focus-visible", "active")  # a class is-… on an element says the same as the pseudo-class
PIXELS = 16  # per em in a media query
_PSEUDO = re.compile(r"(?<!forced-colors)(?<!hover):(hover|focus-visible|active)\b")
_WIDTH = re.compile(r"\((min|max)-width:\s*([\d.]+)r?em\)")


@lru_cache(maxsize=32)
def stylesheet(theme: str, breedte: int | None) -> str:
    """`theme` is the stylesheet of a municipality (app/thema.py); its light look also gets a name of its own.

    `breedte`: CSS pixels for which questions about the width of the window are answered; None leaves them.
    """
    css = (DIST / manifest()["stijl.css"]).read_text("utf-8").replace('url("./', 'url("/static/')
    css = css.replace(":root{", ":root,[data-modus]{")  # tokens that lean on the roles lean on those of each look
    css = _PSEUDO.sub(r":is(:\1,.is-\1)", css)
    if breedte is not None:
        css = _WIDTH.sub(lambda found: _answer(found[1], float(found[2]) * PIXELS, breedte), css)
    return theme.replace(":root{", ':root,[data-modus="licht"]{') + css


def _answer(kind: str, edge: float, breedte: int) -> str:
    """A condition that always holds, or never."""
    holds = breedte >= edge if kind == "min" else breedte <= edge
    return "(min-width:0px)" if holds else "(max-width:0px)"
