"""Demand restraint: what an opened lever lets a claim give up."""

from allocator_models.families import FAMILIES
from allocator_models.formulation import Formulation, at


@FAMILIES.register("restraint")
def add_restraint(m: Formulation) -> None:
    r"""A claim gives up at most the share of its demand that an opened lever allows, block by block.

    .. math:: 0 \le \text{restrain}_{knb} \le \rho_{kb} D_{kn}

    Adds `restrain_knb` [unit]; posts it as demand met. Blocks cost more one after the other, so they fill in order. Adds
    `restrained_kn` [1], the share of demand given up, by a definitional row.
    """
    restraints = m.instance.restraints
    m.RESTRAINTS = m.table("restraints")
    m.restraint_cost = m.parameter(m.RESTRAINTS, restraints["cost"] * at(m.instance.nodes["probability"], restraints["node"]))
    m.restrain = m.columns(m.RESTRAINTS, upper=restraints["limit"])
    m.blocks_of = m.relation(m.CELLS, restraints, on=["claim", "node"], to=["block"])
    m.demand.supply(lambda k, n: sum(m.restrain[k, n, b] for b in m.blocks_of[k, n]))
    restrained = restraints.groupby(["claim", "node"])["limit"].sum().reset_index()
    demand = restrained.merge(m.instance.cells, on=["claim", "node"])["demand"]
    m.RESTRAINED = m.table("restrained", restrained[["claim", "node"]])
    m.restrained_share = m.parameter(m.RESTRAINED, 1.0 / demand)
    m.restrained = m.columns(m.RESTRAINED, upper=restrained["limit"] / demand)
    m.rows(
        "restrained",
        m.RESTRAINED,
        lambda m, k, n: m.restrained[k, n] == sum(m.restrained_share[k, n] * m.restrain[k, n, b] for b in m.blocks_of[k, n]),
        doc="the share of a claim's demand that is given up",
    )
    m.goal("cost", "restraint", lambda m: sum(m.restraint_cost[k, n, b] * m.restrain[k, n, b] for k, n, b in m.RESTRAINTS))
