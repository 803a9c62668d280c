"""``allocator serve``: the service on this machine."""

from __future__ import annotations

import os
from typing import Annotated

import typer
import uvicorn
from rich.console import Console

from allocator_api.app import create_app
from allocator_api.identity.clients import list_clients
from allocator_api.settings import settings_from

#: Seconds that open streams have to end when the service stops.
GRACE = 2


def add(program: typer.Typer) -> None:
    """Add the command."""
    program.command("serve")(serve)


def serve(
    host: Annotated[str, typer.Option("--host", "-h", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", "-p", min=1, max=65535, help="Port to listen on.")] = 8000,
) -> None:
    """Start the service on this machine: the API and what belongs to it.

    Examples:
        allocator serve
        allocator serve --host 0.0.0.0 --port 8080
    """
    app = create_app(settings_from(os.environ))
    console = Console(stderr=True, highlight=False)
    console.print(f"API: http://{host}:{port}/v1, described at http://{host}:{port}/v1/openapi.json")
    if not list_clients(app.state.database):
        console.print("Nobody can call it yet. Make a key with: allocator admin create-key NAME --role crisis_team")
    uvicorn.run(app, host=host, port=port, log_level="warning", timeout_graceful_shutdown=GRACE, server_header=False)
