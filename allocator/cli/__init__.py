"""The command line: one file per command, each with a function that adds it to the program."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.metadata import version
from io import TextIOWrapper
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from allocator.errors import AllocatorError
from allocator.registry import Registry

COMMANDS: Registry[Callable[[typer.Typer], None]] = Registry("command", __name__)
#: Help lists these first; others follow by name.
FIRST = ("run", "validate", "list", "data")
CANCELLED = 130


class Program(TyperGroup):
    """All commands; a fault that the user can mend is shown without a traceback."""

    def invoke(self, ctx: Any) -> Any:  # the context's type is not public in every version
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except AllocatorError as error:
            sys.stderr.write(f"{error}\n")
            raise typer.Exit(error.exit_code) from None
        except KeyboardInterrupt:
            sys.stderr.write("cancelled\n")
            raise typer.Exit(CANCELLED) from None
        except BrokenPipeError:
            raise
        except OSError as error:
            sys.stderr.write(f"{error.filename or 'a file'}: {error.strerror or error}; correct the name or the permission  [A704]\n")
            raise typer.Exit(1) from None


def build_program() -> typer.Typer:
    """Return the program with every command that there is."""
    program = typer.Typer(name="allocator", cls=Program, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
    program.callback()(allocator)
    for name in [*FIRST, *(name for name in COMMANDS if name not in FIRST)]:
        COMMANDS[name](program)
    return program


def _show_version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(version("stockpile-allocator") + "\n")
        raise typer.Exit


def allocator(
    _: Annotated[bool, typer.Option("--version", help="Show the version and exit.", is_eager=True, callback=_show_version)] = False,
) -> None:
    """Turn scarce materials and strategic reserves into an allocation under a written priority framework."""


def main() -> None:
    """Run the program; the console entry point."""
    _let_every_letter_through()
    try:
        program = build_program()
    except KeyboardInterrupt:
        sys.stderr.write("cancelled\n")
        raise SystemExit(CANCELLED) from None
    program(prog_name="allocator")


def _let_every_letter_through() -> None:
    """Write UTF-8 into files and pipes, and to a terminal that has not every letter write what it has."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")
