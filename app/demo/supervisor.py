"""Starts every part of the demo, keeps it going, and leaves nothing behind."""

import os
import shutil
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from app.demo import children, place
from app.demo.blueprint import IDENTITIES, Blueprint, choose_ports
from app.demo.children import StartFailed
from app.demo.keyring import FILE_NAME as SECRETS
from app.demo.municipalities import Municipality, read_manifests
from app.demo.progress import Progress
from app.demo.record import ENVIRONMENT, RECORD, Lock, Record, Running, write_environment
from app.demo.reload import Changes, build_front_end
from app.demo.services import Service, run_to_end
from app.settings import PROJECT

MANIFESTS = PROJECT / "tenants/manifests"
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
FOLDERS = ("valkey", "identity", "post", "failpoints", "logs", "practice")
OURS = (*FOLDERS, SECRETS, RECORD, ENVIRONMENT)
STANDS_UNDER = ("postgres", "valkey")  # stopped when nobody uses them any more
LONGEST_PAUSE = 30.0  # seconds between attempts to start a part that keeps failing
SETTLED = 60.0  # seconds after which a part counts as healthy again
BIG_LOG = 1_000_000  # bytes


class Stopping(BaseException):
    """A signal asked us to stop. Not an Exception: no handler of a part may swallow it."""


@dataclass
class Options:
    """What was asked for on the command line. `without`: names of parts that somebody runs by hand; `gemeenten`:
    slugs of the only municipalities to show, empty for all."""

    data_dir: Path
    port: int
    fresh: bool = False
    reload: bool = False
    identity: str = IDENTITIES[0]
    without: frozenset[str] = frozenset()
    gemeenten: tuple[str, ...] = ()


@dataclass
class Watched:
    """A started part and how often it had to be started again."""

    service: Service
    failures: int = 0
    started: float = field(default_factory=time.monotonic)
    retry_at: float | None = None


