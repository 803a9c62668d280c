"""The rank certificate: that no stage took what an earlier stage needed, proven on the bounds of the data alone.

A stage is solved on the face that earlier stages hold, so its own certificate takes their holds for granted. Here every hold is paid for:
the multiplier of an earlier stage is the least that makes each of its holds follow from its own objective. Multipliers are worth reading:
what a later stage would gain per unit that the earlier one gave up.

Nothing is taken from a program but its duals. Reduced costs are made from them afresh, and what is inexact in a link counts in the gap as
many times as its multiplier says. What a plan exceeds a bound or number by counts too, never against something else. Only what double
precision cannot tell from zero is zero: a sum no larger than the rounding of its own terms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from allocator.solve.face import Face
from allocator.solve.linear import TOLERANCE, FloatArray

IntArray = npt.NDArray[np.int64]
#: Rounding of a sum, relative to the sum of its absolute terms.
ROUNDING = 32 * np.finfo(np.float64).eps


@dataclass(frozen=True)
class Link:
    """What one program adds to the chain.

    Attributes:
        weighed, weights: columns of the goal that it minimised, and their coefficients; none for a leximin round, whose level is a bound
            of its cells' columns from then on.
        value: of the goal, reached by the program.
        reduced_cost, dual: of its columns and rows.
        columns, rows: positions of what it held.
        lower, upper: bounds that are data or numbers reached so far (levels, guarantee results, kept draws); no held ones.
        scale: what the gap is relative to, max(1, |value|).
    """

    weighed: IntArray
    weights: FloatArray
    value: float
    reduced_cost: FloatArray
    dual: FloatArray
    columns: IntArray
    rows: IntArray
    lower: FloatArray
    upper: FloatArray
    scale: float

    def widened(self, columns: int, rows: int) -> Link:
        """Return the link of a program with more columns and rows after its own."""
        none = np.zeros(columns)
        return Link(
            self.weighed,
            self.weights,
            self.value,
            np.concatenate([self.reduced_cost, none]),
            np.concatenate([self.dual, np.zeros(rows)]),
            self.columns,
            self.rows,
            np.concatenate([self.lower, none]),
            np.concatenate([self.upper, none]),
            self.scale,
        )

    def lost(self, x: FloatArray) -> float:
        """Return by how much plan `x` is behind what the program reached."""
        return max(0.0, float(self.weights @ x[self.weighed]) - self.value)


@dataclass(frozen=True)
class Proof:
    """How far a plan can at most be from the best for one stage that leaves earlier stages what they reached.

    Attributes:
        gap: bound on what the stage could still gain, and on what it gained by what earlier programs lost, relative to its value;
            infinite when it rests on a side that does not exist.
        multipliers: of the earlier links, first to last.
    """

    gap: float
    multipliers: tuple[float, ...]


@dataclass(frozen=True)
class Trial:
    """A plan to be proven, on the rows and bounds before any stage.

    Attributes:
        x: columns.
        sizes: absolute values of the matrix.
        slack_lower, slack_upper: by how much rows exceed their lower bounds and stay below their upper ones; a difference that is no
            larger than the rounding of the row's own sum is zero.
    """

    x: FloatArray
    sizes: sp.csr_array
    slack_lower: FloatArray
    slack_upper: FloatArray


def trial(x: FloatArray, data: Face) -> Trial:
    """Return a plan to be proven on the rows of `data`."""
    sizes = abs(data.matrix)
    activity, rounding = data.matrix @ x, ROUNDING * (sizes @ np.abs(x))
    return Trial(x, sizes, _beyond(activity - data.row_lower, rounding), _beyond(data.row_upper - activity, rounding))


def prove(chain: Sequence[Link], plan: Trial) -> Proof:
    """Return the proof for the last link of `chain` at a plan."""
    last = chain[-1]
    cost, dual = last.reduced_cost.copy(), last.dual.copy()
    goal, duals = np.zeros(len(cost)), np.abs(dual)
    goal[last.weighed] = np.abs(last.weights)
    multipliers = []
    traded = 0.0
    for link in reversed(chain[:-1]):
        needed = np.concatenate(
            [
                -cost[link.columns] / link.reduced_cost[link.columns],
                -dual[link.rows] / link.dual[link.rows],
            ]
        )
        multiplier = float(needed.max(initial=0.0))
        if multiplier > 0.0:
            cost += multiplier * link.reduced_cost
            dual += multiplier * link.dual
            goal[link.weighed] += multiplier * np.abs(link.weights)
            duals += multiplier * np.abs(link.dual)
            traded += multiplier * link.lost(plan.x)
        multipliers.append(multiplier)
    cost = _beyond(cost, ROUNDING * (goal + plan.sizes.T @ duals))
    dual = _beyond(dual, ROUNDING * duals)
    slack = np.where(dual > 0.0, plan.slack_lower, plan.slack_upper)
    counted = np.isfinite(slack)
    if (np.abs(dual[~counted]) > TOLERANCE).any():
        return Proof(np.inf, tuple(reversed(multipliers)))
    columns = np.abs(cost * (plan.x - np.where(cost > 0.0, last.lower, last.upper)))
    rows = np.abs(dual[counted] * slack[counted])
    return Proof((float(columns.sum() + rows.sum()) + traded) / last.scale, tuple(reversed(multipliers)))


def _beyond(values: FloatArray, rounding: FloatArray) -> FloatArray:
    """Return values with zero for those that are no larger than the rounding of the sums they come from."""
    return np.where(np.abs(values) <= rounding, 0.0, values)
