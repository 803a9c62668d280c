"""Strategic reserves: stock that decays, above a floor."""

import pandas as pd

from allocator_models.families import FAMILIES
from allocator_models.formulation import Formulation, at


@FAMILIES.register("reserves")
def add_reserves(m: Formulation) -> None:
    r"""Strategic reserves carry over, decay, and are released above their floor.

    .. math:: v_{jn} = (1-\delta_{jn})\,\bigl((1-\lambda_j)\, v_{j,parent(n)} + V0_{jn}\bigr) - w_{jn}, \qquad F'_{jn} \le v_{jn}, \quad
              w_{jn} \le W_{jn}

    `V0` counts at the root only and has not decayed; `delta` is what a disruption destroys before anything is released. Adds `stock_jn` and
    `release_jn` [unit]; posts releases as supply at the reserve's site.
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
    m.stock_before = m.relation(
        m.RELEASES, releases.assign(before=parent)[(parent >= 0) & (keep > 0)], on=["reserve", "node"], to=["before"]
    )
    m.rows(
        "reserve",
        m.RELEASES,
        lambda m, j, n: (
            m.stock[j, n]
            == m.reserve_opening[j, n] + sum(m.reserve_keep[j, n] * m.stock[j, s] for s in m.stock_before[j, n]) - m.release[j, n]
        ),
        doc="a reserve cannot release what it does not hold above its floor",
    )
    placed: pd.DataFrame = releases.assign(
        region=at(instance.reserves["region"], releases["reserve"]), commodity=at(instance.reserves["commodity"], releases["reserve"])
    )
    m.reserves_at = m.relation(m.BALANCES, placed, on=["region", "commodity", "node"], to=["reserve"])
    m.balance.supply(lambda r, g, n: sum(m.release[j, n] for j in m.reserves_at[r, g, n]))
