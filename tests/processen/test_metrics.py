"""Metrics: on a port of their own, by route and municipality, with nothing of a person in a label."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from prometheus_client import REGISTRY

from app import klok, metrics
from app.afleveringen import queries
from app.db import unit_of_work
from app.practice.people import sample
from app.processen import sweep
from tests.conventions.tree import PROJECT
from tests.processen.conftest import web
from tests.town import Town

pytestmark = pytest.mark.anyio
ALERTS = PROJECT / "helm/alerts.yaml"


async def test_requests_are_counted_by_route_and_municipality(cookie: str, tmp_path: Path) -> None:
    with web(tmp_path) as server:
        server.get("/", cookie=cookie, accept="text/html")
        server.get("/gesprekken/0190f0b4-0000-7000-8000-000000000000", cookie=cookie, accept="text/html")
        server.get("/bestaat-niet/999990421", cookie=cookie, accept="text/html")
        server.get("/", host="nergens.localhost")
        found = server.measured()
        assert found['kiss_answers_total{method="GET",route="/",status="200"}'] == 1
        assert found['kiss_answers_total{method="GET",route="onbekend",status="404"}'] >= 2
        assert found['kiss_requests_total{status="2xx",tenant="deventer"}'] >= 1
        assert found['kiss_requests_total{status="4xx",tenant="geen"}'] == 1
        labels = " ".join(found)
        assert "999990421" not in labels
        assert "0190f0b4" not in labels
        assert server.status("/metrics") == 404, "metrics are not for those who reach the pages"


async def test_the_outbox_is_measured_per_municipality(deventer: Town, zwolle: Town) -> None:
    gesprek = await deventer.gesprek(notitie="Tekst", bsn=sample("deventer")["hoofdpersoon"].bsn)
    await deventer.save(gesprek)
    async with unit_of_work(deventer.tenant) as session:
        stand = await queries.backlog(session, klok.now())
    assert (stand.waiting, stand.dead, stand.due) == (1, 0, True)
    await sweep(deventer.tenant)
    await sweep(zwolle.tenant)
    assert REGISTRY.get_sample_value("kiss_outbox_waiting", {"tenant": "deventer"}) == 1
    assert REGISTRY.get_sample_value("kiss_outbox_waiting", {"tenant": "zwolle"}) == 0


def known_metrics() -> set[str]:
    """Names as Prometheus stores them, of everything this code declares."""
    found = {"up"}
    for family in REGISTRY.collect():
        found |= {family.name, f"{family.name}_total", f"{family.name}_bucket", f"{family.name}_count"}
    return found


def faults(rules: dict[str, object], known: set[str]) -> list[str]:
    """What is wrong with the alerts: a metric that nobody tells, a runbook that is not there, no words."""
    wrong = []
    for group in rules["groups"]:  # type: ignore[attr-defined]
        for rule in group["rules"]:
            unknown = set(re.findall(r"\b(?:kiss_[a-z_]+|up)\b", rule["expr"])) - known
            wrong += [f"{rule['alert']}: no metric {name}" for name in sorted(unknown)]
            notes = rule.get("annotations", {})
            if not (PROJECT / notes.get("runbook", "nowhere")).is_file():
                wrong.append(f"{rule['alert']}: no runbook")
            if not notes.get("summary"):
                wrong.append(f"{rule['alert']}: no summary")
    return wrong


def test_every_alert_has_its_metric_and_its_runbook() -> None:
    rules = yaml.safe_load(ALERTS.read_text())
    assert sum(len(group["rules"]) for group in rules["groups"]) >= 8
    assert faults(rules, known_metrics()) == []


def test_every_runbook_of_an_alert_names_it() -> None:
    """Whoever is woken searches for the name of the alert."""
    for group in yaml.safe_load(ALERTS.read_text())["groups"]:
        for rule in group["rules"]:
            assert rule["alert"] in (PROJECT / rule["annotations"]["runbook"]).read_text(), rule["alert"]


def test_the_rule_bites() -> None:
    bad = {"groups": [{"rules": [{"alert": "X", "expr": "kiss_nothing > 1", "annotations": {}}]}]}
    assert faults(bad, known_metrics()) == ["X: no metric kiss_nothing", "X: no runbook", "X: no summary"]


def test_no_label_can_hold_a_person() -> None:
    allowed = {"tenant", "status", "method", "route", "koppeling", "outcome", "le", "process"}
    for metric in vars(metrics).values():
        names = getattr(metric, "_labelnames", ())
        assert set(names) <= allowed, f"{metric} has a label that is not from a short list: {names}"
