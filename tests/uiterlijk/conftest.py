from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from app.uiterlijk import geheugen
from tests.afleveringen.conftest import applied, deventer, practice, zwolle
from tests.routes.conftest import HOSTS, Client, application, clients

__all__ = ["application", "applied", "clients", "deventer", "practice", "zwolle"]

PATH = "/beheer/uiterlijk"


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    geheugen.clear()
    yield
    geheugen.clear()


def svg(inside: str = '<path d="M0 0h9v9z"/>', attributes: str = 'viewBox="0 0 9 9"', before: str = "") -> bytes:
    return f'{before}<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{inside}</svg>'.encode()


def chunk(kind: bytes, contents: bytes) -> bytes:
    return struct.pack(">I", len(contents)) + kind + contents + struct.pack(">I", zlib.crc32(kind + contents))


def png(width: int = 8, height: int = 4, *, extra: bytes = b"", after: bytes = b"") -> bytes:
    """A grey picture as another program would make it."""
    rows = zlib.compress(b"".join(b"\x00" + b"\x80" * width for _ in range(height)))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = chunk(b"IHDR", head) + extra + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts + after


async def upload(client: Client, path: str = PATH, *, files: dict[str, bytes] | None = None, **form: str) -> Any:
    """Post the form as a browser does: typed fields, and files where some were chosen."""
    transport = httpx2.ASGITransport(app=client.app)  # type: ignore[arg-type]
    headers = {
        "host": HOSTS[client.slug],
        "accept": "text/html",
        "sec-fetch-site": "same-origin",
        "cookie": f"__Host-sid={client.cookie}",
    }
    chosen = {
        name: ("beeld", (files or {}).get(name, b""), "application/octet-stream") for name in ("logo", "favicon")
    }
    async with httpx2.AsyncClient(transport=transport, base_url=f"http://{HOSTS[client.slug]}") as browser:
        return await browser.post(path, headers=headers, data={"_csrf": client.csrf} | form, files=chosen)
