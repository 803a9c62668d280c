"""``allocator new``: a commented scenario to start from."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from allocator.baseline import load_baseline
from allocator.case import resolve_case
from allocator.cli._baseline import baseline_folder
from allocator.closed import choices
from allocator.errors import Finding, InvalidInput
from allocator.inputs import inputs_of
from allocator.periods import PeriodError, split_period
from allocator.scenario import DISRUPTIONS
from allocator.scenario.files import SUFFIXES
from allocator.scenario.load import extended
from allocator.scenario.starter import Start, starter_text
from allocator.yaml_file import parse_yaml

#: Which part of the command line wrote what stands under a key.
_WRITTEN_BY = {
    "scenario": "SCENARIO",
    "scope": "--regions",
    "horizon": "--start",
    "framework": "--framework",
    "extends": "--extends",
}


def add(program: typer.Typer) -> None:
    """Add the command."""
    program.command("new")(new)


def new(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="File to write, such as my-crisis.yaml, or the id of the scenario.")],
    regions: Annotated[str | None, typer.Option("--regions", "-r", metavar="LIST", help="Regions in scope, such as NLD,DEU.")] = None,
    start: Annotated[
        str | None, typer.Option("--start", metavar="PERIOD", help="First period: a month 2026-03, a quarter 2026-Q1 or a week 2026-W09.")
    ] = None,
    disruptions: Annotated[
        list[str] | None,
        typer.Option(
            "--disruption", "-d", metavar="KIND", help="Kind of disruption that is written out. Repeatable; default: chokepoint_closure."
        ),
    ] = None,
    framework: Annotated[str | None, typer.Option("--framework", "-f", help="Id or path of the priority framework.")] = None,
    extends: Annotated[
        str | None, typer.Option("--extends", "-e", metavar="SCENARIO", help="Id or path of a scenario of which this is a variant.")
    ] = None,
) -> None:
    """Write a commented scenario file to start from: every key says what it means, every kind of disruption has an example.

    A file that is there is never replaced.

    Examples:
        allocator new my-crisis.yaml
        allocator new my-crisis.yaml --regions NLD,BEL --start 2026-W09 --disruption export_restriction
        allocator new hormuz-longer.yaml --extends hormuz_closure
    """
    path = Path(scenario)
    if path.suffix not in SUFFIXES:
        path = path.parent / f"{path.name.replace('_', '-')}.yaml"
    begun = _begun(path.stem.lower().replace("-", "_"), extends)
    if regions is not None:
        begun = replace(begun, regions=tuple(part.strip() for part in regions.split(",") if part.strip()))
    if disruptions:
        begun = replace(begun, disruptions=tuple(disruptions))
    begun = replace(begun, start=start or begun.start, framework=framework or begun.framework)
    _require_known(begun)
    text = starter_text(begun if extends else _with_owner(begun), path.name)
    _require_valid(text, path)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise InvalidInput([Finding(scenario, 0, 0, "", "this file is there already; name another one, or remove it", "A705")]) from None
    sys.stdout.write(f"{path} is written; change it, then: allocator run {path}\n")


def _begun(name: str, extends: str | None) -> Start:
    """Return what stands in the file without options; a variant takes all from what it extends."""
    if extends is None:
        return Start(name)
    return Start(name, framework=None, start=None, regions=(), disruptions=(), owner=None, extends=extends)


def _require_known(begun: Start) -> None:
    """Raise `InvalidInput` for a kind or a period that there is not."""
    findings = []
    for kind in begun.disruptions:
        if kind not in DISRUPTIONS:
            message = f"there is no disruption '{kind}'{choices(list(DISRUPTIONS), kind)}"
            findings.append(Finding("--disruption", 0, 0, "", message, "A307"))
    try:
        split_period(begun.start or Start.start or "")
    except PeriodError as error:
        findings.append(Finding("--start", 0, 0, "", str(error), "A303"))
    if findings:
        raise InvalidInput(findings)


def _with_owner(begun: Start) -> Start:
    """Return the start with the first of its regions that owns a reserve."""
    owners = set(load_baseline(baseline_folder(begun.baseline)).reserves["owner"])
    return replace(begun, owner=next((region for region in begun.regions if region in owners), None))


def _require_valid(text: str, path: Path) -> None:
    """Raise `InvalidInput` with the faults of the file that is not there yet, each at the option that wrote what is wrong."""
    try:
        inputs = inputs_of(extended(parse_yaml(text.encode(), str(path), "A3")))
        resolve_case(inputs.baseline, inputs.scenario, inputs.framework)
    except InvalidInput as error:
        raise InvalidInput(dict.fromkeys(_at_option(finding) for finding in error.findings)) from None


def _at_option(finding: Finding) -> Finding:
    option = _WRITTEN_BY.get(finding.path.split(".")[0])
    return replace(finding, file=option, line=0, column=0, path="") if option else finding
