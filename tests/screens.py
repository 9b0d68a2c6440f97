"""`make screens`: every page in every state as build/screens/<page>-<width>-<look>.png.

The exit code is 1 when a page is wider than a screen of 320 CSS pixels or a browser complained; it says which.
"""

from __future__ import annotations

import shutil
import sys
import time
from itertools import count
from pathlib import Path

import click

from tests.report import BUILD
from tests.templates.samples import all_samples
from tests.templates.walk import NARROW, Shown, walk

FOLDER = BUILD / "screens"


class Photographer:
    """Makes the pictures of one page, says so, and gives what is wrong with it."""

    def __init__(self, folder: Path, total: int) -> None:
        self._folder, self._total = folder, total
        self._done = count(1)

    def __call__(self, shown: Shown) -> list[str]:
        faults = []
        for modus, size in shown.looks():
            path = self._folder / f"{shown.sample.name}-{size[0]}-{modus}.png"
            shown.page.screenshot(path=path, full_page=size == NARROW)
            if size == NARROW and (wider := shown.overflow()) > 0:
                faults.append(f"{wider} px te breed bij {size[0]} ({modus})")
        click.echo(f"{next(self._done):3}/{self._total}  {shown.sample.name}")
        return [f"{shown.sample.name}: {fault}" for fault in faults + shown.complaints]


def main() -> int:
    started = time.monotonic()
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    samples = all_samples()
    faults = [fault for seen in walk(samples, Photographer(FOLDER, len(samples))) for fault in seen]
    pictures = len(list(FOLDER.glob("*.png")))
    click.echo(
        f"{pictures} beelden van {len(samples)} bladzijden in build/screens, {time.monotonic() - started:.0f} s"
    )
    for fault in faults:
        click.echo(f"FOUT  {fault}", err=True)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
