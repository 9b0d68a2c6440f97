"""What we take for a mail address: one person, nothing that a mail server could read as more."""

from __future__ import annotations

import re
from typing import Final

LONGEST: Final = 254  # characters (RFC 5321, section 4.5.3.1, with errata 1690)
_ATOM: Final = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ADDRESS: Final = re.compile(rf"(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+{_LABEL}")


def read_address(text: str) -> str | None:
    """The address in lower case, or None for anything else.

    Dot-atoms only (RFC 5322, section 3.4.1): no quotes, spaces, commas, brackets, control characters or letters
    beyond ASCII, so nothing in it can begin another header or name another recipient.
    """
    if not text.isascii():  # before lower(): the Kelvin sign becomes a k
        return None
    address = text.strip(" ").lower()
    return address if len(address) <= LONGEST and _ADDRESS.fullmatch(address) else None


def host_of(address: str) -> str:
    return address.rpartition("@")[2]
