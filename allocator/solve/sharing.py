"""The guard that sharing makes no member worse off: what each would have alone, as bounds of the problem in which they share.

Both are one matrix with other bounds. Alone, lanes carry their trade at most and releases stay where they are used. That problem is solved
first, in the same ranks; what each claim is short of there is the most that it may be short of when members share. The plan found alone
keeps all these rows, so the guard can always hold.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from allocator.solve.highs import TOLERANCE, FloatArray
from allocator.solve.solution import Solution
from allocator_models import Instance, MatrixForm

IntArray = npt.NDArray[np.int64]
#: By how much a claim may be short of more than alone, in scaled units: ten times the solver's tolerance, or it finds no plan at all.
MARGIN = 10.0 * TOLERANCE


@dataclass(frozen=True)
class Guard:
    """Where the guard stands in a matrix.

    Attributes:
        lanes: columns of transfers, and `trade`, what they are at most without sharing.
        stay: rows that keep releases where they are used; they bind without sharing only.
        worse_off: rows of claims that may not be worse off; they bind with sharing only.
    """

    lanes: IntArray
    trade: FloatArray
    stay: slice
    worse_off: slice

    def alone(self, form: MatrixForm) -> MatrixForm:
        """Return the problem in which members do not share."""
        upper, row_upper = form.column_upper.copy(), form.row_upper.copy()
        upper[self.lanes] = np.minimum(upper[self.lanes], self.trade)
        row_upper[self.stay] = 0.0
        row_upper[self.worse_off] = np.inf
        return replace(form, column_upper=upper, row_upper=row_upper)

    def no_worse(self, form: MatrixForm, alone: Solution) -> MatrixForm:
        """Return the problem in which they share, and no claim is short of more than in the answer to the one in which they do not."""
        short = form.matrix[self.worse_off][:, form.variables["shortfall"].slice] @ alone.values["shortfall"]["value"].to_numpy()
        row_upper = form.row_upper.copy()
        row_upper[self.stay] = np.inf
        row_upper[self.worse_off] = short + MARGIN
        return replace(form, row_upper=row_upper)


def guard_of(form: MatrixForm, instance: Instance) -> Guard | None:
    """Return the guard of a problem; None where it has none."""
    if instance.guarded.empty:
        return None
    transfers = form.variables["transfer"]
    return Guard(
        np.arange(transfers.start, transfers.slice.stop),
        instance.trades["limit"].to_numpy(dtype=np.float64),
        form.rows["stay"].slice,
        form.rows["worse_off"].slice,
    )
