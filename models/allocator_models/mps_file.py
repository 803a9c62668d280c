"""A matrix form in free MPS format, for other solvers: names of members, numbers to the last digit.

Written here and not by a library: Pyomo's writers want an object per term, and the solver's own keep 15 digits and give names with
brackets up in LP files.
"""

from __future__ import annotations

import scipy.sparse as sp

from allocator_models.instance import Instance
from allocator_models.lp_file import names
from allocator_models.matrix import MatrixForm


def mps_text(form: MatrixForm, instance: Instance, goal: str = "cost", title: str = "allocation") -> str:
    """Return `form` in free MPS format with one goal, to be minimised, as its objective.

    Args:
        form: the matrix.
        instance: whose members name its columns and rows.
        goal: which of its goals is the objective.
        title: name of the problem, one word.
    """
    columns, rows = names(form.variables, instance), names(form.rows, instance)
    matrix = sp.csc_array(form.matrix)
    start, members, values = matrix.indptr, matrix.indices.tolist(), matrix.data.tolist()
    lines = [f"NAME {title} FREE", "ROWS", f" N {goal}"]
    lines += [f" {'E' if low == high else 'L'} {name}" for name, low, high in zip(rows, form.row_lower, form.row_upper, strict=True)]
    lines.append("COLUMNS")
    whole = False
    for position, (name, cost, integer) in enumerate(zip(columns, form.goals[goal].tolist(), form.integrality.tolist(), strict=True)):
        lines += [_marker(position, whole)] if integer != whole else []
        whole = integer
        own = range(start[position], start[position + 1])
        if cost or not len(own):
            lines.append(f" {name} {goal} {cost!r}")
        lines += [f" {name} {rows[members[entry]]} {values[entry]!r}" for entry in own]
    lines += [_marker(len(columns), whole)] if whole else []
    lines.append("RHS")
    lines += [f" RHS {name} {high!r}" for name, high in zip(rows, form.row_upper.tolist(), strict=True) if high]
    lines.append("BOUNDS")
    for name, low, high in zip(columns, form.column_lower.tolist(), form.column_upper.tolist(), strict=True):
        lines += [f" LO BND {name} {low!r}"] if low else []
        lines.append(f" UP BND {name} {high!r}")
    return "\n".join([*lines, "ENDATA", ""])


def _marker(position: int, whole: bool) -> str:
    """Return the line between continuous and integer columns."""
    return f" MARKER{position} 'MARKER' '{'INTEND' if whole else 'INTORG'}'"
