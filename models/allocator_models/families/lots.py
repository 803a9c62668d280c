"""Lots: what is bought in whole lots."""

from allocator_models.families import FAMILIES
from allocator_models.formulation import Formulation


@FAMILIES.register("lots")
def add_lots(m: Formulation) -> None:
    r"""A line that sells in lots sends whole ones.

    .. math:: \text{dispatch}_{in} = \text{size}_i\,\text{lots}_{in}

    Adds `lots_in` [whole number].
    """
    m.LOTS = m.table("lots")
    m.lot_size = m.parameter(m.LOTS, m.instance.lots["size"])
    m.lots = m.columns(m.LOTS, upper=m.instance.lots["most"], integer=True)
    m.rows(
        "lot", m.LOTS, lambda m, i, n: m.dispatch[i, n] == m.lot_size[i, n] * m.lots[i, n], doc="what is sold in lots comes in whole ones"
    )
