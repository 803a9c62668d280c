"""An identity provider outside, by OpenID Connect: its access tokens are read with its public keys, and say role and partner."""

from __future__ import annotations

import json
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any
from urllib.request import urlopen

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from allocator_api.identity.roles import Role
from allocator_api.settings import Settings

#: Seconds for which keys that were fetched are used without asking again, and that the provider has to answer.
FRESH, PATIENCE = 300, 5
#: Seconds by which its clock may differ from ours.
SKEW = 10


class Provider:
    """Reads the tokens of one provider; issuer, audience and algorithm are pinned by the settings."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._keys: KeySet | None = None
        self._fetched = -float(FRESH)

    def caller_of(self, token: str) -> tuple[str, Role, str | None] | None:
        """Return subject, role and partner of a token; None when it is not the provider's, not for us, not in force or names no role."""
        try:
            return self.identify(token)
        except (JoseError, ValueError, OSError):
            return None

    def identify(self, token: str) -> tuple[str, Role, str | None]:
        """Return subject, role and partner of an access token. Raises as `claims` does; `ValueError` also if it names no role."""
        claims = self.claims(token, self._settings.audience)
        role = Role(str(claims.get(self._settings.oidc_role_claim)))
        partner = claims.get(self._settings.oidc_partner_claim) if role is Role.PARTNER else None
        if role is Role.PARTNER and not (isinstance(partner, str) and len(partner) == len("NLD") and partner.isupper()):
            raise ValueError("a partner without a region")
        return str(claims["sub"]), role, partner

    def claims(self, token: str, audience: str) -> dict[str, Any]:
        """Return what a token says, if the provider signed it for an audience and it is in force.

        Raises:
            JoseError, ValueError: the token is another one.
            OSError: the keys of the provider cannot be read.
        """
        claims = jwt.decode(token, self._key_set(), algorithms=[self._settings.oidc_algorithm]).claims
        jwt.JWTClaimsRegistry(
            leeway=SKEW,
            iss={"essential": True, "value": self._settings.oidc_issuer},
            aud={"essential": True, "value": audience},
            sub={"essential": True},
            exp={"essential": True},
        ).validate(claims)
        return claims

    def _key_set(self) -> KeySet:
        with self._lock:
            if self._keys is None or monotonic() - self._fetched > FRESH:
                self._keys, self._fetched = KeySet.import_key_set(self._read()), monotonic()
            return self._keys

    def _read(self) -> Any:
        source = self._settings.oidc_keys
        if source.startswith("https://"):
            with urlopen(source, timeout=PATIENCE) as answer:  # noqa: S310 - https alone
                return json.load(answer)
        return json.loads(Path(source).read_text(encoding="utf-8"))
