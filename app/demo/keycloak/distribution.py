"""Keycloak's files: fetched by Maven, checked against locks/keycloak.txt, unpacked and built once below .tools."""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.demo.children import StartFailed
from app.settings import PROJECT

LOCK_FILE = PROJECT / "locks/keycloak.txt"
FOLDER = PROJECT / ".tools/keycloak"
# What `kc.sh build` fixes; the rest is given at the start. One process, so no cluster.
BUILD_OPTIONS = ("--db=dev-file", "--cache=local", "--features-disabled=kerberos,device-flow,ciba")
_LINE = re.compile(r"(?P<group>\S+):(?P<name>\S+)==(?P<version>\S+)\s+--hash=sha256:(?P<sha256>[0-9a-f]{64})")

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Pinned:
    """The artifact as the lock file names it."""

    group: str
    name: str
    version: str
    sha256: str

    @property
    def file_name(self) -> str:
        return f"{self.name}-{self.version}.tar.gz"


def pinned(lock: Path = LOCK_FILE) -> Pinned:
    """Raises StartFailed when the lock file says something else than one artifact."""
    lines = [line for line in lock.read_text("utf-8").splitlines() if not line.startswith("#")]
    match = _LINE.fullmatch(" ".join(" ".join(lines).replace("\\", " ").split()))
    if match is None:
        raise StartFailed(f"{lock} noemt niet één Keycloak met versie en hash.")
    return Pinned(**match.groupdict())


def missing_tools() -> list[str]:
    """What this machine lacks to run Keycloak: a JDK, Maven, both or nothing."""
    return [title for title, program in (("een JDK", "java"), ("Maven", "mvn")) if shutil.which(program) is None]


def prepare(say: Say = lambda _: None, *, folder: Path = FOLDER) -> Path:
    """The home of a Keycloak that only has to be started. Takes a minute the first time, nothing afterwards.

    `say` gets a sentence per step that takes long. Raises StartFailed.
    """
    wanted = pinned()
    home = folder / wanted.version
    done, mark = home / ".klaar", f"{wanted.sha256} {' '.join(BUILD_OPTIONS)}\n"
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        if done.exists() and done.read_text("utf-8") == mark:
            return home
        if missing := missing_tools():
            raise StartFailed(f"Voor Keycloak is {' en '.join(missing)} nodig. Installeer default-jdk en maven.")
        archive = _fetched(wanted, folder, say)
        say("Keycloak uitpakken")
        shutil.rmtree(home, ignore_errors=True)
        _unpack(archive, home)
        say("Keycloak bouwen, eenmalig")
        _run([home / "bin/kc.sh", "build", *BUILD_OPTIONS], folder / "build.log", "Keycloak bouwen")
        done.write_text(mark, "utf-8")
    return home


def check(archive: Path, sha256: str) -> None:
    """Raises StartFailed, and removes the file, when it is not the one that was pinned."""
    with archive.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != sha256:
        archive.unlink()
        raise StartFailed(
            f"{archive.name} is niet het bestand uit locks/keycloak.txt (sha256 {found}). Het is weggegooid."
        )


def _fetched(wanted: Pinned, folder: Path, say: Say) -> Path:
    archive = folder / wanted.file_name
    if not archive.exists():
        say(f"Keycloak {wanted.version} ophalen")
        artifact = f"{wanted.group}:{wanted.name}:{wanted.version}:tar.gz"
        words = ["mvn", "-q", "-B", "dependency:copy", f"-Dartifact={artifact}", f"-DoutputDirectory={folder}"]
        _run(words, folder / "maven.log", "Keycloak ophalen")
    check(archive, wanted.sha256)
    return archive


def _unpack(archive: Path, home: Path) -> None:
    temporary = home.with_name(f".{home.name}.uitpakken")
    shutil.rmtree(temporary, ignore_errors=True)
    with tarfile.open(archive) as tar:
        tar.extractall(temporary, filter="data")
    next(temporary.iterdir()).rename(home)  # the archive holds one folder
    temporary.rmdir()


def _run(words: Sequence[str | Path], log: Path, title: str) -> None:
    with log.open("wb") as output:
        done = subprocess.run(words, stdout=output, stderr=subprocess.STDOUT, env=os.environ, cwd=log.parent)  # noqa: S603
    if done.returncode != 0:
        lines = log.read_text("utf-8", "replace").splitlines()[-10:]
        raise StartFailed("\n".join([f"{title} is mislukt. Einde van {log}:", *(f"    {line}" for line in lines)]))


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Demo and tests may come at the same moment; the second waits for what the first makes."""
    with (folder / ".slot").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
