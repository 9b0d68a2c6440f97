"""What stands on the server, asked past the browser: plain HTTP with somebody's session, and the event stream."""

from __future__ import annotations

import http.client
import json
import re
import socket
import threading
from dataclasses import dataclass
from urllib.parse import urlencode

import html5lib

from tests.canaries import canaries
from tests.stack import Stack

_XHTML = "{http://www.w3.org/1999/xhtml}"


@dataclass
class Session:
    """Somebody's session at one municipality, without a browser. Names under .localhost do not resolve here."""

    stack: Stack
    slug: str
    cookie: str

    def send(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Status, Location and text of one request."""
        connection = self.connection()
        body = urlencode({"_csrf": self.csrf()} | (form or {})) if method == "POST" else None
        try:
            connection.request(method, path, body=body, headers=self.headers(form=body is not None))
            answer = connection.getresponse()
            canaries.answer(f"{method} {path}", answer.status, answer.getheaders())
            return answer.status, answer.getheader("location") or "", answer.read().decode("utf-8")
        finally:
            connection.close()

    def get(self, path: str) -> str:
        status, _, text = self.send("GET", path)
        assert status == 200, f"{path}: {status}"
        return text

    def notitie(self, path: str) -> str:
        """The note of a gesprek as the server has it now."""
        field = html5lib.parse(self.get(path)).find(f".//{_XHTML}textarea[@id='notitie']")
        assert field is not None, path
        return field.text or ""

    def csrf(self) -> str:
        found = re.search(r'name="csrf" content="([^"]+)"', self.get("/"))
        assert found
        return found[1]

    def save_contact(self, onderwerp: str) -> str:
        """Register a contact without a klant as the forms do. Gives its kenmerk."""
        _, gesprek, _ = self.send("POST", "/gesprekken")
        dock = self.get(f"{gesprek}/afronding")
        sleutel = re.search(r'name="sleutel" value="([^"]+)"', dock)
        assert sleutel
        form = {"sleutel": sleutel[1], "onderwerp-1": onderwerp}
        for name in ("kanaal-1", "gespreksresultaat-1"):
            options = html5lib.parse(dock).findall(f".//{_XHTML}select[@id='{name}']/{_XHTML}option")
            form[name] = options[1].attrib["value"]
        status, _, text = self.send("POST", f"{gesprek}/afronding", form)
        assert status == 303, text[:2000]
        saved = re.search(r"<dt>Kenmerk</dt><dd[^>]*>([^<]+)</dd>", self.get(gesprek))
        assert saved
        return saved[1]

    def connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.stack.port, timeout=15)

    def headers(self, *, form: bool = False) -> dict[str, str]:
        origin = f"{self.slug}.localhost:{self.stack.port}"
        sent = {"Host": origin, "Cookie": f"__Host-sid={self.cookie}", "Accept": "text/html"}
        sent |= {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate"}
        sent["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0"  # a session stays in the browser it is of
        if form:
            sent |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://{origin}"}
        return sent


class Listener:
    """Reads one event stream in the background until `close`; `heard` grows with (event, data)."""

    def __init__(self, session: Session) -> None:
        self.heard: list[tuple[str, dict[str, str]]] = []
        self._connection = session.connection()
        self._connection.timeout = 60  # the stream is silent for 15 seconds at most
        self._connection.request(
            "GET", "/gebeurtenissen", headers=session.headers() | {"Accept": "text/event-stream"}
        )
        self._socket = self._connection.sock
        self._answer = self._connection.getresponse()
        assert self._answer.status == 200
        threading.Thread(target=self._read, daemon=True).start()

    def states(self) -> list[tuple[str, str]]:
        """(id of the klantcontact, its state), in the order they came."""
        return [(data["klantcontact"], data["state"]) for event, data in self.heard if event == "aflevering"]

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)  # wakes the reader, which holds the stream
        self._connection.close()

    def _read(self) -> None:
        event = ""
        try:
            for raw in self._answer:
                name, _, value = raw.decode("utf-8").strip().partition(": ")
                if name == "event":
                    event = value
                elif name == "data":
                    self.heard.append((event, json.loads(value)))
        except (OSError, ValueError, AttributeError):
            return  # closed by the test
