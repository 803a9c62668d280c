"""``allocator schema``: JSON Schema for editors."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from allocator.schema import schema_text


class Kind(StrEnum):
    """Files that have a schema."""

    scenario = "scenario"
    framework = "framework"


def add(program: typer.Typer) -> None:
    """Add the command."""
    program.command("schema")(schema)


def schema(kind: Annotated[Kind, typer.Argument(help="scenario or framework")]) -> None:
    """Print the JSON Schema of a file, so that an editor completes and checks while you type.

    Examples:
        allocator schema scenario > scenario.schema.json
        allocator schema framework > framework.schema.json
    """
    sys.stdout.write(schema_text(kind.value))
