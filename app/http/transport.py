"""Resolve once, judge every answer, connect to exactly that address: a name that rebinds has no second chance.

httpcore2 takes a network backend of our own, so that TLS, SNI and the Host header keep the name and only the socket
gets the checked address. Redirects, proxies, cookies and environment variables play no part here.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
import tempfile
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from time import monotonic
from typing import cast

import httpcore2
import httpx2

from app.http.guard import Address, AddressRefused, Destination, permitted

CONCURRENT = 8  # calls at a time per tenant and koppeling
CONNECT_SECONDS = 2.0
IDLE_SECONDS = 30.0

Resolver = Callable[[str, int], Awaitable[list[str]]]

# Both log URLs at INFO or DEBUG; registers want a BSN in some. Our own line in outbound.py says what happened.
for _name in ("httpx2", "httpcore2"):
    logging.getLogger(_name).setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class Tls:
    """What a koppeling brings for mutual TLS, as PEM text. Empty: the public authorities, no client certificate."""

    certificate: str = field(default="", repr=False)
    key: str = field(default="", repr=False)
    authority: str = field(default="", repr=False)


async def resolve(host: str, port: int) -> list[str]:
    """Addresses of `host`, as the system's resolver gives them."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(item[4][0]) for item in found))


class GuardedBackend(httpcore2.AsyncNetworkBackend):
    """Opens sockets only to addresses that passed the guard."""

    def __init__(self, where: Destination, resolver: Resolver) -> None:
        self._where = where
        self._resolver = resolver
        self._sockets = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore2's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        until = monotonic() + (timeout or CONNECT_SECONDS)
        try:
            async with asyncio.timeout(until - monotonic()):
                answers = await self._resolver(host, port)
        except TimeoutError as error:
            raise httpcore2.ConnectTimeout("name") from error
        except (OSError, UnicodeError) as error:
            raise httpcore2.ConnectError("name") from error
        addresses = [self._judge(answer) for answer in answers]  # all, before the first socket
        problem: Exception = httpcore2.ConnectError("no address")
        for left, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
            share = max((until - monotonic()) / left, 0.01)  # a silent first address leaves time for the next
            try:
                return await self._sockets.connect_tcp(str(address), port, share, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                problem = error
        raise problem

    def _judge(self, answer: str) -> Address:
        return permitted(answer, private=self._where.private, only_private=self._where.scheme == "http")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class _Body(httpx2.AsyncByteStream):
    def __init__(self, stream: AsyncIterable[bytes]) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            yield chunk

    async def aclose(self) -> None:
        close = getattr(self._stream, "aclose", None)
        if close is not None:
            await close()


class GuardedTransport(httpx2.AsyncBaseTransport):
    """httpx2's transport over a guarded pool. Lets httpcore2's exceptions through; outbound.py reads them."""

    def __init__(self, where: Destination, tls: Tls, resolver: Resolver) -> None:
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=ssl_context(tls) if where.scheme == "https" else None,
            max_connections=CONCURRENT,
            max_keepalive_connections=CONCURRENT,
            keepalive_expiry=IDLE_SECONDS,
            network_backend=GuardedBackend(where, resolver),
        )

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        url = request.url
        answer = await self._pool.handle_async_request(
            httpcore2.Request(
                method=request.method,
                url=httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=cast(AsyncIterable[bytes], request.stream),
                extensions=request.extensions,
            )
        )
        return httpx2.Response(
            status_code=answer.status,
            headers=answer.headers,
            stream=_Body(cast(AsyncIterable[bytes], answer.stream)),
            extensions=answer.extensions,
        )

    async def aclose(self) -> None:
        await self._pool.aclose()


def new_client(where: Destination, tls: Tls, resolver: Resolver) -> httpx2.AsyncClient:
    """A client for one koppeling: no redirects, nothing from the environment, cookies never kept."""
    client = httpx2.AsyncClient(
        transport=GuardedTransport(where, tls, resolver),
        timeout=httpx2.Timeout(None, connect=CONNECT_SECONDS),  # the deadline bounds the rest
        trust_env=False,
        follow_redirects=False,
    )
    client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return client


@lru_cache(maxsize=256)
def ssl_context(tls: Tls) -> ssl.SSLContext:
    """Verification is always on. Raises `AddressRefused` for a certificate that cannot be read."""
    context = httpx2.create_ssl_context(trust_env=False)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        if tls.authority:
            context.load_verify_locations(cadata=tls.authority)
        if tls.certificate:
            _load_pair(context, tls)
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        raise AddressRefused("Het certificaat of de sleutel in de instellingen is onleesbaar.") from error
    return context


def _load_pair(context: ssl.SSLContext, tls: Tls) -> None:
    """Python reads a certificate with its key from a file only: ours lives as short as it can, for us alone."""
    with tempfile.TemporaryDirectory() as folder:
        pair = Path(folder) / "pair.pem"
        pair.touch(mode=0o600)
        pair.write_text(f"{tls.certificate.strip()}\n{tls.key.strip()}\n")
        context.load_cert_chain(pair)
