"""What a demo consists of: ports, the environment of its processes, and the parts in the order they start."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.demo import ports
from app.demo.children import StartFailed
from app.demo.identity_provider import CLIENT_ID, STEP_UP_ACR, EmbeddedIdentity
from app.demo.keycloak import distribution
from app.demo.keycloak.server import ADMIN, ADMIN_CLIENT, EmbeddedKeycloak
from app.demo.keyring import Keyring
from app.demo.municipalities import Municipality
from app.demo.postgres import EmbeddedPostgres
from app.demo.services import Command, Service
from app.demo.valkey import EmbeddedValkey

IDENTITIES = ("dev", "keycloak")  # what people sign in at; the first one unless asked otherwise
# Counted from KISS_PORT when free there; otherwise wherever there is room. The names are those of `status --json`.
OFFSETS = {"identity": 1, "post": 2, "practice": 3, "smtp": 4, "postgres": 5, "valkey": 6}
OFFSETS |= {"metrics-web": 7, "metrics-worker": 8, "metrics-scheduler": 9}


def choose_ports(web: int, remembered: Mapping[str, int]) -> dict[str, int]:
    """Name to port. The ports of last time stay where possible: the address of the sign-in service is part of who
    people are. Raises StartFailed when `web` itself is taken."""
    if not ports.is_free(web):
        raise StartFailed(
            f"Poort {web} is al in gebruik door een ander programma.\n"
            f"Stop dat programma, of kies een andere poort: KISS_PORT={web + 100} make demo"
        )
    chosen = {"web": web}
    for name, offset in OFFSETS.items():
        wishes = [port for port in (remembered.get(name), web + offset) if port]
        free = [port for port in wishes if port not in chosen.values() and port < 65536 and ports.is_free(port)]
        chosen[name] = free[0] if free else ports.any_free(set(chosen.values()))
    return chosen


@dataclass(frozen=True)
class Blueprint:
    """Built once per start from the folder, the ports and the manifests."""

    data_dir: Path
    ports: Mapping[str, int]
    municipalities: Sequence[Municipality]
    identity: str = IDENTITIES[0]

    @property
    def has_keycloak(self) -> bool:
        return self.identity == "keycloak" and "OIDC_ISSUER" not in os.environ

    def prepare(self, say: Callable[[str], None]) -> None:
        """What takes long the first time and never again. Raises StartFailed."""
        if self.has_keycloak:
            distribution.prepare(lambda sentence: say(f"  {sentence} …"))

    def web_address(self, slug: str) -> str:
        return f"http://{slug}.localhost:{self.ports['web']}"

    def base_services(self) -> list[Service]:
        """What the rest stands on; a part whose address is set in the environment is somebody else's to run."""
        services: list[Service] = []
        if "DATABASE_URL" not in os.environ:
            services.append(EmbeddedPostgres(self.data_dir, self.ports["postgres"]))
        if "REDIS_URL" not in os.environ:
            services.append(EmbeddedValkey(self.data_dir, self.ports["valkey"]))
        return services

    def support_services(self, env: Mapping[str, str]) -> list[Service]:
        services: list[Service] = [
            self._command("practice", "Oefenomgeving", ("practice",), env, port=self.ports["practice"])
        ]
        if "OIDC_ISSUER" not in os.environ:
            services.append(self._keycloak() if self.has_keycloak else self._identity())
        words = ("post", "--smtp-port", str(self.ports["smtp"]), "--port", str(self.ports["post"]))
        services.append(self._command("post", "Post", words, env, port=self.ports["smtp"]))
        return services

    def product_services(self, env: Mapping[str, str]) -> list[Service]:
        web = self._command("web", "KISS", ("serve",), self._measured(env, "web"))
        web.is_ready = lambda: ports.http_status(self.ports["web"], "/readyz") == 200
        worker = self._command("worker", "Achtergrondwerk", ("worker",), self._measured(env, "worker"))
        scheduler = self._command("scheduler", "Planner", ("scheduler",), self._measured(env, "scheduler"))
        return [web, worker, scheduler]

    def environment(self) -> dict[str, str]:
        """For every process: the names of app/settings.py. What is set outside wins for replaceable parts."""
        keyring, web = Keyring(self.data_dir), self.ports["web"]
        database, redis = self._database(), EmbeddedValkey(self.data_dir, self.ports["valkey"]).url
        identity = self._identity()
        replaceable = {
            "DATABASE_URL": database.app_dsn,
            "DATABASE_ADMIN_URL": database.admin_dsn,
            "REDIS_URL": redis,
            "OIDC_ISSUER": identity.issuer,
            "OIDC_BACKEND": identity.backend,
            "OIDC_CLIENT_ID": CLIENT_ID,
            "OIDC_CLIENT_SECRET": identity.client_secret,
            "OIDC_STEP_UP_ACR": STEP_UP_ACR,
            "SMTP_URL": f"smtp://127.0.0.1:{self.ports['smtp']}",
            "KISS_SMTP_FROM": "klantcontact@kiss.example",
            "KISS_FAILPOINT_DIR": str(self.data_dir / "failpoints"),
        }
        if self.has_keycloak:
            replaceable |= self._keycloak_environment()
        if "OIDC_ISSUER" in os.environ:  # a real one is reached at its own address
            del replaceable["OIDC_BACKEND"]
        fixed = {
            "KISS_ENV": "development",
            "KISS_PORT": str(web),
            "KISS_DATA": str(self.data_dir),
            "KISS_SECRET_KEY": keyring.key("secret_key"),
            "KISS_PRACTICE_URL": f"http://127.0.0.1:{self.ports['practice']}",
            "KISS_PUBLIC_SCHEME": "http",
            "KISS_DRAIN_SECONDS": "0",  # nobody balances between replicas here
            "KISS_PUBLIC_SUFFIX": f".localhost:{web}",
        }
        practice = {name: value for one in self.municipalities for name, value in one.practice_secrets.items()}
        return {name: os.environ.get(name, value) for name, value in replaceable.items()} | fixed | practice

    def shown(self, env: Mapping[str, str]) -> dict[str, Any]:
        """What `kiss demo status --json` gives besides the processes."""
        urls = {one.slug: self.web_address(one.slug) for one in self.municipalities}
        urls["praktijk"] = env["KISS_PRACTICE_URL"]
        urls["post"] = f"http://post.localhost:{self.ports['post']}"
        if self.has_keycloak:
            urls["keycloak"] = f"{self._keycloak().address}/admin/"
        people = [person for one in self.municipalities for person in one.people]
        return {
            "voordeur": f"http://localhost:{self.ports['web']}/",
            "urls": urls,
            "ports": dict(self.ports),
            "data": str(self.data_dir),
            "dsn": env["DATABASE_URL"],
            "redis": env["REDIS_URL"],
            "people": [
                {"tenant": one.tenant, "name": one.name, "role": one.role, "username": one.username} for one in people
            ],
        }

    def about_keycloak(self) -> list[str]:
        """What a person must know to sign in there; nothing when people just choose a name."""
        if not self.has_keycloak:
            return []
        keycloak, keyring = self._keycloak(), Keyring(self.data_dir)
        return [
            f"Keycloak: {keycloak.address}/admin/   {ADMIN}   {keycloak.admin_password}",
            f"Wachtwoord van alle mensen hierboven: {keyring.password('demo_people')}",
        ]

    def _keycloak(self) -> EmbeddedKeycloak:
        hosts = [f"{one.slug}.localhost" for one in self.municipalities]
        return EmbeddedKeycloak(self.data_dir, hosts, port=self.ports["identity"])

    def _keycloak_environment(self) -> dict[str, str]:
        keycloak = self._keycloak()
        return {
            "OIDC_ISSUER": keycloak.issuer,
            "OIDC_BACKEND": keycloak.backend,
            "KISS_KEYCLOAK_URL": keycloak.backend,
            "KISS_KEYCLOAK_CLIENT_ID": ADMIN_CLIENT,
            "KISS_KEYCLOAK_CLIENT_SECRET": keycloak.admin_client_secret,
            "KISS_KEYCLOAK_DEMO_PASSWORD": Keyring(self.data_dir).password("demo_people"),
        }

    def _command(
        self, name: str, title: str, words: tuple[str, ...], env: Mapping[str, str], *, port: int = 0
    ) -> Command:
        command = Command(name, title, words, os.environ | env, self.data_dir / "logs" / f"{name}.log")
        if port:
            command.is_ready = lambda: ports.answers(port)
        return command

    def _measured(self, env: Mapping[str, str], process: str) -> Mapping[str, str]:
        """Each process tells its own metrics, on a port of its own."""
        return {**env, "KISS_METRICS_PORT": str(self.ports[f"metrics-{process}"])}

    def _database(self) -> EmbeddedPostgres:
        return EmbeddedPostgres(self.data_dir, self.ports["postgres"])

    def _identity(self) -> EmbeddedIdentity:
        return EmbeddedIdentity(
            self.data_dir, self.municipalities, web_port=self.ports["web"], port=self.ports["identity"]
        )
