"""What a command says when it ends without an answer: lines for people, one document for machines."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import typer

from allocator.cli._output import print_json
from allocator.errors import AllocatorError, InvalidInput

USAGE = 2
CANCELLED = 130
#: A command line that cannot be read; where its class stands differs between versions of Typer.
UsageError: type[Exception] = typer.BadParameter.__bases__[0]


@dataclass(frozen=True)
class Fault:
    """Why a command ended without an answer.

    Attributes:
        exit_code: of the command.
        messages: one line each, as people see them on stderr.
        findings: the same with file, line, column, path and code apart, where input is at fault.
    """

    exit_code: int
    messages: list[str]
    findings: list[dict[str, Any]] = field(default_factory=list)

    def print_json(self) -> None:
        """Print it as JSON under the key ``error``."""
        print_json({"error": asdict(self)})


def fault_of(error: BaseException) -> Fault:
    """Return what to say of an error."""
    if isinstance(error, InvalidInput):
        return Fault(error.exit_code, [str(finding) for finding in error.findings], [asdict(finding) for finding in error.findings])
    if isinstance(error, AllocatorError):
        return Fault(error.exit_code, str(error).splitlines())
    if isinstance(error, KeyboardInterrupt):
        return Fault(CANCELLED, ["cancelled"])
    if isinstance(error, OSError):
        return Fault(1, [f"{error.filename or 'a file'}: {error.strerror or error}; correct the name or the permission  [A704]"])
    return Fault(USAGE, [" ".join(error.format_message().split())])  # type: ignore[attr-defined] # what Typer says itself
