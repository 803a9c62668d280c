"""The model of a scenario for other solvers and for reviewers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from allocator.case import Case, resolve_case
from allocator.compile import compile_instance
from allocator.inputs import Inputs
from allocator.solve.parts import Component, Partition
from allocator.solve.table import Table
from allocator_models import Instance, MatrixForm, formulate, lower
from allocator_models.lp_file import lp_text, names
from allocator_models.mps_file import mps_text

#: Tables that say what the stages of the ranked problem measure, each with what it keeps of a component's table.
_MEASURES: Mapping[str, tuple[str, ...]] = {
    "cells": ("claim", "node", "tier", "horizon", "demand", "guarantee", "guarantee_first", "allocate"),
    "missed": ("claim", "tier"),
    "restrained": ("claim", "node", "tier", "horizon"),
    "draws": ("rank", "commodity"),
}


@dataclass(frozen=True)
class Model:
    """The model of one case.

    Attributes:
        case: what the scenario means.
        instance: its numbers.
        form: rows, columns and goals.
        classification: label of the figures it rests on.
    """

    case: Case
    instance: Instance
    form: MatrixForm
    classification: str

    @property
    def name(self) -> str:
        """Name of the model: that of the run of the same case."""
        return f"{self.case.scenario}-{self.case.sha256[:8]}"


def model_of(inputs: Inputs) -> Model:
    """Return the model of a scenario under its framework."""
    case = resolve_case(inputs.baseline, inputs.scenario, inputs.framework)
    instance = compile_instance(case)
    return Model(case, instance, lower(formulate(instance)), inputs.baseline.classification)


def as_mps(model: Model, goal: str = "cost") -> str:
    """Return rows, columns and one goal in free MPS format."""
    return _remarks(model, goal, "*") + mps_text(model.form, model.instance, goal, model.name)


def as_lp(model: Model, goal: str = "cost") -> str:
    """Return rows, columns and one goal in LP format, numbers to the last digit."""
    return _remarks(model, goal, "\\") + lp_text(model.form, model.instance, goal, repr)


def _remarks(model: Model, goal: str, mark: str) -> str:
    """Return what the file is, behind the sign that begins a remark in its format."""
    case = model.case
    said = [
        f"scenario {case.scenario}, framework {case.framework}, baseline {case.baseline}, case {case.sha256}",
        f"Classification: {model.classification}",
        f"The rows and bounds that every stage obeys; the objective is the goal '{goal}', which ranks after all classes.",
    ]
    if case.sharing == "guarded":
        said.append("Rows 'worse_off' bind nothing here: what each claim would be short of alone is found by solving.")
    return "".join(f"{mark} {line}\n" for line in said)


def as_json(model: Model, goal: str = "cost") -> str:
    """Return rows, columns, every goal and what the stages measure as JSON; `goal` comes first among the goals."""
    form, instance, case = model.form, model.instance, model.case
    columns, matrix = names(form.variables, instance), form.matrix.tocoo()
    content = {
        "model": model.name,
        "scenario": case.scenario,
        "framework": case.framework,
        "baseline": case.baseline,
        "case_hash": case.sha256,
        "classification": model.classification,
        "periods": _table(instance.nodes[["name", "horizon"]]),
        "commodities": _table(instance.commodities[["name", "scale"]]),
        "columns": {"name": columns, "lower": form.column_lower.tolist(), "upper": form.column_upper.tolist()},
        "rows": {
            "name": names(form.rows, instance),
            "lower": [None if np.isinf(low) else low for low in form.row_lower.tolist()],
            "upper": form.row_upper.tolist(),
        },
        "row_kinds": {kind: block.doc for kind, block in form.rows.items()},
        "matrix": {"row": matrix.row.tolist(), "column": matrix.col.tolist(), "value": matrix.data.tolist()},
        "goals": {name: _sparse(form.goals[name]) for name in sorted(form.goals, key=lambda name: (name != goal, name))},
        "tiers": _table(instance.tiers),
        "measures": _measures(model, columns),
    }
    return json.dumps(content, ensure_ascii=False, allow_nan=False) + "\n"


#: Formats of the file, by name.
FORMATS: Mapping[str, Callable[[Model, str], str]] = {"mps": as_mps, "lp": as_lp, "json": as_json}


def _measures(model: Model, columns: list[str]) -> dict[str, Any]:
    """Return what the stages measure: every table with the name of the column that a row stands for."""
    parts = list(Partition(model.form, model.instance))
    tables = {}
    for name, kept in _MEASURES.items():
        table = pd.concat([_placed(part, getattr(part, name), kept) for part in parts], ignore_index=True).sort_values("position")
        for code, member in (("claim", "claims"), ("node", "nodes"), ("commodity", "commodities")):
            if code in table:
                table[code] = table[code].map(getattr(model.instance, member)["name"])
        for position in ("position", "allocate"):
            if position in table:
                table[position] = [columns[place] for place in table[position].tolist()]
        tables[name] = _table(table.rename(columns={"position": "column", "node": "period"}))
    return tables


def _placed(part: Component, table: Table, kept: tuple[str, ...]) -> pd.DataFrame:
    """Return the table of a part with places among the columns of the whole model."""
    placed = {name: table[name] for name in kept} | {"position": part.columns[table["column"]]}
    return pd.DataFrame(placed | {"allocate": part.columns[table["allocate"]]} if "allocate" in kept else placed)


def _sparse(goal: np.ndarray[Any, np.dtype[np.float64]]) -> dict[str, list[Any]]:
    used = np.flatnonzero(goal)
    return {"column": used.tolist(), "value": goal[used].tolist()}


def _table(frame: pd.DataFrame) -> dict[str, list[Any]]:
    return {str(name): column.tolist() for name, column in frame.items()}
