"""Priorities that overlap."""

import numpy as np

from allocator_models.rules import RULES, Levels, Rows


@RULES.register("soft_priorities")
def soft_priorities(cells: Rows) -> Levels:
    r"""Serve higher priorities first, but let those that are less than a width apart share.

    .. math:: \text{level}_{kn} = 1 - \frac{\text{shortfall}_{kn}}{D_{kn}} - \frac{p_k - \min p}{w}

    The lowest level is raised first, so a claim is served in full before one whose priority is a width `w` lower gets anything, and beside
    one that is nearer. With equal priorities this is leximin; as the width goes to zero it is a strict order. A claim's priority window of
    the same width over which its demand is spread evenly gives the same amounts: that is the rule of Vensim's ALLOCATE BY PRIORITY.
    """
    coverage = Levels.of_coverage(cells)
    return Levels(coverage.top - np.asarray(cells["offset"], dtype=np.float64), coverage.weight)
