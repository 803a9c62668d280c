"""The programs of one component, solved in their order."""

from __future__ import annotations

from collections.abc import Mapping

from allocator.solve.control import Control, Progress
from allocator.solve.highs import Basis, BoolArray, FloatArray, LinearProgram, Optimum, Tell, minimise
from allocator.solve.mip import Found, Limits, search

#: Stage and number of the program in it.
Place = tuple[str, int]


class Programs:
    """Solves programs and tells how far the work is.

    Args:
        name: of the component.
        control: told progress; stops the work.
        reference: bases to start from, of the programs of a solve that differs little. Every program starts from its own, so that the
            answer does not depend on the way to it; one that the other solve did not have starts from that of the program before it.

    Attributes:
        bases: those of the programs solved; filled when `keep` is set.
    """

    def __init__(self, name: str, control: Control, reference: Mapping[Place, Basis] | None = None, keep: bool = False) -> None:
        self._name, self._control, self._reference, self._keep = name, control, reference or {}, keep
        self._stage, self._count = "", 0
        self._before: Basis | None = None
        self._progress = Progress(name)
        self.bases: dict[Place, Basis] = {}

    def begin(self, stage: str) -> None:
        """Begin a stage."""
        self._stage, self._count = stage, 0
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
        start = self._reference.get(place)
        if self._reference and self._before is not None and (start is None or not start.fits(program)):
            start = self._before.resized(program)
        optimum = minimise(program, start, self._control, self._tell())
        self._before = optimum.basis
        self._progress = Progress(self._progress.stage, self._progress.level, gap=optimum.gap)
        if self._keep:
            self.bases[place] = optimum.basis
        return optimum

    def search(self, program: LinearProgram, whole: BoolArray, limits: Limits, start: FloatArray) -> Found:
        """Return the best plan found of the stage's next program, whose columns `whole` are whole numbers."""
        return search(program, whole, limits, start, self._control, self._tell())

    def _tell(self) -> Tell:
        progress = self._progress
        return lambda iterations: self._control.tell(Progress(progress.stage, progress.level, iterations, progress.gap))
