"""Another site that puts our pages in a frame gets an empty one, signed in or not, whoever the other site is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Frame, Route

from tests.attacks.injectie.scherm import screen
from tests.routes.conftest import People
from tests.town import Town

pytestmark = pytest.mark.anyio
SHAPES = (
    '<iframe src="{}"></iframe>',
    '<iframe sandbox="allow-scripts allow-forms allow-same-origin" src="{}"></iframe>',
    '<iframe style="opacity:.01;position:fixed;inset:0" src="{}"></iframe>',
    '<object data="{}" type="text/html"></object>',
    '<embed src="{}" type="text/html">',
)
OWN = "http://kwaad.example/eigen"


def trap(targets: list[str]) -> Callable[[Route], Awaitable[None]]:
    """Answers with a page that has each target in every kind of frame."""
    html = "".join(shape.format(target) for shape in SHAPES for target in targets)

    async def answer(route: Route) -> None:
        await route.fulfill(content_type="text/html", body=f"<h1>Win een prijs</h1>{html}")

    return answer


async def words(frames: list[Frame]) -> str:
    """Everything that stands in the frames."""
    return "\n".join([await frame.evaluate("document.documentElement.innerText") for frame in frames])


async def test_nobody_can_lay_a_page_of_ours_under_their_own(
    chromium: Browser, site: str, deventer: Town, clients: People
) -> None:
    port = urlsplit(site).port
    attackers = (
        "http://kwaad.example/", f"http://zwolle.localhost:{port}/kwaad", f"http://localhost:{port}/kwaad",
        f"{site}/kwaad",  # even a page of our own host may not
    )  # fmt: skip
    for cookie, pages in (("", ["/aanmelden"]), ((await clients.of(deventer)).cookie, ["/", "/x"])):
        context = await chromium.new_context()
        tab = await screen(context, site, cookie)
        targets = [site + page for page in pages]
        for attacker in attackers if cookie else attackers[:1]:
            await tab.page.route(attacker, trap(targets))
            await tab.page.goto(attacker)
            await tab.page.wait_for_load_state("networkidle")
            inside = [frame for frame in tab.page.frames if frame is not tab.page.main_frame]
            assert len(inside) >= len(targets) * 3, f"{attacker}: {len(inside)} frames"
            found = await words(inside)
            assert not [
                word for word in ("Klantcontact", "Start", "Aanmelden", "bevestigd", "bestaat") if word in found
            ]
            assert {urlsplit(frame.url).scheme for frame in inside} <= {"chrome-error", "about", "http"}
        await context.close()


async def test_a_frame_with_a_page_of_theirs_is_seen(chromium: Browser) -> None:
    """The same trap around a page without our headers does show it."""
    page = await (await chromium.new_context()).new_page()

    async def theirs(route: Route) -> None:
        body = "<p>Aanmelden" if route.request.url == OWN else "".join(shape.format(OWN) for shape in SHAPES)
        await route.fulfill(content_type="text/html", body=body)

    await page.route("http://kwaad.example/**", theirs)
    await page.goto("http://kwaad.example/")
    await page.wait_for_load_state("networkidle")
    inside = [frame for frame in page.frames if frame is not page.main_frame]
    assert (await words(inside)).count("Aanmelden") >= 3
    await page.context.close()
