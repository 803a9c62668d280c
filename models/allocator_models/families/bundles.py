"""Bundles: what is ordered together, the minimum at least."""

import numpy as np

from allocator_models.families import FAMILIES
from allocator_models.formulation import Formulation


@FAMILIES.register("bundles")
def add_bundles(m: Formulation) -> None:
    r"""All that a lever of joint purchase brings in a node is its minimum at least, or nothing.

    .. math:: M_v\,\text{order}_{vn} \le \text{use}_{vn} \le U_{vn}\,\text{order}_{vn}

    Adds `order_vn` [0 or 1].
    """
    bundles = m.instance.bundles
    m.BUNDLES = m.table("bundles")
    m.least_ordered = m.parameter(m.BUNDLES, np.minimum(bundles["least"], bundles["most"]))
    m.most_ordered = m.parameter(m.BUNDLES, bundles["most"])
    m.order = m.columns(m.BUNDLES, upper=np.ones(len(bundles)), integer=True)
    m.rows(
        "least_order",
        m.BUNDLES,
        lambda m, v, n: m.least_ordered[v, n] * m.order[v, n] <= m.use[v, n],
        doc="what is ordered together is the minimum at least",
    )
    m.rows(
        "most_order",
        m.BUNDLES,
        lambda m, v, n: m.use[v, n] <= m.most_ordered[v, n] * m.order[v, n],
        doc="what does not reach the minimum is not ordered",
    )
