"""Keycloak as a child: started optimized on loopback, with data of its own, stopped and waited for."""

import os
import socket
import subprocess
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from app.demo import children, ports
from app.demo.keycloak import distribution
from app.demo.keyring import Keyring

HOST = "inloggen.localhost"
REALM = "kiss"
ADMIN, ADMIN_CLIENT = "beheer", "kiss-provision"
HEAP = "-Xms64m -Xmx512m"
FAST_START = "-XX:TieredStopAtLevel=1"
PATIENCE = 180  # seconds; the first start makes the database


class EmbeddedKeycloak:
    """One Keycloak below `data_dir`, on 127.0.0.1; browsers know it as http://inloggen.localhost:port.

    Names below .localhost resolve nowhere but in browsers. The `hosts` that it must reach itself, for back-channel
    logout, are given to its JVM in a file of their own. With `port=0` the system picks one.
    """

    name = "identity"
    title = "Keycloak"

    def __init__(self, data_dir: Path, hosts: Iterable[str] = (), *, port: int = 0) -> None:
        self.data_dir = data_dir
        self.hosts = sorted(hosts)
        self.port = port
        self.keyring = Keyring(data_dir)
        self.log = data_dir / "logs" / "keycloak.log"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """As a browser on this machine sees it; the console for administrators stands there too."""
        return f"http://{HOST}:{self.port}"

    @property
    def issuer(self) -> str:
        """Of the realm that `kiss identity provision` makes."""
        return f"{self.address}/realms/{REALM}"

    @property
    def backend(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def admin_password(self) -> str:
        return self.keyring.password("keycloak_admin")

    @property
    def admin_client_secret(self) -> str:
        """Of the client by which `kiss identity provision` signs in."""
        return self.keyring.password("keycloak_client")

    def start(self) -> Self:
        """Start and wait until it answers. Raises StartFailed."""
        self.launch()
        self.wait_ready()
        return self

    def launch(self) -> None:
        home = distribution.prepare()
        folder = self.data_dir / "identity"
        folder.mkdir(parents=True, exist_ok=True)
        self.port = self.port or ports.any_free()
        names = folder / "hosts"
        names.write_text(
            "".join(f"127.0.0.1 {name}\n" for name in ("localhost", socket.gethostname(), HOST, *self.hosts)), "utf-8"
        )
        words: list[str | Path] = [home / "bin/kc.sh", "start", "--optimized", *self._options(folder)]
        self.process = children.spawn(words, log=self.log, env=self._environment(names), cwd=folder)

    def wait_ready(self) -> None:
        assert self.process is not None, "launch() comes first"  # noqa: S101
        try:
            children.wait_until(self.is_ready, self.process, name=self.title, log=self.log, seconds=PATIENCE)
        except children.StartFailed:
            self.stop()
            raise

    def is_ready(self) -> bool:
        """Whether it serves; the realm of its own administrators is always there."""
        return ports.http_status(self.port, "/realms/master/.well-known/openid-configuration") == 200

    def stop(self) -> None:
        """Stop and wait until it is gone."""
        if self.process:
            children.stop(self.process, patience=20)
            self.process = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _options(self, folder: Path) -> list[str]:
        return [
            "--http-enabled=true",
            "--http-host=127.0.0.1",
            f"--http-port={self.port}",
            f"--hostname={self.address}",
            f"--db-url=jdbc:h2:file:{folder.resolve()}/keycloakdb;NON_KEYWORDS=VALUE;DB_CLOSE_ON_EXIT=FALSE",
            "--log-level=warn,io.quarkus:info",
        ]

    def _environment(self, names: Path) -> dict[str, str]:
        """The first administrator exists once there is a database; later these change nothing."""
        return os.environ | {
            "KISS_DATA": str(self.data_dir),
            "JAVA_OPTS_KC_HEAP": HEAP,
            "JAVA_OPTS_APPEND": f"{FAST_START} -Djdk.net.hosts.file={names.resolve()}",
            "KC_BOOTSTRAP_ADMIN_USERNAME": ADMIN,
            "KC_BOOTSTRAP_ADMIN_PASSWORD": self.admin_password,
            "KC_BOOTSTRAP_ADMIN_CLIENT_ID": ADMIN_CLIENT,
            "KC_BOOTSTRAP_ADMIN_CLIENT_SECRET": self.admin_client_secret,
        }
