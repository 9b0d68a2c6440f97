"""What is done to the head of a request, to its framing, and to its bytes as a whole."""

from __future__ import annotations

import random

from tests.attacks.ask import Ask, urlencoded
from tests.attacks.mutations_body import BYTES, flip, kind, put

# --- head --------------------------------------------------------------------------------------------------------


@kind("head")
def flipped_path(ask: Ask, chance: random.Random) -> None:
    ask.path = flip(ask.path, chance, chance.choice([1, 1, 2]))
    ask.framed = ask.framed and ask.path.isascii() and ask.path.decode().isprintable() and b" " not in ask.path


@kind("head")
def odd_path(ask: Ask, chance: random.Random) -> None:
    ask.path = put(ask.path, chance, chance.choice([
        b"%ff", b"%00", b"%c0%af", b"%ed%a0%80", b"%", b"%2", b"%zz", b"%2f", b"%5c", b"%2e%2e", b"/../", b"//",
        b"/./",
        b"/", b";a=b", b"\\", b"%0d%0a", b"%20", b"x" * 8_000, b"/" * 500, b"%e2%82%ac", b"%uD800", b"*",
        b"%25%30%30",
    ]))  # fmt: skip


@kind("head")
def other_id(ask: Ask, chance: random.Random) -> None:
    """A parameter of the path becomes something else."""
    parts = ask.path.split(b"/")
    at = chance.randrange(len(parts))
    parts[at] = chance.choice([
        b"", b"0", b"-1", b"9" * 400, b"00000000-0000-0000-0000-000000000000", b"not-a-uuid", b"null",
        b"%F0%9F%92%A9",
        parts[at] * 2, parts[at][:-1], parts[at].upper(), parts[at].replace(b"-", b""), b"{" + parts[at] + b"}",
        b"urn:uuid:" + parts[at], b"..", b".", b"%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    ])  # fmt: skip
    ask.path = b"/".join(parts) or b"/"


@kind("head")
def odd_query(ask: Ask, chance: random.Random) -> None:
    known = urlencoded(ask.query)
    ask.raw_query = chance.choice([
        b"%ff=%fe", b"a=%00", b"&&&", b"=", b"a" * 8_000, b"?" * 20, b"a=b&a=c", b"volgende=//evil.example",
        b"gesloten=%ed%a0%80", b"na=%ff", b"+", b"%", b"a[]=1", b"#", b"&".join([b"x=1"] * 3_000),
        known + b"&" + known, put(known, chance, chance.choice(BYTES[11:17])), b"state=&code=&iss=", known + b"%",
    ])  # fmt: skip


@kind("head")
def odd_method(ask: Ask, chance: random.Random) -> None:
    ask.method = chance.choice([
        b"PUT", b"PATCH", b"DELETE", b"OPTIONS", b"TRACE", b"CONNECT", b"PROPFIND", b"M-SEARCH", b"QUERY", b"POST",
        b"GET", b"HEAD", b"get", b"FOO",
    ])  # fmt: skip
    ask.framed = ask.framed and ask.method in (b"PUT", b"PATCH", b"DELETE", b"OPTIONS", b"TRACE", b"POST", b"GET")


@kind("head")
def cookie(ask: Ask, chance: random.Random) -> None:
    old = next((one for name, one in ask.headers if name.lower() == b"cookie"), b"__Host-sid=" + b"A" * 43)
    ask.header(b"Cookie", chance.choice([
        b"", b"=", b";", b";;;=;;", old + b"; " + old, old[:-1], old + b"A", old + b"; x=%ff", old + b"; x=\xff\xfe",
        b"__Host-sid=%ff", b'__Host-sid="' + old[11:] + b'"', b"__Host-inloggen=" + b"A" * 43, flip(old, chance, 1),
        old + b"; a=b" * 300, old + b"; x=" + b"y" * 7_000, b"__Host-sid", old.replace(b"=", b" = "), b"\x80=\x81",
        old.upper(), b"$Version=1; " + old, old + b"; __Host-sid=", old + b",a=b", old + b'; x="\\"; y=\\"',
    ]).translate(None, b"\x00\r\n"))  # fmt: skip


_NAMES = [
    b"Accept", b"Accept-Encoding", b"Accept-Language", b"Authorization", b"If-None-Match", b"If-Modified-Since",
    b"If-Range", b"Range", b"Origin", b"Referer", b"User-Agent", b"X-Csrf", b"X-Forwarded-For", b"X-Forwarded-Host",
    b"X-Forwarded-Proto", b"Forwarded", b"X-HTTP-Method-Override", b"HX-Request", b"HX-Target", b"HX-Current-URL",
    b"HX-Trigger", b"HX-Boosted", b"Sec-Fetch-Site", b"Sec-Fetch-Mode", b"Sec-Fetch-Dest", b"Traceparent",
    b"Content-Encoding", b"Last-Event-ID", b"Host", b"TE", b"Date", b"Cache-Control", b"X-Request-Id",
]  # fmt: skip
_VALUES = [
    b"", b"*", b"*/*;q=x", b"text/html", b"application/json", b";,;,", b"bytes=0-0", b"bytes=-1", b"bytes=5-2",
    b"bytes=0-0,2-3,5-9,11-", b"bytes=9999999999999999999-", b"items=0-1", b"Thu, 99 Foo 2026 99:99:99", b'W/"x"',
    b"Sun, 06 Nov 1994 08:49:37 GMT", b"gzip, br, \xff", b"null", b"true", b"http://evil.example", b"same-origin",
    b"cross-site", b"\xff\xfe\xfd", b"\xc3\xa9", b"x" * 4_000, b"Basic \xff", b"Bearer " + b"x" * 3_000,
    b"a" * 60_000,
    b"deventer.localhost", b"zwolle.localhost:8000", b"127.0.0.1", b"[::1]", b"deventer.localhost:99999", b"..",
    b"a b",
    b"xn--a", b"deventer.localhost.", b"DEVENTER.LOCALHOST", b"deventer.localhost@evil", b"00-zz-zz-00", b"\t",
    b"%00",
    b"gzip", b"br", b"deflate", b"q=0.5;;", b"text/html;q=" + b"9" * 300, b"https://deventer.localhost/%ff",
]  # fmt: skip


@kind("head")
def odd_header(ask: Ask, chance: random.Random) -> None:
    ask.header(chance.choice(_NAMES), chance.choice(_VALUES))


@kind("head")
def several_odd_headers(ask: Ask, chance: random.Random) -> None:
    for _ in range(4):
        odd_header(ask, chance)


@kind("head")
def double_header(ask: Ask, chance: random.Random) -> None:
    if ask.headers:
        name, old = chance.choice(ask.headers)
        ask.headers.append((name, chance.choice([old, chance.choice(_VALUES)])))


@kind("head")
def missing_header(ask: Ask, chance: random.Random) -> None:
    if ask.headers:
        ask.headers.pop(chance.randrange(len(ask.headers)))


@kind("head")
def many_headers(ask: Ask, chance: random.Random) -> None:
    ask.headers += [(b"X-%d" % number, b"y") for number in range(chance.choice([20, 60, 100, 300, 1_000]))]


@kind("head")
def asks_more(ask: Ask, chance: random.Random) -> None:
    """Things a server may be asked beside the page."""
    wish = chance.choice([b"websocket", b"h2c", b"continue", b"close", b"\xff"])
    ask.framed = False
    if wish in (b"websocket", b"h2c"):
        ask.headers += [(b"Connection", b"Upgrade"), (b"Upgrade", wish)]
        if chance.random() < 0.7:
            key = chance.choice([b"dGhlIHNhbXBsZSBub25jZQ==", b"x", b"\xff"])
            ask.headers += [
                (b"Sec-WebSocket-Key", key),
                (b"Sec-WebSocket-Version", chance.choice([b"13", b"8", b"x"])),
            ]
    elif wish == b"continue":
        ask.headers.append((b"Expect", chance.choice([b"100-continue", b"200-ok"])))
    else:
        ask.headers.append((b"Connection", wish))


# --- wire --------------------------------------------------------------------------------------------------------


@kind("wire")
def framing(ask: Ask, chance: random.Random) -> None:
    """Where the body ends, said in a way that two readers could take differently."""
    ask.framed = False
    size = len(ask.body)
    honest = b"%d" % size
    chunk = b"%x\r\n%s\r\n0\r\n\r\n" % (size, ask.body) if size else b"0\r\n\r\n"
    chunked = [(b"Transfer-Encoding", b"chunked")]
    ask.framing, ask.body = chance.choice([
        ([(b"Content-Length", one)], ask.body)
        for one in (
            b"0", b"%d" % (size + 7), b"%d" % max(size - 3, 0), b"-1", b"+5", b"0x10", b"1e3", b"", b"9" * 30,
            b"\xff",
            b"999999999", honest + b", " + honest, b"00" + honest, honest + b" ", b"1_0", b"99999999999999999999",
        )
    ] + [
        (chunked, body)
        for body in (
            chunk, chunk[:-2], b"zz\r\n", b"-1\r\n", b"ffffffffffffffffff\r\n", b"fffffff\r\n" + ask.body,
            b"\r\n" + chunk,
            b"5;ext=" + b"x" * 5_000 + b"\r\nabcde\r\n0\r\n\r\n", b"0\r\nX-Trailer: \xff\r\n\r\n",
            b"3\r\nabcdef\r\n0\r\n\r\n",
            b"0x3\r\nabc\r\n0\r\n\r\n", chunk.replace(b"\r\n", b"\n"), b"1\r\n\xff\r\n" * 2_000 + b"0\r\n\r\n", b"",
        )
    ] + [
        ([*chunked, (b"Content-Length", honest)], chunk), ([(b"Content-Length", honest), *chunked], ask.body),
        ([(b"Content-Length", honest), (b"Content-Length", b"1")], ask.body), ([(b"Transfer-Encoding", b"gzip")],
        chunk),
        ([(b"Transfer-Encoding", b"chunked, identity")], chunk), ([(b"Transfer-Encoding", b"xchunked")], chunk),
        ([*chunked, *chunked], chunk), ([(b"Transfer-Encoding ", b"chunked")], chunk), ([], ask.body),
    ])  # fmt: skip


@kind("wire")
def odd_lines(ask: Ask, chance: random.Random) -> None:
    ask.framed = False
    choice = chance.randrange(6)
    if choice == 0:
        ask.line_end = chance.choice([b"\n", b"\r", b"\r\r\n", b"\n\r"])
    elif choice == 1:
        ask.version = chance.choice(
            [b"HTTP/1.0", b"HTTP/0.9", b"HTTP/2.0", b"HTTP/9.9", b"HTTP/1.1 x", b"", b"http/1.1"]
        )
    elif choice == 2:
        ask.headers.insert(
            0, chance.choice([(b" folded", b"x"), (b"no-colon\r\n", b""), (b"", b"x"), (b"a b", b"c")])
        )
    elif choice == 3:
        ask.headers.append((b"X-A", chance.choice([b"a\x00b", b"a\rb", b"a\nb", b"a\r\n b", b"\x7f", b"\x01"])))
    elif choice == 4:
        ask.path = chance.choice(
            [b"http://evil.example/", b"*", b"evil.example:443", b"", b" ", b"//", b"?", b"\xff", b"/ /"]
        )
    else:
        ask.method = chance.choice([b"", b"\r\n\r\nGET", b" GET", b"\xff", b"GET" * 100, b"PRI", b"\x16\x03\x01\x02"])


def spoil(raw: bytes, chance: random.Random) -> bytes:
    """The bytes as a whole: flipped, cut off, doubled, or with a hole. Only for a request that stands alone."""
    choice = chance.randrange(5)
    if choice == 0:
        return flip(raw, chance, chance.choice([1, 2, 4, 16]))
    if choice == 1:
        return raw[: chance.randint(1, len(raw))]
    if choice == 2:
        at = chance.randrange(len(raw))
        return raw[:at] + raw[at + chance.randint(1, 40) :]
    if choice == 3:
        at = chance.randrange(len(raw))
        return raw[:at] + raw[at : at + 200] * 3 + raw[at:]
    return put(raw, chance, chance.choice(BYTES) * chance.choice([1, 50]))
