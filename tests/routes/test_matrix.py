"""Every route: anonymous, wrong role, other municipality, then the happy path. Driven from the route table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from app.commando import route_table
from app.practice.people import sample
from tests.routes.conftest import Client, People, Things, things
from tests.town import Town

pytestmark = pytest.mark.anyio

Case = tuple[int, Callable[[Things], dict[str, Any]]]


def nothing(_: Things) -> dict[str, Any]:
    return {}


# What each route answers to the right person, and the form that goes with it. A new route stands here or fails.
HAPPY: dict[tuple[str, str], Case] = {
    ("GET", "/"): (200, nothing),
    ("GET", "/gesprekken/{gesprek_id}"): (200, nothing),
    ("GET", "/gesprekken/{gesprek_id}/zoeken"): (200, nothing),
    ("GET", "/gesprekken/{gesprek_id}/afronding"): (200, nothing),
    ("GET", "/gesprekken/{gesprek_id}/klantbeeld/persoon"): (200, nothing),
    ("GET", "/gesprekken/{gesprek_id}/klantbeeld/contacten"): (200, nothing),
    ("GET", "/klantcontacten/{klantcontact_id}/aflevering"): (200, nothing),
    ("GET", "/beheer/afleveringen"): (200, nothing),
    ("POST", "/gesprekken"): (303, nothing),
    ("POST", "/gesprekken/{gesprek_id}/vragen/{vraag_id}/concept"): (
        200,
        lambda _: {"veld": "onderwerp", "waarde": "Paspoort", "versie": "0"},
    ),
    ("POST", "/gesprekken/{gesprek_id}/zoekvragen"): (
        200,
        lambda _: {"postcode": "7411 AA", "huisnummer": "12"},
    ),
    ("POST", "/gesprekken/{gesprek_id}/klant"): (303, lambda t: {"verwijzing": str(t.verwijzing)}),
    ("POST", "/gesprekken/{gesprek_id}/klant/los"): (303, nothing),
    ("POST", "/gesprekken/{gesprek_id}/klant/bsn"): (200, nothing),
    ("POST", "/gesprekken/{gesprek_id}/afronding"): (400, lambda _: {"sleutel": str(uuid4())}),
    ("POST", "/gesprekken/{gesprek_id}/afronding/ongedaan"): (303, nothing),
    ("POST", "/gesprekken/{gesprek_id}/sluiting"): (303, nothing),
    ("POST", "/beheer/afleveringen/{aflevering_id}/opnieuw"): (303, nothing),
    ("GET", "/logboek"): (200, nothing),
    ("GET", "/logboek/audit"): (200, nothing),
    ("GET", "/logboek/verwerkingen/{verwerking_id}"): (200, nothing),
    ("GET", "/logboek/audit/{auditregel_id}"): (200, nothing),
    ("GET", "/logboek/inwoner"): (200, nothing),
    ("POST", "/logboek/inwoner"): (200, lambda _: {"bsn": sample("deventer")["hoofdpersoon"].bsn}),
    ("POST", "/logboek/uitvoer"): (200, lambda _: {"log": "verwerking", "vorm": "csv"}),
    ("POST", "/logboek/controle"): (303, nothing),
    ("GET", "/beheer/medewerkers"): (200, nothing),
    ("GET", "/beheer/medewerkers/{lidmaatschap_id}"): (200, nothing),
    ("POST", "/beheer/medewerkers/{lidmaatschap_id}/rollen"): (
        303,
        lambda _: {"gezien": "actief:agent", "rol-agent": "ja", "rol-editor": "ja"},
    ),
    ("POST", "/beheer/medewerkers/{lidmaatschap_id}/stopzetting"): (303, lambda _: {"gezien": "actief:agent"}),
    ("POST", "/beheer/medewerkers/{lidmaatschap_id}/herstel"): (303, lambda _: {"gezien": "actief:agent"}),
    ("POST", "/beheer/uitnodigingen"): (
        303,
        lambda _: {"email": f"{uuid4().hex}@deventer.example", "rol-agent": "ja"},
    ),
    ("POST", "/beheer/uitnodigingen/{uitnodiging_id}/verzending"): (303, nothing),
    ("POST", "/beheer/uitnodigingen/{uitnodiging_id}/intrekking"): (303, nothing),
    ("GET", "/beheer/uiterlijk"): (200, nothing),
    ("GET", "/beheer/uiterlijk/voorbeeld"): (200, nothing),
    ("GET", "/beheer/uiterlijk/voorbeeld.css"): (200, nothing),
    ("POST", "/beheer/uiterlijk/voorbeeld"): (200, lambda _: {"kleur": "#7a2e63", "monogram": "Dv"}),
    ("POST", "/beheer/uiterlijk"): (303, lambda _: {"kleur": "#0b5d66", "monogram": "Dv", "gezien": "0"}),
    ("POST", "/beheer/uiterlijk/herstel"): (409, lambda _: {"gezien": "0"}),  # nothing to go back to
    ("GET", "/beheer/kanalen"): (200, nothing),
    ("POST", "/beheer/kanalen"): (303, lambda _: {"naam": f"proef {uuid4().hex}", "icoon": "mail"}),
    ("POST", "/beheer/kanalen/{kanaal_id}/wijziging"): (
        409,
        lambda _: {"naam": "proef", "icoon": "mail"},
    ),
    ("POST", "/beheer/kanalen/{kanaal_id}/plaats"): (303, lambda _: {"richting": "omhoog"}),
    ("POST", "/beheer/kanalen/{kanaal_id}/stopzetting"): (303, nothing),
    ("POST", "/beheer/kanalen/{kanaal_id}/herstel"): (303, nothing),
    ("GET", "/beheer/gespreksresultaten"): (200, nothing),
    ("POST", "/beheer/gespreksresultaten"): (303, lambda _: {"naam": f"proef {uuid4().hex}", "gelukt": "ja"}),
    ("POST", "/beheer/gespreksresultaten/{gespreksresultaat_id}/wijziging"): (
        409,
        lambda _: {"naam": "proef", "gelukt": "ja"},
    ),
    ("POST", "/beheer/gespreksresultaten/{gespreksresultaat_id}/plaats"): (303, lambda _: {"richting": "omhoog"}),
    ("POST", "/beheer/gespreksresultaten/{gespreksresultaat_id}/stopzetting"): (303, nothing),
    ("POST", "/beheer/gespreksresultaten/{gespreksresultaat_id}/herstel"): (303, nothing),
    ("GET", "/beheer/openingstijden"): (200, nothing),
    ("POST", "/beheer/openingstijden"): (400, lambda _: {"vanaf": "gisteren"}),  # tests/openingstijden saves
    ("POST", "/beheer/openingstijden/{week_id}/intrekking"): (303, nothing),
    ("POST", "/beheer/feestdagen"): (303, lambda _: {"jaar": "2099"}),
    ("POST", "/beheer/sluitingsdagen"): (303, lambda _: {"datum": "1-1-2100", "naam": "Proef"}),
    ("POST", "/beheer/sluitingsdagen/{sluitingsdag_id}/stopzetting"): (303, nothing),
    ("POST", "/beheer/sluitingsdagen/{sluitingsdag_id}/herstel"): (303, nothing),
    ("GET", "/aanmelden/bevestigen"): (303, nothing),
    ("POST", "/aanmelden/bevestigen"): (503, nothing),  # no sign-in service here; tests/auth goes all the way
    ("GET", "/bevestigd"): (200, nothing),
    ("GET", "/aangemeld"): (200, nothing),
    ("GET", "/sessie"): (200, nothing),
    ("POST", "/sessie/activiteit"): (200, nothing),
    ("POST", "/vergrendeling"): (303, nothing),
    ("GET", "/mijn/sessies"): (200, nothing),
    ("POST", "/mijn/sessies/{kenmerk}/einde"): (303, nothing),
    ("POST", "/mijn/sessies/einde"): (303, nothing),
    ("GET", "/galerij"): (200, nothing),
    ("GET", "/galerij/stijl.css"): (200, nothing),
    ("POST", "/voorkeuren"): (303, lambda _: {"modus": "donker"}),
    ("POST", "/afmelden"): (303, nothing),
}
# Needs a running server and Redis: tests/journey hears it.
ELSEWHERE = {("GET", "/gebeurtenissen")}
PEOPLE = {
    "agent": "sanne.proef",
    "teamleider": "anouk.voorbeeld",
    "tenant_admin": "bram.model",
    "privacy_officer": "petra.voorbeeld",
}

ZWOLLE = {"agent": "fenna.proef", "tenant_admin": "noor.model", "privacy_officer": "hugo.testman"}


def plain(path: str) -> str:
    """`/gesprekken/{gesprek_id:uuid}` as `/gesprekken/{gesprek_id}`."""
    return path.replace(":uuid", "").replace(":str", "").replace(":path", "")


def guarded() -> list[tuple[str, str, frozenset[str]]]:
    rows = [(row["method"], plain(row["path"]), row) for row in route_table() if row["method"] != "HEAD"]
    return [(method, path, frozenset(row["roles"])) for method, path, row in rows if row["guard"] != "public"]


ROUTES = guarded()
IDS = [f"{method} {path}" for method, path, _ in ROUTES]


def test_every_route_has_a_lock_or_is_public() -> None:
    unlocked = [row for row in route_table() if row["guard"] is None]
    assert unlocked == []
    public = {(row["method"], plain(row["path"])) for row in route_table() if row["guard"] == "public"}
    assert {path for _, path in public} <= {
        "/livez", "/readyz", "/aanmelden", "/aanmelden/terug", "/afmelden/melding",
        "/uitnodiging/{token}", "/uitnodiging/{token}/aanmelding",
        "/thema/{bestand}", "/logo/{bestand}", "/favicon/{bestand}", "/static/{file_path}", "/static",
        "/static/",
    }  # fmt: skip


def test_the_table_of_happy_paths_is_complete() -> None:
    assert {(method, path) for method, path, _ in ROUTES} == set(HAPPY) | ELSEWHERE


@pytest.mark.parametrize(("method", "path", "roles"), ROUTES, ids=IDS)
async def test_anonymous(method: str, path: str, roles: frozenset[str], deventer: Town, clients: People) -> None:
    there = (await things(deventer)).fill(path)
    page = await clients.nobody("deventer").send(method, there)
    if method == "GET":
        assert page.status_code == 303
        assert page.headers["location"].startswith("/aanmelden")
        fragment = await clients.nobody("deventer").send(method, there, **{"hx-request": "true"})
        assert fragment.status_code == 401
    else:
        assert page.status_code in (401, 403)


@pytest.mark.parametrize(("method", "path", "roles"), ROUTES, ids=IDS)
async def test_wrong_role(method: str, path: str, roles: frozenset[str], deventer: Town, clients: People) -> None:
    own = await things(deventer)
    refused = [username for role, username in PEOPLE.items() if role not in roles]
    for username in refused:
        client = await clients.of(deventer, username)
        page = await client.send(method, own.fill(path), HAPPY.get((method, path), (0, nothing))[1](own))
        assert page.status_code == 403, f"{username} got {page.status_code}"
    assert refused or roles >= set(PEOPLE)


@pytest.mark.parametrize(("method", "path", "roles"), ROUTES, ids=IDS)
async def test_other_municipality(
    method: str, path: str, roles: frozenset[str], deventer: Town, zwolle: Town, clients: People
) -> None:
    """Deventer's session on Zwolle's host is nobody's; Zwolle's own people find none of Deventer's things."""
    theirs = await things(deventer)
    form = HAPPY.get((method, path), (0, nothing))[1](theirs)
    tossed = await clients.of(deventer, PEOPLE[next(iter(roles & set(PEOPLE)))])
    tossed = Client(tossed.app, "zwolle", tossed.cookie, tossed.csrf)
    page = await tossed.send(method, theirs.fill(path), form)
    assert page.status_code in (303, 401, 403)
    if page.status_code == 303:
        assert page.headers["location"].startswith("/aanmelden")
    if "{" not in path or (method, path) in ELSEWHERE:
        return
    own = await clients.of(zwolle, next(username for role, username in ZWOLLE.items() if role in roles))
    page = await own.send(method, theirs.fill(path), form)
    assert page.status_code == 404
    assert sample("deventer")["hoofdpersoon"].geslachtsnaam not in page.text


