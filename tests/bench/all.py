"""Every measure, in order of importance."""

from __future__ import annotations

from tests.bench import isolation, memory, migrate, noise, page, provision, register, server, streams, tenants, volume
from tests.bench.measure import MEASURES, Measure

FILES = (page, isolation, register, tenants, provision, migrate, memory, streams, noise, server, volume)
ALL: dict[str, Measure] = {
    file.__name__.rsplit(".", 1)[-1]: MEASURES[file.__name__.rsplit(".", 1)[-1]] for file in FILES
}
