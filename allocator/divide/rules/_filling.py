"""The two ways to share equally, exact to the last digits for a million claims: fill from the bottom, or cut from the top.

Running sums over sorted claims find who is served in full or not at all. They carry the rounding of a million additions, so what each of
the others gets is worked out anew from exact sums, which also do not depend on the order of the rows.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from allocator.divide.rules import FloatArray
from allocator.divide.sums import exact_sum


def filled(claims: FloatArray, weights: FloatArray, estate: float) -> FloatArray:
    r"""Return :math:`\min(c_i, w_i \lambda)`, with the level that makes them add up to the estate.

    Args:
        claims: what each claims, none negative.
        weights: above zero, as many as claims.
        estate: at least 0, below the sum of the claims.
    """
    level = claims / weights
    order = np.argsort(level)
    full_after = np.cumsum(claims[order])
    heavy_after = exact_sum(weights) - np.cumsum(weights[order])
    place = int(np.searchsorted(full_after + level[order] * np.maximum(heavy_after, 0.0), estate))
    top = float(level[order[min(place, len(order) - 1)]])
    full = level <= _risen(claims, weights, estate, level < top)
    while not full.all():  # the sum is concave in the level, so a step along its tangent lands below: from here on it only rises
        top = _risen(claims, weights, estate, full)
        fuller = full | (level <= top)
        if fuller.sum() == full.sum():
            return np.where(full, claims, np.minimum(weights * top, claims))
        full = fuller
    return claims.copy()


def _risen(claims: FloatArray, weights: FloatArray, estate: float, full: npt.NDArray[np.bool_]) -> float:
    """Return the level at which those who are not full share what the others leave."""
    heavy = exact_sum(weights[~full])
    return (estate - exact_sum(claims[full])) / heavy if heavy else np.inf


def cut(claims: FloatArray, estate: float) -> FloatArray:
    r"""Return :math:`\max(c_i - \mu, 0)`, with the loss that makes them add up to the estate.

    Awards are built up from the smallest claim that gets anything, never as a small difference of large numbers.

    Args:
        claims: what each claims, none negative.
        estate: at least 0, below the sum of the claims.
    """
    falling = np.sort(claims)[::-1]
    needed = np.concatenate([[0.0], np.cumsum(np.arange(1, len(falling)) * -np.diff(falling))])  # to bring all above down to this claim
    count = int(np.searchsorted(needed, estate, side="right"))
    while True:
        lowest = float(falling[count - 1])
        served = claims >= lowest
        above = claims[served] - lowest
        share = (estate - exact_sum(above)) / len(above)
        count = int(np.count_nonzero(claims > lowest))
        if share >= 0.0 or not count:
            break
    awards = np.zeros_like(claims)
    awards[served] = np.minimum(above + max(share, 0.0), claims[served])
    return awards
