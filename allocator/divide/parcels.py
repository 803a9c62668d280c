"""Minimum parcels: an award too small to be of use is none, and its volume goes to the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from allocator.divide.rules import FloatArray

#: An award counts as a full parcel when it is short of it by no more than this share: rounding of floating point, not a real shortage.
NOISE = 1e-12


def with_parcels(
    names: Sequence[str], claims: FloatArray, parcels: FloatArray, awards_of: Callable[[npt.NDArray[np.intp]], FloatArray]
) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
    """Divide among as many as can have their parcel.

    Who would get the smallest part of their parcel if all were served steps back first; of equals the one with the smaller claim, then the
    last by name. As few as possible step back: every one who does leaves more to the others, so the number is found by bisection.

    Args:
        names: of n claimants.
        claims: what each claims.
        parcels: the least that is of use to each; 0 is no minimum.
        awards_of: the awards of some claimants (their positions) when the whole estate is divided among them alone. It must give
            nobody less when others leave, as all rules but the treaty do.

    Returns:
        The awards of all, 0 for those who stepped back, and who they are.
    """
    count = len(claims)
    everybody = np.arange(count)
    smallest = np.where(parcels > 0.0, parcels, 1.0)
    part = np.where(parcels > 0.0, awards_of(everybody) / smallest, np.inf)
    never = (claims < parcels * (1.0 - NOISE)) | ((parcels > 0.0) & (claims == 0.0))
    by_name = np.empty(count, dtype=np.int64)
    by_name[sorted(range(count), key=names.__getitem__, reverse=True)] = everybody
    order = np.lexsort((by_name, claims, np.round(part, 12), ~never))

    def served(back: int) -> tuple[npt.NDArray[np.intp], FloatArray]:
        kept = np.sort(order[back:])
        return kept, awards_of(kept) if len(kept) else np.zeros(0)

    def enough(back: int) -> bool:
        kept, awards = served(back)
        return bool(((awards >= parcels[kept] * (1.0 - NOISE)) | (parcels[kept] == 0.0)).all())

    low, high = int(never.sum()), count
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle + 1, high)
    kept, some = served(low)
    awards, left_out = np.zeros(count), np.ones(count, dtype=bool)
    awards[kept], left_out[kept] = some, False
    return awards, left_out
