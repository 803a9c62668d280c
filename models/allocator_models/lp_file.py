"""A matrix form as text in LP format, with the names of members, for people and other solvers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from textwrap import wrap

import numpy as np

from allocator_models.formulation import FloatArray
from allocator_models.instance import Instance
from allocator_models.matrix import Block, MatrixForm

#: How a number is written.
Write = Callable[[float], str]
#: Characters that every reader of the format takes on one line.
LONGEST_LINE = 500
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
    "plant": "plants",
    "unlock": "unlocks",
}


def names(blocks: Mapping[str, Block], instance: Instance) -> list[str]:
    """Return the readable name of every column or row: ``release(nld_helium,2026_03)``."""
    readable: list[str] = []
    for block_name, block in blocks.items():
        parts = [_member_names(instance, column, block.index[column].to_numpy()) for column in block.index.columns]
        readable.extend(f"{block_name}({','.join(part)})" for part in zip(*parts, strict=True))
    return readable


def twelve_digits(value: float) -> str:
    """Write a number with twelve significant digits, the same on every machine."""
    return f"{value:.12g}"


def lp_text(form: MatrixForm, instance: Instance, goal: str = "cost", write: Write = twelve_digits) -> str:
    """Return `form` in LP format with one goal as its objective, numbers as `write` gives them."""
    columns, rows = names(form.variables, instance), names(form.rows, instance)
    used = np.flatnonzero(form.goals[goal])
    lines = [
        f"\\ {len(columns)} columns, {len(rows)} rows, {form.matrix.nnz} nonzeros",
        "minimize",
        *_wrapped(f" {goal}: {_terms(form.goals[goal][used], [columns[column] for column in used], write)}"),
    ]
    lines.append("subject to")
    start, members, values = form.matrix.indptr, form.matrix.indices, form.matrix.data
    for position, name in enumerate(rows):
        own = slice(start[position], start[position + 1])
        terms = _terms(values[own], [columns[column] for column in members[own]], write)
        low, high = float(form.row_lower[position]), float(form.row_upper[position])
        lines.extend(_wrapped(f" {name}: {terms} {'=' if low == high else '<='} {write(high)}"))
    lines.append("bounds")
    for name, low, high in zip(columns, form.column_lower.tolist(), form.column_upper.tolist(), strict=True):
        lines.append(f" {write(low)} <= {name} <= {write(high)}")
    whole = [columns[column] for column in np.flatnonzero(form.integrality)]
    lines.extend(["general", *(f" {name}" for name in whole)] if whole else [])
    return "\n".join([*lines, "end", ""])


def _member_names(instance: Instance, column: str, codes: np.ndarray[tuple[int], np.dtype[np.int64]]) -> list[str]:
    if column not in MEMBERS:
        return [str(code) for code in codes]
    members = [re.sub(r"[^A-Za-z0-9_./]", "_", name) for name in getattr(instance, MEMBERS[column])["name"]]
    return [members[code] for code in codes]


def _terms(values: FloatArray, columns: Sequence[str], write: Write) -> str:
    if not len(columns):
        return "0"
    text = " ".join(
        f"{'-' if value < 0 else '+'} {write(abs(value))} {column}" for value, column in zip(values.tolist(), columns, strict=True)
    )
    return text.removeprefix("+ ")


def _wrapped(line: str) -> list[str]:
    """Part a line between words where it is longer than readers of the format take."""
    return (
        wrap(line, LONGEST_LINE, initial_indent=" ", subsequent_indent="   ", break_long_words=False, break_on_hyphens=False)
        if len(line) > LONGEST_LINE
        else [line]
    )
