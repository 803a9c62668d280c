"""What is open in a component after its stages: the faces from which cost, steadiness and the tie-break choose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allocator.solve.face import Face
from allocator.solve.linear import FloatArray
from allocator.solve.parts import Component, IntArray
from allocator.solve.programs import Programs
from allocator.solve.stages import ComponentSolver

#: Columns of two plans differ when they are further apart, in scaled units.
APART = 1e-6


@dataclass(frozen=True)
class Faces:
    """What was open in a component after its stages, each within the one before.

    Attributes:
        results: every plan that gives all claims at least what they get, and draws on means as much.
        rank: the optimal face of all tiers.
        cost, steadiness: those of these stages on it; on the last the tie-break chooses.
    """

    results: Face
    rank: Face
    cost: Face
    steadiness: Face


def open_faces(component: Component, programs: Programs) -> Faces:
    """Solve a component and return what was open after its stages."""
    solver = _Recorder(component, programs)
    solver.solve()
    return Faces(solver.results, *solver.kept)


def open_columns(solver: ComponentSolver, x: FloatArray, programs: Programs) -> IntArray:
    """Return columns that differ between the plan `x` of a solved component and the one that the opposite of its tie-break chooses.

    There may be others that could differ: `open_faces` tells what can be asked for all of them.
    """
    program = solver.face.program(-solver.component.names(0))
    if (program.lower == program.upper).all():
        return np.zeros(0, dtype=np.int64)
    programs.begin("what is open")
    return np.flatnonzero(np.abs(programs.minimise(program).x - x) > APART)


class _Recorder(ComponentSolver):
    """Keeps the face before each stage that comes after all tiers."""

    def __init__(self, component: Component, programs: Programs) -> None:
        super().__init__(component, programs)
        self.kept: list[Face] = []

    def _least(self, name: str, goal: FloatArray, tier: int | None = None) -> None:
        if tier is None:
            self.kept.append(self.face.copy())
        super()._least(name, goal, tier)

    def _tie_break(self) -> FloatArray:
        self.kept.append(self.face.copy())
        return super()._tie_break()
