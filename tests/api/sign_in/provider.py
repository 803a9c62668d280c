"""An identity provider on this machine: discovery, a page that asks for consent, a token endpoint with PKCE, and its keys."""

from __future__ import annotations

import json
import secrets
from base64 import urlsafe_b64encode
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import time
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

from allocator_api.settings import Settings

CLIENT = "allocator-page"
DISCOVERY = "/.well-known/openid-configuration"


class LocalProvider:
    """One provider with one client and one person; what it says can be spoiled, claim by claim.

    Attributes:
        access, identity: claims that replace those of access and ID token; None takes one away.
        metadata: what replaces its metadata.
        keys: the text of its key set.
        failing: statuses that it answers with, by path, instead of an answer.
        client_key: public key by which the client must prove itself, if any.
        asked: the parameters of every request for a code, and the forms of every request for tokens.
    """

    def __init__(self) -> None:
        self.key = ECKey.generate_key("P-256", {"kid": "one"})
        self.keys = json.dumps(KeySet([self.key]).as_dict(private=False))
        self.access: dict[str, Any] = {"allocator_role": "facilitator"}
        self.identity: dict[str, Any] = {"name": "Exercise leader"}
        self.metadata: dict[str, Any] = {}
        self.failing: dict[str, int] = {}
        self.client_key: ECKey | None = None
        self.asked: list[dict[str, str]] = []
        self._codes: dict[str, dict[str, str]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://localhost:{self._server.server_port}"  # another site than 127.0.0.1, on which the service is
        Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def settings(self, home: Path, address: str, **more: Any) -> Settings:
        """Return settings of a service whose people sign in here."""
        keys = home / "provider-keys.json"
        keys.parent.mkdir(parents=True, exist_ok=True)
        keys.write_text(self.keys, encoding="utf-8")
        own = {"oidc_issuer": self.issuer, "oidc_keys": str(keys), "oidc_algorithm": "ES256", "oidc_client": CLIENT, "address": address}
        return Settings(**{"home": home, **own, **more})

    def consent(self, address: str) -> str:
        """Return where the provider sends a browser whose owner says yes."""
        asked = dict(parse_qsl(urlsplit(address).query))
        self.asked.append(asked)
        code = secrets.token_urlsafe(8)
        self._codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state'], 'iss': self.issuer})}"

    def refusal(self, address: str, error: str = "access_denied") -> str:
        """Return where it sends a browser whose owner says no."""
        asked = dict(parse_qsl(urlsplit(address).query))
        return f"{asked['redirect_uri']}?{urlencode({'error': error, 'state': asked['state'], 'iss': self.issuer})}"

    def signed(self, audience: str, **claims: Any) -> str:
        now = int(time())
        said = {"iss": self.issuer, "aud": audience, "sub": "leader-1", "iat": now, "exp": now + 60, **claims}
        return jwt.encode({"alg": "ES256", "kid": "one"}, {name: value for name, value in said.items() if value is not None}, self.key)

    def tokens(self, form: dict[str, str]) -> tuple[int, dict[str, str]]:
        """Answer a request for tokens."""
        self.asked.append(form)
        asked = self._codes.pop(form.get("code", ""), None)
        challenge = urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        if asked is None or challenge != asked["code_challenge"] or form["redirect_uri"] != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        if form["client_id"] != CLIENT or not self._proven(form):
            return 401, {"error": "invalid_client"}
        access = self.signed("stockpile-allocator", **self.access)
        identity = self.signed(CLIENT, **{"nonce": asked["nonce"], **self.identity})
        return 200, {"access_token": access, "id_token": identity, "token_type": "Bearer"}

    def _proven(self, form: dict[str, str]) -> bool:
        if self.client_key is None:
            return True
        try:
            claims = jwt.decode(form.get("client_assertion", ""), self.client_key, algorithms=["ES256"]).claims
        except JoseError:
            return False
        return (claims["iss"], claims["sub"], claims["aud"]) == (CLIENT, CLIENT, f"{self.issuer}/token")

    def _described(self) -> dict[str, Any]:
        endpoints = {"authorization_endpoint": f"{self.issuer}/authorize", "token_endpoint": f"{self.issuer}/token"}
        return {"issuer": self.issuer, **endpoints, "authorization_response_iss_parameter_supported": True, **self.metadata}

    def _page(self, address: str) -> str:
        yes, no = self.consent(address).replace("&", "&amp;"), self.refusal(address).replace("&", "&amp;")
        links = f'<a id="yes" href="{yes}">Yes</a> <a id="no" href="{no}">No</a>'
        return f'<!doctype html><html lang="en"><title>Sign in</title><link rel="icon" href="data:,"><h1>Sign in?</h1>{links}</html>'

    def _handler(provider) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - self is the request's
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = urlsplit(self.path).path
                if path == "/authorize":
                    self.answer(200, provider._page(self.path), "text/html")
                elif path == DISCOVERY:
                    self.answer(200, json.dumps(provider._described()))
                elif path in ("/keys", "/elsewhere"):
                    self.answer(200, provider.keys)
                else:
                    self.answer(404, "{}")

            def do_POST(self) -> None:
                form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
                status, body = provider.tokens(form)
                self.answer(status, json.dumps(body))

            def answer(self, status: int, body: str, kind: str = "application/json") -> None:
                status = provider.failing.get(urlsplit(self.path).path, status)
                self.send_response(status)
                if status in (302, 307):
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Type", kind)
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the base class gives it
                pass

        return Handler
