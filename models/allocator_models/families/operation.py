"""Minimum viable operation: a plant runs at its minimum at least, or stands still."""

import numpy as np
import pandas as pd

from allocator_models.families import FAMILIES
from allocator_models.formulation import Formulation, at


@FAMILIES.register("operation")
def add_operation(m: Formulation) -> None:
    r"""A plant, the user's line behind a claim or a process, gets its minimum at least or stands still, and waits before it starts again.

    .. math:: m_k\,\text{operate}_{kn} \le \text{allocate}_{kn} \le D_{kn}\,\text{operate}_{kn}, \qquad
              \sum_b \text{restrain}_{knb} \le \sum_b \rho_{kb} D_{kn}\,\text{operate}_{kn}, \qquad
              \text{operate}_d \le 1 - \text{operate}_{parent(n)} + \text{operate}_n

    The last for every node `d` below `n` that is less than the restart time away; before the root a plant runs where the baseline does. Of
    a process `run_pn` stands for allocations and its capacity for demand. Adds `operate` [0 or 1] for every plant in every node.
    """
    instance = m.instance
    operations, plants = instance.operations, instance.plants
    m.OPERATIONS = m.table("operations")
    m.operate = m.columns(m.OPERATIONS, upper=np.ones(len(operations)), integer=True)
    m.least_operation = m.parameter(m.OPERATIONS, operations["minimum"])
    m.most_operation = m.parameter(m.OPERATIONS, operations["most"])
    held = operations[["plant", "node"]].merge(plants[["plant", "claim", "process"]], on="plant")
    claims = held.merge(instance.cells[["claim", "node"]], on=["claim", "node"])
    m.claim_of = m.relation(m.OPERATIONS, claims, on=["plant", "node"], to=["claim"])
    processes = held.merge(instance.runs[["process", "node"]], on=["process", "node"])
    m.process_of = m.relation(m.OPERATIONS, processes, on=["plant", "node"], to=["process"])
    m.rows(
        "least",
        m.OPERATIONS,
        lambda m, u, n: (
            m.least_operation[u, n] * m.operate[u, n]
            <= sum(m.allocate[k, n] for k in m.claim_of[u, n]) + sum(m.run[p, n] for p in m.process_of[u, n])
        ),
        doc="a plant that runs gets its minimum",
    )
    m.rows(
        "most",
        m.OPERATIONS,
        lambda m, u, n: (
            sum(m.allocate[k, n] for k in m.claim_of[u, n]) + sum(m.run[p, n] for p in m.process_of[u, n])
            <= m.most_operation[u, n] * m.operate[u, n]
        ),
        doc="a plant that stands still gets nothing",
    )
    blocks = instance.restraints.groupby(["claim", "node"])["limit"].sum().reset_index()
    restrained = claims.merge(blocks, on=["claim", "node"]).sort_values(["plant", "node"], ignore_index=True)
    m.STANDING = m.table("standing", restrained[["plant", "node"]])
    m.most_restrained = m.parameter(m.STANDING, restrained["limit"])
    m.blocks_at = m.relation(
        m.STANDING,
        restrained[["plant", "claim", "node"]].merge(instance.restraints, on=["claim", "node"]),
        on=["plant", "node"],
        to=["claim", "block"],
    )
    m.rows(
        "standing",
        m.STANDING,
        lambda m, u, n: sum(m.restrain[k, n, b] for k, b in m.blocks_at[u, n]) <= m.most_restrained[u, n] * m.operate[u, n],
        doc="restraint does not keep a plant running",
    )
    _add_restarts(m)


def _add_restarts(m: Formulation) -> None:
    """Add the rows by which a plant that has stopped waits."""
    nodes, plants = m.instance.nodes, m.instance.plants
    restarts = _restarts(nodes, plants)
    parent = at(nodes["parent"], restarts["node"])
    m.RESTARTS = m.table("restarts", restarts[["plant", "node", "later"]])
    m.ran_before = m.parameter(m.RESTARTS, np.where(parent < 0, at(plants["running"], restarts["plant"]), 0.0))
    m.ran_in = m.relation(m.RESTARTS, restarts.assign(before=parent)[parent >= 0], on=["plant", "node", "later"], to=["before"])
    m.rows(
        "restart",
        m.RESTARTS,
        lambda m, u, n, d: m.operate[u, d] + sum(m.operate[u, s] for s in m.ran_in[u, n, d]) + m.ran_before[u, n, d] <= 1 + m.operate[u, n],
        doc="a plant that has stopped stands still until it can start again",
    )


def _restarts(nodes: pd.DataFrame, plants: pd.DataFrame) -> pd.DataFrame:
    """Return plant, node and every later node below it in which the plant still stands if it stopped in the node."""
    children = nodes.loc[nodes["parent"] >= 0, ["parent", "node"]].rename(columns={"parent": "later", "node": "child"})
    pairs = nodes[["node"]].assign(later=nodes["node"])
    found = []
    for distance in range(1, int(plants["restart"].max()) if len(plants) else 1):
        pairs = pairs.merge(children, on="later")[["node", "child"]].rename(columns={"child": "later"})
        waiting = plants.loc[plants["restart"] > distance, ["plant"]]
        found.append(waiting.merge(pairs, how="cross"))
    columns = ["plant", "node", "later"]
    table = pd.concat(found, ignore_index=True) if found else pd.DataFrame({name: pd.Series([], dtype="int64") for name in columns})
    return table.sort_values(columns, ignore_index=True)
