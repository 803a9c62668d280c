"""Ranked means: how much is drawn on reserves of each rank."""

import pandas as pd

from allocator_models.families import FAMILIES
from allocator_models.formulation import Formulation, at


@FAMILIES.register("means")
def add_means(m: Formulation) -> None:
    r"""What is drawn on the reserves of one rank in one commodity, expected over the tree, in shares of the commodity's yardstick.

    .. math:: \text{draw}_{mg} = \sum_{j \in J_{mg}} \sum_n \pi_n\, \text{release}_{jn} / q_g

    Adds `draw_mg` [1] over reserves that come after the market and `first_draw_mg` [1] over those that come before it. Definitional: they
    restrict nothing until a stage keeps their values. A rank below the lowest tier counts as the lowest.
    """
    draws, drawn = _draws(m, first=False)
    m.DRAWS = m.table("draws", draws[["rank", "commodity"]])
    m.draw = m.columns(m.DRAWS, upper=draws["share"])
    m.DRAWN = m.table("drawn", drawn[["reserve", "node"]])
    m.draw_share = m.parameter(m.DRAWN, drawn["share"])
    m.drawn_on = m.relation(m.DRAWS, drawn, on=["rank", "commodity"], to=["reserve", "node"])
    m.rows(
        "draw",
        m.DRAWS,
        lambda m, rank, g: m.draw[rank, g] == sum(m.draw_share[j, n] * m.release[j, n] for j, n in m.drawn_on[rank, g]),
        doc="what is drawn on reserves of one rank, kept at what the tiers served so far need",
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
    lowest = int(instance.tiers["tier"].max()) if len(instance.tiers) else 1
    means = instance.reserves.loc[instance.reserves["first"] == first, ["reserve", "commodity", "rank", "opening"]]
    means = means.assign(rank=means["rank"].clip(upper=lowest), share=1.0 / at(instance.commodities["yardstick"], means["commodity"]))
    draws = means.assign(share=means["opening"] * means["share"]).groupby(["rank", "commodity"])["share"].sum().reset_index()
    drawn = instance.releases.merge(means[["reserve", "commodity", "rank", "share"]], on="reserve")
    drawn["share"] *= at(instance.nodes["probability"], drawn["node"])
    return draws, drawn.sort_values(["rank", "commodity", "reserve", "node"], ignore_index=True)
