"""The three processes of the product: web, worker, scheduler. All stateless; every replica serves every tenant."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import click
import dramatiq
import uvicorn

from app import geheugen, klok, log, metrics
from app.afleveringen import queries
from app.afleveringen.jobs import bezorg
from app.auth.jobs import ruim_sessies_op
from app.db import leader, unit_of_work
from app.gesprekken.jobs import ruim_verwijzingen_op
from app.grenzen.verbinding import BoundedProtocol
from app.jobs import JOBS, broker, use_lookup
from app.mail import queries as mail
from app.mail.jobs import ruim_mail_op, verstuur_mail
from app.settings import PROJECT, settings
from app.stoppen import FINISH_SECONDS, WebServer
from app.uitnodigingen.jobs import ruim_uitnodigingen_op
from app.zegels import service as zegels
from app.zegels.jobs import controleer_logboek, veeg_logboek, verzegel
from tenants import registry
from tenants.context import Tenant

SWEEP = 5.0  # seconds between two looks for outbox rows whose doorbell was lost
TIDY = 600.0  # seconds between two clean-ups
THREADS = 8


@click.command()
@click.option("--reload", is_flag=True, help="Herstart bij elke verandering in de code (ontwikkeling).")
@click.option("--host", default="127.0.0.1", show_default=True)
def serve(reload: bool, host: str) -> None:
    """Start de webserver."""
    options: dict[str, Any] = {
        "factory": True,
        "host": host,
        "port": settings().port,
        "access_log": False,
        "server_header": False,
        "proxy_headers": False,
        "http": BoundedProtocol,
        "ws": "none",
        "timeout_graceful_shutdown": FINISH_SECONDS,
        "log_level": "warning",
        "log_config": None,  # what uvicorn says goes through ours, one line each (app/log.py)
    }
    if reload:
        folders = [str(PROJECT / "app"), str(PROJECT / "tenants")]
        wanted = ["*.py", "manifest.json"]
        uvicorn.run("app.main:create_app", reload=True, reload_dirs=folders, reload_includes=wanted, **options)
        return
    geheugen.settle()
    server = WebServer(uvicorn.Config("app.main:create_app", **options), drain=settings().drain_seconds)
    server.run()
    if not server.started:
        raise SystemExit(1)


@click.command()
def worker() -> None:
    """Start een werker: voert uit wat op de achtergrond moet."""
    geheugen.settle()
    log.configure(development=settings().development)
    metrics.serve()
    use_lookup(registry.by_slug)
    for one in JOBS.values():
        one.register()
    running = dramatiq.Worker(broker(), worker_threads=THREADS, worker_timeout=200)
    stop = _stop_signal()
    running.start()
    while not stop.wait(0.5):  # a wait without end would not hear a signal on every Python
        pass
    running.stop(timeout=25_000)


@click.command()
def scheduler() -> None:
    """Start de planner. Er is er altijd één aan het werk; een tweede wacht tot de eerste stopt."""
    if settings().database_pooler and settings().database_direct_url is None:
        raise click.ClickException(
            "Achter een pooler heeft de planner DATABASE_DIRECT_URL nodig: hij houdt een slot vast."
        )
    log.configure(development=settings().development)
    metrics.serve()
    for one in JOBS.values():
        one.register()
    asyncio.run(_schedule())


def _stop_signal() -> threading.Event:
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    return stop


async def _schedule() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    while not stop.is_set():
        try:
            async with leader("kiss.scheduler") as elected:
                if elected:
                    await _lead(stop, elected)
                    metrics.scheduler_leads.set(0)
        except Exception as error:  # a bad moment of the database is no reason to stop planning
            log.log.error("planner.gestopt", soort=type(error).__name__)
        await _pause(stop, 2.0)


async def _lead(stop: asyncio.Event, still_leading: Callable[[], Awaitable[bool]]) -> None:
    tidied = 0.0
    metrics.scheduler_leads.set(1)
    while not stop.is_set() and await still_leading():
        tidy = loop_time() - tidied > TIDY
        for tenant in await registry.all_active():
            await _look_after(tenant, tidy=tidy)
        tidied = loop_time() if tidy else tidied
        metrics.scheduler_round.set_to_current_time()
        await _pause(stop, SWEEP)


async def _look_after(tenant: Tenant, *, tidy: bool) -> None:
    """One municipality's turn; its trouble stops only itself."""
    try:
        await sweep(tenant)
        if tidy:
            await ruim_sessies_op.ring(tenant)
            await ruim_verwijzingen_op.ring(tenant)
            await ruim_mail_op.ring(tenant)
            await ruim_uitnodigingen_op.ring(tenant)
            await veeg_logboek.ring(tenant)
            await controleer_logboek.ring(tenant)
    except Exception as error:
        log.log.error("planner.ronde_mislukt", tenant=tenant.slug, soort=type(error).__name__)


async def sweep(tenant: Tenant) -> None:
    """Ring for a municipality that has rows due to deliver, mail or seal: a bell may be lost, a row never is."""
    async with unit_of_work(tenant) as session:
        backlog = await queries.backlog(session, klok.now())
        unsealed = await zegels.backlog(session)
        letters = await mail.backlog(session, klok.now())
    metrics.outbox_waiting.labels(tenant.slug).set(backlog.waiting)
    metrics.outbox_oldest.labels(tenant.slug).set(backlog.oldest_seconds)
    metrics.dead_letters.labels(tenant.slug).set(backlog.dead)
    metrics.mail_oldest.labels(tenant.slug).set(letters.oldest_seconds)
    metrics.seal_oldest.labels(tenant.slug).set(unsealed.total_seconds())
    if backlog.due:
        await bezorg.ring(tenant)
    if letters.due:
        await verstuur_mail.ring(tenant)
    if unsealed >= zegels.RUST:
        await verzegel.ring(tenant)


def loop_time() -> float:
    return asyncio.get_running_loop().time()


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
