"""``allocator list``: what there is, with names."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Annotated

import pandas as pd
import typer

from allocator.baseline import Baseline, load_baseline
from allocator.cli._baseline import DEFAULT, BaselineOption, baseline_folder
from allocator.cli._output import console, print_json, table
from allocator.framework import load_framework
from allocator.output.text import rounded
from allocator.scenario import DISRUPTIONS, LEVERS, Disruption, Lever, load_scenario, shipped
from allocator_models.rules import RULES

Rows = list[dict[str, str | int | float]]


class Kind(StrEnum):
    """What can be listed."""

    regions = "regions"
    sectors = "sectors"
    commodities = "commodities"
    supply_lines = "supply-lines"
    reserves = "reserves"
    disruptions = "disruptions"
    levers = "levers"
    rules = "rules"
    scenarios = "scenarios"
    frameworks = "frameworks"


def add(program: typer.Typer) -> None:
    """Add the command."""
    program.command("list")(list_)


def list_(
    kind: Annotated[
        Kind | None, typer.Argument(metavar="KIND", help="One of: " + ", ".join(Kind) + ". Left out: how many there are of each.")
    ] = None,
    baseline: BaselineOption = DEFAULT,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List what there is, with names in English and Dutch: whatever can stand in a scenario or framework file.

    Examples:
        allocator list
        allocator list reserves
        allocator list scenarios --json
    """
    rows = _counts(baseline) if kind is None else rows_of(kind, baseline)
    if as_json:
        print_json(rows)
        return
    heads = list(rows[0]) if rows else ["none"]
    console().print(table(str(kind or ""), heads, [tuple(_text(value) for value in row.values()) for row in rows]))


def _counts(baseline: str) -> Rows:
    tables = load_baseline(baseline_folder(baseline)).tables
    return [
        {"kind": str(kind), "count": len(_REGISTERED[kind]()) if kind in _REGISTERED else len(tables[_COLUMNS[kind][0]])} for kind in Kind
    ]


def rows_of(kind: Kind, baseline: str = DEFAULT) -> Rows:
    """Return one row per thing of a kind, sorted by its id."""
    if kind in _REGISTERED:
        return _REGISTERED[kind]()
    return _of_baseline(kind, load_baseline(baseline_folder(baseline)))


_COLUMNS = {
    Kind.regions: ("regions", ("region", "name_en", "name_nl")),
    Kind.sectors: ("sectors", ("sector", "name_en", "name_nl", "nace")),
    Kind.commodities: ("commodities", ("commodity", "name_en", "name_nl", "stage", "unit")),
    Kind.supply_lines: ("supply_lines", ("line", "commodity", "origin", "region", "route", "annual_quantity", "unit")),
    Kind.reserves: ("reserves", ("reserve", "owner", "region", "commodity", "quantity", "crisis_level", "basis")),
}


def _of_baseline(kind: Kind, baseline: Baseline) -> Rows:
    name, columns = _COLUMNS[kind]
    rows: pd.DataFrame = baseline.tables[name][list(columns)].sort_values(columns[0])
    return [{column: _plain(value) for column, value in zip(columns, row, strict=True)} for row in rows.itertuples(index=False, name=None)]


def _plain(value: object) -> str | float:
    return rounded(value) if isinstance(value, float) else str(value)


def _text(value: object) -> str:
    return f"{value:.9g}" if isinstance(value, float) else str(value)


def _first_sentence(documented: object) -> str:
    return " ".join((inspect.getdoc(documented) or "").split("\n\n")[0].split())


def _named(kinds: Mapping[str, type[Disruption]] | Mapping[str, type[Lever]]) -> Rows:
    return [
        {"kind": name, "name_en": kind.NAMES.en, "name_nl": kind.NAMES.nl, "what": _first_sentence(kind)} for name, kind in kinds.items()
    ]


def _rules() -> Rows:
    return [{"rule": name, "what": _first_sentence(rule)} for name, rule in RULES.items()]


def _scenarios() -> Rows:
    files = sorted(shipped("scenario").items())
    told = [(name, path, load_scenario(path).title) for name, path in files]
    return [{"scenario": name, "title_en": title.en, "title_nl": title.nl, "file": path.name} for name, path, title in told]


def _frameworks() -> Rows:
    files = sorted(shipped("framework").items())
    laws = [(name, path, load_framework(path)) for name, path in files]
    return [
        {"framework": name, "title_en": law.title.en, "title_nl": law.title.nl, "status": law.status, "file": path.name}
        for name, path, law in laws
    ]


_REGISTERED: Mapping[Kind, Callable[[], Rows]] = {
    Kind.disruptions: lambda: _named(DISRUPTIONS),
    Kind.levers: lambda: _named(LEVERS),
    Kind.rules: _rules,
    Kind.scenarios: _scenarios,
    Kind.frameworks: _frameworks,
}
