"""Mails as files: KISS_DATA/post/<number>.eml, newest number last."""

import re
import threading
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

ADDRESS = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]]")


@dataclass(frozen=True, slots=True)
class Mail:
    """One received mail. `sent` is local Dutch time in words, empty when the mail names no date."""

    number: int
    sender: str
    recipients: str
    subject: str
    sent: str
    text: str
    html: str

    @property
    def links(self) -> list[str]:
        """Every address in it once, in order: those of the HTML part first."""
        finder = _LinkFinder()
        finder.feed(self.html)
        return list(dict.fromkeys([*finder.found, *ADDRESS.findall(self.text)]))


class Letterbox:
    """Written by the SMTP thread, read by those of the page."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()

    def drop(self, content: bytes) -> int:
        """Keep a mail as it came; gives its number."""
        with self._lock:
            number = max(self._numbers(), default=0) + 1
            half = self.folder / f".{number}.half"
            half.write_bytes(content)
            half.rename(self._path(number))
        return number

    def newest_first(self, most: int = 200) -> list[Mail]:
        return [_read(number, self._path(number)) for number in sorted(self._numbers(), reverse=True)[:most]]

    def get(self, number: int) -> Mail | None:
        path = self._path(number)
        return _read(number, path) if path.exists() else None

    def _numbers(self) -> list[int]:
        return [int(path.stem) for path in self.folder.glob("*.eml") if path.stem.isdigit()]

    def _path(self, number: int) -> Path:
        return self.folder / f"{number:06}.eml"


class _LinkFinder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        address = dict(attrs).get("href") or ""
        if tag == "a" and address.startswith(("http://", "https://")):
            self.found.append(address)


def _read(number: int, path: Path) -> Mail:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    return Mail(
        number=number,
        sender=str(message.get("From", "")),
        recipients=str(message.get("To", "")),
        subject=str(message.get("Subject", "")) or "Zonder onderwerp",
        sent=_sent(message),
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _sent(message: EmailMessage) -> str:
    try:
        moment = parsedate_to_datetime(str(message["Date"])).astimezone(ZoneInfo("Europe/Amsterdam"))
    except (TypeError, ValueError):
        return ""
    return moment.strftime("%d-%m-%Y %H:%M")


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    try:
        return str(part.get_content()) if part else ""
    except (LookupError, UnicodeError):  # a character set that does not exist, or is not what it says
        return "Deze tekst is niet te lezen."
