"""A small identity provider on a real port, honest until a test tells it otherwise. Signs with joserfc.

The journey runs against the real provider (app/demo/identity); this one can lie, which a real one will not.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, unquote_plus, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from app.auth.clients import SLUG, derived

Claims = dict[str, Any]
NAME = "aanmelden.localhost"
CLIENT_ID = f"kiss-{SLUG}"
SIGNED_OUT = "http://schemas.openid.net/event/backchannel-logout"
MASTER = "geheim&van=test"


class StubProvider:
    """`authorize(url, subject)` does what a person does at the provider; `lie` changes what comes back."""

    rsa = RSAKey.generate_key(2048, {"kid": "rsa-1", "use": "sig"})
    ec = ECKey.generate_key("P-256", {"kid": "ec-1", "use": "sig"})
    foreign = RSAKey.generate_key(2048, {"kid": "rsa-1", "use": "sig"})  # same name, other key
    for_encryption = RSAKey.generate_key(2048, {"kid": "enc-1", "use": "enc"})

    def __init__(self) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_for(self))
        self.port = self.server.server_port
        self.issuer = f"http://{NAME}:{self.port}"
        self.backend = f"http://127.0.0.1:{self.port}"
        self.reset()

    def reset(self) -> None:
        self.codes: dict[str, dict[str, str]] = {}
        self.requests: list[tuple[str, str]] = []
        self.lie: Callable[[Claims], str | dict[str, Any]] | None = None
        self.metadata_lies: dict[str, Any] = {}
        self.keys: list[Any] = [self.rsa, self.ec, self.for_encryption]
        self.key_set: object = None  # what stands at jwks_uri instead of the keys; bytes go out as they are
        self.down = False
        self.answer: tuple[int, bytes] | None = None

    def __enter__(self) -> Self:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def authorize(self, url: str, subject: str) -> dict[str, str]:
        """The query with which the provider sends the browser back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        slug = urlsplit(asked["redirect_uri"]).netloc.partition(".")[0]
        assert asked["client_id"] == CLIENT_ID.replace(SLUG, slug), "every municipality is a client of its own"
        code = secrets.token_urlsafe(16)
        self.codes[code] = {**asked, "sub": subject}
        return {"code": code, "state": asked["state"], "iss": self.issuer}

    def honest_claims(self, code: dict[str, str]) -> Claims:
        now = int(time.time())
        return {
            "iss": self.issuer,
            "sub": code["sub"],
            "aud": code["client_id"],
            "exp": now + 300,
            "iat": now,
            "nonce": code["nonce"],
            "sid": "idp-sessie-1",
            "name": code["sub"].partition(":")[2].replace(".", " ").title(),
            "email": f"{code['sub'].partition(':')[2]}@gemeente.example",
            "organization": [code["sub"].partition(":")[0]],
            "acr": code.get("acr_values", "basis"),
            "auth_time": now,
        }

    def sign(self, claims: Claims, *, header: dict[str, Any] | None = None, key: Any = None) -> str:
        use = header or {"alg": "RS256", "kid": "rsa-1"}
        return jwt.encode(use, claims, key or self.rsa, algorithms=[use["alg"]])

    def notice(self, slug: str = "deventer", **changes: Any) -> Claims:
        """What an honest logout token says; a change to None takes the claim out."""
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID.replace(SLUG, slug),
            "iat": now,
            "exp": now + 120,
            "jti": secrets.token_urlsafe(16),
            "events": {SIGNED_OUT: {}},
            "sid": "idp-sessie-1",
            **changes,
        }
        return {name: value for name, value in claims.items() if value is not None}

    def sign_notice(self, claims: Claims, **header: Any) -> str:
        return self.sign(claims, header={"alg": "RS256", "kid": "rsa-1", "typ": "logout+jwt", **header})

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/auth",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "end_session_endpoint": f"{self.issuer}/session/end",
            "authorization_response_iss_parameter_supported": True,
            **self.metadata_lies,
        }

    def jwks(self) -> object:
        return self.key_set or {"keys": [key.as_dict(private=False) for key in self.keys]}

    def token(self, authorization: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        pair = base64.b64decode(authorization.removeprefix("Basic ")).decode().split(":")
        client_id, secret = [unquote_plus(part) for part in pair]
        if not client_id.startswith("kiss-") or secret != derived(client_id, MASTER).secret:
            return 401, {"error": "invalid_client"}
        code = self.codes.pop(form.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=")
        if (
            code is None
            or client_id != code["client_id"]
            or challenge.decode() != code["code_challenge"]
            or form["redirect_uri"] != code["redirect_uri"]
        ):
            return 400, {"error": "invalid_grant", "error_description": "<b>code</b>"}
        claims = self.honest_claims(code)
        told = self.lie(claims) if self.lie else claims
        return 200, {
            "access_token": "ongebruikt",
            "token_type": "Bearer",
            "id_token": told if isinstance(told, str) else self.sign(told),
        }


def _handler_for(provider: StubProvider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self._ready():
                pages: dict[str, Callable[[], Any]] = {
                    "/.well-known/openid-configuration": provider.metadata,
                    "/jwks": provider.jwks,
                }
                page = pages.get(self.path)
                self._send(200 if page else 404, page() if page else {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            if self._ready():
                form = {name: values[0] for name, values in parse_qs(body).items()}
                self._send(*provider.token(self.headers.get("authorization", ""), form))

        def _ready(self) -> bool:
            provider.requests.append((self.command, self.path))
            assert self.headers["host"] == urlsplit(provider.issuer).netloc
            if provider.down:
                self._send(503, {})
            elif provider.answer:
                self._send(*provider.answer)
            return not provider.down and provider.answer is None

        def _send(self, status: int, document: Any) -> None:
            body = document if isinstance(document, bytes) else json.dumps(document).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            return

    return Handler
