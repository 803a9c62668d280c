"""Solve a small case and read the answer by names; or solve it by one plain objective, as a naive method would."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.sparse as sp

from allocator.solve import StageResult, solve_stages
from allocator.solve.highs import minimise
from allocator.solve.linear import FloatArray, LinearProgram
from allocator_models import MatrixForm, formulate, lower
from allocator_models.instance import Instance
from allocator_models.lp_file import MEMBERS
from tests.instances.builder import InstanceBuilder

#: A variable and some or all of its members by name: ("release", "cavern") is the cavern's release in every node.
Key = tuple[str | int, ...]


@dataclass(frozen=True)
class Answer:
    """A solved instance, read by names; a node is named by its period (`2026-02`, on a tree `2026-02/long`)."""

    instance: Instance
    values: Mapping[str, pd.DataFrame]
    stages: tuple[StageResult, ...] = ()

    def coverages(self) -> pd.Series:
        """Return coverage by (claim, node), tail included."""
        shortfall = _named(self.instance, self.values["shortfall"])
        missed = shortfall["value"].to_numpy() / self.instance.cells["demand"].to_numpy(dtype=float)
        return pd.Series(1.0 - missed, index=pd.MultiIndex.from_arrays([shortfall["claim"], shortfall["node"]]))

    def coverage(self, claim: str) -> list[float]:
        """Return the coverage of one claim in each node where it has demand."""
        coverages = self.coverages()
        return coverages[coverages.index.get_level_values(0) == claim].tolist()

    def path(self, *key: str | int) -> list[float]:
        """Return the values of a variable of one member, node after node."""
        variable, *members = key
        frame = _named(self.instance, self.values[str(variable)])
        for column, member in zip(frame.columns, members, strict=False):
            frame = frame[frame[column] == member]
        return frame["value"].tolist()

    def total(self, *key: str | int) -> float:
        """Return the sum over nodes of `path`."""
        return sum(self.path(*key))


def answer(case: InstanceBuilder | Instance) -> Answer:
    """Return the certified answer of the engine."""
    instance = case.build() if isinstance(case, InstanceBuilder) else case
    solution = solve_stages(lower(formulate(instance)), instance)
    return Answer(instance, solution.values, solution.stages)


def least(
    case: InstanceBuilder | Instance,
    weights: Mapping[Key, float],
    fixed: Mapping[Key, float] | None = None,
    sums: Sequence[tuple[Mapping[Key, float], float]] = (),
) -> Answer:
    """Return a plan with the least weighted sum of columns: what a naive method that keeps only `fixed` columns and `sums` would do.

    The rows of the model stand; nothing else of the framework does.
    """
    instance = case.build() if isinstance(case, InstanceBuilder) else case
    form = lower(formulate(instance))
    lower_bound, upper_bound = form.column_lower.copy(), form.column_upper.copy()
    for key, figure in (fixed or {}).items():
        lower_bound[columns_of(form, instance, key)] = upper_bound[columns_of(form, instance, key)] = figure
    extra = sp.csr_array(np.array([_row(form, instance, terms) for terms, _ in sums]).reshape(len(sums), len(lower_bound)))
    kept = np.array([figure for _, figure in sums])
    optimum = minimise(
        LinearProgram(
            sp.csr_array(sp.vstack([form.matrix, extra])),
            np.concatenate([form.row_lower, kept]),
            np.concatenate([form.row_upper, kept]),
            lower_bound,
            upper_bound,
            _row(form, instance, weights),
        )
    )
    return Answer(instance, {name: block.index.assign(value=optimum.x[block.slice]) for name, block in form.variables.items()})


def columns_of(form: MatrixForm, instance: Instance, key: Key) -> list[int]:
    """Return the positions of the columns that `key` names; refuse a key that names none."""
    variable, *members = key
    block = form.variables[str(variable)]
    frame = _named(instance, block.index)
    chosen = np.ones(len(frame), dtype=bool)
    for column, member in zip(frame.columns, members, strict=False):
        chosen &= (frame[column] == member).to_numpy()
    if not chosen.any():
        raise KeyError(f"no column {key}")
    return [block.start + int(position) for position in np.flatnonzero(chosen)]


def _row(form: MatrixForm, instance: Instance, terms: Mapping[Key, float]) -> FloatArray:
    row = np.zeros(form.matrix.shape[1])
    for key, weight in terms.items():
        row[columns_of(form, instance, key)] += weight
    return row


def _named(instance: Instance, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with names in place of codes."""
    named = {column: frame[column].map(getattr(instance, MEMBERS[column])["name"]) for column in frame.columns if column in MEMBERS}
    return frame.assign(**named)
