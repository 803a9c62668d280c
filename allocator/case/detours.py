"""Ships go round: what a closed chokepoint stops on one line may be sent by a line of the same goods on another route."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocator.case.figures import Course

FloatArray = npt.NDArray[np.float64]
SAME_GOODS = ["commodity", "origin", "region"]


def going_round(course: Course, lines: pd.DataFrame, routes: pd.DataFrame, could: FloatArray) -> FloatArray:
    r"""Return what each line may send on top of its own, because closures stop other lines of the same goods.

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

    Returns:
        Volumes [unit], of the shape of `could`; sent with the lead of the line that takes them.
    """
    extra = np.zeros_like(could)
    if not any(disruption.ships_go_round for disruption in course.lasting):
        return extra
    stopped, by = _ways(lines)
    blocked, volume = np.zeros((len(stopped), could.shape[1])), could[stopped]
    for disruption in course.lasting:
        touched = disruption.affects_lines(lines, routes)
        severity = disruption.severity(course.calendar.horizon, course.calendar.before, len(course.calendar.names))
        avoided = touched[stopped] & ~touched[by] & disruption.ships_go_round
        blocked[avoided] += (1.0 - blocked[avoided]) * severity
        volume[(touched[stopped] | touched[by]) & ~avoided] *= 1.0 - severity
    volume *= blocked
    best = pd.DataFrame(volume).groupby(stopped, sort=False).idxmax().to_numpy()
    column = np.broadcast_to(np.arange(could.shape[1]), best.shape)
    np.add.at(extra, (by[best], column), volume[best, column])
    return extra


def _ways(lines: pd.DataFrame) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the rows of the lines that may be stopped and of those that may go for them, the shortest way of each line first."""
    own = lines[[*SAME_GOODS, "line", "route", "lead_days"]].assign(row=np.arange(len(lines)))[~lines["outside"].to_numpy(dtype=np.bool_)]
    pairs = own.merge(own, on=SAME_GOODS, suffixes=("", "_other"))
    pairs = pairs[pairs["route"] != pairs["route_other"]].sort_values(["line", "lead_days_other", "line_other"])
    return pairs["row"].to_numpy(dtype=np.int64), pairs["row_other"].to_numpy(dtype=np.int64)
