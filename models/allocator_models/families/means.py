"""Ranked means: how much is drawn on reserves and levers of each rank."""

import pandas as pd

from allocator_models.families import FAMILIES
from allocator_models.formulation import Formulation, at


@FAMILIES.register("means")
def add_means(m: Formulation) -> None:
    r"""What is drawn on the means of one rank in one commodity, expected over the tree, in shares of the commodity's yardstick.

    .. math:: \text{draw}_{mg} = \sum_n \pi_n\,
              \Bigl(\sum_{j \in J_{mg}} \text{release}_{jn} + \sum_{v \in V_{mg}} \text{use}_{vn}\Bigr) / q_g

    Adds `draw_mg` [1] over levers and the reserves that come after the market, and `first_draw_mg` [1] over those that come before it.
    Definitional: they restrict nothing until a stage keeps their values. A rank below the lowest tier counts as the lowest.
    """
    draws, drawn = _draws(m, first=False)
    used = _used(m)
    both = pd.concat([draws, used.assign(share=used["limit"] * used["share"])[["rank", "commodity", "share"]]], ignore_index=True)
    draws = both.groupby(["rank", "commodity"])["share"].sum().reset_index()
    m.DRAWS = m.table("draws", draws[["rank", "commodity"]])
    m.draw = m.columns(m.DRAWS, upper=draws["share"])
    m.DRAWN = m.table("drawn", drawn[["reserve", "node"]])
    m.draw_share = m.parameter(m.DRAWN, drawn["share"])
    m.drawn_on = m.relation(m.DRAWS, drawn, on=["rank", "commodity"], to=["reserve", "node"])
    m.USED = m.table("used", used[["lever", "node"]])
    m.use_share = m.parameter(m.USED, used["share"])
    m.used_of = m.relation(m.DRAWS, used, on=["rank", "commodity"], to=["lever", "node"])
    m.rows(
        "draw",
        m.DRAWS,
        lambda m, rank, g: (
            m.draw[rank, g]
            == sum(m.draw_share[j, n] * m.release[j, n] for j, n in m.drawn_on[rank, g])
            + sum(m.use_share[v, n] * m.use[v, n] for v, n in m.used_of[rank, g])
        ),
        doc="what is drawn on reserves and levers of one rank, kept at what the tiers served so far need",
    )
    first_draws, first_drawn = _draws(m, first=True)
    m.FIRST_DRAWS = m.table("first_draws", first_draws[["rank", "commodity"]])
    m.first_draw = m.columns(m.FIRST_DRAWS, upper=first_draws["share"])
    m.FIRST_DRAWN = m.table("first_drawn", first_drawn[["reserve", "node"]])
    m.first_share = m.parameter(m.FIRST_DRAWN, first_drawn["share"])
    m.first_drawn_on = m.relation(m.FIRST_DRAWS, first_drawn, on=["rank", "commodity"], to=["reserve", "node"])
    m.rows(
        "first_draw",
        m.FIRST_DRAWS,
        lambda m, rank, g: m.first_draw[rank, g] == sum(m.first_share[j, n] * m.release[j, n] for j, n in m.first_drawn_on[rank, g]),
        doc="what is drawn on reserves of one rank before the market, kept at what the tiers served so far need",
    )


def _draws(m: Formulation, *, first: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the most that can be drawn by rank and commodity, and the releases behind it with their share of the yardstick per unit."""
    instance = m.instance
    lowest = _lowest(m)
    means = instance.reserves.loc[instance.reserves["first"] == first, ["reserve", "commodity", "rank", "opening"]]
    means = means.assign(rank=means["rank"].clip(upper=lowest), share=1.0 / at(instance.commodities["yardstick"], means["commodity"]))
    filled = instance.refills.groupby("reserve")["limit"].sum()
    most = means["opening"] + means["reserve"].map(filled).fillna(0.0).astype("float64")
    draws = means.assign(share=most * means["share"]).groupby(["rank", "commodity"])["share"].sum().reset_index()
    drawn = instance.releases.merge(means[["reserve", "commodity", "rank", "share"]], on="reserve")
    drawn["share"] *= at(instance.nodes["probability"], drawn["node"])
    return draws, drawn.sort_values(["rank", "commodity", "reserve", "node"], ignore_index=True)


def _used(m: Formulation) -> pd.DataFrame:
    """Return the uses of levers with the rank and commodity that they count in, their limit, and their share of the yardstick per unit."""
    instance = m.instance
    used = instance.uses.merge(instance.levers[["lever", "commodity", "rank"]], on="lever")
    share = at(instance.nodes["probability"], used["node"]) / at(instance.commodities["yardstick"], used["commodity"])
    used = used.assign(rank=used["rank"].clip(upper=_lowest(m)), share=share.astype("float64"))
    return used.sort_values(["lever", "node"], ignore_index=True)


def _lowest(m: Formulation) -> int:
    """Return the rank of the lowest tier."""
    tiers = m.instance.tiers["tier"]
    return int(tiers.max()) if len(tiers) else 1
