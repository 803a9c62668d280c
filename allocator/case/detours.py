"""Ships go round: what a closed chokepoint stops on one line may be sent by a line of the same goods on another route."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocator.case.figures import Course
from allocator_models.kept import Kept

FloatArray = npt.NDArray[np.float64]
RowArray = npt.NDArray[np.int64]
SAME_GOODS = ["commodity", "origin", "region"]


@dataclass(frozen=True)
class Detours:
    """What may go round: a row for each line that has another way, a column for each period.

    Attributes:
        stopped, by: rows of the line that is stopped, and of the one that goes for it.
        volume: what the closures stop and the other way lets through [unit].
    """

    stopped: RowArray
    by: RowArray
    volume: FloatArray

    def on_top(self, rows: int) -> FloatArray:
        """Return what each of all `rows` lines may send on top of its own."""
        extra = np.zeros((rows, self.volume.shape[1]))
        np.add.at(extra, (self.by, np.broadcast_to(np.arange(self.volume.shape[1]), self.by.shape)), self.volume)
        return extra


def going_round(course: Course, lines: pd.DataFrame, routes: pd.DataFrame, could: FloatArray, kept: Kept | None = None) -> Detours:
    r"""Return what may go by other lines, because closures stop lines of the same goods.

    A way round leads from a line :math:`i` to a line :math:`j` of the same commodity, origin and region on another route. With :math:`q`
    what :math:`i` could send, :math:`f_d` what disruption :math:`d` leaves and :math:`C` the closures that :math:`i` meets and :math:`j`
    does not,

    .. math:: q_i \Bigl(1 - \prod_{d \in C} f_d\Bigr) \prod_{d \notin C,\ d \text{ touches } i \text{ or } j} f_d

    goes that way: a closure on both routes stops it on both, and every other disruption of either line still bites. Of several ways the
    one that lets most through is taken, then the shortest; so lines of the same goods together never send more than they could.

    Args:
        course: calendar and disruptions.
        lines: line, commodity, origin, region, route, lead_days, outside.
        routes: chokepoints by route.
        could: what each line could send if nothing but ceilings held it back [unit], shape (lines, before + count).
        kept: spares what rests on the lines alone.

    Returns:
        Lines and volumes [unit], with the columns of `could`; sent with the lead of the line that takes them.
    """
    if not any(disruption.ships_go_round for disruption in course.lasting):
        none = np.zeros((0, could.shape[1]), dtype=np.int64)
        return Detours(none, none, none.astype(np.float64))
    stopped, by = (kept or Kept()).step("ways round", _ways, lines)
    blocked, volume = np.zeros((len(stopped), could.shape[1])), could[stopped]
    for disruption in course.lasting:
        touched = disruption.affects_lines(lines, routes)
        severity = disruption.severity(course.calendar.horizon, course.calendar.before, len(course.calendar.names))
        avoided = touched[stopped] & ~touched[by] & disruption.ships_go_round
        blocked[avoided] += (1.0 - blocked[avoided]) * severity
        volume[(touched[stopped] | touched[by]) & ~avoided] *= 1.0 - severity
    volume *= blocked
    best = _first_largest(volume, stopped)
    return Detours(stopped[best], by[best], volume[best, np.arange(could.shape[1])])


def _first_largest(volume: FloatArray, stopped: RowArray) -> RowArray:
    """Return by line that is stopped, whose ways stand together, and period the row of the first way that lets most through."""
    another = np.diff(stopped, prepend=-1) != 0
    begins = np.flatnonzero(another)
    most = np.maximum.reduceat(volume, begins)[np.cumsum(another) - 1]
    rows = np.where(volume == most, np.arange(len(volume))[:, None], len(volume))
    found: RowArray = np.minimum.reduceat(rows, begins)
    return found


def _ways(lines: pd.DataFrame) -> tuple[RowArray, RowArray]:
    """Return the rows of the lines that may be stopped and of those that may go for them, the shortest way of each line first."""
    own = lines[[*SAME_GOODS, "line", "route", "lead_days"]].assign(row=np.arange(len(lines)))[~lines["outside"].to_numpy(dtype=np.bool_)]
    pairs = own.merge(own, on=SAME_GOODS, suffixes=("", "_other"))
    pairs = pairs[pairs["route"] != pairs["route_other"]].sort_values(["line", "lead_days_other", "line_other"])
    return pairs["row"].to_numpy(dtype=np.int64), pairs["row_other"].to_numpy(dtype=np.int64)
