"""Shares in proportion to the claims."""

from __future__ import annotations

from allocator.divide.rules import RULES, FloatArray
from allocator.divide.sums import exact_sum


@RULES.register("proportional")
def proportional(claims: FloatArray, estate: float) -> FloatArray:
    r"""Everybody gets the same share of their claim.

    .. math:: a_i = \frac{E}{\sum_j c_j}\, c_i

    Source: Thomson (2003).
    """
    return claims * (estate / exact_sum(claims))
