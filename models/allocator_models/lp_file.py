"""A matrix form as text in LP format, with the names of members, for people and other solvers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from allocator_models.formulation import FloatArray
from allocator_models.instance import Instance
from allocator_models.matrix import Block, MatrixForm

#: Which member table an index column's codes belong to; other columns (blocks, ranks) are their own name.
MEMBERS = {
    "node": "nodes",
    "sent": "nodes",
    "region": "regions",
    "commodity": "commodities",
    "claim": "claims",
    "line": "lines",
    "process": "processes",
    "reserve": "reserves",
    "lane": "lanes",
}


def names(blocks: Mapping[str, Block], instance: Instance) -> list[str]:
    """Return the readable name of every column or row: ``release(nld_helium,2026_03)``."""
    readable: list[str] = []
    for block_name, block in blocks.items():
        parts = [_member_names(instance, column, block.index[column].to_numpy()) for column in block.index.columns]
        readable.extend(f"{block_name}({','.join(part)})" for part in zip(*parts, strict=True))
    return readable


def lp_text(form: MatrixForm, instance: Instance, goal: str = "cost") -> str:
    """Return `form` in LP format with one goal as its objective."""
    columns, rows = names(form.variables, instance), names(form.rows, instance)
    lines = [
        f"\\ {len(columns)} columns, {len(rows)} rows, {form.matrix.nnz} nonzeros",
        "minimize",
        f" {goal}: {_linear(form.goals[goal], columns)}",
    ]
    lines.append("subject to")
    for position, name in enumerate(rows):
        row = form.matrix[[position], :]
        terms = _terms(row.data, [columns[int(column)] for column in row.indices])
        low, high = float(form.row_lower[position]), float(form.row_upper[position])
        lines.append(f" {name}: {terms} {f'= {high:.12g}' if low == high else f'<= {high:.12g}'}")
    lines.append("bounds")
    lines.extend(
        f" {low:.12g} <= {name} <= {high:.12g}" for name, low, high in zip(columns, form.column_lower, form.column_upper, strict=True)
    )
    return "\n".join([*lines, "end", ""])


def _member_names(instance: Instance, column: str, codes: np.ndarray[tuple[int], np.dtype[np.int64]]) -> list[str]:
    if column not in MEMBERS:
        return [str(code) for code in codes]
    members = [re.sub(r"[^A-Za-z0-9_./]", "_", name) for name in getattr(instance, MEMBERS[column])["name"]]
    return [members[code] for code in codes]


def _linear(coefficients: FloatArray, columns: Sequence[str]) -> str:
    used = np.flatnonzero(coefficients)
    return _terms(coefficients[used], [columns[int(column)] for column in used])


def _terms(values: FloatArray, columns: Sequence[str]) -> str:
    if not len(columns):
        return "0"
    text = " ".join(f"{'-' if value < 0 else '+'} {abs(value):.12g} {column}" for value, column in zip(values, columns, strict=True))
    return text.removeprefix("+ ")
