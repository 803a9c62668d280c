"""The programs of one component, solved in their order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from allocator.solve.basic import optimum_at
from allocator.solve.control import Control, Progress
from allocator.solve.highs import Tell, minimise
from allocator.solve.linear import Basis, BoolArray, FloatArray, LinearProgram, Optimum
from allocator.solve.mip import Found, Limits, search

#: Stage and number of the program in it.
Place = tuple[str, int]


@dataclass(frozen=True)
class _Solved:
    """The basis of a program and the one that the other solve had for it."""

    known: Basis | None
    reached: Basis


class Programs:
    """Solves programs and tells how far the work is.

    Args:
        name: of the component.
        control: told progress; stops the work.
        reference: bases to start from, of the programs of a solve that differs little, and of no third one, so that the answer does not
            depend on the way to it. A program starts from its own, or from the basis that the program before it reached, where that is
            further from its own than the two programs are apart. One that the other solve did not have starts from the last of its stage
            that has as many columns and rows, or from the one before it.

    Attributes:
        bases: those of the programs solved; filled when `keep` is set.
    """

    def __init__(self, name: str, control: Control, reference: Mapping[Place, Basis] | None = None, keep: bool = False) -> None:
        self._name, self._control, self._reference, self._keep = name, control, reference or {}, keep
        self._stage, self._count = "", 0
        self._before: _Solved | None = None
        self._alike: dict[tuple[int, int], Basis] = {}
        self._progress = Progress(name)
        self.bases: dict[Place, Basis] = {}

    def begin(self, stage: str) -> None:
        """Begin a stage."""
        self._stage, self._count = stage, 0
        self._alike.clear()
        self._progress = Progress(", ".join(word for word in (self._name, stage) if word))
        self._control.tell(self._progress)

    def reached(self, level: float) -> None:
        """Note the level that a leximin has reached."""
        self._progress = Progress(self._progress.stage, level, gap=self._progress.gap)
        self._control.tell(self._progress)

    def minimise(self, program: LinearProgram) -> Optimum:
        """Return an optimum of the stage's next program."""
        place = (self._stage, self._count)
        self._count += 1
        known = self._reference.get(place)
        if known is not None and not known.fits(program):
            known = None
        optimum = None if known is None else optimum_at(program, known)
        if optimum is None:
            optimum = minimise(program, self._start(program, known), self._control, self._tell())
        self._control.check()
        self._before = _Solved(known, optimum.basis)
        self._alike[program.matrix.shape] = optimum.basis
        self._progress = Progress(self._progress.stage, self._progress.level, gap=optimum.gap)
        if self._keep:
            self.bases[place] = optimum.basis
        return optimum

    def _start(self, program: LinearProgram, known: Basis | None) -> Basis | None:
        """Return the basis to start a program from; `known` is that of the same program of the other solve, where it had it."""
        before = self._before
        if not self._reference or before is None:
            return known
        if known is None:
            return self._alike.get(program.matrix.shape) or before.reached.resized(program)
        if before.known is None or not before.reached.fits(program):
            return known
        return before.reached if known.apart(before.known) < before.reached.apart(before.known) else known

    def search(self, program: LinearProgram, whole: BoolArray, limits: Limits, start: FloatArray) -> Found:
        """Return the best plan found of the stage's next program, whose columns `whole` are whole numbers."""
        return search(program, whole, limits, start, self._control, self._tell())

    def _tell(self) -> Tell:
        progress = self._progress
        return lambda iterations: self._control.tell(Progress(progress.stage, progress.level, iterations, progress.gap))
