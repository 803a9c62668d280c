"""The least harm."""

import numpy as np

from allocator_models.rules import RULES, Costs, Rows


@RULES.register("weighted")
def weighted(pieces: Rows) -> Costs:
    r"""Make the expected harm of all shortages in the tier as small as it can be, by the harm curves of sectors and commodities.

    .. math:: \min \sum_{kn} \pi_n \frac{D_{kn}}{q_g} h_k\left(\frac{\text{shortfall}_{kn}}{D_{kn}}\right)

    `h` is convex and linear in pieces; amounts count in shares of the commodity's yardstick `q`, never in tonnes of different goods. What
    the least harm leaves open is shared by leximin.
    """
    return Costs(np.asarray(pieces["weight"], dtype=np.float64))
