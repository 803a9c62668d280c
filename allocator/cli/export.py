"""``allocator export``: the model for another solver or a reviewer."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from allocator.cli._baseline import FiguresOption
from allocator.cli._scenario import FrameworkOption, ScenarioArgument, SettingsOption
from allocator.export import FORMATS, model_of
from allocator.inputs import read_inputs
from allocator.output.folder import write_file


class Format(StrEnum):
    """Formats of a model."""

    mps = "mps"
    lp = "lp"
    json = "json"


class Goal(StrEnum):
    """Goals that can be the objective."""

    cost = "cost"
    steadiness = "steadiness"


def add(program: typer.Typer) -> None:
    """Add the command."""
    program.command("export")(export)


def export(
    scenario: ScenarioArgument,
    form: Annotated[
        Format, typer.Option("--format", help="mps and lp: rows, columns and one goal; json: with all goals and what the stages measure.")
    ],
    goal: Annotated[Goal, typer.Option("--goal", help="The objective of an mps or lp file.")] = Goal.cost,
    framework: FrameworkOption = None,
    settings: SettingsOption = None,
    figures: FiguresOption = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="File to write. Default: <scenario>-<case hash>.<format>.")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a file that is there.")] = False,
) -> None:
    """Write the model of a scenario for another solver or a reviewer, with readable names of rows and columns.

    It holds the rows and bounds that every stage of the ranked solve obeys. The ranks stand in no single objective: docs/how-to/export.md
    says how a stage is built on these rows.

    Examples:
        allocator export hormuz_closure --format mps
        allocator export hormuz_closure --format json --framework equal_cut --out model.json
    """
    model = model_of(read_inputs(scenario, framework, settings or (), figures))
    path = out or Path(f"{model.name}.{form}")
    write_file(path, FORMATS[form](model, goal.value).encode(), overwrite)
    height, width = model.form.matrix.shape
    sys.stdout.write(f"{path}: {width} columns, {height} rows, {model.form.matrix.nnz} nonzeros\n")
