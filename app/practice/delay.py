"""How long the real ones take, in milliseconds.

Medians measured on a real Open Klant with 5,000 partijen and 50,000 klantcontacten (peers.md 5.2): a page of 20
contacts 142, one contact 22 and with three expansions 75, betrokkenen of one partij 116, open interne taken 592,
contacts of one partij with expansions 2,700. The rest is an estimate of ours (`OTHER_MS`, the BRP).
Times KISS_PRACTICE_DELAY (0 in tests), with a little jitter. Waits before the answer, never blocks the loop.
"""

from __future__ import annotations

import asyncio
import random

BRP_MS = 120
OTHER_MS = {"GET": 40, "POST": 80, "PUT": 80, "PATCH": 80, "DELETE": 60}


def median_ms(method: str, resource: str, *, one: bool, expanded: bool, of_partij: bool) -> int:
    """`one`: a single object; `expanded`: with expand; `of_partij`: a collection filtered on one partij."""
    if (method, resource) == ("GET", "klantcontacten"):
        if one:
            return 75 if expanded else 22
        return 2_700 if expanded and of_partij else 142
    if (method, one) == ("GET", False):
        return {"betrokkenen": 116, "internetaken": 592}.get(resource, OTHER_MS["GET"])
    return OTHER_MS.get(method, OTHER_MS["GET"])


async def wait(factor: float, median: int) -> None:
    """Sleep about as long as that."""
    if factor > 0:
        await asyncio.sleep(median / 1000 * factor * random.uniform(0.8, 1.3))  # noqa: S311 - jitter
