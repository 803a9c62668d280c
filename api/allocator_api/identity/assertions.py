"""Clients that prove who they are by a signature of their own (`private_key_jwt`, RFC 7523), as the NL GOV profile for OAuth asks."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from time import time

from joserfc.jwk import ECKey
from sqlalchemy.exc import IntegrityError

from allocator_api.database import Database
from allocator_api.identity.issuer import ALGORITHM
from allocator_api.identity.repository import client_by_id, forget_assertions
from allocator_api.identity.tables import Client, UsedAssertion
from allocator_api.identity.tokens import BadToken, read_token, signed_by

#: Seconds for which an assertion may be good.
LONGEST = 300


def client_that_signed(database: Database, assertion: str, audience: str) -> Client | None:
    """Return the client whose key signed an assertion for us; None when it did not, or sent it before."""
    claimed = _subject(assertion)
    with database.reading() as session:
        client = client_by_id(session, claimed)
    if client is None or client.public_key is None:
        return None
    try:
        claims = read_token(
            assertion,
            ECKey.import_key(client.public_key),
            signed_by(ALGORITHM),
            iss={"essential": True, "value": client.id},
            sub={"essential": True, "value": client.id},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            jti={"essential": True},
        ).claims
    except BadToken:
        return None
    until = int(claims["exp"])
    return client if until <= time() + LONGEST and first_use(database, client.id, str(claims["jti"])[:200], until) else None


def _subject(assertion: str) -> str:
    """Return who an assertion says that it is from, before anything of it is believed."""
    try:
        claims = json.loads(urlsafe_b64decode(assertion.split(".")[1] + "=="))
        return str(claims["sub"])
    except (ValueError, IndexError, KeyError, TypeError, RecursionError):
        return ""


def first_use(database: Database, client: str, jti: str, until: int) -> bool:
    """Remember something that may be used once, until it is not in force any more; return whether this is that time."""
    try:
        with database.writing() as session:
            forget_assertions(session, int(time()))
            session.add(UsedAssertion(client=client, jti=jti, until=until))
    except IntegrityError:
        return False
    return True
