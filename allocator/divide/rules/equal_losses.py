"""Constrained equal losses."""

from __future__ import annotations

from allocator.divide.rules import RULES, FloatArray
from allocator.divide.rules._filling import cut


@RULES.register("equal_losses")
def equal_losses(claims: FloatArray, estate: float) -> FloatArray:
    r"""Everybody loses the same quantity, but nobody more than their claim.

    .. math:: a_i = \max(c_i - \mu, 0), \qquad \sum_i \max(c_i - \mu, 0) = E

    Source: constrained equal losses, Thomson (2003).
    """
    return cut(claims, estate)
