"""Ears on loopback: whatever reaches inside is written down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

USUAL = (80, 443, 8443)  # where an address without a port would end; taken or forbidden ones are left out


@asynccontextmanager
async def listeners() -> AsyncIterator[tuple[int, list[str]]]:
    """A port of our own and the usual ones, each on 127.0.0.1 and ::1, that write down who came."""
    came: list[str] = []

    async def take(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.append(str(writer.get_extra_info("sockname")))
        writer.close()

    four = await asyncio.start_server(take, "127.0.0.1", 0)
    port = four.sockets[0].getsockname()[1]
    servers = [four]
    for number in (port, *USUAL):
        for address in ("127.0.0.1", "::1"):
            with suppress(OSError):  # ours already, somebody else's, or a machine without IPv6
                servers.append(await asyncio.start_server(take, address, number))
    try:
        yield port, came
    finally:
        for server in servers:
            server.close()
