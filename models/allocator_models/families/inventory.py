"""Commercial inventory: what firms hold between working stock and room."""

from allocator_models.families import FAMILIES
from allocator_models.formulation import Formulation, at


@FAMILIES.register("inventory")
def add_inventory(m: Formulation) -> None:
    r"""Firms carry goods over, between the working stock they need and the room they have; goods decay on the way.

    .. math:: H'_{rgn} \le h_{rgn} \le \overline H_{rgn}, \qquad
              \text{carried}_{rgn} = (1-\lambda_g)\, h_{rg,parent(n)} \quad (\text{root: } H0_{rg})

    Adds `inventory_rgn` [unit]; posts what is carried over as supply and what is kept as use. To hold a unit may have a cost.
    """
    instance = m.instance
    stores = instance.inventories
    parent = at(instance.nodes["parent"], stores["node"])
    m.STORES = m.table("inventories")
    m.inventory = m.columns(m.STORES, lower=stores["minimum"], upper=stores["maximum"])
    m.holding_cost = m.parameter(m.STORES, stores["cost"] * at(instance.nodes["probability"], stores["node"]))
    m.inventory_opening = m.parameter(m.STORES, stores["opening"].where(parent < 0, 0.0))
    m.inventory_keep = m.parameter(m.STORES, 1.0 - at(instance.commodities["loss"], stores["commodity"]))
    m.store_at = m.relation(m.BALANCES, stores.assign(here=stores["node"]), on=["region", "commodity", "node"], to=["here"])
    m.store_before = m.relation(m.BALANCES, stores.assign(before=parent)[parent >= 0], on=["region", "commodity", "node"], to=["before"])
    m.balance.supply(lambda r, g, n: sum(m.inventory_opening[r, g, s] for s in m.store_at[r, g, n]))
    m.balance.supply(lambda r, g, n: sum(m.inventory_keep[r, g, s] * m.inventory[r, g, s] for s in m.store_before[r, g, n]))
    m.balance.use(lambda r, g, n: sum(m.inventory[r, g, s] for s in m.store_at[r, g, n]))
    m.goal("cost", "holding", lambda m: sum(m.holding_cost[r, g, n] * m.inventory[r, g, n] for r, g, n in m.STORES))
