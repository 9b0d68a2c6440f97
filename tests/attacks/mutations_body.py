"""What is done to a request: to the fields of its form, to its body, to its head, and to the bytes as a whole.

Each function changes one `Ask` in place and takes every choice from the `Random` it is given.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable

from tests.attacks.ask import Ask

Mutation = Callable[[Ask, random.Random], None]
STAGES: dict[str, list[Mutation]] = {"fields": [], "body": [], "head": [], "wire": []}

TEXTS = [
    "", " ", "\x00", "a\x00b", "\ud800", "\udfff\ud800", "\ufeff", "\uffff", "\U0010ffff", "\u202e", "e\u0301" * 50,
    "\r\n", "a\r\nX-Evil: 1", "\x1b[31m", "\x7f", "\x85", "\u2028", "%00", "%ff", "%", "%zz", "%u0041", "&#0;",
    "-1", "0", "00", "+1", "1e309", "NaN", "Infinity", "-0", "0x10", "1_000", "٣", "²", "9" * 9, "9" * 20, "9" * 400,
    "2147483648", "9223372036854775808", "1" + "0" * 5000, "true", "null", "[]", "{}", "{{7*7}}", "${7*7}", "'", '"',
    "' OR 1=1 --", "\\", "../" * 40, "<script>alert(1)</script>", "<!--", "]]>", "//evil.example", "javascript:1",
    "0000-00-00", "9999-12-31", "31-2-2026", "1-1-10000", "2026-13-45", "00000000-0000-0000-0000-000000000000",
    "ffffffff-ffff-ffff-ffff-ffffffffffff", "{0}", "%s%n", "x" * 300, "x" * 5001, "999990421", "999990421 ",
    "９９９９９０４２１", "7411 AA", "7411\u00a0AA", "12-bis", "\t\t", "a" * 1000 + "\x00",
]  # fmt: skip
LONG = ["é" * 20_000, "x" * 100_000, "9" * 50_000, "\U0001f4a9" * 5_000]
BYTES = [
    b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x80", b"\xe2\x82", b"\x00", b"\x1a",
    b"\xef\xbb\xbf",
    b"\xfe\xff", b"\x0b", b"%ff", b"%00", b"%c0%af", b"%ed%a0%80", b"%", b"%f", b"\xf0\x9f", b"&", b"=", b";", b"\r",
]  # fmt: skip


def kind(stage: str) -> Callable[[Mutation], Mutation]:
    def add(mutation: Mutation) -> Mutation:
        STAGES[stage].append(mutation)
        return mutation

    return add


def text(chance: random.Random) -> str:
    return chance.choice(LONG if chance.random() < 0.02 else TEXTS)


def flip(raw: bytes, chance: random.Random, times: int) -> bytes:
    """Other bits at so many places."""
    spoilt = bytearray(raw)
    for _ in range(times if spoilt else 0):
        spoilt[chance.randrange(len(spoilt))] ^= 1 << chance.randrange(8)
    return bytes(spoilt)


def put(raw: bytes, chance: random.Random, what: bytes) -> bytes:
    at = chance.randint(0, len(raw))
    return raw[:at] + what + raw[at:]


# --- fields ------------------------------------------------------------------------------------------------------


@kind("fields")
def value(ask: Ask, chance: random.Random) -> None:
    pairs = ask.form or ask.query
    if pairs:
        at = chance.randrange(len(pairs))
        pairs[at] = (pairs[at][0], text(chance))


@kind("fields")
def every_value(ask: Ask, chance: random.Random) -> None:
    pairs = ask.form if ask.form is not None else ask.query
    pairs[:] = [(name, old if name == "_csrf" else text(chance)) for name, old in pairs]


@kind("fields")
def glued_value(ask: Ask, chance: random.Random) -> None:
    """The value as it was, with something before or after it."""
    pairs = ask.form or ask.query
    if pairs:
        at = chance.randrange(len(pairs))
        name, old = pairs[at]
        pairs[at] = (name, chance.choice([old + text(chance), text(chance) + old, old[: len(old) // 2], old * 3]))


@kind("fields")
def missing_field(ask: Ask, chance: random.Random) -> None:
    pairs = ask.form or ask.query
    if pairs:
        pairs.pop(chance.randrange(len(pairs)))


@kind("fields")
def double_field(ask: Ask, chance: random.Random) -> None:
    pairs = ask.form or ask.query
    if pairs:
        name, old = chance.choice(pairs)
        pairs.insert(chance.randint(0, len(pairs)), (name, chance.choice([old, text(chance)])))


@kind("fields")
def odd_name(ask: Ask, chance: random.Random) -> None:
    pairs = ask.form if ask.form is not None else ask.query
    old = pairs.pop(chance.randrange(len(pairs)))[0] if pairs and chance.random() < 0.5 else "veld"
    names = [old + "[]", old + "[0]", old.upper(), "__class__", "data", "self", "session", "request", text(chance)]
    pairs.append((chance.choice(names), text(chance)))


@kind("fields")
def many_fields(ask: Ask, chance: random.Random) -> None:
    pairs = ask.form if ask.form is not None else ask.query
    pairs += [(f"v{number}", "x") for number in range(chance.choice([20, 50, 50, 50, 50, 999, 1_000, 1_001, 3_000]))]


# --- body --------------------------------------------------------------------------------------------------------


@kind("body")
def flipped_body(ask: Ask, chance: random.Random) -> None:
    ask.body = flip(ask.body, chance, chance.choice([1, 1, 2, 8]))


@kind("body")
def odd_bytes(ask: Ask, chance: random.Random) -> None:
    ask.body = put(ask.body, chance, chance.choice(BYTES))


@kind("body")
def short_body(ask: Ask, chance: random.Random) -> None:
    ask.body = ask.body[: chance.randint(0, len(ask.body))]


@kind("body")
def long_body(ask: Ask, chance: random.Random) -> None:
    ask.body += b"&x=" + b"y" * (chance.choice([999_000, 1_000_001]) if chance.random() < 0.03 else 20_000)


@kind("body")
def separators(ask: Ask, chance: random.Random) -> None:
    ask.body += chance.choice([b"&&&&", b"&=&=&=", b";a=b;", b"=", b"&%=%", b"&a", b"\r\n\r\n", b"&_csrf=&_csrf="])


@kind("body")
def body_where_none_is(ask: Ask, chance: random.Random) -> None:
    ask.form = ask.form or []
    ask.body = ask.body or chance.choice([b"a=b", b"{}", b"\xff", b"x" * 5_000])


@kind("body")
def other_type(ask: Ask, chance: random.Random) -> None:
    ask.content_type = chance.choice(
        [
            b"", b"text/plain", b"application/json", b"multipart/form-data", b"multipart/form-data; boundary=",
            b"multipart/mixed; boundary=x", b"application/x-www-form-urlencoded; charset=utf-7",
            b"application/x-www-form-urlencoded; charset=onbekend", b"application/json; charset=utf-16",
            b"application/msgpack", b"application/x-msgpack", b"application/xml", b"/", b";", b"a/b/c; d=e; d=f",
            b"application/x-www-form-urlencoded, application/json", b"APPLICATION/JSON", b"text/html; charset=\xff",
            b"multipart/form-data; boundary=" + b"b" * 300, b"multipart/form-data; boundary=\xff\xfe",
            b"application/json" + b";a=b" * 500, b"multipart/form-data; boundary*=utf-8''x", b"*/*",
        ]
    )  # fmt: skip


@kind("body")
def as_json(ask: Ask, chance: random.Random) -> None:
    """The same fields as JSON, or something that only looks like it."""
    ask.content_type = b"application/json"
    whole = json.dumps(dict(ask.form or [])).encode()
    ask.body = chance.choice(
        [
            whole, whole[:-1], whole + whole, b"[" * 10_000, b'{"a":' * 3_000 + b"1", b"NaN", b"-Infinity", b"1e999",
            b"[" + b"9" * 5_000 + b"]", b'"\\ud800"', b'{"a":"\\u0000"}', b'{"a":"\xff"}', b"\xef\xbb\xbf{}", b"null",
            b"true", b"[]", b"{}", b'""', b"0", b'{"_csrf":["a"],"_csrf":{}}', b"\xff\xfe{\x00}\x00", b"'a'",
            b"{a:1}",
            b'{"veld":1,"waarde":null,"versie":1.5}', b'{"versie":' + b"1" * 400 + b"}", b" " * 5_000, b"",
        ]
    )  # fmt: skip
    ask.form = ask.form or []


@kind("body")
def as_multipart(ask: Ask, chance: random.Random) -> None:
    """The same fields in parts; most of the time one thing about the parts is wrong."""
    edge = chance.choice([b"grens", b"grens", b"'", b"a b", b"x" * 70])
    parts = [
        b'--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
        % (edge, name.encode("utf-8", "surrogatepass"), one.encode("utf-8", "surrogatepass"))
        for name, one in ask.form or [("leeg", "")]
    ]
    at = chance.randrange(len(parts))
    parts[at] = _odd_part(parts[at], chance)
    end = chance.choice(
        [b"--%s--\r\n" % edge, b"--%s--\r\n" % edge, b"", b"--%s" % edge, b"--%s--%s--" % (edge, edge)]
    )
    ask.body = b"".join(parts) + end
    ask.content_type = b"multipart/form-data; boundary=" + chance.choice([edge, b'"' + edge + b'"', b"anders"])
    ask.form = ask.form or []


def _odd_part(part: bytes, chance: random.Random) -> bytes:
    return chance.choice(
        [
            part,
            part.replace(b'"\r\n\r\n', b'"; filename="x.txt"\r\n\r\n'),
            part.replace(b'"\r\n\r\n', b'"; filename="\xff\x00"\r\nContent-Type: a/b\r\n\r\n'),
            part.replace(b'"\r\n\r\n', b'"\r\nContent-Type: text/plain; charset=onbekend\r\n\r\n'),
            part.replace(b'"\r\n\r\n', b'"\r\nContent-Type: text/plain; charset=utf-16\r\n\r\n\xff'),
            part.replace(b'"\r\n\r\n', b'"\r\nContent-Type: application/json\r\n\r\n'),
            part.replace(b'"\r\n\r\n', b'"\r\nContent-Transfer-Encoding: base64\r\n\r\n'),
            part.replace(b"form-data", b"attachment"),
            part.replace(b"name=", b"naam="),
            part.replace(b"name=", b"name*=utf-8''%ff"),
            part.replace(b"Content-Disposition", b"X-Anders"),
            part.replace(b"\r\n\r\n", b"\r\n"),
            part.replace(b"\r\n", b"\n"),
            part.replace(b'"\r\n\r\n', b'"\r\nX: ' + b"y" * 20_000 + b"\r\n\r\n"),
            put(part, chance, chance.choice(BYTES)),
            part * 1_100,
            flip(part, chance, 3),
        ]
    )
