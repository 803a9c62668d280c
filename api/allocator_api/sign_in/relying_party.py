"""The service as a client of the identity provider: where it sends people, and how it turns a code into tokens."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64encode
from hashlib import sha256
from pathlib import Path
from time import time
from typing import Annotated
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from pydantic import AfterValidator, BaseModel, Field

from allocator.errors import Finding, InvalidInput
from allocator_api.database import new_id
from allocator_api.identity.issuer import ALGORITHM
from allocator_api.identity.published import NoAnswer, Published, asked, parsed
from allocator_api.settings import Settings, is_private

#: Where the provider sends people back to; it must be registered there.
CALLBACK = "/sign-in/callback"
#: Seconds for which an assertion of ours is good.
SECONDS = 60


def _private(address: str) -> str:
    if not is_private(address):
        raise ValueError("an endpoint is asked by https")
    return address


class Metadata(BaseModel):
    """What the provider says of itself (OpenID Connect Discovery)."""

    issuer: str
    authorization_endpoint: Annotated[str, AfterValidator(_private)]
    token_endpoint: Annotated[str, AfterValidator(_private)]
    authorization_response_iss_parameter_supported: bool = False


class Tokens(BaseModel):
    """What a code is good for."""

    access_token: str
    id_token: str


def _random() -> str:
    return secrets.token_urlsafe(32)


class Attempt(BaseModel):
    """What ties the end of one sign-in to its beginning: the state, the nonce of the ID token and the verifier of PKCE."""

    state: str = Field(default_factory=_random)
    nonce: str = Field(default_factory=_random)
    verifier: str = Field(default_factory=_random)

    @property
    def challenge(self) -> str:
        """What is told of the verifier beforehand (RFC 7636, S256)."""
        return urlsafe_b64encode(sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()


class CodeRefused(Exception):
    """The provider gives nothing for this code: it was used before, is too old or another client's."""


class RelyingParty:
    """A client of one provider, public or with a key of its own (`private_key_jwt`, RFC 7523)."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._return_to = f"{settings.address}{CALLBACK}"
        self._key = _key_of(settings.oidc_client_key) if settings.oidc_client_key else None
        self._metadata = Published(lambda: _metadata_of(settings.oidc_issuer))

    def authorization(self, attempt: Attempt, again: bool) -> str:
        """Return the address at the provider where an attempt goes on; `again` has people sign in who are signed in there."""
        asked = {
            "response_type": "code",
            "client_id": self._settings.oidc_client,
            "redirect_uri": self._return_to,
            "scope": self._settings.oidc_scope,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
            **({"prompt": "login"} if again else {}),
        }
        endpoint = self._metadata.read().authorization_endpoint
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    def is_from_provider(self, issuer: str | None) -> bool:
        """Return whether an answer that names an issuer is the provider's (RFC 9207); one that names none is if it never does."""
        if issuer is None:
            return not self._metadata.read().authorization_response_iss_parameter_supported
        return issuer == self._settings.oidc_issuer

    def exchange(self, code: str, attempt: Attempt) -> Tokens:
        """Return the tokens that a code is good for. Raises `CodeRefused`, `NoAnswer`."""
        endpoint = self._metadata.read().token_endpoint
        sent = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._return_to,
            "client_id": self._settings.oidc_client,
            "code_verifier": attempt.verifier,
            **self._assertion(endpoint),
        }
        try:
            return Tokens.model_validate(asked(endpoint, urlencode(sent).encode()))
        except NoAnswer as error:
            if _code_refused(error.body):
                raise CodeRefused from None
            raise
        except ValueError:
            raise NoAnswer("no tokens") from None

    def _assertion(self, audience: str) -> dict[str, str]:
        if self._key is None:
            return {}
        now, client = int(time()), self._settings.oidc_client
        claims = {"iss": client, "sub": client, "aud": audience, "iat": now, "exp": now + SECONDS, "jti": new_id()}
        return {
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": jwt.encode({"alg": ALGORITHM}, claims, self._key, algorithms=[ALGORITHM]),
        }


def _metadata_of(issuer: str) -> Metadata:
    try:
        known = Metadata.model_validate(asked(f"{issuer.rstrip('/')}/.well-known/openid-configuration"))
    except ValueError:
        raise NoAnswer("no metadata") from None
    if known.issuer != issuer:
        raise NoAnswer("metadata of another issuer")
    return known


def _code_refused(body: bytes) -> bool:
    try:
        return bool(parsed(body)["error"] == "invalid_grant")
    except (NoAnswer, KeyError, TypeError):
        return False


def _key_of(file: Path) -> ECKey:
    try:
        key = ECKey.import_key(file.read_text(encoding="utf-8"))
        if not key.is_private or key.curve_name != "P-256":
            raise ValueError
    except (OSError, JoseError, ValueError):
        told = (
            "this is no private key of the curve P-256 in PEM; make one with openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256"
        )
        raise InvalidInput([Finding(str(file), 0, 0, "", told, "A601")]) from None
    return key
