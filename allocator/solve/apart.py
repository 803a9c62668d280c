r"""Cells that do not compete, settled at their own levels at once.

Where a hundred places each have a limit of their own, leximin has a hundred levels. One after another they would take two programs each.
Here one program raises the sum of all levels; cells that its duals link are a *group*. A second raises one theta for each group,

.. math:: \max \sum_k |C_k|\, \theta_k, \qquad \theta_k \le \text{level}_i \text{ for every cell } i \in C_k

Groups whose rows with a dual share free columns are joined and the second program is solved again, until every group stands by itself:
then its duals alone prove that a mean of its levels, with weights :math:`\mu_i \ge 0`, is at most :math:`\theta_k` whatever other groups
get. If every weight is positive, the group is *level*: all its cells stand at :math:`\theta_k`.

Level groups with :math:`\theta_k \le \tau`, the lowest theta of the other groups, are at their leximin levels. For say that in the
leximin plan one of their cells is lower, or some other cell below :math:`\tau`, and let :math:`v` be the lowest such level. Level groups
with :math:`\theta_k \le v` have no cell below :math:`\theta_k` there, so by their means all their cells are at it. Hence that plan has all
cells that the plan found here has at or below :math:`v`, at the same levels, and one more: it is the worse one.

A group that is not level proves nothing about its single cells: one that stands higher may have to share with another group.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from allocator.solve.face import NONZERO, Face
from allocator.solve.linear import FloatArray, LinearProgram, Optimum
from allocator.solve.measures import AT_TOP, STUCK, Chosen, Measures

Labels = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Apart:
    """What is settled of some cells.

    Attributes:
        optimum: with the duals and reduced costs of the settled groups alone.
        settled: which cells.
        floor: the level of each settled cell, and what every other cell has at least.
    """

    optimum: Optimum
    settled: Chosen
    floor: FloatArray


def settled_apart(face: Face, cells: Measures, minimise: Callable[[LinearProgram], Optimum]) -> Apart | None:
    """Return which cells stand at their leximin levels as they do not compete with others; None when none does."""
    size, height = len(face.lower), len(face.row_lower)
    now = np.minimum(cells.top - cells.weight * face.upper[cells.columns], 1.0)
    group = _groups(face, cells, minimise)
    while True:
        members = np.bincount(group)
        program = _raising(face, cells, group, now)
        optimum = minimise(program)
        rows, columns = _linked(program, optimum.dual)
        place = columns[size:]
        hanging = np.bincount(place)[place] > 1
        if not hanging.any():
            break
        group = np.unique(place[group], return_inverse=True)[1].astype(np.int64)
    theta = np.minimum(optimum.x[size:], 1.0)
    at_top = theta >= 1.0 - AT_TOP
    least_share = np.full(len(members), np.inf)
    np.minimum.at(least_share, group, -optimum.dual[height:])
    level = at_top | (least_share > STUCK)
    tau = float(theta[~level].min(initial=np.inf))
    chosen = level & (theta <= tau)
    if not chosen.any():
        return None
    proven = chosen & ~at_top
    dual = np.where(np.isin(rows, place[proven]), optimum.dual, 0.0)
    cost = program.cost.copy()
    cost[size:][~proven] = 0.0
    settled = chosen[group]
    return Apart(
        replace(optimum, dual=dual, reduced_cost=cost - program.matrix.T @ dual, value=float(-(members * theta)[proven].sum())),
        settled,
        np.where(settled, np.where(at_top, 1.0, theta)[group], np.maximum(now, tau)),
    )


def _raising(face: Face, cells: Measures, group: Labels, now: FloatArray) -> LinearProgram:
    """Return the program that raises one theta for each group, its number of cells being its weight; the thetas are the last columns."""
    size, count = len(face.lower), len(cells)
    members = np.bincount(group)
    lowest = np.full(len(members), np.inf)
    np.minimum.at(lowest, group, now)
    return LinearProgram(
        cells.raising(face.matrix, group),
        np.concatenate([face.row_lower, np.full(count, -np.inf)]),
        np.concatenate([face.row_upper, cells.top]),
        np.concatenate([face.lower, lowest]),
        np.concatenate([face.upper, np.ones(len(members))]),
        np.concatenate([np.zeros(size), -members.astype(np.float64)]),
    )


def _groups(face: Face, cells: Measures, minimise: Callable[[LinearProgram], Optimum]) -> Labels:
    """Return the group of every cell: those that duals link when the sum of all levels is raised; those that nothing holds are one."""
    cost = np.zeros(len(face.lower))
    cost[cells.columns] = cells.weight
    program = face.program(cost)
    optimum = minimise(program)
    rows, columns = _linked(program, optimum.dual)
    linked = columns[cells.columns]
    linked[(cells.of(optimum.x) >= 1.0 - AT_TOP) & ~np.isin(linked, rows)] = -1
    groups: Labels = np.unique(linked, return_inverse=True)[1].astype(np.int64)
    return groups


def _linked(program: LinearProgram, dual: FloatArray) -> tuple[Labels, Labels]:
    """Return labels of rows and columns, equal where rows with a dual link them through columns that are not fixed; -1 for rows without."""
    supported, free = np.abs(dual) > NONZERO, program.lower < program.upper
    part = sp.csr_array(program.matrix[np.flatnonzero(supported)])
    part = sp.csr_array(part @ sp.diags_array(free.astype(np.float64)))
    part.eliminate_zeros()
    count = part.shape[0]
    _, labels = connected_components(sp.block_array([[None, part], [part.T, None]], format="csr"), directed=False)
    rows = np.full(len(dual), -1, dtype=np.int64)
    rows[supported] = labels[:count]
    return rows, labels[count:].astype(np.int64)
