"""One request as its parts, so that a mutation can spoil one of them and leave the rest believable."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import quote_plus

Pair = tuple[bytes, bytes]
FORM = b"application/x-www-form-urlencoded"


@lru_cache(2_000)
def quoted(value: str) -> bytes:
    """As a form sends it; a lone surrogate goes out as the three bytes that no UTF-8 reader may take."""
    return quote_plus(value.encode("utf-8", "surrogatepass")).encode()


def urlencoded(pairs: list[tuple[str, str]]) -> bytes:
    return b"&".join(quoted(name) + b"=" + quoted(value) for name, value in pairs)


@dataclass
class Ask:
    """A request under way to the wire. `form` until `encode`, `body` from then on."""

    method: bytes
    path: bytes
    query: list[tuple[str, str]]
    headers: list[Pair]
    form: list[tuple[str, str]] | None = None
    body: bytes = b""
    content_type: bytes = FORM
    raw_query: bytes | None = None  # in place of `query`
    version: bytes = b"HTTP/1.1"
    framing: list[Pair] | None = None  # in place of an honest Content-Length
    line_end: bytes = b"\r\n"
    framed: bool = True  # False: where the request ends may be seen otherwise by the server
    how: list[str] = field(default_factory=list)

    def header(self, name: bytes, value: bytes) -> None:
        """Put it in the place of the one there is."""
        self.headers = [pair for pair in self.headers if pair[0].lower() != name.lower()]
        self.headers.append((name, value))

    def encode(self) -> None:
        """The form as a body."""
        if self.form is not None and not self.body:
            self.body = urlencoded(self.form)

    @property
    def target(self) -> bytes:
        query = urlencoded(self.query) if self.raw_query is None else self.raw_query
        return self.path + (b"?" + query if query else b"")

    def raw(self) -> bytes:
        """The bytes on the wire."""
        headers = list(self.headers)
        if self.form is not None:
            headers.append((b"Content-Type", self.content_type))
        if self.framing is not None:
            headers += self.framing
        elif self.body or self.form is not None:
            headers.append((b"Content-Length", str(len(self.body)).encode()))
        lines = [self.method + b" " + self.target + b" " + self.version]
        lines += [name + b": " + value for name, value in headers]
        return self.line_end.join(lines) + self.line_end * 2 + self.body
