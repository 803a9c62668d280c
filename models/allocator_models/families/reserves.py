"""Strategic reserves: stock that decays, above a floor."""

import pandas as pd

from allocator_models.families import FAMILIES
from allocator_models.formulation import Formulation, at


@FAMILIES.register("reserves")
def add_reserves(m: Formulation) -> None:
    r"""Strategic reserves carry over, decay, and are released above their floor.

    .. math:: v_{jn} = (1-\delta_{jn})\,\bigl((1-\lambda_j)\, v_{j,parent(n)} + V0_{jn}\bigr) - w_{jn} + f_{jn}, \qquad
              F'_{jn} \le v_{jn} \le V0_j, \quad w_{jn} \le W_{jn}, \quad f_{jn} \le F_{jn}

    `V0` counts at the root only and has not decayed; `delta` is what a disruption destroys before anything is released. What is lent is a
    reserve whose floor is its opening stock from the node on in which it is due. Adds `stock_jn`, `release_jn` and, where a lever opens it,
    `refill_jn` [unit]; posts releases as supply and refills as use at the reserve's site.
    """
    instance = m.instance
    releases = instance.releases
    opening = at(instance.reserves["opening"], releases["reserve"])
    parent = at(instance.nodes["parent"], releases["node"])
    m.RELEASES = m.table("releases")
    spared = 1.0 - releases["loss_share"]
    keep = spared * (1.0 - at(instance.reserves["loss"], releases["reserve"]))
    m.reserve_opening = m.parameter(m.RELEASES, (opening * spared).where(parent < 0, 0.0))
    m.reserve_keep = m.parameter(m.RELEASES, keep)
    m.stock = m.columns(m.RELEASES, lower=releases["floor"], upper=opening)
    m.release = m.columns(m.RELEASES, upper=releases["limit"])
    m.REFILLS = m.table("refills")
    m.refill = m.columns(m.REFILLS, upper=instance.refills["limit"])
    m.refilled_in = m.relation(m.RELEASES, instance.refills.assign(here=instance.refills["node"]), on=["reserve", "node"], to=["here"])
    m.stock_before = m.relation(
        m.RELEASES, releases.assign(before=parent)[(parent >= 0) & (keep > 0)], on=["reserve", "node"], to=["before"]
    )
    m.rows(
        "reserve",
        m.RELEASES,
        lambda m, j, n: (
            m.stock[j, n]
            == m.reserve_opening[j, n]
            + sum(m.reserve_keep[j, n] * m.stock[j, s] for s in m.stock_before[j, n])
            + sum(m.refill[j, s] for s in m.refilled_in[j, n])
            - m.release[j, n]
        ),
        doc="a reserve cannot release what it does not hold above its floor",
    )
    m.reserves_at = m.relation(m.BALANCES, _placed(m, releases), on=["region", "commodity", "node"], to=["reserve"])
    m.refills_at = m.relation(m.BALANCES, _placed(m, instance.refills), on=["region", "commodity", "node"], to=["reserve"])
    m.balance.supply(lambda r, g, n: sum(m.release[j, n] for j in m.reserves_at[r, g, n]))
    m.balance.use(lambda r, g, n: sum(m.refill[j, n] for j in m.refills_at[r, g, n]))


def _placed(m: Formulation, table: pd.DataFrame) -> pd.DataFrame:
    """Return a table of reserves and nodes with the site and commodity of each reserve."""
    reserves = m.instance.reserves
    return table.assign(region=at(reserves["region"], table["reserve"]), commodity=at(reserves["commodity"], table["reserve"]))
