"""Steadiness: releases that do not jump from node to node."""

from allocator_models.families import FAMILIES
from allocator_models.formulation import Formulation, at


@FAMILIES.register("steadiness")
def add_steadiness(m: Formulation) -> None:
    r"""The change of a release from one node of the horizon to the next, in shares of the commodity's yardstick.

    .. math:: \text{change}_{jn} \ge \pm\,(\text{release}_{jn} - \text{release}_{j,parent(n)}) / q_g

    Adds `change_jn` [1]. Definitional: satisfiable whatever the releases are.
    """
    instance = m.instance
    nodes = instance.nodes
    releases = instance.releases
    parent = at(nodes["parent"], releases["node"])
    moving = releases.assign(before=parent)[(parent >= 0) & at(nodes["horizon"], releases["node"]).astype(bool)]
    commodity = at(instance.reserves["commodity"], moving["reserve"])
    yardstick = at(instance.commodities["yardstick"], commodity)
    largest = moving["reserve"].map(releases.groupby("reserve")["limit"].max())
    m.CHANGES = m.table("changes", moving[["reserve", "node"]])
    m.change_share = m.parameter(m.CHANGES, 1.0 / yardstick)
    m.change_probability = m.parameter(m.CHANGES, at(nodes["probability"], moving["node"]))
    m.change = m.columns(m.CHANGES, upper=largest / yardstick)
    m.release_before = m.relation(m.CHANGES, moving, on=["reserve", "node"], to=["before"])
    for name, sign in (("rise", 1.0), ("fall", -1.0)):
        m.rows(
            name,
            m.CHANGES,
            lambda m, j, n, sign=sign: (
                sign * m.change_share[j, n] * m.release[j, n]
                - sum(sign * m.change_share[j, n] * m.release[j, s] for s in m.release_before[j, n])
                <= m.change[j, n]
            ),
            doc=f"the {name} of a release from one period to the next",
        )
    m.goal("steadiness", "change", lambda m: sum(m.change_probability[j, n] * m.change[j, n] for j, n in m.CHANGES))
