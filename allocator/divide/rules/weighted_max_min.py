"""Weighted max-min sharing."""

from __future__ import annotations

from allocator.divide.rules import RULES, FloatArray
from allocator.divide.rules._filling import filled


@RULES.register("weighted_max_min")
def weighted_max_min(claims: FloatArray, estate: float, *, weight: FloatArray) -> FloatArray:
    r"""Everybody gets in proportion to their weight, but nobody more than their claim; what one does not need goes to the others.

    .. math:: a_i = \min(c_i, w_i \lambda), \qquad \sum_i \min(c_i, w_i \lambda) = E

    The level rises for all at once, each at the speed of their weight, and stops for whoever is full (progressive filling).
    Source: Keshav (1997); with equal weights it is equal awards, with weights equal to the claims it is proportional.
    """
    return filled(claims, weight, estate)
