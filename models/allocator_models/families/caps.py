"""Caps: a uniform cut is a cap on what may be met."""

from allocator_models.families import FAMILIES
from allocator_models.formulation import Formulation


@FAMILIES.register("caps")
def add_caps(m: Formulation) -> None:
    r"""Where the framework caps a claim, no more than the cap is met, whatever there is.

    .. math:: \text{allocate}_{kn} + \sum_b \text{restrain}_{knb} \le \text{cap}_{kn} D_{kn}
    """
    capped = m.instance.cells[m.instance.cells["cap"] < 1.0]
    m.CAPPED = m.table("caps", capped[["claim", "node"]])
    m.cap = m.parameter(m.CAPPED, capped["cap"] * capped["demand"])
    m.rows(
        "cap",
        m.CAPPED,
        lambda m, k, n: m.allocate[k, n] + sum(m.restrain[k, n, b] for b in m.blocks_of[k, n]) <= m.cap[k, n],
        doc="the framework allows no more than this share of the demand to be met",
    )
