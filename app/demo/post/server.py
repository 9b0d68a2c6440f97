"""The process `kiss post`: an SMTP server that keeps everything, and the page that shows it."""

import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from app.demo.post import pages
from app.demo.post.letterbox import Letterbox

MAIL = re.compile(r"/mail/(\d{1,9})(/opgemaakt)?")
PAGE_POLICY = "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'"
FRAME_POLICY = (
    "default-src 'none'; frame-ancestors 'self'; form-action 'none'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
)


class _Keep:
    """What aiosmtpd calls for each mail."""

    def __init__(self, letterbox: Letterbox) -> None:
        self.letterbox = letterbox

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        self.letterbox.drop(content if isinstance(content, bytes) else str(content).encode())
        return "250 Bewaard"


class _Page(BaseHTTPRequestHandler):
    letterbox: Letterbox
    host: str
    server_version = "post"
    sys_version = ""

    def do_GET(self) -> None:
        if self.headers.get("Host") != self.host:  # another name is somebody else's page (DNS rebinding)
            return self._answer(404, pages.not_found())
        if self.path == "/":
            return self._answer(200, pages.mail_list(self.letterbox.newest_first()))
        if self.path == "/stijl.css":
            return self._answer(200, pages.STYLE, kind="text/css")
        match = MAIL.fullmatch(self.path)
        mail = self.letterbox.get(int(match[1])) if match else None
        if match is None or mail is None:
            return self._answer(404, pages.not_found())
        if match[2]:
            return self._answer(200, pages.formatted(mail), policy=FRAME_POLICY)
        return self._answer(200, pages.one_mail(mail))

    def _answer(self, status: int, body: str, *, kind: str = "text/html", policy: str = PAGE_POLICY) -> None:
        content = body.encode("utf-8", "replace")
        self.send_response(status)
        headers = {
            "Content-Type": f"{kind}; charset=utf-8",
            "Content-Length": str(len(content)),
            "Content-Security-Policy": policy,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
        }
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Requests are of no interest; errors reach the log by their traceback."""


def run(folder: Path, *, smtp_port: int, port: int) -> None:
    """Serve until the process is stopped."""
    letterbox = Letterbox(folder)
    page = type("Page", (_Page,), {"letterbox": letterbox, "host": f"post.localhost:{port}"})
    server = ThreadingHTTPServer(("127.0.0.1", port), page)
    smtp = Controller(_Keep(letterbox), hostname="127.0.0.1", port=smtp_port)
    smtp.start()
    try:
        server.serve_forever()
    finally:
        smtp.stop()
