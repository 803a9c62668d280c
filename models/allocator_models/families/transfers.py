"""Transfers: goods that move from one region to another."""

from allocator_models.families import FAMILIES
from allocator_models.formulation import Formulation, at


@FAMILIES.register("transfers")
def add_transfers(m: Formulation) -> None:
    r"""A lane carries at most its capacity; what leaves arrives by weights, less what decays on the way.

    .. math:: \text{transfer}_{ln} \le C_{ln}, \qquad \text{in}_{rgn} = \sum_{(l,s)} A_{lsn}\,\text{transfer}_{ls}

    Adds `transfer_ln` [unit per period]; posts departures as use at the origin and arrivals as supply at the destination.
    """
    instance = m.instance
    lanes = instance.lanes
    arrivals = instance.lane_arrivals
    departures = instance.transfers
    m.TRANSFERS = m.table("transfers")
    m.transfer = m.columns(m.TRANSFERS, upper=departures["limit"])
    m.transfer_cost = m.parameter(m.TRANSFERS, departures["cost"] * at(instance.nodes["probability"], departures["node"]))
    m.LANE_ARRIVALS = m.table("lane_arrivals")
    m.lane_weight = m.parameter(m.LANE_ARRIVALS, arrivals["weight"])
    m.lane_arrivals_at = m.relation(
        m.BALANCES,
        arrivals.assign(region=at(lanes["destination"], arrivals["lane"]), commodity=at(lanes["commodity"], arrivals["lane"])),
        on=["region", "commodity", "node"],
        to=["lane", "sent"],
    )
    m.departures_at = m.relation(
        m.BALANCES,
        departures.assign(region=at(lanes["origin"], departures["lane"]), commodity=at(lanes["commodity"], departures["lane"])),
        on=["region", "commodity", "node"],
        to=["lane"],
    )
    m.balance.supply(lambda r, g, n: sum(m.lane_weight[x, s, n] * m.transfer[x, s] for x, s in m.lane_arrivals_at[r, g, n]))
    m.balance.use(lambda r, g, n: sum(m.transfer[x, n] for x in m.departures_at[r, g, n]))
    m.goal("cost", "transport", lambda m: sum(m.transfer_cost[x, n] * m.transfer[x, n] for x, n in m.TRANSFERS))
