"""The command line: one file per command, each with a function `add` that adds it to the program."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Container
from importlib import import_module
from importlib.metadata import entry_points, version
from io import TextIOWrapper
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from allocator.cli._faults import CANCELLED, Fault, UsageError, fault_of
from allocator.errors import AllocatorError

#: Every command, in the order of work, and what the list of commands says of it: the first line of its help.
COMMANDS = {
    "run": "Run a scenario and write its allocation, certified and audited.",
    "new": "Write a commented scenario file to start from: every key says what it means, every kind of disruption has an example.",
    "validate": "Check files and show all faults at once, each with its place and remedy.",
    "compare": "Show what differs between two scenarios, frameworks or finished runs: who gains, who loses.",
    "explain": "Say why a claim is cut, what holds it back, who has what it lacks, and what would have changed it.",
    "letter": "Write the draft decision to a claimant: what is granted, why, and what would have changed it.",
    "check-framework": "Search small crises for what a framework does that nobody meant: who gains by a worse crisis or an inflated claim.",
    "check-claims": "Compare claims of own figures with the baseline, flag those that grew, and show who gains and who loses by that.",
    "divide": "Divide one volume among many claimants: a CSV of claims in, the same with awards out.",
    "list": "List what there is, with names in English and Dutch: whatever can stand in a scenario or framework file.",
    "data": "The baseline and its sources.",
    "export": "Write the model of a scenario for another solver or a reviewer, with readable names of rows and columns.",
    "schema": "Print the JSON Schema of a file, so that an editor completes and checks while you type.",
    "serve": "Start the service on this machine: the API and one worker.",
    "worker": "Compute runs for the service, one at a time; several workers may share one database.",
    "admin": "Keys and the database of the service.",
}
#: Entry points under which another package registers commands of the list above.
REGISTERED = "allocator.commands"
START = "Start with: allocator list scenarios, then allocator run hormuz_closure. Every command has --help with examples."
#: Key of a context that says whether a machine reads along.
AS_JSON = "allocator.as_json"


class Program(TyperGroup):
    """All commands; a fault that the user can mend is shown without a traceback, to a machine as JSON."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # the context's type is not public in every version
        """Note whether a machine reads along, also where the command line itself is at fault."""
        ctx.meta[AS_JSON] = "--json" in args
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise
        except UsageError as error:
            if ctx.meta[AS_JSON]:
                fault_of(error).print_json()
            raise
        except (AllocatorError, KeyboardInterrupt, OSError) as error:
            _end(fault_of(error), ctx.meta[AS_JSON])


def _end(fault: Fault, as_json: bool) -> None:
    if as_json:
        fault.print_json()
    sys.stderr.write("".join(f"{message}\n" for message in fault.messages))
    raise typer.Exit(fault.exit_code) from None


def build_program(wanted: Container[str] = COMMANDS) -> typer.Typer:
    """Return the program; only wanted commands are loaded, which is most of the time that starting takes, others are listed."""
    program = typer.Typer(name="allocator", cls=Program, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
    program.callback(epilog=START)(allocator)
    for name, sentence in COMMANDS.items():
        if name in wanted:
            _module_of(name).add(program)
        else:
            program.command(name)(_stand_in(sentence))
    _keep_examples(program)
    return program


def _module_of(name: str) -> Any:
    """Return the module of a command, here or in the package that registers it."""
    registered = entry_points(group=REGISTERED, name=name)
    return next(iter(registered)).load() if registered else import_module(f"{__name__}.{name.replace('-', '_')}")


def _stand_in(sentence: str) -> Callable[[], None]:
    """Return what stands in the list of commands for one that was not asked for."""

    def not_loaded() -> None:
        raise NotImplementedError

    not_loaded.__doc__ = sentence
    return not_loaded


def _keep_examples(program: typer.Typer) -> None:
    """Let help print the examples of every command line by line, so that they can be copied; other text is filled."""
    for command in program.registered_commands:
        command.help = inspect.getdoc(command.callback or allocator).replace("Examples:\n", "\bExamples:\n")  # type: ignore[union-attr] # commands are documented
    for group in program.registered_groups:
        if group.typer_instance is not None:
            _keep_examples(group.typer_instance)


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
        program = build_program(sys.argv[1:])
    except KeyboardInterrupt:
        sys.stderr.write("cancelled\n")
        raise SystemExit(CANCELLED) from None
    program(prog_name="allocator")


def _let_every_letter_through() -> None:
    """Write UTF-8 into files and pipes, and to a terminal that has not every letter write what it has."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")
