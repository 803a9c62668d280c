"""Tranches: what is released in whole tranches."""

from allocator_models.families import FAMILIES
from allocator_models.formulation import Formulation


@FAMILIES.register("tranches")
def add_tranches(m: Formulation) -> None:
    r"""A reserve that is released in tranches releases whole ones.

    .. math:: \text{release}_{jn} = \text{size}_j\,\text{tranches}_{jn}

    Adds `tranches_jn` [whole number].
    """
    m.TRANCHES = m.table("tranches")
    m.tranche_size = m.parameter(m.TRANCHES, m.instance.tranches["size"])
    m.tranches = m.columns(m.TRANCHES, upper=m.instance.tranches["most"], integer=True)
    m.rows(
        "tranche",
        m.TRANCHES,
        lambda m, j, n: m.release[j, n] == m.tranche_size[j, n] * m.tranches[j, n],
        doc="what is released in tranches comes in whole ones",
    )
