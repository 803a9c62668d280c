"""The balance of goods: the only place where families meet."""

from allocator_models.families import FAMILIES
from allocator_models.formulation import Formulation, at


@FAMILIES.register("balance")
def add_balance(m: Formulation) -> None:
    r"""What enters a region equals what leaves it, commodity by commodity and node by node.

    .. math:: \text{supply}_{rgn} + \text{underway}_{rgn} = \text{use}_{rgn} + \text{surplus}_{rgn}

    Adds `surplus_rgn` [unit], so that a co-product or a full store never makes a case infeasible. `underway` is what lines, processes and
    lanes sent before the first node.
    """
    balances = m.instance.balances
    m.BALANCES = m.table("balances")
    m.under_way = m.parameter(m.BALANCES, balances["under_way"])
    m.surplus_cost = m.parameter(m.BALANCES, at(m.instance.commodities["surplus_cost"], balances["commodity"]))
    m.balance_probability = m.parameter(m.BALANCES, at(m.instance.nodes["probability"], balances["node"]))
    m.surplus = m.columns(m.BALANCES, upper=balances["bound"])
    m.balance.supply(lambda r, g, n: m.under_way[r, g, n])
    m.balance.use(lambda r, g, n: m.surplus[r, g, n])
    m.rows("balance", m.BALANCES, m.balance.row, doc="what enters a region equals what is used, passed on, stored or thrown away there")
    m.goal(
        "cost",
        "surplus",
        lambda m: sum(m.balance_probability[r, g, n] * m.surplus_cost[r, g, n] * m.surplus[r, g, n] for r, g, n in m.BALANCES),
    )
