"""Sharing: what members have without each other, and the guard that none of them is worse off with them."""

import pandas as pd

from allocator_models.families import FAMILIES
from allocator_models.formulation import Formulation, at


@FAMILIES.register("sharing")
def add_sharing(m: Formulation) -> None:
    r"""Members that stand alone release no more than they use at home; under the guard no claim misses more than it would then.

    .. math:: \sum_j \text{release}_{jn} - \sum_k \text{allocate}_{kn} - \sum_p a_{pg}\,\text{run}_{pn} \le \text{beyond}_{rgn}, \qquad
              \sum_{s \preceq n} \text{shortfall}_{ks} \le \text{bearable}_{kn} \text{ for each leaf } n

    The second counts the path to the leaf, horizon and tail. `beyond` and `bearable` bind nothing until it is known who can do what alone
    (`allocator.solve.sharing`).
    """
    instance = m.instance
    m.STAYS = m.table("stays")
    m.beyond = m.parameter(m.STAYS, instance.stays["beyond"])
    m.rows(
        "stay",
        m.STAYS,
        lambda m, r, g, n: (
            sum(m.release[j, n] for j in m.reserves_at[r, g, n])
            - sum(m.allocate[k, n] for k in m.claims_at[r, g, n])
            - sum(m.input_per_run[p, g] * m.run[p, n] for p in m.users_at[r, g, n])
            <= m.beyond[r, g, n]
        ),
        doc="without sharing, what a reserve releases is used where it lies",
    )
    m.GUARDED = m.table("guarded")
    m.bearable = m.parameter(m.GUARDED, instance.guarded["bearable"])
    cells = instance.guarded[["claim", "node"]].rename(columns={"node": "leaf"}).merge(_paths(instance.nodes), on="leaf")
    cells = cells.merge(instance.cells[["claim", "node"]], on=["claim", "node"]).sort_values(["claim", "leaf", "node"], ignore_index=True)
    m.nodes_to = m.relation(m.GUARDED, cells, on=["claim", "leaf"], to=["node"])
    m.rows(
        "worse_off",
        m.GUARDED,
        lambda m, k, n: sum(m.shortfall[k, s] for s in m.nodes_to[k, n]) <= m.bearable[k, n],
        doc="sharing makes no member worse off than it would be alone",
    )


def _paths(nodes: pd.DataFrame) -> pd.DataFrame:
    """Return every leaf with each node on the way to it, itself too."""
    leaves = nodes.loc[~nodes["node"].isin(nodes["parent"]), "node"]
    path = [pd.DataFrame({"leaf": leaves, "node": leaves})]
    while len(path[-1]):
        before = path[-1].assign(node=at(nodes["parent"], path[-1]["node"]))
        path.append(before[before["node"] >= 0])
    return pd.concat(path, ignore_index=True)
