"""Gives the sample pages to a browser: built CSS and JS, the municipality's theme, the policy of every page, and what
the pages ask for themselves. A small server on 127.0.0.1."""

from __future__ import annotations

import json
import mimetypes
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from app.assets import DIST, asset
from app.beveiliging import content_security_policy
from app.thema import scoped
from app.uiterlijk.blik import NEUTRAL, theme
from app.voordeur import address as voordeur_address
from app.voordeur import stylesheet
from tests.templates.losse_paginas import voorbeelden
from tests.templates.people import DEVENTER
from tests.templates.samples import Sample
from tests.templates.uiterlijk import PICTURES

CHIP = re.compile(r'<(\w+)[^>]* data-klantcontact="([0-9a-f-]+)"[^>]*>.*?</\1>', re.S)


@dataclass
class Answers:
    """What the server gives: address → content. An address in `silent` is heard and never answered."""

    pages: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    saves: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    silent: set[str] = field(default_factory=lambda: {"/gebeurtenissen"})


def answers(samples: Sequence[Sample]) -> Answers:
    made = Answers(pages={"/vergrendeling": ("text/plain", b"")})
    for kleur in (DEVENTER.kleur, NEUTRAL):
        look = theme(kleur)
        made.pages[f"/thema/{look.hash}.css"] = ("text/css", look.css.encode())
    example = scoped(theme(DEVENTER.kleur), ".voorbeeld")
    made.pages["/beheer/uiterlijk/voorbeeld.css"] = ("text/css", example.encode())
    for path, picture in PICTURES.items():
        made.pages[path] = picture
    door = stylesheet(voorbeelden())
    made.pages[voordeur_address(door)] = ("text/css", door.encode())
    for sample in samples:
        html = sample.html()
        _add_chips(made, html)
        made.pages[address(sample)] = ("text/html", html.encode())
        for path, fragment in sample.fragments():
            made.pages[path] = ("text/html", fragment.encode())
            _add_chips(made, fragment)
        for path, css in sample.files.items():
            made.pages[path] = ("text/css", css.encode())
        if sample.bewaard:
            status, body = sample.bewaard
            made.saves[f"/gesprekken/{sample.gesprek_id}/"] = (status, json.dumps(body).encode())
        made.silent |= {f"/gesprekken/{sample.gesprek_id}/{end}" for end, one in sample.panels.items() if one is None}
    return made


def _add_chips(made: Answers, html: str) -> None:
    """Chips ask for themselves again; they get what they were."""
    for chip in CHIP.finditer(html):
        made.pages[f"/klantcontacten/{chip[2]}/aflevering"] = ("text/html", chip[0].encode())


def address(sample: Sample) -> str:
    return f"/pagina/{sample.name}"


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if found := self.server.answers.pages.get(self.path):
            return self._send(*found)
        if path in self.server.answers.silent:
            return self._hold(path)
        if path.startswith("/static/"):
            return self._file(path.removeprefix("/static/"))
        found = self.server.answers.pages.get(path)
        return self._send(*found) if found else self.send_error(404)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.path.endswith("/concept"):
            status, body = self.server.answers.saves[self.path.partition("vragen/")[0]]
            return self._send("application/json", body, status)
        return self.do_GET()

    def _file(self, name: str) -> None:
        path = (DIST / name).resolve()
        if path.parent != DIST.resolve() or not path.is_file():
            return self.send_error(404)
        return self._send(mimetypes.guess_type(name)[0] or "application/octet-stream", path.read_bytes())

    def _send(self, kind: str, body: bytes, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("content-type", f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
        self.send_header("content-length", str(len(body)))
        self.send_header("content-security-policy", content_security_policy())
        if self.path.startswith("/static/"):
            self.send_header("cache-control", "max-age=3600")
        self.end_headers()
        self.wfile.write(body)

    def _hold(self, path: str) -> None:
        if path == "/gebeurtenissen":  # an event stream on which nothing happens
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.end_headers()
        self.server.stopped.wait(120)

    def log_message(self, format: str, *args: Any) -> None:
        """Silence: the browsers report what went wrong."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, given: Answers) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers = given
        self.stopped = threading.Event()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that leaves a page hangs up; that is no error."""


@contextmanager
def serving(samples: Sequence[Sample]) -> Iterator[str]:
    """The address at which the samples are shown."""
    asset("main.js")  # raises NotBuilt with what to do
    server = _Server(answers(samples))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.stopped.set()
        server.shutdown()
        server.server_close()
        thread.join()
