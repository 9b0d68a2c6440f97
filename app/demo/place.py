"""Where PostgreSQL's files stand and under which account it runs.

PostgreSQL refuses to run as root. As root we borrow an account that exists (`postgres`, else `nobody`) and put
the data where that account can reach: below KISS_DATA, or in /var/tmp when KISS_DATA lies behind closed doors
such as /root. Modes of existing folders stay as they are.
"""

import contextlib
import hashlib
import os
import pwd
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

import psutil

from app.demo import children
from app.demo.children import Account, StartFailed

REMEMBERED = "postgres-map"  # in KISS_DATA: the folder outside it that was chosen
ORIGIN = "herkomst"  # in that folder: the KISS_DATA it belongs to
OUTSIDE = Path("/var/tmp")  # noqa: S108 - survives a restart of the machine; our folder in it is checked below


@dataclass(frozen=True, slots=True)
class Place:
    """`base` holds the data folder and scratch files; `account` is None when we run it as ourselves."""

    base: Path
    account: Account | None

    @property
    def data(self) -> Path:
        return self.base / "postgres"

    def make_folder(self, name: str) -> Path:
        """A new private folder in `base` that belongs to the account."""
        folder = self.base / name
        folder.mkdir(mode=0o700)
        self.give(folder)
        return folder

    def give(self, path: Path) -> None:
        """Hand a path that we just made to the account."""
        if self.account:
            os.chown(path, self.account.uid, self.account.gid)


def choose(data_dir: Path) -> Place:
    """The place for this KISS_DATA: the same at every start."""
    data_dir.mkdir(parents=True, exist_ok=True)
    if os.geteuid() != 0:
        return Place(data_dir, None)
    remembered = data_dir / REMEMBERED
    if remembered.exists():
        base = _outside(data_dir, Path(remembered.read_text("utf-8").strip()))
        return Place(base, _account(base / "postgres"))
    account = _account(data_dir / "postgres")
    if account.can_enter(data_dir):
        return Place(data_dir, account)
    digest = hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:12]
    base = _outside(data_dir, OUTSIDE / f"kiss-{digest}")
    remembered.write_text(f"{base}\n", "utf-8")
    return Place(base, account)


def forget(data_dir: Path) -> None:
    """Remove everything that `choose` and the server put down for this KISS_DATA."""
    place = choose(data_dir)
    shutil.rmtree(place.data, ignore_errors=True)
    if place.base != data_dir:
        shutil.rmtree(place.base, ignore_errors=True)
        (data_dir / REMEMBERED).unlink(missing_ok=True)


def postmaster(data: Path) -> psutil.Process | None:
    """The server that runs on these data. Its recorded pid may be somebody else's by now, so its words must fit."""
    try:
        pid = int((data / "postmaster.pid").read_text("utf-8").split()[0])
        process = psutil.Process(pid)
        return process if str(data) in process.cmdline() and children.lives(process) else None
    except (FileNotFoundError, ValueError, IndexError, psutil.Error):
        return None


def prune_orphans() -> None:
    """Remove folders in /var/tmp whose KISS_DATA is gone, so that tests and old checkouts leave nothing."""
    if os.geteuid() != 0:
        return
    for folder in OUTSIDE.glob("kiss-*"):
        with contextlib.suppress(FileNotFoundError):  # another start may be tidying up as well
            if _is_orphan(folder):
                shutil.rmtree(folder, ignore_errors=True)


def _is_orphan(folder: Path) -> bool:
    origin = folder / ORIGIN
    if folder.is_symlink() or folder.lstat().st_uid != 0 or not origin.exists():
        return False
    return postmaster(folder / "postgres") is None and not Path(origin.read_text("utf-8").strip()).exists()


def _account(data: Path) -> Account:
    """Who owns the data; for new data `postgres` or else `nobody`."""
    if data.exists() and data.stat().st_uid != 0:
        return Account(data.stat().st_uid, data.stat().st_gid)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    return Account(65534, 65534)


def _outside(data_dir: Path, base: Path) -> Path:
    """Make `base`, or check that nobody else made it: /var/tmp is open to every user of the machine."""
    try:
        base.mkdir(mode=0o711)
        base.chmod(0o711)  # ours and new: the umask must not close it for the account
    except FileExistsError:
        found = base.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != 0 or found.st_mode & 0o022:
            raise StartFailed(
                f"De map {base} is niet van ons. Verwijder die map, of kies een andere KISS_DATA."
            ) from None
    (base / ORIGIN).write_text(f"{data_dir.resolve()}\n", "utf-8")
    return base
