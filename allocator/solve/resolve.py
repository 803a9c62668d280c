"""A solved problem kept ready, so that one that differs little is solved again where it differs, and nowhere else.

A part with other numbers is solved stage by stage from the bases of the problem as first solved, never from those of the last change, so
the answer does not depend on the way to it. A part that the problem did not have in the same form is solved anew.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b
from threading import Lock

import numpy as np

from allocator.solve.control import Control
from allocator.solve.holding import Holding
from allocator.solve.linear import Basis, FloatArray
from allocator.solve.mip import USUAL, Limits
from allocator.solve.opened import Faces, open_faces
from allocator.solve.parts import Component, IntArray, Partition
from allocator.solve.programs import Place, Programs
from allocator.solve.ranked import SolvedPart, joined, solve_parts, whole_plan
from allocator.solve.solution import Solution

#: Parts whose plans are remembered, so that going back and forth costs nothing.
REMEMBERED = 2000


@dataclass(frozen=True)
class Resolved:
    """The certified answer to a problem that differs from the first.

    Attributes:
        solution: its stages cover all parts.
        touched: how many parts had to be solved.
        rebuilt: how many of those have a form that the first problem does not have.
    """

    solution: Solution
    touched: int
    rebuilt: int


class Resolver:
    """A problem, solved; its methods may be called from several threads.

    Attributes:
        partition: of the problem as first solved, coupled where its plan did not keep what couples everything.
        solution: its answer.
        columns_solved: how many columns the parts have that `solve` solved again so far.
    """

    def __init__(self, partition: Partition, control: Control | None = None, limits: Limits = USUAL) -> None:
        """Solve a problem; `limits` end every search for whole numbers.

        Raises:
            NotCertified: a certificate failed.
            SolverStopped: the solver ended without an answer.
            Cancelled: `control` was cancelled.
        """
        self._limits = limits
        self.columns_solved = 0
        self.solution: Solution
        self._alone: Resolver | None = None
        alone: Solution | None = None
        if partition.guard is not None:
            self._alone = Resolver(partition.alone(), control, limits)
            alone = self._alone.solution
            partition = partition.no_worse(alone)
        self._lock = Lock()
        parts = list(partition)
        self._solved = solve_parts(parts, control or Control(), keep=True, limits=limits)
        if not partition.keeps(whole_plan(partition, self._solved)):
            partition = partition.coupled()
            parts = list(partition)
            self._solved = solve_parts(parts, control or Control(), keep=True, limits=limits)
        self.partition = partition
        self._references: Mapping[bytes, Mapping[Place, Basis]] = {
            _form(part): plan.bases for part, plan in zip(parts, self._solved, strict=True)
        }
        self._plans = OrderedDict((_mark(part), plan) for part, plan in zip(parts, self._solved, strict=True))
        self.solution = joined(partition, self._solved, alone)

    @property
    def holdings(self) -> list[Holding]:
        """What stops the cells that are short in the problem as first solved."""
        return [holding for plan in self._solved for holding in plan.holdings]

    @property
    def open(self) -> IntArray:
        """Positions of columns that another plan, as good as that of the problem as first solved, has otherwise."""
        return np.concatenate([self.partition.columns(number)[plan.open] for number, plan in enumerate(self._solved)])

    def plan(self, number: int) -> FloatArray:
        """Return the plan of a part of the problem as first solved."""
        return self._solved[number].x

    def faces(self, number: int, control: Control | None = None) -> Faces:
        """Return what was open in a part of the problem as first solved, after its stages.

        Raises:
            SolverStopped: the solver ended without an answer.
            Cancelled: `control` was cancelled.
        """
        part, plan = self.partition.part(number), self._solved[number]
        if plan.bounds is not None:
            lower, upper = plan.bounds
            part = replace(part, face=replace(part.face, lower=lower.copy(), upper=upper.copy()))
        return open_faces(part, Programs("", control or Control(), plan.bases))

    def solve(self, partition: Partition, control: Control | None = None) -> Resolved:
        """Return the answer to a problem that differs from the first.

        Raises:
            NotCertified: a certificate failed.
            SolverStopped: the solver ended without an answer.
            Cancelled: `control` was cancelled.
        """
        alone = self._without_sharing(partition, control)
        partition = partition if alone is None else partition.no_worse(alone)
        changed = partition.changed_since(self.partition)
        parts = {int(number): partition.part(number) for number in (range(len(partition)) if changed is None else changed)}
        marks = {number: _mark(part) for number, part in parts.items()}
        forms = {number: _form(part) for number, part in parts.items()}
        with self._lock:
            plans = {number: self._plans[mark] for number, mark in marks.items() if mark in self._plans}
        new = [number for number in parts if number not in plans]
        references = {place: self._references[forms[number]] for place, number in enumerate(new) if forms[number] in self._references}
        solved = solve_parts([parts[number] for number in new], control or Control(), references, limits=self._limits)
        self.columns_solved += sum(len(parts[number].columns) for number in new)
        plans |= dict(zip(new, solved, strict=True))
        self._remember({marks[number]: plans[number] for number in parts})
        every = [plans[number] if number in plans else self._solved[number] for number in range(len(partition))]
        if not partition.keeps(whole_plan(partition, every)):
            return self.solve(partition.coupled(), control)
        return Resolved(joined(partition, every, alone), len(new), len(new) - len(references))

    def _without_sharing(self, partition: Partition, control: Control | None) -> Solution | None:
        """Return what members would have alone in a problem that guards that; None where none does."""
        if partition.guard is None:
            return None
        if self._alone is None:
            return Resolver(partition.alone(), control, self._limits).solution
        return self._alone.solve(partition.alone(), control).solution

    def _remember(self, plans: Mapping[bytes, SolvedPart]) -> None:
        with self._lock:
            self._plans |= plans
            for mark in plans:
                self._plans.move_to_end(mark)
            while len(self._plans) > REMEMBERED:
                self._plans.popitem(last=False)


def _form(part: Component) -> bytes:
    """Return a digest of which columns and rows a part has and how they are linked."""
    digest = blake2b(part.names(0).tobytes(), digest_size=16)
    for indices in (part.face.matrix.indptr, part.face.matrix.indices):
        digest.update(np.asarray(indices, dtype=np.int64).tobytes())
    return digest.digest()


def _mark(part: Component) -> bytes:
    """Return a digest of everything a part is solved from."""
    digest = blake2b(_form(part), digest_size=16)
    face = part.face
    for numbers in (face.matrix.data, face.row_lower, face.row_upper, face.lower, face.upper, *part.goals.values()):
        digest.update(np.asarray(numbers, dtype=np.float64).tobytes())
    for table in (part.cells, part.missed, part.harmed, part.restrained, part.draws, part.dispatched):
        for name, numbers in table.columns.items():
            if name != "position" and numbers.dtype.kind in "biuf":
                digest.update(f"\x1e{name}\x1e{len(numbers)}\x1e".encode())
                digest.update(numbers.astype(np.float64).tobytes())
    digest.update(repr(part.ranks).encode())
    return digest.digest()
