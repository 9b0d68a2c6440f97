"""Two browsers walk along the sample pages and call what wants to see them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from typing import TypeVar

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from tests.templates.gallery import address, serving
from tests.templates.samples import Sample

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
)
WIDE, NARROW = (1440, 900), (320, 640)
MODI = ("licht", "donker")
WALKERS = 2
Seen = TypeVar("Seen")


@dataclass
class Shown:
    """One page as it stands in the browser, at rest. `complaints`: what the browser said about it until now."""

    page: Page
    sample: Sample
    complaints: list[str] = field(default_factory=list)

    def looks(self) -> Iterator[tuple[str, tuple[int, int]]]:
        """The page as people see it: light and dark, on a wide and on a narrow screen."""
        for modus in MODI:
            for size in (WIDE, NARROW):
                yield self._look(modus, size)

    def each_once(self) -> Iterator[tuple[str, tuple[int, int]]]:
        """Every width and every mode in half as many looks: colours do not depend on width, nor places on colours."""
        for modus, size in zip(MODI, (WIDE, NARROW), strict=True):
            yield self._look(modus, size)

    def _look(self, modus: str, size: tuple[int, int]) -> tuple[str, tuple[int, int]]:
        self.page.evaluate("modus => { document.documentElement.dataset.modus = modus }", modus)
        self.page.set_viewport_size({"width": size[0], "height": size[1]})
        return modus, size

    def overflow(self) -> int:
        """How many CSS pixels the page is wider than the window, or what a card holds than the card that cuts it."""
        wider: int = self.page.evaluate(
            """() => Math.max(...[document.scrollingElement, ...document.querySelectorAll('.kaart')]
              .map(one => one.scrollWidth - one.clientWidth))"""
        )
        return wider


def walk(samples: Sequence[Sample], look: Callable[[Shown], Seen]) -> list[Seen]:
    """What `look` says of every sample. Raises what goes wrong in it.

    In threads of its own: Playwright keeps an event loop running in the thread that it is used in.
    """
    shares = [samples[start::WALKERS] for start in range(WALKERS)]
    with serving(samples) as base, ThreadPoolExecutor(WALKERS) as pool:
        walks = [pool.submit(_walk, base, share, look) for share in shares]
        return [seen for one in walks for seen in one.result()]


def _walk(base: str, samples: Sequence[Sample], look: Callable[[Shown], Seen]) -> list[Seen]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        with closing(browser), closing(browser.new_context(reduced_motion="reduce", locale="nl-NL")) as context:
            context.set_default_timeout(15_000)
            return [look(shown) for shown in _shown(context, base, samples)]


def _shown(context: BrowserContext, base: str, samples: Sequence[Sample]) -> Iterator[Shown]:
    for sample in samples:
        with closing(context.new_page()) as page:
            yield _open(page, base, sample)


def _open(page: Page, base: str, sample: Sample) -> Shown:
    shown = Shown(page, sample)
    _listen(page, shown.complaints, expected=f"status of {sample.bewaard[0]} " if sample.bewaard else "")
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    page.goto(base + address(sample), wait_until="load")
    if sample.zoek:
        page.fill("#wie-belt", sample.zoek)
        page.press("#wie-belt", "Enter")
        page.wait_for_selector("#resultaten > *")
    loading = sum(panel is None for panel in sample.panels.values())
    page.wait_for_function(
        """n => document.querySelectorAll('[data-source][data-state="laden"]').length === n""", arg=loading
    )
    if sample.typ:
        page.fill("#notitie", sample.typ)
        page.wait_for_selector('#bewaard-notitie:is([data-state="niet-bewaard"], [data-state="conflict"])')
    if sample.klik:
        page.click(sample.klik)
    page.evaluate("document.fonts.ready.then(() => true)")
    return shown


def _listen(page: Page, complaints: list[str], *, expected: str = "") -> None:
    """Write down what the browser complains about; `expected` is the refusal that the page is about."""

    def console(message: ConsoleMessage) -> None:
        if message.type == "error" and not (expected and expected in message.text):
            complaints.append(message.text)

    def failed(request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # leaving a page that was still waiting
            complaints.append(f"{request.failure} {request.url}")

    page.on("console", console)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", failed)
