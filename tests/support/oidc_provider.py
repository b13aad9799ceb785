"""An OpenID Connect provider of this machine: the outside party of a lab where people sign in.

It is as strict as real ones are: the redirect must be one that was registered, the client must show
its secret, a code works once and only with the PKCE verifier it was asked for with, and the
identity token is signed (RS256) for one audience, one nonce and a minute.  Signing in is choosing
one of ``people`` from a page of links.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import secrets
import threading
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "studio", "the-secret-of-the-studio"


class Provider(ThreadingHTTPServer):
    """``people``: what the provider says of each, by the word they choose themselves by."""

    daemon_threads = True

    def __init__(self, people: Mapping[str, Mapping[str, Any]]) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.people = people
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.redirect = ""  # the one address that people may be sent back to
        self.key = RSAKey.generate_key(2048, {"use": "sig"}, private=True, auto_kid=True)
        self.asked: dict[str, dict[str, str]] = {}  # by code: what was asked, and who came
        self.signed_out: list[str] = []  # subjects
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def secrets_toml(self) -> str:
        """What Streamlit has to be told."""
        return (
            f'[auth]\nredirect_uri = "{self.redirect}"\n'
            f'cookie_secret = "{secrets.token_hex(16)}"\n'
            f'client_id = "{CLIENT}"\nclient_secret = "{SECRET}"\n'
            f'server_metadata_url = "{self.url}/.well-known/openid-configuration"\n'
        )

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "end_session_endpoint": f"{self.url}/end",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "code_challenge_methods_supported": ["S256"],
        }

    def identity(self, asked: Mapping[str, str]) -> str:
        """The signed token that says who came."""
        now = int(time.time())
        claims = {
            "iss": self.url, "aud": CLIENT, "sub": asked["who"], "iat": now, "exp": now + 60,
            "nonce": asked["nonce"], **self.people[asked["who"]],
        }  # fmt: skip
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)


class Refused(Exception):
    """What was asked is not what was agreed on."""


def _need(true: bool, what: str) -> None:
    if not true:
        raise Refused(what)


class _Answers(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        given = {name: values[0] for name, values in parse_qs(parts.query).items()}
        pages = {
            "/.well-known/openid-configuration": lambda _: self._json(self.server.metadata()),
            "/keys": lambda _: self._json({"keys": [self.server.key.as_dict(private=False)]}),
            "/authorize": self._authorize,
            "/end": self._end,
        }
        self._answer(pages.get(parts.path), given)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        given = {name: values[0] for name, values in parse_qs(body).items()}
        self._answer(self._token if self.path == "/token" else None, given)

    def _answer(self, page: Any, given: dict[str, str]) -> None:
        try:
            _need(page is not None, "no such address")
            page(given)
        except (Refused, KeyError) as error:
            self._json({"error": "invalid_request", "error_description": str(error)}, status=400)

    def _authorize(self, given: dict[str, str]) -> None:
        _need(given["client_id"] == CLIENT, "this client is not known")
        _need(given["redirect_uri"] == self.server.redirect, "the redirect is not registered")
        _need(given["response_type"] == "code", "only codes are given out")
        _need("openid" in given["scope"].split(), "this is not OpenID Connect")
        _need(given["code_challenge_method"] == "S256", "without PKCE nobody signs in")
        if (who := given.get("who")) is None:
            links = "".join(
                f'<li><a href="/authorize?{html.escape(urlencode({**given, "who": name}))}">'
                f"{html.escape(name)}</a></li>"
                for name in self.server.people
            )
            page = f"<!doctype html><h1>Who are you?</h1><ul>{links}</ul>"
            self._send(page.encode(), "text/html")
            return
        _need(who in self.server.people, "nobody has this name")
        code = secrets.token_urlsafe(16)
        self.server.asked[code] = given
        self._redirect(given["redirect_uri"], code=code, state=given["state"])

    def _token(self, given: dict[str, str]) -> None:
        shown = self.headers.get("Authorization", "").removeprefix("Basic ")
        _need(base64.b64decode(shown) == f"{CLIENT}:{SECRET}".encode(), "that is not the secret")
        _need(given["grant_type"] == "authorization_code", "only codes are taken")
        asked = self.server.asked.pop(given["code"])
        _need(given["redirect_uri"] == asked["redirect_uri"], "the redirect is another")
        digest = hashlib.sha256(given["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        _need(challenge == asked["code_challenge"], "that is not the verifier")
        self._json({
            "access_token": secrets.token_urlsafe(16), "token_type": "Bearer", "expires_in": 60,
            "id_token": self.server.identity(asked),
        })  # fmt: skip

    def _end(self, given: dict[str, str]) -> None:
        token = jwt.decode(given["id_token_hint"], self.server.key, algorithms=["RS256"])
        _need(token.claims["aud"] == given["client_id"] == CLIENT, "this client is not known")
        _need(given["post_logout_redirect_uri"] == self.server.redirect, "not registered")
        self.server.signed_out.append(token.claims["sub"])
        self._redirect(given["post_logout_redirect_uri"])

    def _redirect(self, address: str, **more: str) -> None:
        self.send_response(302)
        self.send_header("Location", f"{address}?{urlencode(more)}" if more else address)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _json(self, what: object, status: int = 200) -> None:
        self._send(json.dumps(what).encode(), "application/json", status)

    def _send(self, body: bytes, kind: str, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
