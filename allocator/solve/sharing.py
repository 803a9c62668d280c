"""The guard that sharing makes no member worse off: what each would have alone, as bounds of the problem in which they share.

Both are one matrix with other bounds. Alone, lanes carry their trade at most and releases stay where they are used. That problem is solved
first, in the same ranks; what each claim is short of there is the most that it may be short of when members share. The plan found alone
keeps all these rows, so the guard can always hold.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from allocator.solve.linear import TOLERANCE, FloatArray
from allocator.solve.solution import Solution
from allocator_models import Instance, MatrixForm

IntArray = npt.NDArray[np.int64]
#: By how much a claim that is short alone may be short of more, in shares of its commodity's mean demand of a claim and period: half of
#: what the audit lets pass. Spread over the periods of a year it is well above the solver's tolerance, below which rooms are not kept.
ROOM = 5e-7


@dataclass(frozen=True)
class Guard:
    """Where the guard stands in a matrix.

    Attributes:
        lanes: columns of transfers, and `trade`, what they are at most without sharing.
        stay: rows that keep releases where they are used; they bind without sharing only.
        worse_off: rows of claims that may not be worse off; they bind with sharing only.
        room: by how much each of these claims may be short of more than alone, where it is short then.
        extra: by how much more.
    """

    lanes: IntArray
    trade: FloatArray
    stay: slice
    worse_off: slice
    room: FloatArray
    extra: FloatArray

    def alone(self, form: MatrixForm) -> MatrixForm:
        """Return the problem in which members do not share."""
        upper, row_upper = form.column_upper.copy(), form.row_upper.copy()
        upper[self.lanes] = np.minimum(upper[self.lanes], self.trade)
        row_upper[self.stay] = 0.0
        row_upper[self.worse_off] = np.inf
        return replace(form, column_upper=upper, row_upper=row_upper)

    def no_worse(self, form: MatrixForm, alone: Solution) -> MatrixForm:
        """Return the problem in which they share, and no claim is short of more than in the answer to the one in which they do not.

        Who is short of nothing alone has no room: that its shortfalls are 0 is exact.
        """
        short = form.matrix[self.worse_off][:, form.variables["shortfall"].slice] @ alone.values["shortfall"]["value"].to_numpy()
        row_upper = form.row_upper.copy()
        row_upper[self.stay] = np.inf
        row_upper[self.worse_off] = np.where(short > TOLERANCE, short + self.room, 0.0) + self.extra
        return replace(form, row_upper=row_upper)

    def short_alone(self, form: MatrixForm, rows: IntArray) -> float:
        """Return what a claim is short of alone in a problem that guards it, by its rows: the most of all leaves, 0 for rounding."""
        return float((form.row_upper[rows] - (self.room + self.extra)[rows - self.worse_off.start]).max(initial=0.0))

    def wider(self, rows: IntArray, amount: FloatArray) -> Guard:
        """Return the guard under which claims, by their rows in the problem, may be short of so much more."""
        extra = self.extra.copy()
        extra[rows - self.worse_off.start] += amount
        return replace(self, extra=extra)


def guard_of(form: MatrixForm, instance: Instance) -> Guard | None:
    """Return the guard of a problem; None where it has none."""
    if instance.guarded.empty:
        return None
    transfers, worse_off = form.variables["transfer"], form.rows["worse_off"]
    commodity = instance.claims["commodity"]
    mean = instance.cells["demand"].groupby(instance.cells["claim"].map(commodity)).mean()
    return Guard(
        np.arange(transfers.start, transfers.slice.stop),
        instance.trades["limit"].to_numpy(dtype=np.float64),
        form.rows["stay"].slice,
        worse_off.slice,
        ROOM * worse_off.index["claim"].map(commodity).map(mean).to_numpy(dtype=np.float64),
        np.zeros(len(worse_off.index)),
    )
