"""``allocator validate``: all faults of files at once."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from allocator.baseline import load_baseline
from allocator.case import resolve_case
from allocator.cli._baseline import FiguresOption
from allocator.cli._output import print_json
from allocator.errors import Finding, InvalidInput
from allocator.framework import load_framework
from allocator.inputs import holds_framework, read_inputs


def add(program: typer.Typer) -> None:
    """Add the command."""
    program.command("validate")(validate)


def validate(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Scenario and framework files, or folders of a baseline.")],
    figures: FiguresOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Check files and show all faults at once, each with its place and remedy.

    Examples:
        allocator validate scenarios/hormuz-closure.yaml
        allocator validate my-crisis.yaml frameworks/my-framework.yaml baseline/my_edition --json
        allocator validate hormuz-closure.yaml --figures my_figures
    """
    findings: list[Finding] = []
    for file in files:
        findings += [finding for finding in faults_of(file, figures) if finding not in findings]
    if as_json:
        names = ("file", "line", "column", "path", "message", "code")
        print_json([{name: getattr(finding, name) for name in names} for finding in findings])
        raise typer.Exit(1 if findings else 0)
    if findings:
        raise InvalidInput(findings)
    sys.stdout.write(f"{len(files)} checked, no faults\n")


def faults_of(file: Path, figures: Path | None = None) -> tuple[Finding, ...]:
    """Return every fault of a scenario, a framework or a baseline folder, the baseline with own figures laid over it."""
    try:
        if file.is_dir():
            load_baseline(file, figures)
            return ()
        if holds_framework(file):
            load_framework(file)
            return ()
        inputs = read_inputs(file, figures=figures)
        resolve_case(inputs.baseline, inputs.scenario, inputs.framework)
    except InvalidInput as error:
        return error.findings
    return ()
