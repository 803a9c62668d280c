"""Supply lines: imports and other market supply, dispatched now and arriving later."""

from allocator_models.families import FAMILIES
from allocator_models.formulation import Formulation, at


@FAMILIES.register("dispatch")
def add_dispatch(m: Formulation) -> None:
    r"""A line sends at most what it can, and what it sends arrives by weights over the nodes that follow.

    .. math:: \text{dispatch}_{in} \le S_{in}, \qquad \text{arrivals}_{rgn} = \sum_{(i,s)} A_{isn}\,\text{dispatch}_{is}

    Adds `dispatch_in` [unit per period]; posts arrivals as supply in the line's region.
    """
    instance = m.instance
    arrivals = instance.line_arrivals
    m.DISPATCHES = m.table("dispatches")
    m.LINE_ARRIVALS = m.table("line_arrivals")
    m.line_weight = m.parameter(m.LINE_ARRIVALS, arrivals["weight"])
    m.premium = m.parameter(m.DISPATCHES, instance.dispatches["premium"] * at(instance.nodes["probability"], instance.dispatches["node"]))
    m.dispatch = m.columns(m.DISPATCHES, upper=instance.dispatches["limit"])
    placed = arrivals.assign(
        region=at(instance.lines["region"], arrivals["line"]), commodity=at(instance.lines["commodity"], arrivals["line"])
    )
    m.line_arrivals_at = m.relation(m.BALANCES, placed, on=["region", "commodity", "node"], to=["line", "sent"])
    m.balance.supply(lambda r, g, n: sum(m.line_weight[i, s, n] * m.dispatch[i, s] for i, s in m.line_arrivals_at[r, g, n]))
    m.goal("cost", "premium", lambda m: sum(m.premium[i, n] * m.dispatch[i, n] for i, n in m.DISPATCHES))
