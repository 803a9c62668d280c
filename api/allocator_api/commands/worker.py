"""``allocator worker``: computes runs."""

from __future__ import annotations

import os
import signal
import sys
from threading import Event, Thread
from types import FrameType
from typing import Annotated

import typer

from allocator_api.database import Database
from allocator_api.jobs.worker import Worker
from allocator_api.logs import configure
from allocator_api.settings import settings_from
from allocator_api.telemetry import Telemetry


def add(program: typer.Typer) -> None:
    """Add the command."""
    program.command("worker")(worker)


def worker(
    attached: Annotated[
        bool, typer.Option("--attached", hidden=True, help="End when the standard input ends, that is with the parent.")
    ] = False,
) -> None:
    """Compute runs for the service, one at a time; several workers may share one database.

    Examples:
        allocator worker
    """
    configure()
    settings, telemetry = settings_from(os.environ), Telemetry.of(os.environ)
    database = Database(settings.database_url)
    database.require_current()
    stop = Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    if attached:
        Thread(target=_until_input_ends, args=(stop,), daemon=True).start()
    Worker(database, settings, telemetry).work(stop)
    database.close()
    telemetry.close()


def _until_input_ends(stop: Event) -> None:
    sys.stdin.read()
    stop.set()
