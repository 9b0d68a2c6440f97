"""Kinds that can be written down and not be used yet: a koppeling of such a kind is off, with this sentence."""

from __future__ import annotations

# kind → what an administrator reads
LATER = {
    "open-klant-1": (
        "KISS kan Open Klant 1 nog niet lezen of vullen. Tot dat kan, bewaart het ingebouwde register de contacten; "
        "u hoeft niets te doen."
    ),
}
