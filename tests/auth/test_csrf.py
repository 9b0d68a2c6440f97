"""Requests that change something come from a page of this session."""

from __future__ import annotations

from typing import Any

import pytest

from app.main import ROUTES
from tests.auth.provider import StubProvider
from tests.auth.world import Browser

pytestmark = pytest.mark.anyio

OLD = "Deze pagina is te oud. Laad de pagina opnieuw en probeer het nog eens. Wat al bewaard is, staat er nog."


@pytest.fixture
async def token(deventer: Browser, idp: StubProvider) -> str:
    await deventer.sign_in(idp, "sanne.proef")
    return await deventer.csrf()


async def test_the_field(deventer: Browser, token: str) -> None:
    response = await deventer.post("/gesprekken", {"_csrf": token, "kanaal": ["telefoon", "balie"]})
    assert response.status_code == 201
    assert response.json() == {"door": "sanne.proef", "form": {"_csrf": [token], "kanaal": ["telefoon", "balie"]}}


async def test_the_field_in_multipart(deventer: Browser, token: str) -> None:
    """As `navigator.sendBeacon` sends a FormData when the page is left."""
    files = {"_csrf": (None, token), "waarde": (None, "één aantekening")}
    response = await deventer.post("/gesprekken", files=files)
    assert response.status_code == 201
    assert response.json()["form"]["waarde"] == ["één aantekening"], "the handler reads what the check read before"


async def test_the_header(deventer: Browser, token: str) -> None:
    response = await deventer.post("/json", json={"a": "é"}, headers={"x-csrf": token})
    assert (response.status_code, response.json()) == (200, {"a": "é"})
    assert (await deventer.post("/gesprekken", headers={"x-csrf": token})).status_code == 201


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none"},
        {"origin": "http://deventer.localhost:8000"},
        {"sec-fetch-site": "same-origin", "origin": "http://deventer.localhost:8000"},
    ],
    ids=str,
)
async def test_from_here(headers: dict[str, str], deventer: Browser, token: str) -> None:
    assert (await deventer.post("/gesprekken", {"_csrf": token}, headers=headers)).status_code == 201


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": ""},
        {"sec-fetch-site": "SAME-ORIGIN"},
        {"origin": "null"},
        {"origin": ""},
        {"origin": "http://zwolle.localhost:8000"},
        {"origin": "http://deventer.localhost"},
        {"origin": "http://deventer.localhost:8001"},
        {"origin": "https://deventer.localhost:8000"},
        {"origin": "http://evil.example"},
        {"origin": "http://deventer.localhost:8000.evil.example"},
        {"origin": "http://deventer.localhost:8000/"},
        {"origin": "http://x@deventer.localhost:8000"},
        {"sec-fetch-site": "same-origin", "origin": "http://evil.example"},
        {"sec-fetch-site": "cross-site", "origin": "http://deventer.localhost:8000"},
    ],
    ids=str,
)
async def test_from_elsewhere(headers: dict[str, str], deventer: Browser, token: str) -> None:
    """Even with the right token."""
    response = await deventer.post("/gesprekken", {"_csrf": token}, headers=headers)
    assert (response.status_code, response.json()["detail"]) == (403, OLD)


async def test_two_origins(deventer: Browser, token: str) -> None:
    own = ("origin", "http://deventer.localhost:8000")
    headers = [own, own, ("cookie", f"__Host-sid={deventer.cookies['__Host-sid']}")]
    assert (await deventer.client.post("/gesprekken", data={"_csrf": token}, headers=headers)).status_code == 403


async def test_a_forwarded_host_is_not_believed(deventer: Browser, token: str) -> None:
    headers = {"origin": "http://evil.example", "x-forwarded-host": "evil.example", "forwarded": "host=evil.example"}
    assert (await deventer.post("/gesprekken", {"_csrf": token}, headers=headers)).status_code == 403


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"_csrf": ""},
        {"_csrf": "A" * 43},
        {"_CSRF": "{token}"},
        {"_csrf": "{token}x"},
        {"_csrf": "{short}"},
        {"_csrf": ["{token}", "{token}"]},
        {"_csrf": ["{token}", "x"]},
        {"_csrf": "é"},
        {"_csrf": "{token} "},
        {"csrf": "{token}"},
    ],
    ids=str,
)
async def test_without_the_right_token(sent: dict[str, Any], deventer: Browser, token: str) -> None:
    def filled(value: Any) -> Any:
        if isinstance(value, list):
            return [filled(one) for one in value]
        return value.replace("{token}", token).replace("{short}", token[:-1])

    form = {name: filled(value) for name, value in sent.items()}
    response = await deventer.post("/gesprekken", form)
    assert (response.status_code, response.json()["detail"]) == (403, OLD)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_every_unsafe_route(method: str, deventer: Browser, token: str) -> None:
    for path in ("/gesprekken", "/json", "/afmelden", "/voorkeuren"):
        response = await deventer.send(method, path)
        assert response.status_code in {403, 405}, (method, path)
        assert (response.status_code == 403) == (method == "POST")
    assert (await deventer.get("/")).status_code == 200, "and nobody was signed out by it"


async def test_a_file_is_no_token(deventer: Browser, token: str) -> None:
    files = {"_csrf": ("token.txt", token)}
    assert (await deventer.post("/gesprekken", files=files)).status_code == 403


async def test_a_token_in_the_query_is_none(deventer: Browser, token: str) -> None:
    assert (await deventer.post(f"/gesprekken?_csrf={token}")).status_code == 403


