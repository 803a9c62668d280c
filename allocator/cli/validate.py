"""``allocator validate``: all faults of files at once."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from allocator.baseline import load_baseline
from allocator.case import resolve_case
from allocator.cli._baseline import DEFAULT, FiguresOption, baseline_folder
from allocator.cli._output import print_json
from allocator.cli._scenario import FrameworkOption
from allocator.errors import Finding, InvalidInput
from allocator.framework import Framework
from allocator.inputs import baseline_among, holds_framework, read_inputs, read_law

#: Crisis level at which all rules of a framework hold.
HIGHEST_LEVEL = 3


def add(program: typer.Typer) -> None:
    """Add the command."""
    program.command("validate")(validate)


def validate(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Scenario and framework files, or folders of a baseline.")],
    figures: FiguresOption = None,
    baseline: Annotated[
        str | None,
        typer.Option(
            "--baseline", "-b", help="Baseline whose sectors frameworks must rank; left out: that of the FILES, else the shipped one."
        ),
    ] = None,
    framework: FrameworkOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Check files and show all faults at once, each with its place and remedy.

    Examples:
        allocator validate scenarios/hormuz-closure.yaml
        allocator validate frameworks/my-framework.yaml
        allocator validate scenarios/hormuz-closure.yaml --framework my-framework.yaml
        allocator validate my-crisis.yaml frameworks/my-framework.yaml baseline/my_edition --json
        allocator validate hormuz-closure.yaml --figures my_figures
    """
    ranked = baseline_among(files) or baseline_folder(DEFAULT) if baseline is None else baseline_folder(baseline)
    findings: list[Finding] = []
    notes: list[str] = []
    for file in files:
        faults, note = examined(file, ranked, figures, framework)
        findings += [finding for finding in faults if finding not in findings]
        notes += note
    if as_json:
        names = ("file", "line", "column", "path", "message", "code")
        print_json([{name: getattr(finding, name) for name in names} for finding in findings])
        raise typer.Exit(1 if findings else 0)
    if findings:
        raise InvalidInput(findings)
    sys.stdout.write("\n".join([f"{len(files)} checked, no faults", *notes, ""]))


def examined(
    file: Path, baseline: Path, figures: Path | None = None, framework: str | None = None
) -> tuple[tuple[Finding, ...], list[str]]:
    """Return every fault of a scenario, framework or baseline folder, and what is to be known of one without faults.

    `baseline` is the folder of the one that a framework is checked against; own figures are laid over that and over a baseline. `framework`
    replaces that of a scenario.
    """
    try:
        if file.is_dir():
            load_baseline(file, figures)
            return (), []
        if holds_framework(file):
            return (), list(_to_know(read_law(file, baseline, figures)))
        inputs = read_inputs(file, framework, figures=figures)
        resolve_case(inputs.baseline, inputs.scenario, inputs.framework)
    except InvalidInput as error:
        return error.findings, []
    return (), []


def _to_know(law: Framework) -> Iterator[str]:
    """Yield what is no fault of a framework by itself, and would surprise: days without a value, a law that rests on nothing."""
    begun = [(values.first_day, path) for path, values in law.dated(HIGHEST_LEVEL) if values.first_day > date.min]
    for day, path in [max(begun, key=lambda one: one[0])] if begun else ():
        yield law.source.told(path, f"no value before {day}; a scenario that begins earlier is refused")
    if law.ungrounded:
        ranks = ", ".join(str(tier.rank) for tier in law.ungrounded)
        yield law.source.told(("status",), f"adopted, but no act in force underlies rank {ranks}; every run says so")
