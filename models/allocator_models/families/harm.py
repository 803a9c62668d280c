"""Harm of a shortage, for claims whose tier weighs it."""

from allocator_models.families import FAMILIES
from allocator_models.formulation import Formulation


@FAMILIES.register("harm")
def add_harm(m: Formulation) -> None:
    r"""A shortage falls into pieces, each more harmful than the one before, of claims whose tier weighs harm.

    .. math:: \text{shortfall}_{kn} = \sum_b \text{harmed}_{knb}, \qquad 0 \le \text{harmed}_{knb} \le w_{kb} D_{kn}

    Adds `harmed_knb` [unit]. Definitional: it restricts nothing. The stage of the tier minimises the sum of harm times piece in shares of
    the commodity's yardstick; as harm rises, pieces fill in order.
    """
    harms = m.instance.harms
    m.HARMS = m.table("harms")
    m.HARMED_CELLS = m.table("harmed_cells", harms[["claim", "node"]].drop_duplicates())
    m.harmed = m.columns(m.HARMS, upper=harms["limit"])
    m.pieces_of = m.relation(m.HARMED_CELLS, harms, on=["claim", "node"], to=["piece"])
    m.rows(
        "harmed",
        m.HARMED_CELLS,
        lambda m, k, n: m.shortfall[k, n] == sum(m.harmed[k, n, b] for b in m.pieces_of[k, n]),
        doc="a shortage falls into pieces of rising harm",
    )
