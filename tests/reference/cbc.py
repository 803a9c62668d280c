"""The searches of the engine, stage by stage, put to another solver of mixed programs: CBC, by the file that it reads.

Its binary comes with PuLP, which the benchmarks need anyway. What is handed over is the whole program of a stage: rows and columns as
exported, the pieces of harm, and the rows that keep what earlier stages reached.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import numpy as np
import scipy.sparse as sp

from allocator.case import resolve_case
from allocator.compile import compile_instance
from allocator.inputs import read_inputs
from allocator.solve.control import Control
from allocator.solve.integers import fixed
from allocator.solve.linear import BoolArray, LinearProgram
from allocator.solve.mip import USUAL, Found
from allocator.solve.parts import Partition
from allocator.solve.programs import Programs
from allocator_models import formulate, lower

#: Values may differ by this, relative to max(1, |value|): the gap at which the engine may stop.
CLOSE = 1e-6
#: When CBC stops, and what it lets pass. With its usual 1e-7 a row may be missed by ten times the slack of 1e-8 with which an earlier
#: result is kept, and what a later stage gains by that is as many times as much as a unit of the earlier one is worth to it.
OPTIONS = {
    "ratioGap": 1e-7,
    "allowableGap": 1e-9,
    "integerTolerance": 1e-7,
    "primalTolerance": 1e-9,
    "dualTolerance": 1e-9,
    "preprocess": "off",
    "sec": 600,
}


@dataclass(frozen=True)
class Stage:
    """What both solvers found in one search: the least value, and how large the program is."""

    name: str
    columns: int
    whole: int
    engine: float
    proven: bool
    cbc: float

    @property
    def apart(self) -> float:
        """How far apart they are, relative to max(1, |value|)."""
        return abs(self.engine - self.cbc) / max(1.0, abs(self.engine))


#: Minimums laid over shipped scenarios: whose lines, of what, which share of it they need, where, and how many days they stand still.
SHIPPED: Mapping[str, Sequence[tuple[str, str, float, str, int]]] = {
    "hormuz_closure_national": (("other", "helium_gas", 0.5, "all", 0), ("machine_building", "germanium_optics", 0.6, "all", 60)),
    "hormuz_closure": (("other", "helium_gas", 0.5, "all", 0), ("research", "helium_liquid", 0.8, "all", 30)),
    "tungsten_controls": (("chemicals", "bismuth", 0.9, "[DEU, FRA, NLD]", 60), ("basic_metals", "bismuth", 0.85, "[DEU, NLD]", 0)),
}


def of_shipped(scenario: str) -> list[Stage]:
    """Return what both solvers find in the searches of a shipped scenario with the minimums of `SHIPPED`."""
    words = (
        f"{{sector: {sector}, commodity: {good}, share: {share}, regions: {regions}, restart_days: {days}, source: laid over for this}}"
        for sector, good, share, regions, days in SHIPPED[scenario]
    )
    inputs = read_inputs(scenario, None, [f"minimums=[{', '.join(words)}]"])
    instance = compile_instance(resolve_case(inputs.baseline, inputs.scenario, inputs.framework))
    with compared() as stages:
        for part in Partition(lower(formulate(instance)), instance):
            if (part.integer & (part.face.lower < part.face.upper)).any():
                fixed(part, Programs("", Control()), USUAL)
    return stages


@contextmanager
def compared() -> Iterator[list[Stage]]:
    """Put every search to CBC as well; give the list that they are noted in."""
    import pulp  # only who compares needs it

    binary = str(pulp.PULP_CBC_CMD.pulp_cbc_path)  # the class says where it is; making one warns that it will go
    stages: list[Stage] = []

    def both(engine: Programs, program: LinearProgram, whole: BoolArray, *others: Any) -> Found:
        found = search(engine, program, whole, *others)
        name, value = engine._stage, found.optimum.value
        stages.append(Stage(name, len(program.cost), int(whole.sum()), value, found.proven, _by_cbc(binary, program, whole)))
        return found

    search = Programs.search
    with patch.object(Programs, "search", both):
        yield stages


def _by_cbc(binary: str, program: LinearProgram, whole: BoolArray) -> float:
    """Return the least value that CBC finds; infinite when it finds none. Its plan is read in binary: as text it has eight digits."""
    with TemporaryDirectory() as folder:
        model, answer, plan = (Path(folder) / name for name in ("stage.mps", "stage.sol", "stage.plan"))
        model.write_text(mps(program, whole), encoding="utf-8")
        options = [word for name, value in OPTIONS.items() for word in (f"-{name}", str(value))]
        ends = ["-solve", "-solution", str(answer), "-saveSolution", str(plan)]
        subprocess.run([binary, str(model), *options, *ends], check=True, capture_output=True)
        if not answer.read_text(encoding="utf-8").startswith("Optimal"):
            return np.inf
        rows, columns = np.fromfile(plan, np.int32, 2)
        figures = np.fromfile(
            plan, np.float64, offset=16
        )  # after the counts and the objective: rows, their duals, columns, their reduced costs
    return float(program.cost @ figures[2 * rows : 2 * rows + columns])


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
