"""Constrained equal awards."""

from __future__ import annotations

import numpy as np

from allocator.divide.rules import RULES, FloatArray
from allocator.divide.rules._filling import filled


@RULES.register("equal_awards")
def equal_awards(claims: FloatArray, estate: float) -> FloatArray:
    r"""Everybody gets the same quantity, but nobody more than their claim.

    .. math:: a_i = \min(c_i, \lambda), \qquad \sum_i \min(c_i, \lambda) = E

    Source: constrained equal awards, Thomson (2003); max-min sharing with equal weights, Keshav (1997).
    """
    return filled(claims, np.ones_like(claims), estate)
