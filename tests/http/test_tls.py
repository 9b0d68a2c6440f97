"""TLS keeps the name while the socket gets the checked address; always verified, a client certificate if asked."""

from __future__ import annotations

import datetime
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from app.connectors.ports import Misconfigured, Unavailable
from app.http import Outbound, Tls, deadline, destination
from tests.http.servers import answer, scripted

pytestmark = pytest.mark.anyio
NAME = "register.example.test"


class Authority:
    """A certificate authority of this test."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Oefenautoriteit")])
        self.pem = self._sign(self._name, self._key.public_key(), None).public_bytes(Encoding.PEM).decode()

    def issue(self, name: str) -> tuple[str, str]:
        """Certificate and key, PEM."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        certificate = self._sign(subject, key.public_key(), name)
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return certificate.public_bytes(Encoding.PEM).decode(), private.decode()

    def _sign(self, subject: x509.Name, key: ec.EllipticCurvePublicKey, dns: str | None) -> x509.Certificate:
        now = datetime.datetime.now(datetime.UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(minutes=5))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=dns is None, path_length=None), critical=True)
        )
        if dns:
            builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(dns)]), critical=False)
        return builder.sign(self._key, SHA256())


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


def server_context(folder: Path, authority: Authority, name: str, *, mutual: bool = False) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate, key = authority.issue(name)
    (folder / "pair.pem").write_text(certificate + key)
    context.load_cert_chain(folder / "pair.pem")
    if mutual:
        context.load_verify_locations(cadata=authority.pem)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def out(port: int, tls: Tls) -> Outbound:
    async def resolver(host: str, asked: int) -> list[str]:
        assert host == NAME
        return ["127.0.0.1"]

    where = destination(f"https://{NAME}:{port}", private=True)
    return Outbound(tenant="t", koppeling="tls", naam="Register", where=where, tls=tls, resolver=resolver)


async def test_the_name_is_verified_and_sent(tmp_path: Path, authority: Authority) -> None:
    asked: list[str | None] = []
    context = server_context(tmp_path, authority, NAME)
    context.sni_callback = lambda _, name, __: asked.append(name)
    async with scripted(answer(), tls=context) as server, deadline(2.0):
        assert (await out(server.port, Tls(authority=authority.pem)).get("/x", route="x")).ok
        assert asked == [NAME]
        assert f"host: {NAME}:{server.port}" in server.heads[0].lower()


async def test_a_certificate_of_another_name_is_refused(tmp_path: Path, authority: Authority) -> None:
    async with scripted(answer(), tls=server_context(tmp_path, authority, "127.0.0.1.example.test")) as server:
        async with deadline(2.0):
            with pytest.raises(Misconfigured, match="certificaat"):
                await out(server.port, Tls(authority=authority.pem)).get("/x", route="x")
        assert server.requests == 0


async def test_an_unknown_authority_is_refused(tmp_path: Path, authority: Authority) -> None:
    async with scripted(answer(), tls=server_context(tmp_path, authority, NAME)) as server, deadline(2.0):
        with pytest.raises(Misconfigured, match="certificaat"):
            await out(server.port, Tls()).get("/x", route="x")
        assert server.requests == 0


async def test_a_client_certificate(tmp_path: Path, authority: Authority) -> None:
    certificate, key = authority.issue("gemeente")
    mine = Tls(certificate=certificate, key=key, authority=authority.pem)
    assert "PRIVATE" not in repr(mine)
    async with scripted(answer(), tls=server_context(tmp_path, authority, NAME, mutual=True)) as server:
        async with deadline(2.0):
            assert (await out(server.port, mine).get("/x", route="x")).ok
        async with deadline(2.0):
            with pytest.raises(Unavailable):
                await out(server.port, Tls(authority=authority.pem)).get("/x", route="x")


async def test_an_unreadable_certificate_is_for_the_administrator() -> None:
    for tls in (Tls(certificate="x", key="y"), Tls(authority="-----BEGIN CERTIFICATE-----\nx\n")):
        with pytest.raises(Misconfigured, match="onleesbaar"):
            await out(8443, tls).get("/x", route="x")
