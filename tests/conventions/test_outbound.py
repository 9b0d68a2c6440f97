"""Outbound HTTP goes through app/http.py: deadline, retry, breaker, URL guard, logging without personal data."""

from __future__ import annotations

from collections.abc import Iterator

from tests.conventions.tree import Source, allows, bites, holds, imported

CLIENTS = ("httpx", "httpx2", "requests", "aiohttp", "urllib3", "urllib.request", "http.client", "socket", "smtplib")
EXEMPT = {
    "app/http.py": "this is the module",
    "app/http/": "this is the module",
    "app/auth/oidc.py": "the one issuer an operator configured, through Authlib",
    "app/practice/": "plays the other side; answers calls and makes none",
    "app/demo/": "waits for ports of its own children on loopback",
}


def no_outbound_call_outside_the_module(source: Source) -> Iterator[str]:
    if source.under(*EXEMPT):
        return
    for node, name in imported(source):
        if any(name == client or name.startswith(client + ".") for client in CLIENTS):
            yield (
                f"{source.at(node)}: imports `{name}`; outbound calls go through app/http.py, which guards the "
                "address and keeps personal data out of the logs."
            )


def test_no_outbound_call_outside_the_module() -> None:
    holds(no_outbound_call_outside_the_module, "app", "tenants")


def test_the_rule_bites() -> None:
    for line in (
        "import httpx2",
        "from httpx2 import AsyncClient",
        "import urllib.request",
        "from urllib import request",
        "import socket",
    ):
        bites(no_outbound_call_outside_the_module, f"def f():\n    {line}\n", "app/connectors/x/client.py")


def test_the_rule_leaves_good_code_alone() -> None:
    allows(
        no_outbound_call_outside_the_module,
        "from urllib.parse import quote\nfrom app.http import client\n",
        "app/connectors/x.py",
    )
    allows(no_outbound_call_outside_the_module, "import httpx2\n", "app/http.py")
