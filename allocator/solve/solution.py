"""What a ranked solve returns: every stage with its certificate, and the plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd

from allocator.solve.linear import FloatArray
from allocator_models import MatrixForm

#: Names of stages in the order in which they are solved, of those of one tier.
STAGES = (
    *("guarantee", "own_guarantee", "rule", "delegated", "completion", "tail", "restraint", "restraint_tail", "means"),
    *("top_up", "cost", "steadiness", "tie_break"),
)


def place(name: str, tier: int | None) -> tuple[int, int, int]:
    """Return where a stage stands in the order of all: first guarantees, then tiers, what satisfied tiers left, and what serves no tier."""
    part = {"guarantee": 0, "top_up": 2}.get(name, 3 if tier is None else 1)
    return part, tier or 0, STAGES.index(name)


@dataclass(frozen=True)
class StageResult:
    """One stage, over all components of the problem.

    Attributes:
        name: what it decides: guarantee, rule, completion, tail, restraint, means, cost, steadiness or tie_break.
        tier: rank of the tier it serves; None for what comes after all tiers.
        rule: how: leximin, least or by_name.
        value: lowest level reached (leximin) or sum of the objective over components (least, by_name); scaled units.
        seconds: wall clock.
        primal_residual: largest violation of a row or bound.
        dual_residual: largest wrong-signed reduced cost or dual, or the distance to the bound that would allow it where that is smaller.
        gap: value minus Lagrangian bound, relative to max(1, |value|).
        leak: sum over columns that were not held of |reduced cost| x range; 0 for leximin, whose levels are numbers.
        drift: how far the final plan stays behind what the stage reached.
        rank_gap: bound on what the stage could still gain while earlier stages keep what they reached, proven on the data alone.
        multiplier: the largest multiplier of an earlier program in the proof of its rank, its own counted.
        rates: exchange rates by name and tier of earlier stages: at most what this stage would gain per unit given up there. Both count in
            full coverages of one cell where they are leximin stages.
        nodes: of the search tree, where whole numbers were searched for; None where there are none.
        proven: whether the gap is within the limit of the search; True where there are no whole numbers.
    """

    name: str
    tier: int | None
    rule: str
    value: float
    seconds: float
    primal_residual: float
    dual_residual: float
    gap: float
    leak: float
    drift: float
    rank_gap: float = 0.0
    multiplier: float = 0.0
    rates: Mapping[tuple[str, int | None], float] = field(default_factory=dict)
    nodes: int | None = None
    proven: bool = True


class Values(Mapping[str, pd.DataFrame]):
    """A plan by variable; a frame is made when it is first asked for, as most never are."""

    def __init__(self, form: MatrixForm, x: FloatArray) -> None:
        self._form, self._x = form, x
        self._frames: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Return the index columns of a variable, integer codes of the instance, and `value` in internal units."""
        if name not in self._frames:
            block = self._form.variables[name]
            self._frames[name] = block.index.assign(value=self._x[block.slice])
        return self._frames[name]

    def index(self, name: str) -> pd.DataFrame:
        """Return the index columns of a variable alone, and no copy of them."""
        return self._form.variables[name].index

    def numbers(self, name: str) -> FloatArray:
        """Return the values of a variable alone."""
        return self._x[self._form.variables[name].slice]

    def __iter__(self) -> Iterator[str]:
        """Yield the variables."""
        return iter(self._form.variables)

    def __len__(self) -> int:
        """Return how many variables there are."""
        return len(self._form.variables)


@dataclass(frozen=True)
class Solution:
    """The plan of one instance.

    Attributes:
        values: one frame per variable.
        stages: in the order in which they were solved.
        decided: claim, node and the rank of the tier whose stage is the first that holds what the claim gets there.
        columns, rows, nonzeros, integers: size of the matrix.
        components: how many independent parts it fell into.
        alone: the plan without sharing, where no member may be worse off than in it.
    """

    values: Values
    stages: tuple[StageResult, ...]
    decided: pd.DataFrame
    columns: int
    rows: int
    nonzeros: int
    integers: int
    components: int
    alone: Solution | None = None

    @property
    def proven(self) -> bool:
        """Whether every search for whole numbers came within its gap."""
        return all(stage.proven for stage in self.stages)
