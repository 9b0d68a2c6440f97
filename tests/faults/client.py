"""An agent's browser without a screen: sends the form of a gesprek over HTTP, again and again until it is saved.

What the server acknowledged goes to a file of the client's own, flushed to disk before anything else happens: the
first of the three ledgers.
"""

from __future__ import annotations

import http.client
import os
import re
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode
from uuid import UUID

from app.gesprekken.forms import Afronding

SLUG = "deventer"


class Receipts:
    """Keys that a client was told are safe, in a file that survives whatever happens to this process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        path.touch()

    def write(self, key: str) -> None:
        with self._lock, self._path.open("a") as file:
            file.write(key + "\n")
            file.flush()
            os.fsync(file.fileno())

    def read(self) -> list[str]:
        return self._path.read_text().split()


def key_of(afronding: Afronding) -> str:
    return f"{afronding.sleutel}:1"


class Client:
    """Somebody with a session, at a web process that may be gone for a while."""

    def __init__(self, port: int, cookie: str, *, patience: float = 60) -> None:
        self._port, self._patience = port, patience
        self._origin = f"{SLUG}.localhost:8000"
        self._headers = {
            "Host": self._origin,
            "Cookie": f"__Host-sid={cookie}",
            "Accept": "text/html",
            "Sec-Fetch-Site": "same-origin",
            "Sec-Fetch-Mode": "navigate",
        }
        self._csrf = ""

    def save(self, gesprek_id: UUID, afronding: Afronding) -> float:
        """Press Opslaan until it says saved. Gives how many seconds that took."""
        began = time.monotonic()
        while (status := self.try_save(gesprek_id, afronding)) != 303:
            assert status in (0, 500, 503), f"gesprek {gesprek_id}: {status}"
            assert time.monotonic() - began < self._patience, f"not saved in {self._patience} s"
            time.sleep(0.1)
        return time.monotonic() - began

    def try_save(self, gesprek_id: UUID, afronding: Afronding) -> int:
        """Press Opslaan once. The status; 0 when there was no answer."""
        form = {"sleutel": str(afronding.sleutel)}
        for velden in afronding.velden.values():
            form |= {f"{naam}-1": veld.waarde for naam, veld in velden.items()}
        return self.post(f"/gesprekken/{gesprek_id}/afronding", form)[0]

    def post(self, path: str, form: dict[str, str]) -> tuple[int, str]:
        """The status and where it leads to; 0 when there was no answer."""
        if not self._csrf:
            status, text = self.get("/")
            found = re.search(r'name="csrf" content="([^"]+)"', text)
            if status != 200 or found is None:
                return (status if status >= 500 else 0), ""
            self._csrf = found[1]
        body = urlencode({"_csrf": self._csrf} | form)
        more = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://{self._origin}"}
        return self._send("POST", path, body, more)[:2]

    def get(self, path: str) -> tuple[int, str]:
        status, _, text = self._send("GET", path, None, {})
        return status, text

    def _send(self, method: str, path: str, body: str | None, more: dict[str, str]) -> tuple[int, str, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=15)
        try:
            connection.request(method, path, body=body, headers=self._headers | more)
            answer = connection.getresponse()
            return answer.status, answer.getheader("location") or "", answer.read().decode("utf-8", "replace")
        except (OSError, http.client.HTTPException):
            return 0, "", ""
        finally:
            connection.close()


def side_by_side(*work: Callable[[], None]) -> None:
    """Run each in a thread of its own and raise what went wrong in one of them."""
    wrong: list[BaseException] = []

    def guarded(one: Callable[[], None]) -> None:
        try:
            one()
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=guarded, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise wrong[0]
