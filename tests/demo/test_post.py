"""The mail sink: what is sent arrives, can be read and clicked, and can do no harm."""

from __future__ import annotations

import smtplib
import subprocess
import time
from collections.abc import Iterator
from email.message import EmailMessage

import html5lib
import httpx2
import pytest

from app.demo import children, ports
from app.demo.services import kiss
from tests.report import PROJECT


class Post:
    """A running `kiss post`."""

    def __init__(self, smtp_port: int, port: int) -> None:
        self.smtp_port = smtp_port
        self.http = httpx2.Client(base_url=f"http://127.0.0.1:{port}", headers={"Host": f"post.localhost:{port}"})

    def send(self, subject: str, text: str, html: str = "") -> None:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "kiss@deventer.example", "sanne.proef@deventer.example", subject
        mail["Date"] = "Sun, 22 Nov 2026 10:00:00 +0000"
        mail.set_content(text)
        if html:
            mail.add_alternative(html, subtype="html")
        with smtplib.SMTP("127.0.0.1", self.smtp_port) as smtp:
            smtp.send_message(mail)

    def newest(self) -> str:
        """The path of the newest mail."""
        tree = html5lib.parse(self.http.get("/").text, namespaceHTMLElements=False)
        return next(str(link.get("href")) for link in tree.iter("a"))


@pytest.fixture(scope="module")
def post(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Post]:
    folder = tmp_path_factory.mktemp("post")
    smtp_port, port = ports.any_free(), ports.any_free()
    command = kiss("post", "--smtp-port", str(smtp_port), "--port", str(port))
    process = subprocess.Popen(command, env={"KISS_DATA": str(folder), "PATH": ""}, cwd=PROJECT)
    end = time.monotonic() + 20
    while not (ports.answers(smtp_port) and ports.answers(port)):
        assert process.poll() is None
        assert time.monotonic() < end
        time.sleep(0.05)
    yield Post(smtp_port, port)
    children.stop(process)


def test_a_mail_can_be_read_and_its_links_clicked(post: Post) -> None:
    post.send("Nieuwe melding", "Lees http://deventer.localhost:8000/gesprekken/1.")
    listed = post.http.get("/").text
    assert "Nieuwe melding" in listed
    assert "22-11-2026 11:00" in listed  # Amsterdam, winter
    page = post.http.get(post.newest()).text
    assert 'href="http://deventer.localhost:8000/gesprekken/1"' in page
    for text in (listed, page):
        html5lib.HTMLParser(strict=True).parse(text)


def test_a_mail_with_script_can_do_nothing(post: Post) -> None:
    post.send(
        "<script>alert(1)</script>", "<b>tekst</b>", '<script>alert(2)</script><a href="http://x.example/">x</a>'
    )
    page = post.http.get(post.newest())
    assert "<script>" not in page.text
    assert "&lt;b&gt;tekst&lt;/b&gt;" in page.text
    assert "<iframe" in page.text
    assert 'href="http://x.example/"' in page.text
    framed = post.http.get(f"{post.newest()}/opgemaakt")
    assert "sandbox" in framed.headers["content-security-policy"]
    assert "default-src 'none'" in framed.headers["content-security-policy"]
    assert "script" not in framed.headers["content-security-policy"]


def test_other_pages_and_other_hosts_get_nothing(post: Post) -> None:
    assert post.http.get("/mail/999999").status_code == 404
    assert post.http.get("/mail/../../geheimen.json").status_code == 404
    assert post.http.get("/", headers={"Host": "elders.example"}).status_code == 404
