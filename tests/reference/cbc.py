"""The searches of the engine, stage by stage, put to another solver of mixed programs: CBC, by the file that it reads.

Its binary comes with PuLP, which the benchmarks need anyway. What is handed over is the whole program of a stage: rows and columns as
exported, the pieces of harm, and the rows that keep what earlier stages reached.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import numpy as np
import scipy.sparse as sp

from allocator.solve import programs
from allocator.solve.highs import BoolArray, LinearProgram
from allocator.solve.mip import Found, search

#: Relative gap at which CBC stops, and seconds after which it gives up.
GAP, SECONDS = 1e-7, 600


@dataclass(frozen=True)
class Stage:
    """What both solvers found in one search: the least value, and how large the program is."""

    columns: int
    whole: int
    engine: float
    proven: bool
    cbc: float

    @property
    def apart(self) -> float:
        """How far apart they are, relative to max(1, |value|)."""
        return abs(self.engine - self.cbc) / max(1.0, abs(self.engine))


@contextmanager
def compared() -> Iterator[list[Stage]]:
    """Put every search to CBC as well; give the list that they are noted in."""
    import pulp  # only who compares needs it

    binary = str(pulp.PULP_CBC_CMD.pulp_cbc_path)  # the class says where it is; making one warns that it will go
    stages: list[Stage] = []

    def both(program: LinearProgram, whole: BoolArray, *others: Any) -> Found:
        found = search(program, whole, *others)
        stages.append(Stage(len(program.cost), int(whole.sum()), found.optimum.value, found.proven, _by_cbc(binary, program, whole)))
        return found

    with patch.object(programs, "search", both):
        yield stages


def _by_cbc(binary: str, program: LinearProgram, whole: BoolArray) -> float:
    """Return the least value that CBC finds; infinite when it finds none."""
    with TemporaryDirectory() as folder:
        model, answer = Path(folder) / "stage.mps", Path(folder) / "stage.sol"
        model.write_text(mps(program, whole), encoding="utf-8")
        options = [f"-ratioGap={GAP}", "-allowableGap=1e-9", "-integerTolerance=1e-7", "-preprocess=off", f"-sec={SECONDS}"]
        subprocess.run(
            [binary, str(model), *(part for option in options for part in option.split("=")), "-solve", "-solution", str(answer)],
            check=True,
            capture_output=True,
        )
        lines = answer.read_text(encoding="utf-8").splitlines()
    if not lines[0].startswith("Optimal"):
        return np.inf
    x = np.zeros(len(program.cost))
    for line in lines[1:]:
        words = line.replace("**", "").split()
        x[int(words[1][1:])] = float(words[2])
    return float(program.cost @ x)


def mps(program: LinearProgram, whole: BoolArray) -> str:
    """Return a program in free MPS format; rows without a side are left out."""
    rows = np.flatnonzero(np.isfinite(program.row_lower) | np.isfinite(program.row_upper))
    kind = {}
    for row in rows.tolist():
        low, high = program.row_lower[row], program.row_upper[row]
        assert low == high or np.isinf(low) or np.isinf(high)
        kind[row] = "E" if low == high else "L" if np.isfinite(high) else "G"
    matrix = sp.csc_array(program.matrix)
    lines = ["NAME stage FREE", "ROWS", " N cost", *(f" {kind[row]} r{row}" for row in kind), "COLUMNS"]
    for column in range(len(program.cost)):
        lines += [f" M{column} 'MARKER' 'INTORG'"] if whole[column] else []
        lines.append(f" x{column} cost {float(program.cost[column])!r}")
        for entry in range(matrix.indptr[column], matrix.indptr[column + 1]):
            if int(matrix.indices[entry]) in kind:
                lines.append(f" x{column} r{matrix.indices[entry]} {float(matrix.data[entry])!r}")
        lines += [f" N{column} 'MARKER' 'INTEND'"] if whole[column] else []
    lines.append("RHS")
    lines += [f" RHS r{row} {float(program.row_lower[row] if kind[row] == 'G' else program.row_upper[row])!r}" for row in kind]
    lines.append("BOUNDS")
    for column in range(len(program.cost)):
        lines += [f" LO BND x{column} {float(program.lower[column])!r}", f" UP BND x{column} {float(program.upper[column])!r}"]
    return "\n".join([*lines, "ENDATA", ""])
