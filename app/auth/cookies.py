"""Our two cookies, read byte for byte: what is odd counts as absent, so nothing planted is ever adopted."""

from __future__ import annotations

import re
import secrets
from hashlib import sha256

from litestar.datastructures import Cookie
from litestar.types import Scope

# The prefix makes browsers refuse the cookie from a sibling host, with a path, or without Secure (RFC 6265bis 4.1.3).
SESSION = "__Host-sid"
SIGN_IN = "__Host-inloggen"
_TOKEN = re.compile(rb"[A-Za-z0-9_-]{43}")  # 256 bits, base64url without padding


def new_token() -> str:
    """256 random bits in the form of our cookies."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> bytes:
    """What the database holds: with 256 random bits inside, one round of SHA-256 cannot be searched."""
    return sha256(token.encode("ascii")).digest()


def read(scope: Scope, name: str) -> str | None:
    """The cookie's value, or None when it is absent, malformed or sent twice."""
    wanted = name.encode("ascii")
    found = []
    for header, line in scope["headers"]:
        if header.lower() == b"cookie":
            pairs = (part.strip(b" \t").partition(b"=") for part in line.split(b";"))
            found += [value for key, _, value in pairs if key == wanted]
    if len(found) != 1 or not _TOKEN.fullmatch(found[0]):
        return None
    return found[0].decode("ascii")


def written(name: str, value: str) -> Cookie:
    """A cookie that ends with the browser; the row in the database ends it earlier."""
    return Cookie(key=name, value=value, path="/", secure=True, httponly=True, samesite="lax")


def cleared(name: str) -> Cookie:
    return Cookie(key=name, value="", path="/", secure=True, httponly=True, samesite="lax", max_age=0)
