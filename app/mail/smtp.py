"""Handing one mail to the mail server of the platform (SMTP, RFC 5321), and what became of it in words."""

from __future__ import annotations

import asyncio
from email.message import EmailMessage
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import aiosmtplib

from app.settings import settings

COMMAND: Final = 10.0  # seconds for each answer of the server
WHOLE: Final = 30.0  # seconds for all of it
_OWN_MACHINE: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_PORTS: Final = {"smtp": 587, "smtps": 465}

NOT_SET_UP = "Er is geen mailserver ingesteld. Vraag de beheerder van het platform."
AWAY = "De mailserver antwoordt niet."
REFUSES_US = "De mailserver neemt van ons geen mail aan. Vraag de beheerder van het platform."
REFUSES_ADDRESS = "De mailserver neemt dit adres niet aan. Klopt het adres?"
REFUSES_MAIL = "De mailserver neemt deze mail niet aan."


class NotSent(Exception):
    """The server does not have the mail. `zin`: for an administrator. `for_good`: trying again changes nothing."""

    def __init__(self, zin: str, reden: str, *, for_good: bool = False) -> None:
        super().__init__(reden)
        self.zin, self.reden, self.for_good = zin, reden, for_good


def way_to(url: str, *, development: bool) -> dict[str, Any]:
    """What aiosmtplib wants to know of a server. `smtp://` begins plain and turns to TLS, `smtps://` is TLS at once.

    Outside development a mail never leaves the machine in the clear.
    """
    parts = urlsplit(url)
    host, secure = parts.hostname or "", parts.scheme == "smtps"
    may_be_plain = development or host in _OWN_MACHINE
    return {
        "hostname": host,
        "port": parts.port or _PORTS[parts.scheme],
        "username": unquote(parts.username) if parts.username else None,
        "password": unquote(parts.password) if parts.password else None,
        "use_tls": secure,
        "start_tls": False if secure else None if may_be_plain else True,  # None: when the server offers it
    }


async def send(message: EmailMessage) -> None:
    """Give the mail to the server, on a connection of its own. Raises `NotSent`."""
    config = settings()
    if config.smtp_url is None:
        raise NotSent(NOT_SET_UP, "geen SMTP_URL")
    way = way_to(config.smtp_url.get_secret_value(), development=config.development)
    client = aiosmtplib.SMTP(**way, timeout=COMMAND)
    try:
        async with asyncio.timeout(WHOLE), client:
            await client.send_message(message)
    except aiosmtplib.SMTPRecipientsRefused as refusal:
        code = refusal.recipients[0].code if refusal.recipients else 550
        raise NotSent(REFUSES_ADDRESS, f"ontvanger {code}", for_good=code >= 500) from None
    except (aiosmtplib.SMTPAuthenticationError, aiosmtplib.SMTPSenderRefused, aiosmtplib.SMTPNotSupported) as refusal:
        raise NotSent(REFUSES_US, type(refusal).__name__) from None
    except aiosmtplib.SMTPDataError as refusal:
        raise NotSent(REFUSES_MAIL, f"inhoud {refusal.code}", for_good=refusal.code >= 500) from None
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as failure:
        raise NotSent(AWAY, type(failure).__name__) from None
