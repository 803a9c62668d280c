"""Ranked means: how much is drawn on reserves of each rank."""

from allocator_models.families import FAMILIES
from allocator_models.formulation import Formulation, at


@FAMILIES.register("means")
def add_means(m: Formulation) -> None:
    r"""What is drawn on the reserves of one rank in one commodity, expected over the tree, in shares of the commodity's yardstick.

    .. math:: \text{draw}_{mg} = \sum_{j \in J_{mg}} \sum_n \pi_n\, \text{release}_{jn} / q_g

    Adds `draw_mg` [1]. Definitional: it restricts nothing until a stage keeps its value. A rank below the lowest tier counts as the lowest.
    """
    instance = m.instance
    lowest = int(instance.tiers["tier"].max()) if len(instance.tiers) else 1
    means = instance.reserves[["reserve", "commodity", "opening"]].assign(rank=instance.reserves["rank"].clip(upper=lowest))
    means["share"] = means["opening"] / at(instance.commodities["yardstick"], means["commodity"])
    draws = means.groupby(["rank", "commodity"])["share"].sum().reset_index()
    m.DRAWS = m.table("draws", draws[["rank", "commodity"]])
    m.draw = m.columns(m.DRAWS, upper=draws["share"])
    releases = instance.releases.merge(means[["reserve", "commodity", "rank"]], on="reserve")
    released = releases.sort_values(["rank", "commodity", "reserve", "node"], ignore_index=True)
    m.DRAWN = m.table("drawn", released[["reserve", "node"]])
    yardstick = at(instance.commodities["yardstick"], released["commodity"])
    m.draw_share = m.parameter(m.DRAWN, at(instance.nodes["probability"], released["node"]) / yardstick)
    m.drawn_on = m.relation(m.DRAWS, released, on=["rank", "commodity"], to=["reserve", "node"])
    m.rows(
        "draw",
        m.DRAWS,
        lambda m, rank, g: m.draw[rank, g] == sum(m.draw_share[j, n] * m.release[j, n] for j, n in m.drawn_on[rank, g]),
        doc="what is drawn on reserves of one rank, kept at what the tiers served so far need",
    )
