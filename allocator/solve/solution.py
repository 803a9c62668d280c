"""What a ranked solve returns: every stage with its certificate, and the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd


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


@dataclass(frozen=True)
class Solution:
    """The plan of one instance.

    Attributes:
        values: one frame per variable: its index columns (integer codes of the instance) and `value` in internal units.
        stages: in the order in which they were solved.
        decided: claim, node and the rank of the tier whose stage is the first that holds what the claim gets there.
        columns, rows, nonzeros, integers: size of the matrix.
        components: how many independent parts it fell into.
    """

    values: Mapping[str, pd.DataFrame]
    stages: tuple[StageResult, ...]
    decided: pd.DataFrame
    columns: int
    rows: int
    nonzeros: int
    integers: int
    components: int
