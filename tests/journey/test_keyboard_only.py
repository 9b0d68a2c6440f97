"""The journey is made with keys. The browser complains about a pointer; this reads the tests themselves."""

from __future__ import annotations

import re
from pathlib import Path

FORBIDDEN = re.compile(
    r"\.(click|dblclick|fill|select_option|check|uncheck|tap|hover|drag_to|press_sequentially|dispatch_event|focus"
    r"|set_checked|clear|mouse|touchscreen)\("
    r"|\.mouse\b"
)


def test_no_test_of_the_journey_uses_a_mouse() -> None:
    found = []
    for path in sorted(set(Path(__file__).parent.glob("*.py")) - {Path(__file__)}):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            if FORBIDDEN.search(line) and "_html.clear()" not in line and "_contexts.clear()" not in line:
                found.append(f"{path.name}:{number}: {line.strip()}")
    assert found == []


def test_the_reading_bites() -> None:
    for line in ("page.get_by_label('x').fill('y')", "button.click()", "page.mouse.move(1, 2)"):
        assert FORBIDDEN.search(line)
