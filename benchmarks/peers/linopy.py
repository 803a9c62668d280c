"""linopy: variables over the rows of the tables, sums by group, the solver fed directly."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from allocator_models import Instance
from benchmarks.job import TABLES, Answer, Clock, FloatArray, Job
from benchmarks.peers import PEERS
from benchmarks.peers._arrays import TOLERANCE
from benchmarks.peers._tables import bounds, codes, look_up

OPTIONS: dict[str, Any] = {
    "output_flag": False,
    "threads": 1,
    "primal_feasibility_tolerance": TOLERANCE,
    "dual_feasibility_tolerance": TOLERANCE,
}


@PEERS.register("linopy")
def linopy(job: Job, clock: Clock) -> Answer:
    """linopy's sparse model over the rows of the tables; stages by objective cuts, the model handed over anew at each."""
    import linopy as package

    with clock.phase("build"):
        package.options["semantics"] = "v1"
        model = package.Model(sparse=True)
        variables = _Rows(model, job.instance).add()
    with clock.phase("hand over"):
        model.add_objective(_sum(variables, job.stages["cost"]))
        model.to_highspy()
    for stage, objective in job.stages.items():
        with clock.phase(stage):
            expression = _sum(variables, objective)
            model.add_objective(expression, overwrite=True)
            status, condition = model.solve("highs", io_api="direct", progress=False, **OPTIONS)
            if status != "ok":
                raise RuntimeError(f"{stage} ended without an optimum: {condition}")
            model.add_constraints(expression <= model.objective.value, name=f"keep {stage}")
    plan = {name: variable.solution.to_numpy() for name, variable in variables.items()}
    return Answer(job.values(plan), int(model.nvars), int(model.ncons) - len(job.stages))


def _sum(variables: dict[str, Any], objective: dict[str, FloatArray]) -> Any:
    """Return the sum of coefficients times variables; terms with coefficient zero are left out."""
    parts = []
    for name, coefficients in objective.items():
        used = np.flatnonzero(coefficients)
        if len(used):
            parts.append((variables[name].isel({TABLES[name]: used}) * coefficients[used]).sum())
    return sum(parts[1:], start=parts[0])


