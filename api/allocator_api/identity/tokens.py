"""Reading tokens: whatever is wrong with one, it is one exception."""

from __future__ import annotations

from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwe import JWERegistry
from joserfc.jwk import Key
from joserfc.jws import JWSRegistry


class BadToken(ValueError):
    """A token that is malformed, by another key, or says what it must not."""


def signed_by(algorithm: str) -> JWSRegistry:
    """Return how a token is read that one algorithm signs; headers that are unknown and not critical are ignored (RFC 7515, 4)."""
    return JWSRegistry(algorithms=[algorithm], strict_check_header=False)


def read_token(token: str, key: Key, registry: JWSRegistry | JWERegistry, leeway: int = 0, **claims: Any) -> jwt.Token:
    """Return a token that a key opens, in force within some seconds, whose claims are as asked. Raises `BadToken`."""
    try:
        read = jwt.decode(token, key, registry=registry)
        jwt.JWTClaimsRegistry(leeway=leeway, **claims).validate(read.claims)
    except Exception as error:  # a malformed header raises what it hits first: TypeError, AttributeError, RecursionError
        raise BadToken(str(error) if isinstance(error, JoseError) else type(error).__name__) from None
    return read
