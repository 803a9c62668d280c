"""Rounded shares that still add up: the largest remainder, also known as the method of Hamilton."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from allocator.divide.rules import FloatArray

#: Decimal digits of a double that can be trusted after a few operations.
DIGITS = 14
#: Steps beyond which the last decimal of a sum is noise.
MOST_STEPS = 1e15


def rounded_awards(names: Sequence[str], claims: FloatArray, awards: FloatArray, total: float, decimals: int) -> FloatArray:
    """Return awards of so many decimals that add up to the total, itself rounded to so many (half to even).

    Every award is rounded down; the steps that are then missing go one each to the largest remainders, of equal remainders to the first by
    name. Who would come above their claim is passed over as long as there are others.

    Args:
        names: of n claimants.
        claims: what each claims.
        awards: what each gets; they add up to `total`.
        total: what is divided.
        decimals: at least 0; the total has fewer than `MOST_STEPS` steps of that size.
    """
    scale = 10.0**decimals
    steps = _exact(awards * scale)
    whole = np.floor(steps)
    missing = int(np.rint(_exact(np.array([total * scale])))[0] - whole.sum())
    if missing > 0:
        above = whole + 1.0 > np.floor(_exact(claims * scale))
        whole[_first(names, np.where(above, 2.0, 0.0) - (steps - whole), missing)] += 1.0
    return whole / scale


def _exact(steps: FloatArray) -> FloatArray:
    """Return steps without the noise of floating point, so that 2.9999999999999996 counts as 3."""
    largest = max(float(np.abs(steps).max(initial=0.0)), 1.0)
    return np.round(steps, max(DIGITS - int(np.ceil(np.log10(largest))), 0))


def _first(names: Sequence[str], keys: FloatArray, count: int) -> list[int]:
    """Return the positions of the `count` smallest keys, of equal keys the first by name; only names at the margin are compared."""
    keys = np.round(keys, 9)
    margin = np.sort(keys)[min(count, len(keys)) - 1]
    sure = np.flatnonzero(keys < margin).tolist()
    tied = sorted(np.flatnonzero(keys == margin).tolist(), key=names.__getitem__)
    return [*sure, *tied[: count - len(sure)]]
