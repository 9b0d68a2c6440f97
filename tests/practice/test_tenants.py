"""Each municipality has registers of its own; one that is not played here has none at all."""

from __future__ import annotations

import httpx2
import pytest

from app.practice.people import people, sample
from tests.practice.client import API, BRP, CONTACT, Registers

NERGENS = "nergenshuizen"


def test_data_ledger_and_version_are_per_municipality(deventer: Registers, zwolle: Registers) -> None:
    made = deventer.contact(referentienummer="12345")
    assert [line["uuid"] for line in deventer.ledger()] == [made["uuid"]]
    assert (zwolle.ledger(), zwolle.found("klantcontacten")) == ([], [])
    zwolle.klant("GET", f"/klantcontacten/{made['uuid']}", 404)
    zwolle.contact(referentienummer="12345")
    zwolle.steer("versie", versie="2.15")
    assert "referentienummer" in deventer.klant("GET", f"/klantcontacten/{made['uuid']}")
    zwolle.steer("reset")
    assert deventer.found("klantcontacten", referentienummer="12345") == [made["uuid"]]


def test_people_of_another_municipality_do_not_exist(deventer: Registers, zwolle: Registers) -> None:
    stranger = sample("zwolle")["hoofdpersoon"].bsn
    question = {"type": "RaadpleegMetBurgerservicenummer", "burgerservicenummer": [stranger]}
    assert zwolle.bsns(**question) == [stranger]
    assert deventer.bsns(**question) == []


def test_a_key_of_another_municipality_does_not_fit(deventer: Registers) -> None:
    for headers in ({"Authorization": "Token oefen-klant-zwolle"}, {"Authorization": "Token"}, {"Authorization": ""}):
        answer = deventer.raw("GET", "/klantcontacten", headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Token"
    body = {"type": "RaadpleegMetBurgerservicenummer", "fields": ["leeftijd"], "burgerservicenummer": []}
    for headers in ({"X-API-KEY": "oefen-brp-zwolle"}, {}):
        url = f"{deventer.base}/deventer{BRP}"
        assert deventer.client.post(url, json=body, headers=headers).status_code == 401


@pytest.mark.parametrize("tenant", [NERGENS, "Deventer", "deventer ", "..", "%00", "x" * 500])
def test_an_unknown_municipality_has_nothing_here(deventer: Registers, tenant: str) -> None:
    headers = {"X-API-KEY": f"oefen-brp-{tenant.strip()}", "Authorization": f"Token oefen-klant-{tenant.strip()}"}
    for method, path in (
        ("POST", f"/{tenant}{BRP}"),
        ("GET", f"/{tenant}{API}/klantcontacten"),
        ("POST", f"/{tenant}{API}/klantcontacten"),
        ("GET", f"/_praktijk/{tenant}/ledger"),
        ("POST", f"/_praktijk/{tenant}/seed"),
        ("POST", f"/_praktijk/{tenant}/reset"),
        ("POST", f"/_praktijk/{tenant}/versie?versie=2.15"),
    ):
        json = CONTACT if method == "POST" else None
        answer = deventer.client.request(method, deventer.base + path, headers=headers, json=json)
        assert answer.status_code == 404, (path, answer.text)


def test_asking_for_an_unknown_municipality_makes_nobody(deventer: Registers, client: httpx2.Client) -> None:
    with pytest.raises(KeyError):
        people(NERGENS)
    for number in range(20):
        headers = {"X-API-KEY": f"oefen-brp-{NERGENS}{number}"}
        url = f"{deventer.base}/{NERGENS}{number}{BRP}"
        assert client.post(url, json={}, headers=headers).json()["code"] == "not_found"
    assert NERGENS not in client.get(deventer.base + "/").text
