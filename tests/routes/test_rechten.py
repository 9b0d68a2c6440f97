"""Which right each route asks, written down a second time: whoever weakens a lock has to say so here (G-AUTHZ).

The matrix reads roles from the route table itself, so it cannot see that a lock became another one.
"""

from __future__ import annotations

from pathlib import Path

from app.auth.rights import ROLLEN, Recht
from app.commando import route_table

TABLE = Path(__file__).parent / "rechten.txt"


def lines() -> list[str]:
    """`GET /beheer/afleveringen afleveringen-beheren bevestigd`, sorted by path."""
    rows = [row for row in route_table() if row["method"] not in {"HEAD", "OPTIONS"}]
    return sorted(
        (
            f"{row['method']:<5}{row['path']} {row['guard']}{' bevestigd' if row.get('bevestigd') else ''}"
            for row in rows
        ),
        key=lambda line: (line.split()[1], line),
    )


def test_every_route_asks_the_right_that_stands_here() -> None:
    expected = TABLE.read_text().splitlines()
    now = lines()
    assert now == expected, "\n".join(
        ["tests/routes/rechten.txt is not what the routes ask:"]
        + [f"  + {line}" for line in now if line not in expected]
        + [f"  - {line}" for line in expected if line not in now]
    )


def test_who_has_each_right() -> None:
    """The roles of each right, as product.md and the ADR on sessions give them."""
    expected = dict(line.split(" ", 1) for line in (Path(__file__).parent / "rollen.txt").read_text().splitlines())
    now = {recht.value: " ".join(sorted(ROLLEN[recht])) for recht in Recht}
    assert now == expected
