"""The lowest coverage first."""

from allocator_models.rules import RULES, Levels, Rows


@RULES.register("leximin")
def leximin(cells: Rows) -> Levels:
    r"""Raise the lowest coverage in the tier as far as it can be, then the next lowest, and so on.

    .. math:: \text{level}_{kn} = \min\left(1, \frac{1 - \text{shortfall}_{kn} / D_{kn}}{s}\right)

    `s` is the coverage at which the tier is satisfied, 1 where it says nothing. Counted over the horizon there is one level a claim.
    """
    return Levels.of_coverage(cells)
