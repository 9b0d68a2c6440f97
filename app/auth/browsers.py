"""Which browser a session is in, in words for its own person: "Chrome op Windows".

Proves nothing, since whoever steals a cookie may copy this as well; but a cookie that turns up elsewhere is refused.

Browsers say much of themselves that is not so (they all claim to be Mozilla), so the order below matters. No version:
it changes every month and would make one browser look like several.
"""

from __future__ import annotations

from typing import Final

UNKNOWN: Final = "Onbekende browser"
MAX_LENGTH: Final = 500  # characters of the header that are looked at

_BROWSERS: Final = (
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS: Final = (
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)


def in_words(user_agent: str) -> str:
    """Only words of ours: nothing of what was sent is kept."""
    told = user_agent[:MAX_LENGTH]
    browser = next((name for mark, name in _BROWSERS if mark in told), None)
    system = next((name for mark, name in _SYSTEMS if mark in told), None)
    if browser is None:
        return UNKNOWN
    return f"{browser} op {system}" if system else browser
