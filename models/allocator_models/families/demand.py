"""Demand: what is asked for is met, given up or short."""

from allocator_models.families import FAMILIES
from allocator_models.formulation import Formulation, at


@FAMILIES.register("demand")
def add_demand(m: Formulation) -> None:
    r"""Every unit of demand is allocated, restrained or short.

    .. math:: \text{allocate}_{kn} + \sum_b \text{restrain}_{knb} + \text{shortfall}_{kn} = D_{kn}

    Adds `allocate_kn` and `shortfall_kn` [unit]; posts allocations as use in the claim's region.
    """
    instance = m.instance
    cells = instance.cells
    m.CELLS = m.table("cells")
    m.demand_kn = m.parameter(m.CELLS, cells["demand"])
    m.allocate = m.columns(m.CELLS, upper=cells["demand"])
    m.shortfall = m.columns(m.CELLS, upper=cells["demand"])
    placed = cells[["claim", "node"]].assign(
        region=at(instance.claims["region"], cells["claim"]), commodity=at(instance.claims["commodity"], cells["claim"])
    )
    m.claims_at = m.relation(m.BALANCES, placed, on=["region", "commodity", "node"], to=["claim"])
    m.balance.use(lambda r, g, n: sum(m.allocate[k, n] for k in m.claims_at[r, g, n]))
    m.demand.supply(lambda k, n: m.allocate[k, n] + m.shortfall[k, n])
    m.demand.use(lambda k, n: m.demand_kn[k, n])
    m.rows("demand", m.CELLS, m.demand.row, doc="a claim gets what it asks for, gives up a part of it, or is short")
