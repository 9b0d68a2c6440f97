"""Every field in which somebody types an address, with every address that leads inside: nobody is called.

The table and the listeners are those of tests/http/test_guard.py, which asks the guard itself; here it goes the whole
way of a koppeling: its row, its connector, each method of its port and its check.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from app.connectors.later import LATER
from app.connectors.models import Koppeling
from app.connectors.ports import ConnectorFailure, Klantinteracties, Misconfigured, OpBsn, Personen, Unavailable
from app.connectors.registry import KINDS, connector
from app.http import close_all
from app.ids import new_id
from app.klok import now
from tenants.manifest import KINDS as MANIFEST_KINDS
from tenants.manifest import KoppelingRegel
from tests.connectors.support import AANROEP, DEVENTER, brp, gives, open_klant
from tests.connectors.test_klantinteracties import NIEUW
from tests.http.conftest import PRODUCTION
from tests.http.listeners import listeners
from tests.http.servers import Step, answer, scripted
from tests.http.test_guard import REFUSED
from tests.tenants.support import environment

pytestmark = pytest.mark.anyio
SECRETS = {"haal-centraal-brp": {}, "klantinteracties": {"token": "geheim"}}
BSN = "999990421"
Ask = Callable[[], Awaitable[object]]


def asks(port: Any) -> list[Ask]:
    """Each method of a port, as our pages and jobs call it."""
    if isinstance(port, Personen):
        return [lambda: port.zoek(OpBsn(BSN), AANROEP), lambda: port.lees(BSN, AANROEP)]
    assert isinstance(port, Klantinteracties)
    return [lambda: port.contacten_van(BSN, AANROEP)] + [
        lambda first=first: port.lever_af(NIEUW, eerste_poging=first)  # type: ignore[misc]
        for first in (True, False)
    ]


async def attempts(kind: str, typed: str, *, reason: str | None = None) -> list[ConnectorFailure]:
    """Use a koppeling with this address in every way there is; gives what each way raised."""
    row = Koppeling(
        id=new_id(),
        slug=kind,
        naam=kind,
        soort=kind,
        instellingen={"base_url": typed} | SECRETS[kind],
        geheimen=None,
        actief=True,
        schrijft=False,
        prive_adres_reden=reason,
        aangemaakt_op=now(),
    )
    (offered,) = KINDS[kind].offers
    ways: list[Ask] = [lambda: connector(DEVENTER, row).check()]
    ways += [lambda at=at: asks(connector(DEVENTER, row).port(offered))[at]() for at in range(2)]  # type: ignore[misc]
    raised = []
    for way in ways:
        with pytest.raises(ConnectorFailure) as problem:
            await way()
        raised.append(problem.value)
    return raised


def test_these_are_all_fields_for_an_address() -> None:
    """A kind with another one stands in this file, or this fails. A kind that is still to come calls none."""
    fields = {
        (kind, name)
        for kind, one in KINDS.items()
        for name in one.settings_type.model_fields
        if "url" in name or "adres" in name or "host" in name
    }
    assert fields == {(kind, "base_url") for kind in {*SECRETS, *LATER}}
    manifest = {
        kind for kind, parts in MANIFEST_KINDS.items() if any("url" in name for part in parts for name in part)
    }
    assert manifest == {*SECRETS, *LATER}


@pytest.mark.parametrize("kind", sorted(SECRETS))
async def test_no_address_in_the_settings_leads_inside(kind: str, count: Callable[[str, int], None]) -> None:
    with environment(**PRODUCTION):
        async with listeners() as (port, came):
            for typed in REFUSED:
                raised = await attempts(kind, typed.replace("{p}", str(port)))
                assert {type(one) for one in raised} == {Misconfigured}, typed
                assert {one.reden for one in raised} <= {"adres-geweigerd", "instellingen"}, typed
            assert came == []
    assert len(REFUSED) >= 150
    count("addresses refused in a koppeling, three ways each", len(REFUSED) * 3)


def test_no_address_in_a_manifest_leads_inside() -> None:
    """A manifest refuses what is no address; what it lets through meets the guard above with the same value."""
    let_through = [typed for typed in REFUSED if _in_manifest(typed)]
    assert set(let_through) < set(REFUSED)
    assert all(typed.startswith(("https://", "http://", "praktijk:/")) for typed in let_through)


def _in_manifest(typed: str) -> bool:
    try:
        KoppelingRegel(
            slug="k",
            naam="K",
            soort="klantinteracties",
            instellingen={"base_url": typed},
            geheimen={"token": "env:X"},
        )
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("kind", sorted(SECRETS))
@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
async def test_the_listeners_hear_every_way(kind: str, host: str) -> None:
    """The same three ways with an address that an operator allowed are heard, so silence above means something."""
    with environment(**PRODUCTION):
        async with listeners() as (port, came):
            raised = await attempts(kind, f"http://{host}:{port}/", reason="proef")
            assert all(isinstance(one, Unavailable) for one in raised)
            assert len(came) >= 3


def redirects(port: int) -> Iterator[Step]:
    targets = [
        f"http://127.0.0.1:{port}/", f"http://[::1]:{port}/", f"//127.0.0.1:{port}/x", f"http://localhost:{port}/",
        "http://169.254.169.254/latest/meta-data/", "file:///etc/passwd", "/elders", "?elders=1", "elders", "",
        f"gopher://127.0.0.1:{port}/_x", f"http:\\\\127.0.0.1:{port}\\", "https://register.example.org/elders",
    ]  # fmt: skip
    for status in (300, 301, 302, 303, 304, 305, 306, 307, 308, 399):
        for target in targets:
            yield answer(status=status, Location=target, Refresh=f"0; url={target}", Content_Location=target)


async def test_no_redirect_is_followed(count: Callable[[str, int], None]) -> None:
    """Whatever a register answers, it is asked once and nobody else is: its own /elders neither."""
    done = 0
    async with listeners() as (port, came):
        for step in redirects(port):
            for ports in (brp, open_klant):
                async with scripted(step) as register:
                    with pytest.raises(ConnectorFailure):
                        await asks(ports(register.url))[0]()
                    assert register.requests == 1
                    assert "elders" not in register.heads[0]
                done += 1
            await close_all()
        assert came == []
    count("redirects that were not followed", done)


async def test_an_address_in_an_answer_is_not_called() -> None:
    """Registers send addresses along (`next`, `url`): they are text to us."""
    async with listeners() as (port, came):
        there = f"http://127.0.0.1:{port}/klantcontacten?page=2"
        page = {"count": 1_000, "next": there, "previous": there, "results": [{"uuid": str(NIEUW.id), "url": there}]}
        for body in (page, page | {"results": []}):
            async with scripted(gives(body)) as register:
                with suppress(ConnectorFailure):
                    await open_klant(register.url).contacten_van(BSN, AANROEP)
                assert register.requests >= 1
        assert came == []


async def test_a_key_never_goes_along_to_another_host() -> None:
    """A register that sends us elsewhere sees its own key only."""
    async with scripted(gives({"results": []})) as other:
        async with scripted(answer(status=307, Location=other.url)) as register:
            with pytest.raises(Misconfigured):
                await open_klant(register.url, slug="doorverwezen").lever_af(
                    replace(NIEUW, bsn=None), eerste_poging=True
                )
            assert any("geheim" in head or "oefen-klant" in head for head in register.heads)
        assert other.connections == 0
