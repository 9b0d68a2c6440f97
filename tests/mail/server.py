"""A real mail server on loopback that keeps what it gets, and answers what a test tells it to."""

from __future__ import annotations

from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from app.demo.ports import any_free


@dataclass
class Postman:
    """What aiosmtpd calls. `at_rcpt`, `at_data`: an answer instead of yes, for as long as it stands there."""

    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    at_rcpt: str = ""
    at_data: str = ""

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not self.at_rcpt:
            envelope.rcpt_tos.append(address)
        return self.at_rcpt or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.at_data:
            return self.at_data
        content = envelope.content
        assert isinstance(content, bytes)
        self.mails.append(message_from_bytes(content, policy=policy.default))  # type: ignore[arg-type]
        self.recipients.append(list(envelope.rcpt_tos))
        return "250 Bewaard"


class MailServer:
    """May be stopped and started again on the same port."""

    def __init__(self) -> None:
        self.port = any_free()
        self.postman = Postman()
        self._controller: Controller | None = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def start(self) -> Self:
        self._controller = Controller(self.postman, hostname="127.0.0.1", port=self.port)
        self._controller.start()
        return self

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def forget(self) -> None:
        """As it began: running, empty, friendly."""
        self.postman.__init__()  # type: ignore[misc]
        if self._controller is None:
            self.start()


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())
