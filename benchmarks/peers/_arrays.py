"""The ranked job as bare arrays: integer look-ups and one sparse assembly, nothing between the tables and the solver."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.sparse as sp

from benchmarks.job import TABLES, FloatArray, Job
from benchmarks.peers._tables import bounds, look_up

IntArray = npt.NDArray[np.int64]
#: Of primal and dual feasibility, where a peer needs more than the solver's default of 1e-7.
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Arrays:
    """Columns and rows of a job; `parts` says where each variable's columns stand."""

    matrix: sp.csc_array
    row_lower: FloatArray
    row_upper: FloatArray
    lower: FloatArray
    upper: FloatArray
    parts: Mapping[str, slice]

    def cost(self, objective: Mapping[str, FloatArray]) -> FloatArray:
        """Return an objective's coefficient of every column."""
        cost = np.zeros(len(self.lower))
        for name, coefficients in objective.items():
            cost[self.parts[name]] = coefficients
        return cost

    def plan(self, x: FloatArray) -> dict[str, FloatArray]:
        """Return the columns by variable."""
        return {name: x[part] for name, part in self.parts.items()}


def arrays(job: Job) -> Arrays:
    """Return the model of a job."""
    return _Assembly(job).arrays()


class _Assembly:
    """Rows are gathered kind by kind as triplets of row, column and value."""

    def __init__(self, job: Job) -> None:
        self.at = job.instance
        self.parts: dict[str, slice] = {}
        start = 0
        for name, table in TABLES.items():
            size = len(getattr(self.at, table))
            self.parts[name] = slice(start, start + size)
            start += size
        self.size = start
        self.triplets: list[tuple[IntArray, IntArray, FloatArray]] = []
        self.row_lower: list[FloatArray] = []
        self.row_upper: list[FloatArray] = []
        self.height = 0

    def arrays(self) -> Arrays:
        self._demand()
        self._caps()
        self._reserves()
        self._balance()
        lower, upper = (np.concatenate(sides) for sides in zip(*bounds(self.at).values(), strict=True))
        rows, columns, values = (np.concatenate(part) for part in zip(*self.triplets, strict=True))
        matrix = sp.csc_array((values, (rows, columns)), shape=(self.height, self.size))
        return Arrays(matrix, np.concatenate(self.row_lower), np.concatenate(self.row_upper), lower, upper, self.parts)

    def _rows(self, lower: FloatArray, upper: FloatArray) -> int:
        first = self.height
        self.row_lower.append(lower)
        self.row_upper.append(upper)
        self.height += len(lower)
        return first

    def _add(self, rows: Any, name: str, places: Any, values: Any) -> None:
        """Add coefficients of the columns of a variable; `values` may be one number."""
        rows = np.asarray(rows, dtype=np.int64)
        columns = self.parts[name].start + np.asarray(places, dtype=np.int64)
        self.triplets.append((rows, columns, np.broadcast_to(np.asarray(values, dtype=np.float64), rows.shape)))

    def _demand(self) -> None:
        cells = self.at.cells
        self.cell_at = look_up(cells, "claim", "node")
        demand = cells["demand"].to_numpy()
        first = self._rows(demand, demand)
        every = np.arange(len(cells))
        self._add(first + every, "allocate", every, 1.0)
        self._add(first + every, "shortfall", every, 1.0)
        self._add(first + self._restrained_cells(), "restrain", np.arange(len(self.at.restraints)), 1.0)

    def _restrained_cells(self) -> IntArray:
        restraints = self.at.restraints
        if restraints.empty:
            return np.zeros(0, dtype=np.int64)
        cells: IntArray = self.cell_at[restraints["claim"].to_numpy(dtype=np.int64), restraints["node"].to_numpy(dtype=np.int64)]
        return cells

    def _caps(self) -> None:
        cells = self.at.cells
        capped = np.flatnonzero(cells["cap"].to_numpy() < 1.0)
        cap = (cells["cap"] * cells["demand"]).to_numpy()[capped]
        first = self._rows(np.full(len(capped), -np.inf), cap)
        row_of = np.full(len(cells), -1)
        row_of[capped] = first + np.arange(len(capped))
        self._add(row_of[capped], "allocate", capped, 1.0)
        row = row_of[self._restrained_cells()]
        self._add(row[row >= 0], "restrain", np.flatnonzero(row >= 0), 1.0)

    def _reserves(self) -> None:
        """stock - kept share of the stock before + release = what is left of the opening stock."""
        at, releases = self.at, self.at.releases
        reserve, parent = releases["reserve"].to_numpy(), self._parents(releases)
        spared = 1.0 - releases["loss_share"].to_numpy()
        keep = spared * (1.0 - at.reserves["loss"].to_numpy()[reserve])
        opening = np.where(parent < 0, at.reserves["opening"].to_numpy()[reserve] * spared, 0.0)
        first = self._rows(opening, opening)
        every = np.arange(len(releases))
        self._add(first + every, "stock", every, 1.0)
        self._add(first + every, "release", every, 1.0)
        later = np.flatnonzero(parent >= 0)
        before = look_up(releases, "reserve", "node")[reserve[later], parent[later]]
        self._add(first + later, "stock", before, -keep[later])

    def _parents(self, table: pd.DataFrame) -> IntArray:
        parents: IntArray = self.at.nodes["parent"].to_numpy()[table["node"].to_numpy(dtype=np.int64)]
        return parents

    def _balance(self) -> None:
        """Supply less use equals what is not under way already; the sign is that of the supply side."""
        at = self.at
        place_at = look_up(at.balances, "region", "commodity", "node")
        constant = -at.balances["under_way"].to_numpy(dtype=np.float64)
        stores = at.inventories
        store_row = place_at[tuple(stores[key].to_numpy(dtype=np.int64) for key in ("region", "commodity", "node"))]
        parent = self._parents(stores)
        constant[store_row[parent < 0]] -= stores["opening"].to_numpy()[parent < 0]
        first = self._rows(constant, constant)

        def row(region: Any, commodity: Any, node: Any) -> IntArray:
            rows: IntArray = (
                first
                + place_at[np.asarray(region, dtype=np.int64), np.asarray(commodity, dtype=np.int64), np.asarray(node, dtype=np.int64)]
            )
            return rows

        cells, claims = at.cells, at.claims
        claim = cells["claim"].to_numpy()
        site = claims["region"].to_numpy()[claim], claims["commodity"].to_numpy()[claim]
        self._add(row(*site, cells["node"]), "allocate", np.arange(len(cells)), -1.0)
        every = np.arange(len(at.balances))
        self._add(first + every, "surplus", every, -1.0)
        self._sent("dispatch", at.dispatches, at.line_arrivals, "line", at.lines, "region", row)
        self._sent("transfer", at.transfers, at.lane_arrivals, "lane", at.lanes, "destination", row)
        lane = at.transfers["lane"].to_numpy(dtype=np.int64)
        origin = at.lanes["origin"].to_numpy(dtype=np.int64)[lane], at.lanes["commodity"].to_numpy(dtype=np.int64)[lane]
        self._add(row(*origin, at.transfers["node"]), "transfer", np.arange(len(lane)), -1.0)
        self._processes(row)
        reserve = at.releases["reserve"].to_numpy()
        held = at.reserves["region"].to_numpy()[reserve], at.reserves["commodity"].to_numpy()[reserve]
        self._add(row(*held, at.releases["node"]), "release", np.arange(len(reserve)), 1.0)
        self._add(first + store_row, "inventory", np.arange(len(stores)), -1.0)
        later = np.flatnonzero(parent >= 0)
        before = look_up(stores, "region", "commodity", "node")
        region, commodity = (stores[key].to_numpy(dtype=np.int64)[later] for key in ("region", "commodity"))
        kept = 1.0 - at.commodities["loss"].to_numpy()[commodity]
        self._add(first + store_row[later], "inventory", before[region, commodity, parent[later]], kept)

    def _sent(self, name: str, sent: pd.DataFrame, arrivals: pd.DataFrame, key: str, members: pd.DataFrame, end: str, row: Any) -> None:
        if arrivals.empty:
            return
        who = arrivals[key].to_numpy(dtype=np.int64)
        columns = look_up(sent, key, "node")[who, arrivals["sent"].to_numpy(dtype=np.int64)]
        rows = row(members[end].to_numpy()[who], members["commodity"].to_numpy()[who], arrivals["node"])
        self._add(rows, name, columns, arrivals["weight"])

    def _processes(self, row: Any) -> None:
        at = self.at
        if at.runs.empty:
            return
        run_at = look_up(at.runs, "process", "node")
        site = at.processes["region"].to_numpy(dtype=np.int64)
        yields = at.process_arrivals.merge(at.outputs.rename(columns={"node": "sent"}), on=["process", "sent"])
        process = yields["process"].to_numpy(dtype=np.int64)
        columns = run_at[process, yields["sent"].to_numpy(dtype=np.int64)]
        self._add(row(site[process], yields["commodity"], yields["node"]), "run", columns, yields["weight"] * yields["quantity"])
        needs = at.inputs.merge(at.runs[["process", "node"]], on="process")
        process, node = needs["process"].to_numpy(dtype=np.int64), needs["node"].to_numpy(dtype=np.int64)
        self._add(row(site[process], needs["commodity"], node), "run", run_at[process, node], -needs["quantity"])


