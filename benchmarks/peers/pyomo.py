"""Pyomo written the ordinary way: indexed variables, a rule per row, its own interface to HiGHS."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.contrib.solver.solvers.highs import Highs

from benchmarks.job import TABLES, Answer, Clock, FloatArray, Job
from benchmarks.peers import PEERS
from benchmarks.peers._arrays import TOLERANCE
from benchmarks.peers._relations import KEYS, Key, Relations, keys, relations
from benchmarks.peers._tables import bounds


@PEERS.register("pyomo")
def pyomo(job: Job, clock: Clock) -> Answer:
    """Pyomo with ordinary rules and its persistent interface to HiGHS; stages by objective cuts on the warm solver."""
    with clock.phase("build"):
        m = _model(job)
    solver = Highs()
    solver.config.solver_options = {
        "threads": 1,
        "primal_feasibility_tolerance": TOLERANCE,
        "dual_feasibility_tolerance": TOLERANCE,
    }
    with clock.phase("hand over"):
        m.goal = pyo.Objective(expr=0.0)
        solver.set_instance(m)
    m.kept = pyo.ConstraintList()
    for stage, objective in job.stages.items():
        with clock.phase(stage):
            expression = _sum(m, job, objective)
            m.del_component(m.goal)
            m.goal = pyo.Objective(expr=expression)
            solver.solve(m)
            m.kept.add(expression <= pyo.value(expression))
    plan = {name: _plan(getattr(m, name), keys(getattr(job.instance, TABLES[name]), KEYS[name])) for name in TABLES}
    rows = sum(len(rows) for rows in (m.demand, m.cap, m.reserve, m.balance))
    return Answer(job.values(plan), sum(len(columns) for columns in plan.values()), rows)


def _plan(variable: Any, index: list[Key]) -> FloatArray:
    return np.array([variable[key].value or 0.0 for key in index], dtype=np.float64)


def _sum(m: Any, job: Job, objective: dict[str, FloatArray]) -> Any:
    terms: list[Any] = []
    for name, coefficients in objective.items():
        variable = getattr(m, name)
        index = keys(getattr(job.instance, TABLES[name]), KEYS[name])
        terms += [weight * variable[key] for key, weight in zip(index, coefficients.tolist(), strict=True) if weight]
    return pyo.quicksum(terms)


def _model(job: Job) -> Any:
    at, of = job.instance, relations(job.instance)
    m = pyo.ConcreteModel()
    for name, (low, high) in bounds(at).items():
        index = keys(getattr(at, TABLES[name]), KEYS[name])
        limits = dict(zip(index, zip(low.tolist(), high.tolist(), strict=True), strict=True))
        setattr(m, name, pyo.Var(index, bounds=_Limits(limits)))
    _demand(m, job, of)
    _reserves(m, job, of)
    _balance(m, job, of)
    return m


class _Limits:
    """A bounds rule that reads a dictionary."""

    def __init__(self, limits: dict[Key, tuple[float, float]]) -> None:
        self.limits = limits

    def __call__(self, _: Any, *key: int) -> tuple[float, float]:
        return self.limits[key]


def _demand(m: Any, job: Job, of: Relations) -> None:
    cells = job.instance.cells
    index = keys(cells, ("claim", "node"))
    demand = dict(zip(index, cells["demand"].tolist(), strict=True))
    cap = dict(zip(index, cells["cap"].tolist(), strict=True))

    def met(k: int, n: int) -> Any:
        return m.allocate[k, n] + sum(m.restrain[k, n, block] for block in of.blocks.get((k, n), ()))

    m.demand = pyo.Constraint(index, rule=lambda m, k, n: met(k, n) + m.shortfall[k, n] == demand[k, n])
    capped = [key for key in index if cap[key] < 1.0]
    m.cap = pyo.Constraint(capped, rule=lambda _, k, n: met(k, n) <= cap[k, n] * demand[k, n])


def _reserves(m: Any, job: Job, of: Relations) -> None:
    at = job.instance
    index = keys(at.releases, ("reserve", "node"))
    spared = dict(zip(index, (1.0 - at.releases["loss_share"]).tolist(), strict=True))
    opening, loss = at.reserves["opening"].tolist(), at.reserves["loss"].tolist()

    def level(m: Any, j: int, n: int) -> Any:
        before = of.parent[n]
        carried = opening[j] if before < 0 else (1.0 - loss[j]) * m.stock[j, before]
        return m.stock[j, n] == spared[j, n] * carried - m.release[j, n]

    m.reserve = pyo.Constraint(index, rule=level)


def _balance(m: Any, job: Job, of: Relations) -> None:
    at = job.instance
    index = keys(at.balances, ("region", "commodity", "node"))
    under_way = dict(zip(index, at.balances["under_way"].tolist(), strict=True))
    loss = at.commodities["loss"].tolist()

    def balance(m: Any, r: int, g: int, n: int) -> Any:
        place, before = (r, g, n), of.parent[n]
        supply = under_way[place] + sum(weight * m.dispatch[i, s] for i, s, weight in of.lines.get(place, ()))
        supply += sum(weight * m.transfer[lane, s] for lane, s, weight in of.lanes_in.get(place, ()))
        supply += sum(quantity * m.run[p, s] for p, s, quantity in of.made.get(place, ()))
        supply += sum(m.release[j, n] for j in of.reserves.get(place, ()))
        use = m.surplus[place] + sum(m.allocate[k, n] for k in of.claims.get(place, ()))
        use += sum(quantity * m.run[p, n] for p, quantity in of.used.get(place, ()))
        use += sum(m.transfer[lane, n] for lane in of.lanes_out.get(place, ()))
        if place in of.stores:
            use += m.inventory[place]
            supply += of.stores[place] if before < 0 else (1.0 - loss[g]) * m.inventory[r, g, before]
        return supply == use

    m.balance = pyo.Constraint(index, rule=balance)
