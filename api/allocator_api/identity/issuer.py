"""The local issuer: signs access tokens with a key of its own, for installations without an identity provider."""

from __future__ import annotations

import hmac
import json
import os
import secrets
from pathlib import Path
from time import time

from joserfc import jwt
from joserfc.jwk import ECKey

from allocator_api.database import new_id
from allocator_api.identity.tokens import BadToken, read_token, signed_by

NAME = "stockpile-allocator"
ALGORITHM = "ES256"
FILE = "secrets.json"


class Issuer:
    """Signs and reads tokens; its key stands in ``secrets.json`` of the home folder, readable by its owner alone."""

    def __init__(self, home: Path, audience: str) -> None:
        kept = _secrets(home)
        self._key = ECKey.import_key(kept["issuer_key"])
        self.audience = audience

    def sign(self, client: str, seconds: int) -> str:
        """Return an access token of a client, good for some seconds."""
        now = int(time())
        claims = {"iss": NAME, "aud": self.audience, "sub": client, "iat": now, "exp": now + seconds, "jti": new_id()}
        return jwt.encode({"alg": ALGORITHM, "typ": "at+jwt"}, claims, self._key, algorithms=[ALGORITHM])

    def client_of(self, token: str) -> str | None:
        """Return the client that a token was signed for, None when the token is not ours, not for us or not in force."""
        try:
            read = read_token(
                token,
                self._key,
                signed_by(ALGORITHM),
                iss={"essential": True, "value": NAME},
                aud={"essential": True, "value": self.audience},
                sub={"essential": True},
                exp={"essential": True},
            )
        except BadToken:
            return None
        return str(read.claims["sub"]) if read.header.get("typ") == "at+jwt" else None


def keyed_hash(home: Path, text: str) -> str:
    """Return a hash that only this installation can make."""
    return hmac.new(bytes.fromhex(_secrets(home)["hash_key"]), text.encode(), "sha256").hexdigest()


def _secrets(home: Path) -> dict[str, str]:
    """Return the secrets of an installation, made at its first start."""
    file = home / FILE
    if not file.exists():
        home.mkdir(parents=True, exist_ok=True)
        made = {"issuer_key": ECKey.generate_key("P-256").as_pem(private=True).decode(), "hash_key": secrets.token_hex(32)}
        beside = home / f".{FILE}-{secrets.token_hex(8)}"
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as open_file:
            json.dump(made, open_file)
        try:
            os.link(beside, file)  # fails where another process was first, whose secrets hold
        except FileExistsError:
            pass
        finally:
            beside.unlink()
    kept: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return kept