def silent() -> Any:
    """Return a solver that prints nothing and uses one thread."""
    solver = highspy.Highs.__new__(highspy.Highs)
    super(highspy.Highs, solver).__init__()  # the ordinary constructor prints a banner
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    return solver


def load(matrix: sp.csc_array, row_lower: FloatArray, row_upper: FloatArray, lower: FloatArray, upper: FloatArray) -> Any:
    """Return a solver that holds a model without objective, handed over as arrays, which is the fastest way there is."""
    height, width = matrix.shape
    solver = silent()
    solver.passModel(
        width,
        height,
        matrix.nnz,
        int(highspy.MatrixFormat.kColwise),
        int(highspy.ObjSense.kMinimize),
        0.0,
        np.zeros(width),
        lower,
        upper,
        row_lower,
        row_upper,
        matrix.indptr.astype(np.int32),
        matrix.indices.astype(np.int32),
        matrix.data,
        np.zeros(width, dtype=np.int32),
    )
    return solver


def set_cost(solver: Any, cost: FloatArray) -> None:
    """Replace the objective."""
    solver.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)


def is_optimal(solver: Any) -> bool:
    """Return whether the solver says Optimal."""
    return bool(solver.getModelStatus() == highspy.HighsModelStatus.kOptimal)


def tighten(solver: Any) -> None:
    """Ask for the tolerance that rank needs: a cut missed by 1e-7 moves later stages by 1e-5, and a dual of 1e-7 may be no dual at all."""
    for name in ("primal_feasibility_tolerance", "dual_feasibility_tolerance"):
        solver.setOptionValue(name, TOLERANCE)
