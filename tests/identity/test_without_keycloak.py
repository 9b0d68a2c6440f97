"""Keycloak stops and comes back, while people work. Last of all: it takes the service away from everybody."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil
from playwright.sync_api import Response, expect

from app.demo import ports
from tests.identity.visitor import Visitor, Visitors
from tests.stack import Stack, eventually


@contextmanager
def keycloak_away(stack: Stack) -> Iterator[None]:
    """Killed, and its port taken, so that the supervisor's next starts fail too. Afterwards the port is free."""
    port = int(stack.refresh()["ports"]["identity"])
    process = psutil.Process(stack.pid("identity"))
    for one in [*process.children(recursive=True), process]:
        with suppress(psutil.NoSuchProcess):
            one.send_signal(signal.SIGKILL)
    eventually(lambda: ports.is_free(port), what="the port of Keycloak is free")
    with socket.socket() as nobody:
        nobody.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        nobody.bind(("127.0.0.1", port))
        yield


def test_work_goes_on_without_keycloak_and_it_comes_back(visit: Visitors, stack: Stack) -> None:
    sanne, karim, fenna = visit(), visit(), visit("zwolle")
    sanne.sign_in("Sanne Proef")
    karim.sign_in("Karim Testman")
    web = stack.pid("web")
    with keycloak_away(stack):
        eventually(lambda: tries(fenna, "Fenna Proef") == 503, seconds=60, what="a page that says it is away")
        fenna.sees("Aanmelden kan nu niet")
        expect(fenna.page.get_by_text("De aanmelddienst antwoordt niet.")).to_be_visible()
        sanne.go()
        sanne.is_in()
        sanne.page.get_by_role("link", name="Nieuw gesprek").or_(
            sanne.page.get_by_role("button", name="Nieuw gesprek")
        ).first.click()
        expect(sanne.page.get_by_label("Wie belt er?")).to_be_visible()
        karim.sign_out()
        karim.is_out()
        assert ports.http_status(stack.port, "/readyz") == 200, "who works keeps a web that says it is ready"
    eventually(lambda: tries(fenna, "Fenna Proef") == 200, seconds=300, what="the sign-in page is back")
    fenna.give_password()
    fenna.is_in()
    sanne.go()
    sanne.is_in()
    assert stack.pid("web") == web, "nothing of ours was started again"


def tries(person: Visitor, naam: str) -> int:
    """Press the button to sign in; the status of the page where that ends, 0 when there is none."""
    found: list[Response] = []
    person.page.on("response", lambda one: found.append(one) if one.request.is_navigation_request() else None)
    with suppress(Exception):
        person.begin(naam)
        person.page.wait_for_load_state()
    pages = [one.status for one in found if one.status not in (302, 303)]
    return pages[-1] if len(pages) > 1 else 0