@pytest.mark.parametrize(("method", "path", "roles"), ROUTES, ids=IDS)
async def test_happy_path(method: str, path: str, roles: frozenset[str], deventer: Town, clients: People) -> None:
    if (method, path) in ELSEWHERE:
        anonymous = await clients.nobody("deventer").send(method, path)
        assert anonymous.status_code == 303
        return
    status, form = HAPPY[method, path]
    own = await things(deventer)
    client = await clients.of(deventer, PEOPLE[next(role for role in PEOPLE if role in roles)])
    page = await client.send(method, own.fill(path), form(own))
    assert page.status_code == status, page.text[:2000]
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert "unsafe" not in page.headers["content-security-policy"]
    if status == 303 and path != "/afmelden":
        assert not page.headers["location"].startswith("/aanmelden")


async def test_other_methods(deventer: Town, clients: People) -> None:
    """What is not in the table does not exist: no method more on any path, whoever asks."""
    own = await things(deventer)
    there = {(row["method"], plain(row["path"])) for row in route_table()}
    everybody = [await clients.of(deventer, username) for username in PEOPLE.values()]
    for path in sorted({path for _, path, _ in ROUTES}):
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            if (method, path) in there:
                continue
            for client in everybody:
                page = await client.send(method, own.fill(path))
                assert page.status_code == 405, f"{method} {path}: {page.status_code}"
