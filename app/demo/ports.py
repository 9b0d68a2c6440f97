"""Ports on the loopback address."""

import random
import socket
from pathlib import Path
from typing import Final

LOWEST: Final = 20_000  # below stand the ports that people know by heart


def is_free(port: int) -> bool:
    """Whether a server can listen on this port of 127.0.0.1 now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As servers do: a port whose last connection is only lingering counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def any_free(taken: set[int] | None = None) -> int:
    """A free port, other than those in `taken`, that no outgoing connection will take before a server listens on it.

    The system's own pick would: a slow server (a JVM) lost its port to the traffic of others while it started.
    """
    span = range(LOWEST, _first_for_connections())
    chance = random.SystemRandom()
    while True:
        port = chance.choice(span)
        if port not in (taken or set()) and is_free(port):
            return port


def _first_for_connections() -> int:
    """Where the ports begin that the kernel gives to outgoing connections (Linux; elsewhere IANA's dynamic range)."""
    try:
        return max(LOWEST + 1000, int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0]))
    except OSError:
        return 49_152


def answers(port: int) -> bool:
    """Whether something accepts a connection on this port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def http_status(port: int, path: str, *, host: str = "") -> int:
    """The status of a GET on this port of 127.0.0.1; 0 when nothing (complete) came back.

    Only for asking our own children whether they are up; the product's calls go through app.http.
    """
    request = f"GET {path} HTTP/1.0\r\nHost: {host or f'127.0.0.1:{port}'}\r\n\r\n"
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(request.encode("ascii"))
            first = connection.makefile("rb").readline().split()  # b"HTTP/1.1 200 OK"
    except OSError:
        return 0
    return int(first[1]) if len(first) > 1 and first[1].isdigit() else 0
