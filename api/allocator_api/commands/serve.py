"""``allocator serve``: the service on this machine."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Annotated

import typer
import uvicorn
from rich.console import Console

from allocator_api.app import Service, create_app
from allocator_api.identity.clients import list_clients
from allocator_api.logs import configure
from allocator_api.settings import settings_from
from allocator_api.telemetry import Telemetry

#: Seconds that open streams have to end when the service stops.
GRACE = 2


def add(program: typer.Typer) -> None:
    """Add the command."""
    program.command("serve")(serve)


def serve(
    host: Annotated[str, typer.Option("--host", "-h", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", "-p", min=1, max=65535, help="Port to listen on.")] = 8000,
) -> None:
    """Start the service on this machine: the API and one worker.

    Examples:
        allocator serve
        allocator serve --host 0.0.0.0 --port 8080
    """
    configure()
    telemetry = Telemetry.of(os.environ)
    app = create_app(settings_from(os.environ))
    telemetry.watch(app)
    console = Console(stderr=True, highlight=False)
    console.print(f"What-if page: http://{host}:{port}/whatif/")
    console.print(f"API: http://{host}:{port}/v1, described at http://{host}:{port}/v1/openapi.json", soft_wrap=True)
    if not list_clients(app.state.database):
        console.print("Nobody can call it yet. Make a key with: allocator admin create-key NAME --role crisis_team", soft_wrap=True)
    with _one_worker():
        server_of(app, host, port).run()
    telemetry.close()


def server_of(app: Service, host: str, port: int) -> uvicorn.Server:
    """Return the server of an application; asked to stop, it ends open streams after `GRACE` seconds."""
    return uvicorn.Server(
        uvicorn.Config(app, host=host, port=port, log_level="warning", timeout_graceful_shutdown=GRACE, server_header=False)
    )


@contextmanager
def _one_worker() -> Iterator[None]:
    """Keep one worker alive beside the API; it ends when this process does, however that ends."""
    ending = Event()

    def keep() -> None:
        while not ending.is_set():
            with subprocess.Popen([sys.executable, "-m", "allocator", "worker", "--attached"], stdin=subprocess.PIPE) as worker:
                while worker.poll() is None and not ending.wait(0.2):
                    pass  # leaving the block closes its input, which ends it, and waits for it

    keeper = Thread(target=keep, daemon=True)
    keeper.start()
    try:
        yield
    finally:
        ending.set()
        keeper.join()
