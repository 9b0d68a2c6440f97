"""Addresses: our own of a municipality, and where someone may go after signing in."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from app.settings import settings
from tenants.context import Tenant

SIGN_IN: Final = "/aanmelden"
CALLBACK: Final = "/aanmelden/terug"
CONFIRM: Final = "/aanmelden/bevestigen"
CONFIRMED: Final = "/bevestigd"  # where the question ends when it was asked in a tab of its own
SIGNED_IN: Final = "/aangemeld"  # and where a sign-in in a window of its own ends
AGAIN: Final = f"{SIGN_IN}?opnieuw=ja&volgende={SIGNED_IN}"  # in a window of its own, also while signed in
NOTICE: Final = "/afmelden/melding"  # back-channel logout; registered at the provider
START: Final = "/"
MAX_PATH: Final = 500

# What our own addresses consist of. No backslash, no control character, no space, no scheme or host before the path.
_PATH = re.compile(
    r"/(?:[A-Za-z0-9._~!$&'()*+,;=@-]|%[0-9A-Fa-f]{2}|/|:)*(?:\?(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?"
)
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\\\u2028\u2029\ufffd]")


def public_url(tenant: Tenant, host: str | None = None) -> str:
    """Where browsers find this municipality: `https://kcc.deventer.nl`, in development with the port.

    `host` is the name the request came by; another municipality's name or none gives the first of its own.
    """
    config = settings()
    name = host if host in tenant.hosts else tenant.hosts[0]
    port = config.public_suffix.rpartition(":")[2] if ":" in config.public_suffix else ""
    return f"{config.public_scheme}://{name}{':' + port if port else ''}"


def issuer() -> str:
    """The issuer as memberships keep it and tokens must say it: without a slash at the end."""
    return str(settings().oidc_issuer).rstrip("/")


def issuer_origin() -> str:
    """Scheme, host and port of the issuer, for `form-action`."""
    parts = urlsplit(issuer())
    return f"{parts.scheme}://{parts.netloc}"


def safe_path(value: str | None) -> str:
    """`value` when it is a path on this host, else the start page.

    Refused: other hosts in every spelling (`//x`, `/\\x`, `/%2Fx`, `https:x`), control characters
    plain or encoded, dots that climb, and signing in or out themselves.
    """
    if not value or len(value) > MAX_PATH or not _PATH.fullmatch(value):
        return START
    path = value.partition("?")[0]
    plain = _decoded(path)
    if plain is None or "//" in plain or "\\" in plain or _has_dots(plain) or _UNSAFE.search(_decoded(value) or "\\"):
        return START
    return START if plain.startswith((SIGN_IN, "/afmelden")) else value


def sign_in_url(path: str) -> str:
    """The sign-in page that comes back to `path`."""
    target = safe_path(path)
    return SIGN_IN if target == START else f"{SIGN_IN}?volgende={quote(target, safe='/')}"


def back_from(referer: str | None, host: str) -> str:
    """The page of ours that a form was sent from, says the browser; the start page when it does not say."""
    parts = urlsplit(referer or "")
    same = parts.netloc.rpartition("@")[2].partition(":")[0] == host
    return safe_path(parts.path + (f"?{parts.query}" if parts.query else "")) if same else START


def confirm_url(path: str) -> str:
    """The page that asks to prove again who one is, and comes back to `path`."""
    return f"{CONFIRM}?volgende={quote(safe_path(path), safe='/')}"


def _decoded(value: str) -> str | None:
    """Decoded until nothing changes, as the most eager reader on the way would; None when that never ends."""
    for _ in range(4):
        once = unquote(value)
        if once == value:
            return value
        value = once
    return None


def _has_dots(path: str) -> bool:
    return any(part in {".", ".."} for part in path.split("/"))
