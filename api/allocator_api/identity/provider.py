"""An identity provider outside, by OpenID Connect: its access tokens are read with its public keys, and say role and partner."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from joserfc import jws, jwt
from joserfc.jwk import ECKey, Key, KeySet, RSAKey, import_key

from allocator_api.identity.published import NoAnswer, Published, asked, parsed
from allocator_api.identity.roles import Role
from allocator_api.identity.tokens import BadToken, read_token, signed_by
from allocator_api.settings import Settings, is_private

#: Seconds by which its clock may differ from ours.
SKEW = 10
#: Types of access tokens (RFC 9068, 2.1); many providers write the general one, or none.
_TYPES = ("at+jwt", "jwt", "")


class Provider:
    """Reads the tokens of one provider; issuer, audience and algorithm are pinned by the settings."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._keys = Published(lambda: _key_set(_read(settings.oidc_keys)))
        self._registry = signed_by(settings.oidc_algorithm)

    def caller_of(self, token: str) -> tuple[str, Role, str | None] | None:
        """Return subject, role and partner of a token; None when it is not the provider's, not for us, not in force or names no role."""
        try:
            return self.identify(token)
        except (ValueError, NoAnswer):
            return None

    def identify(self, token: str) -> tuple[str, Role, str | None]:
        """Return subject, role and partner of an access token. Raises as `claims` does; `ValueError` also if it names no role."""
        read = self._token(token, self._settings.audience)
        if str(read.header.get("typ", "")).lower().removeprefix("application/") not in _TYPES:
            raise BadToken("not the type of an access token")
        claims = read.claims
        role = Role(str(claims.get(self._settings.oidc_role_claim)))
        partner = claims.get(self._settings.oidc_partner_claim) if role is Role.PARTNER else None
        if role is Role.PARTNER and not (isinstance(partner, str) and len(partner) == len("NLD") and partner.isupper()):
            raise ValueError("a partner without a region")
        return str(claims["sub"]), role, partner

    def claims(self, token: str, audience: str) -> dict[str, Any]:
        """Return what a token says, if the provider signed it for an audience and it is in force.

        Raises:
            BadToken: the token is another one.
            NoAnswer: the keys of the provider cannot be read.
        """
        return self._token(token, audience).claims

    def _token(self, token: str, audience: str) -> jwt.Token:
        return read_token(
            token,
            self._key(token),
            self._registry,
            leeway=SKEW,
            iss={"essential": True, "value": self._settings.oidc_issuer},
            aud={"essential": True, "value": audience},
            sub={"essential": True},
            exp={"essential": True},
        )

    def _key(self, token: str) -> Key:
        """Return the key that a token names; one that is unknown may be new."""
        header = _header(token)
        if header.get("alg") != self._settings.oidc_algorithm:
            raise BadToken("another algorithm")
        name = header.get("kid")
        found = _named(self._keys.read(), name) or _named(self._keys.read(anew=True), name)
        if found is None:
            raise BadToken("an unknown key")
        return found


def _header(token: str) -> dict[str, Any]:
    """Return what a token says of itself, before anything of it is believed."""
    try:
        return jws.extract_compact(token.encode()).headers()
    except Exception as error:
        raise BadToken(type(error).__name__) from None


def _named(keys: KeySet, name: object) -> Key | None:
    """Return the key of a name; where there is one key alone, a token need not name it."""
    if name is None:
        return keys.keys[0] if len(keys.keys) == 1 else None
    return next((key for key in keys.keys if key.kid == name), None)


def _read(source: str) -> Any:
    if is_private(source):
        return asked(source)
    try:
        return parsed(Path(source).read_bytes())
    except OSError:
        raise NoAnswer("keys not read") from None


def _key_set(published: Any) -> KeySet:
    """Return the keys that can sign; others of a set are for somebody else. Raises `NoAnswer` if there are none."""
    listed = published.get("keys") if isinstance(published, dict) else None
    keys = [key for one in (listed if isinstance(listed, list) else []) if (key := _imported(one))]
    if not keys:
        raise NoAnswer("no keys")
    return KeySet(keys)


def _imported(one: Any) -> Key | None:
    try:
        key = import_key(one)
        key.ensure_kid()
    except Exception:  # a malformed key raises what it hits first: TypeError, KeyError, ValueError
        return None
    return key if isinstance(key, ECKey | RSAKey) and key.get("use", "sig") == "sig" else None