async def test_two_headers(deventer: Browser, token: str) -> None:
    sid = f"__Host-sid={deventer.cookies['__Host-sid']}"
    headers = [("x-csrf", token), ("x-csrf", token), ("cookie", sid)]
    assert (await deventer.client.post("/gesprekken", headers=headers)).status_code == 403


async def test_a_wrong_header_is_not_saved_by_the_field(deventer: Browser, token: str) -> None:
    assert (await deventer.post("/gesprekken", {"_csrf": token}, headers={"x-csrf": "x"})).status_code == 403


async def test_of_a_colleague(deventer: Browser, colleague: Browser, token: str, idp: StubProvider) -> None:
    await colleague.sign_in(idp, "karim.testman")
    assert (await colleague.post("/gesprekken", {"_csrf": token})).status_code == 403


async def test_of_the_same_person_in_another_session(
    deventer: Browser, colleague: Browser, token: str, idp: StubProvider
) -> None:
    await colleague.sign_in(idp, "sanne.proef")
    assert (await colleague.post("/gesprekken", {"_csrf": token})).status_code == 403
    await deventer.sign_in(idp, "sanne.proef")
    assert (await deventer.post("/gesprekken", {"_csrf": token})).status_code == 403, "signing in again renews it"


async def test_of_another_municipality(zwolle: Browser, token: str, idp: StubProvider) -> None:
    await zwolle.sign_in(idp, "fenna.proef")
    assert (await zwolle.post("/gesprekken", {"_csrf": token})).status_code == 403


async def test_of_the_sign_in_form(deventer: Browser, colleague: Browser, token: str) -> None:
    page = await colleague.get("/aanmelden")
    deventer.cookies |= colleague.cookies
    assert (await deventer.post("/gesprekken", {"_csrf": page.json()["csrf"]})).status_code == 403


async def test_a_cookie_tossed_by_a_sibling_host(deventer: Browser, colleague: Browser, token: str) -> None:
    """An attacker's own pair of cookie and token, planted beside the victim's session."""
    page = await colleague.get("/aanmelden")
    sid = deventer.cookies["__Host-sid"]
    tossed = f"__Host-sid={sid}; __Host-inloggen={colleague.cookies['__Host-inloggen']}"
    for path in ("/gesprekken", "/afmelden"):
        response = await deventer.post(path, {"_csrf": page.json()["csrf"]}, headers={"cookie": tossed})
        assert response.status_code == 403
    twice = {"cookie": f"__Host-sid={'B' * 43}; __Host-sid={sid}"}
    assert (await deventer.post("/gesprekken", {"_csrf": token}, headers=twice)).status_code == 401


async def test_without_a_session_nothing_happens(deventer: Browser, token: str) -> None:
    deventer.cookies.clear()
    for path in ("/gesprekken", "/json", "/afmelden", "/voorkeuren"):
        assert (await deventer.post(path, {"_csrf": token})).status_code == 401, path


# The form that is sent before there is a session.


async def test_the_sign_in_form(deventer: Browser, colleague: Browser, zwolle: Browser) -> None:
    csrf = (await deventer.get("/aanmelden")).json()["csrf"]
    other = (await colleague.get("/aanmelden")).json()["csrf"]
    for form in ({}, {"_csrf": ""}, {"_csrf": other}, {"_csrf": csrf[:-1]}, {"_csrf": [csrf, csrf]}):
        assert (await deventer.post("/aanmelden", form)).status_code == 403, form
    zwolle.cookies = dict(deventer.cookies)
    assert (await zwolle.post("/aanmelden", {"_csrf": csrf})).status_code == 403, "the same cookie, another place"
    assert (await deventer.post("/aanmelden", {"_csrf": csrf})).status_code == 303
    deventer.cookies.clear()
    assert (await deventer.post("/aanmelden", {"_csrf": csrf})).status_code == 403


async def test_two_tabs_with_the_sign_in_page(deventer: Browser) -> None:
    first = (await deventer.get("/aanmelden")).json()["csrf"]
    second = (await deventer.get("/aanmelden")).json()["csrf"]
    assert (await deventer.post("/aanmelden", {"_csrf": first})).status_code == 303
    assert (await deventer.post("/aanmelden", {"_csrf": second})).status_code == 303


async def test_the_sign_in_form_of_who_is_signed_in(deventer: Browser, colleague: Browser, token: str) -> None:
    """A tab with the sign-in page that was opened earlier still works; the session's token does not."""
    csrf = (await colleague.get("/aanmelden")).json()["csrf"]
    deventer.cookies |= colleague.cookies
    assert (await deventer.post("/aanmelden", {"_csrf": token})).status_code == 403
    assert (await deventer.post("/aanmelden", {"_csrf": csrf})).status_code == 303


async def test_sign_in_from_elsewhere(deventer: Browser) -> None:
    csrf = (await deventer.get("/aanmelden")).json()["csrf"]
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "http://zwolle.localhost:8000"}):
        assert (await deventer.post("/aanmelden", {"_csrf": csrf}, headers=headers)).status_code == 403


async def test_one_address_is_for_a_program_and_no_other() -> None:
    """Back-channel logout proves itself by a signed token; whoever adds a second such address argues it here."""
    program = [str(path) for one in ROUTES for path in getattr(one, "paths", ()) if one.opt.get("csrf") == "program"]
    assert program == ["/afmelden/melding"]
