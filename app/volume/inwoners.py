"""Whom the contacts are about: first the invented inhabitants of the practice BRP, so that whoever is looked up has a
history, then more numbers that nobody has. All begin with 99 and pass the eleven test."""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator
from itertools import islice

from app.practice.gemeenten import GEMEENTEN
from app.practice.people import MOST, numbers

PER_CONTACT = 7  # contacts of one person, on average, over the years
FEWEST = 40
SCHEEF = 1.5  # the first people call much more often than the last


def inwoners(slug: str, contacten: int) -> list[str]:
    """As many BSNs as fit `contacten` contacts; the same ones first, however many there are."""
    wanted = max(FEWEST, contacten // PER_CONTACT)
    own = islice(numbers(slug), MOST) if slug in GEMEENTEN else iter(())
    return list(islice(_all(own, slug), wanted))


def iemand(bsns: list[str], chance: random.Random) -> str:
    return bsns[int(len(bsns) * chance.random() ** SCHEEF)]


def _all(own: Iterator[str], slug: str) -> Iterator[str]:
    """`own`, and then every number of the blocks that no practice municipality has, from a place of its own."""
    yield from own
    taken = {gemeente.block for gemeente in GEMEENTEN.values()}
    blocks = [block for block in range(100) if block not in taken]
    start = zlib.crc32(slug.encode()) % len(blocks)
    for block in blocks[start:] + blocks[:start]:
        yield from _block(block)


def _block(block: int) -> Iterator[str]:
    for number in range(10_000):
        eight = f"99{block:02d}{number:04d}"
        last = sum(int(digit) * weight for digit, weight in zip(eight, range(9, 1, -1), strict=True)) % 11
        if last < 10:
            yield f"{eight}{last}"
