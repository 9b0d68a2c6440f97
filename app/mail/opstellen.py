"""From a row to a mail: sender, subject, plain text and simple HTML, in Dutch."""

from __future__ import annotations

from collections.abc import Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from app import klok
from app.mail.adres import host_of, read_address
from app.settings import PROJECT
from tenants.context import Tenant


class Soort(StrEnum):
    UITNODIGING = "uitnodiging"  # uitnodiger, rollen, link, geldig_tot, email


# What anybody may read over a shoulder or in the log of a mail server: nothing of a person.
ONDERWERPEN: Final[Mapping[str, str]] = {
    Soort.UITNODIGING: "Uitnodiging voor Klantcontact van gemeente {gemeente}",
}

_PLAIN_ASCII: Final = "quoted-printable"  # every mail server takes it
_templates: Final = Environment(
    loader=FileSystemLoader(PROJECT / "app" / "mail" / "templates"),
    autoescape=select_autoescape(("html",)),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def compose(
    tenant: Tenant, mail_id: UUID, soort: str, gegevens: Mapping[str, str], *, sender: str, aan: str
) -> EmailMessage:
    """The mail (RFC 5322). Raises `ValueError` when a header would hold more than itself, or `aan` is no address.

    `mail_id` also is the Message-ID: a mail that had to be sent twice is recognised as the same one.
    """
    if read_address(aan) != aan:
        raise ValueError("geen mailadres")
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(f"Klantcontact gemeente {tenant.naam}", addr_spec=sender)
    message["To"] = Address(addr_spec=aan)
    message["Subject"] = ONDERWERPEN[soort].format(gemeente=tenant.naam)
    message["Date"] = format_datetime(klok.now())
    message["Message-ID"] = f"<{mail_id}@{host_of(sender)}>"
    message["Auto-Submitted"] = "auto-generated"  # no out-of-office answers (RFC 3834)
    message["Content-Language"] = "nl"
    words = {"gemeente": tenant.naam, **{name: one_line(value) for name, value in gegevens.items()}}
    message.set_content(_templates.get_template(f"{soort}.txt").render(words), cte=_PLAIN_ASCII)
    html = _templates.get_template(f"{soort}.html").render(words)
    message.add_alternative(html, subtype="html", cte=_PLAIN_ASCII)
    return message


def one_line(text: str) -> str:
    """A name or address as it may stand in a sentence: no line of its own, nothing that does not print."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(printable.split())
