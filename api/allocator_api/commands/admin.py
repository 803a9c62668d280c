"""``allocator admin``: keys and the database."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from allocator.cli._output import console, print_json, table
from allocator_api.audit_events.service import verified
from allocator_api.database import Database, utc_now
from allocator_api.identity.clients import ADMINISTRATOR, add_client, list_clients, new_client, revoke_client
from allocator_api.identity.issuer import Issuer
from allocator_api.identity.roles import Role
from allocator_api.runs.retention import remove_runs
from allocator_api.settings import Settings, settings_from

DAY = 86_400
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Name of the client, as it will stand in the audit.")]


def add(program: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="Keys and the database of the service.", no_args_is_help=True)
    group.command("create-key")(create_key)
    group.command("list-keys")(list_keys)
    group.command("revoke-key")(revoke_key)
    group.command("migrate")(migrate)
    group.command("verify-audit")(verify_audit)
    group.command("remove-runs")(remove_old_runs)
    program.add_typer(group, name="admin")


def create_key(
    name: NameArgument,
    role: Annotated[Role, typer.Option("--role", help="What the client is to the service.")],
    partner: Annotated[str | None, typer.Option("--partner", help="Region whose figures the client owns, such as NLD.")] = None,
    days: Annotated[int, typer.Option("--days", min=1, max=366, help="Days for which the key is good.")] = 90,
    public_key: Annotated[
        Path | None, typer.Option("--public-key", metavar="FILE", help="Public key in PEM, with which the client signs for its own tokens.")
    ] = None,
) -> None:
    """Make a client and print its access token, once; it is not kept. With a public key print the id under which the client signs.

    Examples:
        allocator admin create-key "crisis team" --role crisis_team
        allocator admin create-key "stockpiling agency" --role partner --partner NLD --days 30
        allocator admin create-key "agency system" --role partner --partner NLD --public-key agency.pem
    """
    wanted = new_client(name, role, partner, None if public_key is None else public_key.read_text(encoding="utf-8"))
    with _opened() as (settings, database):
        client = add_client(database, wanted)
    token = Issuer(settings.home, settings.audience).sign(client.id, days * DAY) if public_key is None else client.id
    sys.stdout.write(f"{token}\n")


def list_keys(as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False) -> None:
    """List the clients, revoked ones too; never their tokens.

    Examples:
        allocator admin list-keys
        allocator admin list-keys --json
    """
    with _opened() as (_, database):
        clients = list_clients(database)
    if as_json:
        keys = ("id", "name", "role", "partner")
        print_json([{**{key: getattr(client, key) for key in keys}, "revoked": client.revoked_at is not None} for client in clients])
        return
    rows = [(client.name, client.role, client.partner or "", "revoked" if client.revoked_at else "in force") for client in clients]
    console().print(table("Clients", ["Name", "Role", "Partner", "State"], rows))


def revoke_key(name: NameArgument) -> None:
    """End what a client may do, at once and for good.

    Examples:
        allocator admin revoke-key "stockpiling agency"
    """
    with _opened() as (_, database):
        revoke_client(database, name)


def verify_audit(as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False) -> None:
    """Work out the chain of audit events again; print their number and the last hash, to be kept elsewhere.

    Examples:
        allocator admin verify-audit
        allocator admin verify-audit --json
    """
    with _opened() as (_, database):
        events, last = verified(database)
    if as_json:
        print_json({"events": events, "hash": last})
    else:
        sys.stdout.write(f"{events} events, the chain is whole; the last hash is {last}\n")


def remove_old_runs(
    days: Annotated[int, typer.Option("--days", min=1, help="Remove what ended longer ago than this many days.")],
) -> None:
    """Remove what old runs were made from and gave; that they were, by whom and with which manifest, stays in the audit.

    Examples:
        allocator admin remove-runs --days 3650
    """
    with _opened() as (_, database):
        removed = remove_runs(database, utc_now() - timedelta(days=days), ADMINISTRATOR)
    sys.stdout.write(f"{len(removed)} runs removed\n")


def migrate() -> None:
    """Bring the tables of the database to the form of this version.

    Examples:
        allocator admin migrate
    """
    Database(settings_from(os.environ).database_url).migrate()


@contextmanager
def _opened() -> Iterator[tuple[Settings, Database]]:
    """Give the settings and the database; the service's own file is made and brought up to date."""
    settings = settings_from(os.environ)
    settings.home.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database_url)
    try:
        if not settings.database:
            database.migrate()
        database.require_current()
        yield settings, database
    finally:
        database.close()
