"""The rule behind the three marriage contracts of the Talmud."""

from __future__ import annotations

import numpy as np

from allocator.divide.rules import RULES, FloatArray
from allocator.divide.rules._filling import cut, filled
from allocator.divide.sums import exact_sum


@RULES.register("talmud")
def talmud(claims: FloatArray, estate: float) -> FloatArray:
    r"""Equal awards up to half of every claim; above half of all claims together, equal losses on the other halves.

    .. math:: a_i = \begin{cases} \min(\tfrac{1}{2} c_i, \lambda) & \text{if } E \le \tfrac{1}{2} \sum_j c_j \\
        \tfrac{1}{2} c_i + \max(\tfrac{1}{2} c_i - \mu, 0) & \text{otherwise} \end{cases}

    with the level or the loss that makes the awards add up to the estate. Source: Aumann and Maschler (1985).
    """
    halves = claims / 2.0
    middle = exact_sum(halves)
    if estate <= middle:
        return filled(halves, np.ones_like(halves), estate)
    return halves + cut(halves, estate - middle)