class Supervisor:
    """One run of `kiss demo`: `run()` returns the exit code when everything has stopped."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.data_dir = options.data_dir
        self.progress = Progress()
        self.record = Record()
        self.watched: list[Watched] = []
        self._launching = False
        self._asked_to_stop = False

    def run(self) -> int:
        """Start, watch, stop. Raises StartFailed when the data folder is in use or a part does not start."""
        lock = Lock(self.data_dir)
        if not lock.take():
            raise StartFailed(_already_running(Record.read(self.data_dir)))
        self._listen()
        try:
            self._start()
            self._watch()
        except Stopping:
            self.progress.say("KISS wordt gestopt.")
        finally:
            self._stop()
        return 0

    # --- starting -------------------------------------------------------------------------------------------------

    def _start(self) -> None:
        self._clear_away(Record.read(self.data_dir))
        if self.options.fresh:
            self._start_over()
        self.record.ports = choose_ports(self.options.port, Record.read(self.data_dir).ports)
        self.record.supervisor = Running.now(os.getpid())
        blueprint = Blueprint(self.data_dir, self.record.ports, self._municipalities(), self.options.identity)
        blueprint.prepare(self.progress.say)
        env = blueprint.environment()
        self._prepare_folder(env)
        self.record.shown = blueprint.shown(env)
        self._save()
        self._start_each(blueprint.base_services())
        if "tenants" not in self.options.without:
            with self.progress.step("Gemeenten"):
                self._apply(blueprint, env)
        self._start_together(blueprint.support_services(env))
        if blueprint.has_keycloak and "identity" not in self.options.without:
            with self.progress.step("Aanmelddienst inrichten"):
                slugs = [one.slug for one in blueprint.municipalities]
                again, log = ("identity", "provision", *slugs, "--json"), self.data_dir / "logs/provision.log"
                run_to_end(again, env=os.environ | env, log=log, title="Het inrichten van de aanmelddienst")
        self._start_together(blueprint.product_services(env))
        self.record.ready = True
        self._save()
        self._welcome(blueprint)

    def _municipalities(self) -> list[Municipality]:
        """Those that were asked for. Raises StartFailed for a name that is none."""
        found = read_manifests(MANIFESTS, self.options.gemeenten)
        unknown = set(self.options.gemeenten) - {one.slug for one in found}
        if unknown:
            known = ", ".join(one.slug for one in read_manifests(MANIFESTS))
            raise StartFailed(f"De voorbeeldgemeente {min(unknown)} bestaat niet. Kies uit: {known}.")
        return found

    def _apply(self, blueprint: Blueprint, env: dict[str, str]) -> None:
        """Each municipality that is new, or changed, shows as soon as it is there."""
        files = [str(MANIFESTS / f"{one.slug}.toml") for one in blueprint.municipalities]
        log = self.data_dir / "logs/tenants.log"
        run_to_end(
            ("tenants", "apply", *files),
            env=os.environ | env,
            log=log,
            title="Het inrichten van de gemeenten",
            tell=lambda line: (
                self.progress.say(f"    {line}") if line.endswith(("aangemaakt", "bijgewerkt")) else None
            ),
        )

    def _clear_away(self, previous: Record) -> None:
        """After kill -9 of an earlier supervisor: stop what it left, so that there is one set of everything."""
        left = previous.left_behind(self.data_dir)
        if left:
            with self.progress.step(f"Resten van een vorige keer stoppen ({len(left)} processen)"):
                children.end_all(left, patience=15)

    def _start_over(self) -> None:
        """Remove what we made in KISS_DATA, by name: the folder may hold somebody's other files."""
        if "DATABASE_URL" in os.environ:
            self.progress.say("  DATABASE_URL is gezet: die database blijft zoals hij is.")
        place.forget(self.data_dir)
        for name in OURS:
            path = self.data_dir / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    def _prepare_folder(self, env: dict[str, str]) -> None:
        for name in FOLDERS:
            (self.data_dir / name).mkdir(mode=0o700, exist_ok=True)
        for log in (self.data_dir / "logs").glob("*.log"):
            if log.stat().st_size > BIG_LOG:
                log.replace(log.with_suffix(".vorige"))
        write_environment(self.data_dir, env)

    def _start_each(self, services: list[Service]) -> None:
        for service in self._wanted(services):
            with self.progress.step(service.title):
                self._launch(service)
                service.wait_ready()

    def _start_together(self, services: list[Service]) -> None:
        """Side by side, then wait for each: they do not need one another to start."""
        wanted = self._wanted(services)
        for service in wanted:
            self._launch(service)
        for service in wanted:
            with self.progress.step(service.title):
                service.wait_ready()

    def _wanted(self, services: list[Service]) -> list[Service]:
        return [service for service in services if service.name not in self.options.without]

    def _launch(self, service: Service) -> None:
        self.watched.append(Watched(service))
        self._spawn(service)

    def _spawn(self, service: Service) -> None:
        """A signal waits until the new process stands in the list; otherwise nobody would stop it."""
        self._launching = True
        try:
            service.launch()
            if service.process:
                self.record.children[service.name] = Running.now(service.process.pid)
                self._save()
        finally:
            self._launching = False
        if self._asked_to_stop:
            raise Stopping

    # --- keeping it going -----------------------------------------------------------------------------------------

    def _watch(self) -> None:
        changes = Changes() if self.options.reload else None
        while True:
            for watched in self.watched:
                self._look_after(watched)
            if changes:
                self._follow(changes)
            time.sleep(0.3)

    def _look_after(self, watched: Watched) -> None:
        service, now = watched.service, time.monotonic()
        if watched.retry_at is not None:
            if now >= watched.retry_at:
                self._start_again(watched)
        elif service.process is None or service.process.poll() is not None:
            code = service.process.returncode if service.process else None
            service.stop()  # what it started itself may still live
            if now - watched.started > SETTLED:
                watched.failures = 0
            pause = min(LONGEST_PAUSE, 0.5 * 2**watched.failures)
            watched.failures, watched.retry_at = watched.failures + 1, now + pause
            self.progress.say(f"{service.title} is gestopt (code {code}) en wordt opnieuw gestart.")

    def _start_again(self, watched: Watched) -> None:
        watched.retry_at, watched.started = None, time.monotonic()
        try:
            self._spawn(watched.service)
            watched.service.wait_ready()
        except StartFailed as failure:
            self.progress.say(str(failure))

    def _follow(self, changes: Changes) -> None:
        if changes.front_end():
            complaint = build_front_end()
            went = f"kon niet worden gebouwd:\n{complaint}" if complaint else "is opnieuw gebouwd."
            self.progress.say(f"Het scherm {went}")
        if changes.code():
            self.progress.say("De code is veranderd: KISS start opnieuw.")
            for watched in self.watched:
                if watched.service.name in ("web", "worker", "scheduler"):
                    watched.service.stop()
                    self._start_again(watched)

    # --- stopping -------------------------------------------------------------------------------------------------

    def _listen(self) -> None:
        for number in STOP_SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:  # nohup asks to outlive the terminal
                signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._asked_to_stop = True
        if not self._launching:
            raise Stopping

    def _stop(self) -> None:
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)  # we are doing it; a second Ctrl-C must not leave half
        for watched in reversed(self.watched):
            if watched.service.process and watched.service.name not in STANDS_UNDER:
                watched.service.process.terminate()  # side by side: each may take a moment
        for watched in reversed(self.watched):
            watched.service.stop()
        children.end_all(self.record.left_behind(self.data_dir), patience=2)
        self.record.supervisor, self.record.children, self.record.ready = None, {}, False
        if self.record.ports:
            self._save()
        (self.data_dir / ENVIRONMENT).unlink(missing_ok=True)

    def _save(self) -> None:
        self.record.write(self.data_dir)

    def _welcome(self, blueprint: Blueprint) -> None:
        say = self.progress.say
        say(f"\nAlle gemeenten, en wie zich daar kan aanmelden: {self.record.shown['voordeur']}")
        for municipality in blueprint.municipalities:
            say(f"\n{municipality.name}   {blueprint.web_address(municipality.slug)}")
            for person in municipality.people:
                say(f"    {person.name:<20} {person.role_title:<33} {person.username}")
        say(f"\nWie u kunt opzoeken (verzonnen mensen): {self.record.shown['urls']['praktijk']}")
        say(f"Post: {self.record.shown['urls']['post']}")
        for line in blueprint.about_keycloak():
            say(line)
        say(f"\nOpen {self.record.shown['voordeur']} in uw browser.")
        say("Stoppen: Ctrl-C, of in een ander venster: .venv/bin/kiss demo stop")


def _already_running(record: Record) -> str:
    where = f" op {record.shown['voordeur']}" if "voordeur" in record.shown else ""
    return f"KISS draait al{where}. Stoppen kan met: .venv/bin/kiss demo stop"
