"""The official files, and a practice environment of which every exchange is judged when a test ends."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from app.connectors.klantinteracties.kennis import forget_all
from app.http import close_all
from app.practice.gemeenten import GEMEENTEN
from tests.contract.openapi import Spec
from tests.contract.wire import Exchange, Recorder, faults, recorded_practice

PROJECT = Path(__file__).resolve().parents[2]
# What the BRP answers otherwise than its file says: the feature files beside that file (BRP-API/Haal-Centraal-BRP-
# bevragen) show "De foutieve parameter(s) zijn: fields[0].", patterns in `reason`, and a path as `instance`.
BRP_DEVIATIONS = (
    ("Foutbericht", "detail", "pattern", r"^.{1,300}$"),
    ("Foutbericht", "instance", "format", "uri-reference"),
    ("InvalidParam", "name", "pattern", r"^[a-zA-Z0-9\._]{1,60}(\[[0-9]+\])?$"),
    ("InvalidParam", "reason", "pattern", r"^.{1,200}$"),
)


@pytest.fixture(scope="session")
def specs() -> Path:
    folder = Path(os.environ.get("KISS_SPECS") or PROJECT.parent / "shared" / "specs")
    if not (folder / "klantinteracties" / "openapi.yaml").is_file():
        pytest.skip("official specs not present")
    return folder


@pytest.fixture(scope="session")
def klant_spec(specs: Path) -> Spec:
    return Spec(specs / "klantinteracties" / "openapi.yaml")


@pytest.fixture(scope="session")
def brp_spec(specs: Path) -> Spec:
    return Spec(specs / "haal-centraal-brp-personen" / "openapi.yaml", BRP_DEVIATIONS)


@dataclass
class Wire:
    """Asks the practice registers of Deventer; judges whatever anybody asked them."""

    base: str
    recorder: Recorder
    klant_spec: Spec
    brp_spec: Spec
    client: httpx2.Client

    def klant(self, method: str, path: str, status: int, **more: Any) -> Any:
        """Body of the answer of the Klantinteracties API, which must have this status."""
        headers = {"Authorization": "Token oefen-klant-deventer"} | more.pop("headers", {})
        answer = self._ask(method, f"/deventer/klantinteracties/api/v1{path}", headers, **more)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def brp(self, question: Any, status: int, **more: Any) -> Any:
        headers = {"X-API-KEY": "oefen-brp-deventer"} | more.pop("headers", {})
        more = more or {"json": question}
        answer = self._ask("POST", "/deventer/haalcentraal/api/brp/personen", headers, **more)
        assert answer.status_code == status, answer.text
        return answer.json()

    def codes(self, body: Any) -> dict[str, str]:
        """Field → code of what was refused."""
        return {one["name"]: one["code"] for one in body["invalidParams"]}

    def judge(self, count: Callable[[str, int], None]) -> None:
        exchanges, self.recorder.exchanges = self.recorder.exchanges, []
        judged = [one for one in exchanges if "/_praktijk/" not in one.path]
        found = [sentence for one in judged for sentence in faults(self._spec(one), one)]
        count("answers checked against the official files", len(judged))
        assert not found, "\n" + "\n".join(found)

    def steer(self, what: str, **params: str) -> None:
        url = f"{self.base}/_praktijk/deventer/{what}"
        assert self.client.post(url, params=params).status_code == 200

    def _spec(self, one: Exchange) -> Spec:
        return self.brp_spec if "/haalcentraal/" in one.path else self.klant_spec

    def _ask(self, method: str, path: str, headers: dict[str, str], **more: Any) -> httpx2.Response:
        return self.client.request(method, self.base + path, headers=headers, **more)


@pytest.fixture(scope="package")
def recorded(tmp_path_factory: pytest.TempPathFactory, klant_spec: Spec, brp_spec: Spec) -> Iterator[Wire]:
    assert {"deventer", "zwolle"} <= GEMEENTEN.keys()
    folder = tmp_path_factory.mktemp("contract")
    with recorded_practice(folder) as (base, recorder), httpx2.Client(trust_env=False, timeout=20) as client:
        yield Wire(base, recorder, klant_spec, brp_spec, client)


@pytest.fixture(params=("2.18", "2.15"))
def version(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.fixture
def wire(recorded: Wire, count: Callable[[str, int], None]) -> Iterator[Wire]:
    """The registers of the first day, playing 2.18; everything that crossed is judged afterwards."""
    recorded.steer("reset")
    yield recorded
    recorded.judge(count)


@pytest.fixture
async def process(anyio_backend: str) -> Any:
    """Nothing remembered of the registers between tests."""
    forget_all()
    yield
    await close_all()
    forget_all()
