"""Priorities that shade into each other."""

from __future__ import annotations

import numpy as np

from allocator.divide.rules import RULES, FloatArray
from allocator.divide.sums import exact_sum


@RULES.register("soft_priority")
def soft_priority(claims: FloatArray, estate: float, *, priority: FloatArray, width: float) -> FloatArray:
    r"""The higher priority comes first, but priorities closer together than the width are served side by side.

    .. math:: a_i = c_i \min\Bigl(1, \bigl(\tfrac{p_i - x}{w}\bigr)^+\Bigr), \qquad \sum_i a_i = E

    As :math:`x` falls from the highest priority, each begins at their own priority and is full one width lower. A priority lower by more
    than the width gets nothing before the higher one is full: the width below every difference makes it a strict order.
    Source: ALLOCATE BY PRIORITY of Vensim, as PySD tests it.
    """
    height = priority / width
    ends = np.unique(np.concatenate([height, height - 1.0]))[::-1]  # falling: somebody begins, or is full
    low, high = 0, len(ends) - 1  # less than the estate is given at ends[low], no less at ends[high]
    while high - low > 1:
        middle = (low + high) // 2
        given = float(np.sum(claims * np.clip(height - ends[middle], 0.0, 1.0)))
        low, high = (middle, high) if given < estate else (low, middle)
    full = height - 1.0 >= ends[low]
    part = (height >= ends[low]) & ~full
    if not part.any():
        return np.where(full, claims, 0.0)
    lead = height[part] - height[part].min()
    size = claims[part]
    rest = estate - exact_sum(claims[full]) - exact_sum(size * lead)
    awards = np.where(full, claims, 0.0)
    together = exact_sum(size)
    awards[part] = np.clip(size * (lead + rest / together), 0.0, size) if together else 0.0
    return awards
