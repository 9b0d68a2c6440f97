"""Where our own servers listen."""

from __future__ import annotations

import socket

from app.demo import ports


def test_a_port_is_not_one_that_outgoing_connections_get() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        of_the_system = other.getsockname()[1]
    picked = {ports.any_free() for _ in range(200)}
    assert max(picked) < ports._first_for_connections() <= of_the_system
    assert min(picked) >= ports.LOWEST
    assert len(picked) > 150


def test_one_that_is_taken_is_not_picked() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", ports.any_free()))
        server.listen()
        assert not ports.is_free(server.getsockname()[1])


def test_nor_one_that_is_named() -> None:
    allowed = 20_007
    others = set(range(ports.LOWEST, ports._first_for_connections())) - {allowed}
    assert ports.any_free(others) == allowed
