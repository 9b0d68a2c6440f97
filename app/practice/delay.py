"""How long the real ones take: medians measured on Open Klant with 5,000 parties, in milliseconds.

Times KISS_PRACTICE_DELAY (0 in tests), with a little jitter. Waits before the answer, never blocks the loop.
"""

from __future__ import annotations

import asyncio
import random

MEDIAN_MS = {
    ("GET", "klantcontacten", False): 142,
    ("GET", "klantcontacten", True): 22,
    ("GET", "betrokkenen", False): 116,
    ("POST", "brp", False): 120,
}
OTHER_MS = {"GET": 40, "POST": 80, "PUT": 80, "PATCH": 80, "DELETE": 60}


async def wait(factor: float, method: str, resource: str, *, one: bool) -> None:
    """Sleep as long as this operation takes there."""
    median = MEDIAN_MS.get((method, resource, one), OTHER_MS.get(method, 40))
    if factor > 0:
        await asyncio.sleep(median / 1000 * factor * random.uniform(0.8, 1.3))  # noqa: S311 - jitter
