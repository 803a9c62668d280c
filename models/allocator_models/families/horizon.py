"""Coverage over the horizon, for claims on goods that decay and that are therefore levelled over time."""

import numpy as np
import pandas as pd

from allocator_models.families import FAMILIES
from allocator_models.formulation import Formulation, at


@FAMILIES.register("horizon")
def add_horizon(m: Formulation) -> None:
    r"""The share of a claim's demand over the horizon that is missed, of claims that are levelled over the horizon.

    .. math:: \text{missed}_k = \sum_n \pi_n\, \text{shortfall}_{kn} / \sum_n \pi_n D_{kn}, \qquad n \text{ in the horizon}

    Adds `missed_k` [1]. Definitional: it restricts nothing.
    """
    instance = m.instance
    cells = instance.cells.assign(probability=at(instance.nodes["probability"], instance.cells["node"]))
    over = instance.standings["over"].to_numpy() != "period"
    cells = cells[over & at(instance.nodes["horizon"], cells["node"]).astype(bool)]
    weight = cells["probability"] * cells["demand"]
    total = weight.groupby(cells["claim"]).sum()
    m.LEVELLED = m.table("levelled", pd.DataFrame({"claim": total.index}))
    m.LEVELLED_CELLS = m.table("levelled_cells", cells[["claim", "node"]])
    m.missed_share = m.parameter(m.LEVELLED_CELLS, cells["probability"] / cells["claim"].map(total))
    m.missed = m.columns(m.LEVELLED, upper=np.ones(len(total)))
    m.levelled_nodes = m.relation(m.LEVELLED, cells, on=["claim"], to=["node"])
    m.rows(
        "missed",
        m.LEVELLED,
        lambda m, k: m.missed[k] == sum(m.missed_share[k, n] * m.shortfall[k, n] for n in m.levelled_nodes[k]),
        doc="the share of a claim's demand over the horizon that is missed",
    )
