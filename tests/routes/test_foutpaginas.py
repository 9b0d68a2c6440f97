"""What a person sees when something is refused or broken: a page of its own, and nothing typed lost."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from app.assets import asset
from tests.routes.conftest import People
from tests.town import Town

pytestmark = pytest.mark.anyio

STREET = {"notitie": "Mevrouw belt over haar <b>paspoort</b>", "modus": "donker"}


def text(page: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


async def test_unknown_page(deventer: Town, clients: People) -> None:
    page = await (await clients.of(deventer)).send("GET", "/bestaat-niet")
    assert page.status_code == 404
    assert "Deze pagina bestaat niet" in text(page)
    assert 'href="/"' in page.text


async def test_what_stands_behind_a_file_is_not_there(deventer: Town, clients: People) -> None:
    client = clients.nobody("deventer")
    assert (await client.send("GET", asset("stijl.css"))).status_code == 200
    for behind in ("/x", "/../", "/./y.css"):
        assert (await client.send("GET", asset("stijl.css") + behind)).status_code in (200, 404)
    assert (await client.send("GET", asset("stijl.css") + "/x")).status_code == 404


async def test_wrong_role_says_whom_to_ask(deventer: Town, clients: People) -> None:
    page = await (await clients.of(deventer)).send("GET", "/beheer/afleveringen")
    assert page.status_code == 403
    assert "niet voor uw rol (Klantcontactmedewerker). Vraag uw functioneel beheerder" in text(page)


async def test_method_that_is_not_there(deventer: Town, clients: People) -> None:
    page = await (await clients.of(deventer)).send("POST", "/logboek")
    assert page.status_code == 405
    assert "Dit kan hier niet" in text(page)


async def test_too_big_says_how_big_it_may_be(deventer: Town, clients: People) -> None:
    page = await (await clients.of(deventer)).send("POST", "/voorkeuren", {"modus": "x" * 65_537})
    assert page.status_code == 413
    assert "hoogstens 64 kB" in text(page)
    assert "wat u typte, staat er nog" in text(page)


async def test_crash_has_a_number_that_stands_in_the_log(
    deventer: Town, clients: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, written = await clients.of(deventer), []
    monkeypatch.setattr("app.foutpaginas.log.exception", lambda event, **fields: written.append(fields))
    _break(monkeypatch, RuntimeError("geheim van binnen"))
    page = await client.send("GET", "/")
    assert page.status_code == 500
    found = re.search(r"foutnummer aan uw leverancier: *([0-9a-f]{8})", text(page))
    assert found
    assert "geheim van binnen" not in page.text
    assert re.search(r'<a [^>]*href="/"[^>]*>(<[^>]+>|\s)*Opnieuw proberen', page.text)
    assert [line["foutnummer"] for line in written] == [found[1]]


async def test_no_database_says_when_to_try_again(
    deventer: Town, clients: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await clients.of(deventer)
    _break(monkeypatch, OperationalError("", {}, ConnectionRefusedError()))
    page = await client.send("GET", "/")
    assert (page.status_code, page.headers["retry-after"]) == (503, "5")
    assert "Even niet bereikbaar" in text(page)


async def test_a_form_that_failed_is_still_there_and_can_be_sent_again(
    deventer: Town, clients: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await clients.of(deventer)
    with monkeypatch.context() as broken:
        broken.setattr("app.auth.routes.unit_of_work", _raise(RuntimeError("kapot")))
        page = await client.send("POST", "/voorkeuren", STREET)
    assert page.status_code == 500
    assert 'value="Mevrouw belt over haar &lt;b&gt;paspoort&lt;/b&gt;"' in page.text
    kept = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.text))
    assert kept["_csrf"] == client.csrf
    again = await client.send("POST", "/voorkeuren", {"modus": kept["modus"]})
    assert again.status_code == 303


async def test_a_program_gets_a_problem(deventer: Town, clients: People) -> None:
    page = await (await clients.of(deventer)).send("GET", "/bestaat-niet", accept="application/json")
    assert page.headers["content-type"] == "application/problem+json"
    assert page.json()["title"] == "Deze pagina bestaat niet"


def _raise(error: Exception) -> Any:
    def fail(*_: Any, **__: Any) -> Any:
        raise error

    return fail


def _break(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    monkeypatch.setattr("app.start.routes.strip", _raise(error))
