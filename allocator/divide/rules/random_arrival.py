"""First come, first served, averaged over all orders of coming."""

from __future__ import annotations

from math import factorial

import numpy as np

from allocator.divide.rules import RULES, FloatArray, RuleDoesNotApplyError

#: Beyond this the subsets, 2^20 of them, take too long; an estimate from drawn orders would not be the rule.
MOST = 20


@RULES.register("random_arrival")
def random_arrival(claims: FloatArray, estate: float) -> FloatArray:
    r"""Claimants come one by one and take what they claim while it lasts; the award is the mean over all orders of coming.

    .. math:: a_i = \sum_{S \not\ni i} \frac{|S|!\,(n - |S| - 1)!}{n!}\,\min\bigl(c_i,\ (E - \textstyle\sum_{j \in S} c_j)^+\bigr)

    The sum runs over the sets of those who came before, so it is exact without going through the n! orders. Source: O'Neill (1982).

    Raises:
        RuleDoesNotApplyError: A822, more than 20 claimants.
    """
    count = len(claims)
    if count > MOST:
        message = (
            f"{count} claimants; random arrival is worked out exactly for at most {MOST}, as their subsets double with each; "
            "expected fewer: group those who are alike, or choose another rule, such as talmud, which shares its symmetry"
        )
        raise RuleDoesNotApplyError(message, "A822")
    ordered, back, repeats = np.unique(claims, return_inverse=True, return_counts=True)
    members = np.repeat(ordered, repeats)
    taken, size = np.zeros(1), np.zeros(1, dtype=np.int64)
    for claim in members:  # subset s holds member i where bit i of s is set
        taken, size = np.concatenate([taken, taken + claim]), np.concatenate([size, size + 1])
    left = np.maximum(estate - taken, 0.0)
    chances = np.array([factorial(before) * factorial(count - before - 1) / factorial(count) for before in range(count)])
    awards = []
    for place in np.cumsum(repeats) - repeats:  # who claim the same get the same, to the last digit
        without = left.reshape(-1, 2, 1 << int(place))[:, 0].ravel()
        before = size.reshape(-1, 2, 1 << int(place))[:, 0].ravel()
        awards.append(float(np.sum(chances[before] * np.minimum(members[place], without))))
    return np.array(awards)[back]
