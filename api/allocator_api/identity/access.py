"""The caller of an endpoint, and the permission it must have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import Depends
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase
from starlette.requests import HTTPConnection

from allocator_api.database import EVERYONE, Database
from allocator_api.identity.issuer import Issuer
from allocator_api.identity.provider import Provider
from allocator_api.identity.repository import client_by_id
from allocator_api.identity.roles import PERMISSIONS, Permission, Role
from allocator_api.problems import Problem

_HOW = 'Send an access token in the header "Authorization: Bearer TOKEN"; an administrator makes one with: allocator admin create-key.'


@dataclass(frozen=True)
class Caller:
    """Who calls.

    Attributes:
        id: of the client.
        name: as the administrator wrote it.
        role: what it is to the service.
        partner: the region whose rows it owns; None for who belongs to no partner.
    """

    id: str
    name: str
    role: Role
    partner: str | None

    @property
    def tenant(self) -> str:
        """On whose behalf the database is read and written: the partner's own, or everyone's."""
        return self.partner or EVERYONE

    @property
    def permissions(self) -> frozenset[Permission]:
        """What the caller may do."""
        return PERMISSIONS[self.role]


class _May(SecurityBase):
    """A dependency that returns the caller if it has a permission; for requests and web sockets."""

    def __init__(self, permission: Permission | None, page: bool) -> None:
        self.permission, self.page = permission, page
        self.model = HTTPBearer(bearerFormat="JWT", description="Access token of the local issuer or of the identity provider.")
        self.scheme_name = "accessToken"

    def __call__(self, connection: HTTPConnection) -> Caller:
        """Return the caller. Raises `Problem` 401 without a good token, 403 without the permission."""
        caller = self._caller(connection)
        if caller is None:
            raise Problem(401, f"There is no access token, or it is not in force. {_HOW}", headers={"WWW-Authenticate": "Bearer"})
        if self.permission is not None and self.permission not in caller.permissions:
            raise Problem(403, f"The role {caller.role} may not {str(self.permission).replace('_', ' ')}; ask for a key of another role.")
        connection.app.state.pace.count(caller.id)
        connection.state.caller = caller
        return caller

    def _caller(self, connection: HTTPConnection) -> Caller | None:
        state, sent = connection.app.state, connection.headers.get("Authorization", "")
        scheme, _, token = sent.partition(" ")
        if scheme.lower() == "bearer":
            return caller_of(state, token.strip())
        return state.sign_in.caller_of(connection) if self.page and not sent and state.sign_in else None


def may(permission: Permission | None = None, *, page: bool = False) -> Any:
    """Return what stands beside a caller in an endpoint's signature.

    Args:
        permission: that the caller must have; None if a good token is enough.
        page: whether the caller may come from the page, signed in, without a token.
    """
    return Depends(_May(permission, page))


def caller_of(state: Any, token: str) -> Caller | None:
    """Return whose access token this is; None when it is not in force or its client is revoked."""
    issuer: Issuer = state.issuer
    database: Database = state.database
    named = issuer.client_of(token)
    if named is None:
        return _from_provider(state.provider, token)
    with database.reading() as session:
        client = client_by_id(session, named)
    return None if client is None else Caller(client.id, client.name, Role(client.role), client.partner)


def _from_provider(provider: Provider | None, token: str) -> Caller | None:
    found = provider.caller_of(token) if provider else None
    return None if found is None else provided(*found)


def provided(subject: str, role: Role, partner: str | None) -> Caller:
    """Return the caller that the identity provider knows as a subject."""
    return Caller(f"oidc {subject}"[:200], subject[:100], role, partner)
