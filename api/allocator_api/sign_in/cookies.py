"""Cookies that this service alone makes and reads: encrypted, each for one purpose, and good for ten minutes."""

from __future__ import annotations

from collections.abc import Mapping
from time import time
from typing import Any, Literal

from joserfc import jwt
from joserfc.jwe import JWERegistry
from joserfc.jwk import OctKey
from starlette.responses import Response

from allocator_api.identity.issuer import keyed_hash
from allocator_api.identity.tokens import BadToken, read_token
from allocator_api.settings import Settings

#: Seconds for which a cookie is good.
SECONDS = 600
_HEADER = {"alg": "dir", "enc": "A256GCM"}


class Cookie:
    """A cookie of one purpose; scripts cannot read it, and other hosts of the domain cannot set it (``__Host-``)."""

    def __init__(self, name: str, settings: Settings, same_site: Literal["lax", "strict"]) -> None:
        self._secure = settings.address.startswith("https:")
        self.name = f"__Host-{name}" if self._secure else name
        self._key = OctKey.import_key(bytes.fromhex(keyed_hash(settings.home, f"cookie {name}")))
        self._same_site = same_site

    def set(self, response: Response, claims: Mapping[str, Any]) -> None:
        """Let a response set the cookie."""
        sealed = jwt.encode(_HEADER, {**claims, "exp": int(time()) + SECONDS}, self._key, registry=JWERegistry())
        self._send(response, sealed, SECONDS)

    def read(self, cookies: Mapping[str, str]) -> dict[str, Any] | None:
        """Return what the cookie holds; None when there is none in force."""
        try:
            claims = read_token(cookies.get(self.name, ""), self._key, JWERegistry(), exp={"essential": True}).claims
        except BadToken:
            return None
        return {name: value for name, value in claims.items() if name != "exp"}

    def drop(self, response: Response) -> None:
        """Let a response take the cookie away."""
        self._send(response, "", 0)

    def _send(self, response: Response, text: str, seconds: int) -> None:
        response.set_cookie(self.name, text, max_age=seconds, path="/", secure=self._secure, httponly=True, samesite=self._same_site)
