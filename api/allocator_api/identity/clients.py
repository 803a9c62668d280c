"""Clients as the administrator makes and revokes them."""

from __future__ import annotations

from collections.abc import Sequence

from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from allocator.errors import Finding, InvalidInput, suggestion
from allocator_api.audit_events.repository import append
from allocator_api.database import Database, utc_now
from allocator_api.identity.repository import all_clients, client_by_name
from allocator_api.identity.roles import Role
from allocator_api.identity.tables import Client

#: Who makes and revokes clients: whoever has the machine.
ADMINISTRATOR = "allocator admin"


def new_client(name: str, role: Role, partner: str | None = None, public_key: str | None = None) -> Client:
    """Return a client that is not added yet. Raises `InvalidInput` if role and partner do not go together."""
    if (role is Role.PARTNER) != (partner is not None):
        need = (
            "the role partner needs --partner, the region whose figures it owns" if partner is None else f"the role {role} has no partner"
        )
        raise _refused(name, f"{need}; write both or neither")
    if public_key is not None:
        try:
            if ECKey.import_key(public_key).is_private:
                raise ValueError
        except (JoseError, ValueError):
            raise _refused(name, "this is no public key of the curve P-256 in PEM; give the file that openssl ec -pubout writes") from None
    return Client(name=name, role=role.value, partner=partner, public_key=public_key)


def add_client(database: Database, client: Client) -> Client:
    """Add a client and return it. Raises `InvalidInput` if its name is taken."""
    with database.writing() as session:
        if client_by_name(session, client.name) is not None:
            raise _refused(client.name, "there is a client of this name; choose another name, names are never used again")
        session.add(client)
        append(session, ADMINISTRATOR, "client added", client.name)
    return client


def revoke_client(database: Database, name: str) -> None:
    """End what a client may do, at once and for good. Raises `InvalidInput` if there is no such client."""
    with database.writing() as session:
        client = client_by_name(session, name)
        if client is None:
            known = [other.name for other in all_clients(session)]
            raise _refused(name, f"there is no such client{suggestion(name, known)}; allocator admin list-keys names all")
        client.revoked_at = client.revoked_at or utc_now()
        append(session, ADMINISTRATOR, "client revoked", name)


def list_clients(database: Database) -> Sequence[Client]:
    """Return all clients, by name."""
    with database.reading() as session:
        return all_clients(session)


def _refused(name: str, message: str) -> InvalidInput:
    return InvalidInput([Finding(name, 0, 0, "", message, "A603")])
