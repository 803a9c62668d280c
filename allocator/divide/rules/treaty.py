"""The sharing rule of the Agreement on an International Energy Program."""

from __future__ import annotations

import numpy as np

from allocator.divide.rules import RULES, FloatArray, RuleDoesNotApplyError
from allocator.divide.sums import exact_sum

#: Loss of the group from which demand is restrained, and by what share of base-period consumption (articles 13 and 14).
RESTRAINT = ((0.12, 0.10), (0.07, 0.07))
#: Losses that differ by less are the same: what remains of decimal figures in binary.
SAME = 1e-9
#: A right that is below zero by no more than this share of all claims is zero: the last digit of the arithmetic.
LAST_DIGIT = 1e-15


@RULES.register("treaty")
def treaty(claims: FloatArray, estate: float, *, net_imports: FloatArray) -> FloatArray:
    r"""Everybody restrains demand by the same share; the shortage that is left is taken from stocks, in proportion to net imports.

    .. math:: a_i = (1 - r)\,c_i - \frac{m_i^+}{\sum_j m_j^+} \Bigl((1 - r) \textstyle\sum_j c_j - E\Bigr)

    The claim is final consumption in the base period, the estate what is available to the group: production and imports less what is
    lost. Net imports :math:`m` are those of the base period; 90 days of them are the emergency reserve commitment, of which only the share
    in the sum matters. The restraint :math:`r` is 7 per cent from a loss of 7 per cent of all claims on, 10 per cent from a loss of 12.
    The award is what the treaty calls the supply right.

    Source: Agreement on an International Energy Program (1974), articles 7, 13 and 14.

    Raises:
        RuleDoesNotApplyError: A825, the loss is below 7 per cent, nobody imports, or a supply right would be negative.
    """
    total = exact_sum(claims)
    loss = 1.0 - estate / total
    restraint = next((share for least, share in RESTRAINT if loss >= least - SAME), None)
    if restraint is None:
        message = (
            f"{100.0 * loss:.3g} per cent of the claims is lost; expected at least 7, from which the treaty shares; choose another rule"
        )
        raise RuleDoesNotApplyError(message, "A825")
    permissible = claims - restraint * claims
    shortage = exact_sum(permissible) - estate
    imports = np.maximum(net_imports, 0.0)
    importing = exact_sum(imports)
    if shortage <= SAME * total:
        return permissible * (estate / exact_sum(permissible))
    if not importing:
        message = "nobody has net imports, so nobody bears the shortage; expected a number above 0 in net_imports, or another rule"
        raise RuleDoesNotApplyError(message, "A825")
    rights = permissible - imports / importing * shortage
    below = int(np.count_nonzero(rights < -LAST_DIGIT * total))
    if below:
        message = (
            f"the shortage is so large that the supply right of {below} would be negative, "
            "about which the treaty says nothing; expected a smaller loss; choose another rule"
        )
        raise RuleDoesNotApplyError(message, "A825")
    return np.maximum(rights, 0.0)


def allocation_rights(awards: FloatArray, own_supply: FloatArray) -> FloatArray:
    """Return what each may draw from the others, or (negative) must yield to them: supply right less own supply.

    Source: Agreement on an International Energy Program (1974), article 7.
    """
    rights: FloatArray = awards - own_supply
    return rights
