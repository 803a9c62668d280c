"""PuLP: dictionaries of variables, a sum per row, its own ranked solve."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.job import TABLES, Answer, Clock, FloatArray, Job
from benchmarks.peers import PEERS
from benchmarks.peers._arrays import TOLERANCE
from benchmarks.peers._relations import KEYS, Key, Relations, keys, relations
from benchmarks.peers._tables import bounds

Variables = dict[str, dict[Key, Any]]


@PEERS.register("pulp")
def pulp(job: Job, clock: Clock) -> Answer:
    """PuLP with dictionaries of variables; its `sequentialSolve`, which keeps stages by objective cuts and hands over anew at each."""
    import pulp as package

    with clock.phase("build"):
        problem = package.LpProblem("ranked", package.LpMinimize)
        variables = _variables(package, job)
        of = relations(job.instance)
        _demand(package, problem, variables, job, of)
        _reserves(package, problem, variables, job, of)
        _balance(package, problem, variables, job, of)
        rows = problem.numConstraints()
        goals = [_sum(package, variables, objective) for objective in job.stages.values()]
    solver = package.HiGHS(msg=False, mip=False, threads=1, primal_feasibility_tolerance=TOLERANCE, dual_feasibility_tolerance=TOLERANCE)
    with clock.phase("hand over"):
        problem.setObjective(goals[0])
        solver.createAndConfigureSolver(problem)
        solver.buildSolverModel(problem)
    with clock.phase("stages"):
        statuses = problem.sequentialSolve(goals, solver=solver)
    plan = {name: np.array([variable.varValue or 0.0 for variable in named.values()]) for name, named in variables.items()}
    return Answer(job.values(plan), sum(len(columns) for columns in plan.values()), rows, all(status == 1 for status in statuses))


def _variables(package: Any, job: Job) -> Variables:
    variables: Variables = {}
    for name, (low, high) in bounds(job.instance).items():
        index = keys(getattr(job.instance, TABLES[name]), KEYS[name])
        variables[name] = {
            key: package.LpVariable(f"{name}_{'_'.join(map(str, key))}", lowest, highest)
            for key, lowest, highest in zip(index, low.tolist(), high.tolist(), strict=True)
        }
    return variables


def _sum(package: Any, variables: Variables, objective: dict[str, FloatArray]) -> Any:
    terms = []
    for name, coefficients in objective.items():
        terms += [(variable, weight) for variable, weight in zip(variables[name].values(), coefficients.tolist(), strict=True) if weight]
    return package.LpAffineExpression(terms)


def _demand(package: Any, problem: Any, x: Variables, job: Job, of: Relations) -> None:
    cells = job.instance.cells
    for key, demand, cap in zip(keys(cells, ("claim", "node")), cells["demand"].tolist(), cells["cap"].tolist(), strict=True):
        met = [x["allocate"][key], *(x["restrain"][*key, block] for block in of.blocks.get(key, ()))]
        problem += package.lpSum([*met, x["shortfall"][key]]) == demand
        if cap < 1.0:
            problem += package.lpSum(met) <= cap * demand


def _reserves(package: Any, problem: Any, x: Variables, job: Job, of: Relations) -> None:
    at = job.instance
    opening, loss = at.reserves["opening"].tolist(), at.reserves["loss"].tolist()
    for (j, n), lost in zip(keys(at.releases, ("reserve", "node")), at.releases["loss_share"].tolist(), strict=True):
        before, level = of.parent[n], [(x["stock"][j, n], 1.0), (x["release"][j, n], 1.0)]
        if before >= 0:
            level.append((x["stock"][j, before], -(1.0 - lost) * (1.0 - loss[j])))
        problem += package.LpAffineExpression(level) == ((1.0 - lost) * opening[j] if before < 0 else 0.0)


def _balance(package: Any, problem: Any, x: Variables, job: Job, of: Relations) -> None:
    at = job.instance
    loss = at.commodities["loss"].tolist()
    for place, under_way in zip(keys(at.balances, ("region", "commodity", "node")), at.balances["under_way"].tolist(), strict=True):
        r, g, n = place
        before, constant = of.parent[n], under_way
        terms = [(x["surplus"][place], -1.0), *((x["allocate"][k, n], -1.0) for k in of.claims.get(place, ()))]
        terms += [(x["dispatch"][i, s], weight) for i, s, weight in of.lines.get(place, ())]
        terms += [(x["transfer"][lane, s], weight) for lane, s, weight in of.lanes_in.get(place, ())]
        terms += [(x["transfer"][lane, n], -1.0) for lane in of.lanes_out.get(place, ())]
        terms += [(x["run"][p, s], quantity) for p, s, quantity in of.made.get(place, ())]
        terms += [(x["run"][p, n], -quantity) for p, quantity in of.used.get(place, ())]
        terms += [(x["release"][j, n], 1.0) for j in of.reserves.get(place, ())]
        if place in of.stores:
            terms.append((x["inventory"][place], -1.0))
            if before < 0:
                constant += of.stores[place]
            else:
                terms.append((x["inventory"][r, g, before], 1.0 - loss[g]))
        problem += _added(package, terms) == -constant


def _added(package: Any, terms: list[tuple[Any, float]]) -> Any:
    """Return the sum of terms; a variable may come twice (a process that needs what it makes), where a list would keep the last only."""
    row = package.LpAffineExpression()
    for variable, weight in terms:
        row.addterm(variable, weight)
    return row
