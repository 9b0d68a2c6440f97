"""The development identity provider (node, app/demo/identity) as a child. Never outside development."""

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from app.auth.clients import SLUG, Client, derived
from app.auth.urls import NOTICE
from app.demo import children, ports
from app.demo.keyring import Keyring, write_private
from app.demo.municipalities import Municipality, Person
from app.demo.node import find_node

SERVER = Path(__file__).parent / "identity" / "server.mjs"
CLIENT_ID = f"kiss-{SLUG}"
STEP_UP_ACR = "bevestigd"  # identity/interaction.mjs gives it to who is asked again and answers


class EmbeddedIdentity:
    """Signs people of the example municipalities in by choosing their name.

    `issuer` is what a browser sees (http://inloggen.localhost:port); from Python it is reached at `backend`
    (http://127.0.0.1:port) with the issuer's host in the Host header, as names below .localhost do not resolve there.
    Every municipality is a client of its own, `kiss-<slug>`. `web_port` decides the addresses that people return to: http://<slug>.localhost:<web_port>/aanmelden/terug.
    """

    name = "identity"
    title = "Aanmelddienst"

    def __init__(
        self, data_dir: Path, municipalities: Sequence[Municipality], *, web_port: int, port: int = 0
    ) -> None:
        self.data_dir = data_dir
        self.municipalities = municipalities
        self.web_port = web_port
        self.port = port
        self.log = data_dir / "logs" / "identity.log"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def host(self) -> str:
        return f"inloggen.localhost:{self.port}"

    @property
    def issuer(self) -> str:
        return f"http://{self.host}"

    @property
    def backend(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def client_secret(self) -> str:
        """What the secret of each client is derived from (app/auth/clients.py)."""
        return Keyring(self.data_dir).password("oidc_client")

    def client(self, slug: str) -> Client:
        return derived(CLIENT_ID.replace(SLUG, slug), self.client_secret)

    def start(self) -> Self:
        """Start and wait until the discovery document is served. Raises StartFailed."""
        self.launch()
        self.wait_ready()
        return self

    def launch(self) -> None:
        folder = self.data_dir / "identity"
        folder.mkdir(parents=True, exist_ok=True)
        self.port = self.port or ports.any_free()
        settings = folder / "instellingen.json"
        write_private(settings, json.dumps(self._settings(folder), indent=2))
        environment = os.environ | {"KISS_ENV": "development", "KISS_IDENTITY_CONFIG": str(settings)}
        environment |= {"KISS_DATA": str(self.data_dir), "NODE_ENV": "development"}
        self.process = children.spawn([find_node(), SERVER], log=self.log, env=environment, cwd=SERVER.parent)

    def wait_ready(self) -> None:
        assert self.process is not None, "launch() comes first"  # noqa: S101
        try:
            children.wait_until(self._is_ready, self.process, name=self.title, log=self.log)
        except children.StartFailed:
            self.stop()
            raise

    def stop(self) -> None:
        if self.process:
            children.stop(self.process)
            self.process = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _is_ready(self) -> bool:
        return ports.http_status(self.port, "/.well-known/openid-configuration", host=self.host) == 200

    def _settings(self, folder: Path) -> dict[str, Any]:
        """The form that identity/config.mjs reads."""
        return {
            "port": self.port,
            "issuer": self.issuer,
            "data": str(folder),
            "tenants": [self._tenant(one) for one in self.municipalities],
            "people": [_claims(person) for one in self.municipalities for person in one.people],
        }

    def _tenant(self, municipality: Municipality) -> dict[str, Any]:
        client = self.client(municipality.slug)
        web = f"http://{municipality.slug}.localhost:{self.web_port}"
        return {
            "slug": municipality.slug,
            "naam": municipality.name,
            "client": {"id": client.id, "secret": client.secret},
            "redirect_uri": f"{web}/aanmelden/terug",
            "post_logout_redirect_uri": f"{web}/aanmelden",
            "backchannel_logout_uri": f"{web}{NOTICE}",
        }


def _claims(person: Person) -> dict[str, Any]:
    given, _, family = person.name.partition(" ")
    return {
        "sub": person.subject,
        "gemeente": person.tenant,
        "rol": person.role,
        "preferred_username": person.username,
        "name": person.name,
        "given_name": given,
        "family_name": family or given,
        "email": person.email,
        "email_verified": True,
    }