class _Rows:
    """Adds variables and rows."""

    def __init__(self, model: Any, at: Instance) -> None:
        self.model, self.at = model, at
        self.variables = {
            name: model.add_variables(low, high, coords=[pd.RangeIndex(len(low), name=TABLES[name])], name=name)
            for name, (low, high) in bounds(at).items()
        }

    def add(self) -> dict[str, Any]:
        self._demand()
        self._reserves()
        self._balance()
        return self.variables

    def _gathered(self, name: str, places: Any, weights: Any, rows: Any, table: str) -> Any:
        """Return the sum of weights times columns of a variable for every row of a table."""
        import xarray as xr

        if not len(places):
            return 0.0
        chosen = self.variables[name].isel({TABLES[name]: xr.DataArray(codes(places), dims="term")})
        weighted = chosen * xr.DataArray(np.broadcast_to(np.asarray(weights, dtype=np.float64), len(places)), dims="term")
        index = pd.RangeIndex(len(getattr(self.at, table)))
        grouped = weighted.groupby(pd.Series(codes(rows), pd.RangeIndex(len(places), name="term"), name=table)).sum()
        return grouped.reindex({table: index}).fillna(0.0)

    def _demand(self) -> None:
        cells, restraints, allocate = self.at.cells, self.at.restraints, self.variables["allocate"]
        met = 1.0 * allocate
        if len(restraints):
            cell = look_up(cells, "claim", "node")[codes(restraints["claim"]), codes(restraints["node"])]
            met = met + self._gathered("restrain", np.arange(len(restraints)), 1.0, cell, "cells")
        self.model.add_constraints(met + self.variables["shortfall"] == self._side("cells", cells["demand"]), name="demand")
        capped = np.flatnonzero(cells["cap"] < 1.0)
        if len(capped):
            cap = (cells["cap"] * cells["demand"]).to_numpy()[capped]
            self.model.add_constraints(met.isel(cells=capped) <= cap, name="cap")

    def _reserves(self) -> None:
        at, releases = self.at, self.at.releases
        if releases.empty:
            return
        reserve, parent = codes(releases["reserve"]), at.nodes["parent"].to_numpy()[codes(releases["node"])]
        spared = 1.0 - releases["loss_share"].to_numpy()
        keep = spared * (1.0 - at.reserves["loss"].to_numpy()[reserve])
        opening = np.where(parent < 0, at.reserves["opening"].to_numpy()[reserve] * spared, 0.0)
        later = np.flatnonzero(parent >= 0)
        before = look_up(releases, "reserve", "node")[reserve[later], parent[later]]
        carried = self._gathered("stock", before, keep[later], later, "releases")
        self.model.add_constraints(
            self.variables["stock"] + self.variables["release"] - carried == self._side("releases", opening), name="reserve"
        )

    def _balance(self) -> None:
        at = self.at
        place = look_up(at.balances, "region", "commodity", "node")
        goods = at.claims.loc[at.cells["claim"]]
        uses = 1.0 * self.variables["surplus"]
        uses += self._at("allocate", place[codes(goods["region"]), codes(goods["commodity"]), codes(at.cells["node"])])
        supplies = self._sent("dispatch", at.dispatches, at.line_arrivals, "line", at.lines, "region", place)
        supplies += self._sent("transfer", at.transfers, at.lane_arrivals, "lane", at.lanes, "destination", place)
        lanes = at.lanes.loc[codes(at.transfers["lane"])]
        uses += self._at("transfer", place[codes(lanes["origin"]), codes(lanes["commodity"]), codes(at.transfers["node"])])
        reserves = at.reserves.loc[codes(at.releases["reserve"])]
        supplies += self._at("release", place[codes(reserves["region"]), codes(reserves["commodity"]), codes(at.releases["node"])])
        constant = at.balances["under_way"].to_numpy(dtype=np.float64).copy()
        made, used = self._processes(place)
        stored, kept = self._stores(place, constant)
        side = self._side("balances", -constant)
        self.model.add_constraints(supplies + made + stored - uses - used - kept == side, name="balance")

    @staticmethod
    def _side(table: str, numbers: Any) -> Any:
        """Return right-hand sides that keep the model sparse."""
        import xarray as xr

        return xr.DataArray(np.asarray(numbers, dtype=np.float64), dims=table, coords={table: pd.RangeIndex(len(numbers))})

    def _at(self, name: str, rows: Any) -> Any:
        return self._gathered(name, np.arange(len(rows)), 1.0, rows, "balances")

    def _sent(self, name: str, sent: pd.DataFrame, arrivals: pd.DataFrame, key: str, members: pd.DataFrame, end: str, place: Any) -> Any:
        if arrivals.empty:
            return 0.0
        who = codes(arrivals[key])
        columns = look_up(sent, key, "node")[who, codes(arrivals["sent"])]
        rows = place[codes(members[end])[who], codes(members["commodity"])[who], codes(arrivals["node"])]
        return self._gathered(name, columns, arrivals["weight"], rows, "balances")

    def _processes(self, place: Any) -> tuple[Any, Any]:
        at = self.at
        if at.runs.empty:
            return 0.0, 0.0
        run_at, site = look_up(at.runs, "process", "node"), codes(at.processes["region"])
        yields = at.process_arrivals.merge(at.outputs.rename(columns={"node": "sent"}), on=["process", "sent"])
        process = codes(yields["process"])
        made = self._gathered(
            "run",
            run_at[process, codes(yields["sent"])],
            yields["weight"] * yields["quantity"],
            place[site[process], codes(yields["commodity"]), codes(yields["node"])],
            "balances",
        )
        needs = at.inputs.merge(at.runs[["process", "node"]], on="process")
        process, node = codes(needs["process"]), codes(needs["node"])
        rows = place[site[process], codes(needs["commodity"]), node]
        return made, self._gathered("run", run_at[process, node], needs["quantity"], rows, "balances")

    def _stores(self, place: Any, constant: FloatArray) -> tuple[Any, Any]:
        at, stores = self.at, self.at.inventories
        if stores.empty:
            return 0.0, 0.0
        region, commodity, node = (codes(stores[key]) for key in ("region", "commodity", "node"))
        rows, parent = place[region, commodity, node], at.nodes["parent"].to_numpy()[node]
        constant[rows[parent < 0]] += stores["opening"].to_numpy()[parent < 0]
        later = np.flatnonzero(parent >= 0)
        before = look_up(stores, "region", "commodity", "node")[region[later], commodity[later], parent[later]]
        kept_share = 1.0 - at.commodities["loss"].to_numpy()[commodity[later]]
        return self._gathered("inventory", before, kept_share, rows[later], "balances"), self._at("inventory", rows)
