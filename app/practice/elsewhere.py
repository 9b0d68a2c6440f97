"""Where an API is for as long as its address is the trouble: a port that refuses, or one with a wrong certificate.

Certificates are checked before anything is asked, so this trouble needs a listener of its own per API. The file
`adressen.json` says where each is: the address `praktijk:/…` of a koppeling follows it (app/http/guard.py), in
development only. `praktijk-ca.pem` is who signed; a client that trusts it still sees what is wrong.
"""

from __future__ import annotations

import asyncio
import datetime
import json
import socket
import ssl
import tempfile
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

CERTIFICATES = ("expired", "other-host", "self-signed")
HOST = "127.0.0.1"
DAY = datetime.timedelta(days=1)


@dataclass(slots=True)
class _Place:
    url: str
    server: asyncio.Server | None = None
    bound: socket.socket | None = None

    async def close(self) -> None:
        if self.bound is not None:
            self.bound.close()
        if self.server is not None:
            self.server.close()
            await self.server.wait_closed()


class Elsewhere:
    """Listeners by the beginning of the path they stand in for, such as `/deventer/haalcentraal`."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "adressen.json"
        self._authority = Authority()
        self._places: dict[str, _Place] = {}
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "praktijk-ca.pem").write_text(self._authority.pem)
        self._write()

    async def move(self, prefix: str, certificate: str) -> None:
        """From now on `prefix` is at a port of its own: with this certificate, or refusing when there is none."""
        if certificate:
            server = await asyncio.start_server(_hang_up, HOST, 0, ssl=self._authority.context(certificate))
            port = server.sockets[0].getsockname()[1]
            self._places[prefix] = _Place(f"https://{HOST}:{port}{prefix}", server=server)
        else:
            bound = socket.socket()  # bound and not listening: refuses, and nobody else gets the port
            bound.bind((HOST, 0))
            self._places[prefix] = _Place(f"http://{HOST}:{bound.getsockname()[1]}{prefix}", bound=bound)
        self._write()

    async def back(self, prefix: str) -> None:
        place = self._places.pop(prefix, None)
        if place is not None:
            await place.close()
            self._write()

    def url(self, prefix: str) -> str | None:
        place = self._places.get(prefix)
        return place.url if place else None

    async def close(self) -> None:
        for prefix in list(self._places):
            await self.back(prefix)

    def _write(self) -> None:
        part = self._file.with_suffix(".deel")
        part.write_text(json.dumps({prefix: place.url for prefix, place in self._places.items()}))
        part.replace(self._file)  # whoever reads sees the old file or the new one


async def _hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Who came this far did not look at the certificate, and gets nothing."""
    writer.close()


class Authority:
    """Signs for the practice environment of this process."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Oefenautoriteit")])
        own = _builder(
            self._name, self._name, self._key.public_key(), datetime.datetime.now(datetime.UTC) + 3650 * DAY
        )
        own = own.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        self.pem = own.sign(self._key, SHA256()).public_bytes(Encoding.PEM).decode()

    def context(self, wrong: str) -> ssl.SSLContext:
        """A server's context whose certificate has one of `CERTIFICATES`, and is right in everything else."""
        key = ec.generate_private_key(ec.SECP256R1())
        now = datetime.datetime.now(datetime.UTC)
        host = "een.andere.gemeente.example" if wrong == "other-host" else HOST
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        issuer, signer = (subject, key) if wrong == "self-signed" else (self._name, self._key)
        builder = _builder(subject, issuer, key.public_key(), now - DAY if wrong == "expired" else now + DAY)
        builder = builder.add_extension(x509.SubjectAlternativeName(_names(host)), critical=False)
        signed = builder.sign(signer, SHA256())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.TemporaryDirectory() as folder:
            pair = Path(folder) / "pair.pem"
            private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            pair.write_bytes(private + signed.public_bytes(Encoding.PEM))
            context.load_cert_chain(pair)
        return context


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, until: datetime.datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(until - 4000 * DAY)
        .not_valid_after(until)
    )


def _names(host: str) -> list[x509.GeneralName]:
    return [x509.IPAddress(ip_address(host))] if host == HOST else [x509.DNSName(host)]
