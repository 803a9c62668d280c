"""The command line, called in this process."""

from __future__ import annotations

from typer.testing import CliRunner

from allocator.cli import build_program

RUNNER = CliRunner()
PROGRAM = build_program()


def call(*arguments):
    """Return what a command prints and how it ends."""
    return RUNNER.invoke(PROGRAM, [str(argument) for argument in arguments])
