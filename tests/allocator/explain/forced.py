"""Ranges, worked out apart: a flow is forced to an end of its range, and beyond it, and everything is solved from scratch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import scipy.sparse as sp
from scipy.optimize import linprog

from allocator.errors import NotCertified, SolverStopped
from allocator.explain.inquiry import Inquiry
from allocator.explain.ranges import FLOWS, Range, ranges
from allocator.solve import Solution, solve_stages
from allocator_models import MatrixForm
from tests.allocator.explain.independent import TOLERANCE, Check, asked
from tests.instances.generator import random_builder

#: A flow is forced so far beyond its range: far above the tolerance, far below a flow.
BEYOND = 1e-3
#: Stages whose values together say that a plan is as good.
AFTER = ("cost", "steadiness")
#: What the classes settle: what claims miss, the tail included, and what is drawn on means of each rank.
SETTLED = ("shortfall", "draw", "first_draw", "restrained")


def checks(seed: int, most: int = 2) -> Iterator[Check]:
    """Yield the widest open flow, some that are settled, and all claims, each beside an independent check."""
    inquiry = asked(random_builder(seed, horizon=2, regions=2, rules=seed % 2 == 1))
    found = ranges(inquiry)
    for one in found.claims:
        most_there = _highest(inquiry, one.code)
        yield Check(f"{seed}: {inquiry.name(one.code)}", "claim", max(abs(one.high - most_there), one.open))
    flows = sorted(found.flows, key=lambda one: (-one.open, one.kind, one.code))
    settled = [one for one in flows if one.settled_by != "tie_break" and one.high > TOLERANCE]
    for one in [*(one for one in flows[:1] if one.settled_by == "tie_break"), *settled[: most - 1]]:
        what = f"{seed}: {one.kind} {one.code} {one.low:.4g} to {one.high:.4g}"
        for end in dict.fromkeys((one.low, one.high)):
            yield Check(f"{what} at {end:.4g}", "within", _worse(inquiry, forced(inquiry, one, end, end)))
        for low, high in ((one.high + BEYOND, np.inf), (-np.inf, one.low - BEYOND)):
            worse = _worse(inquiry, forced(inquiry, one, low, high))
            yield Check(f"{what} beyond", "beyond", 0.0 if worse > TOLERANCE else 1.0)


def forced(inquiry: Inquiry, one: Range, low: float, high: float) -> Solution | None:
    """Return the answer when a flow over the horizon must lie between two figures; None where there is no plan."""
    form, instance = inquiry.resolver.partition.form, inquiry.instance
    name, owner = next((name, owner) for name, (kind, owner) in FLOWS.items() if kind == one.kind)
    block = form.variables[name]
    nodes = instance.nodes
    weight = block.index["node"].map(nodes["probability"]) * block.index["node"].map(nodes["horizon"])
    row = np.zeros(form.matrix.shape[1])
    row[block.slice] = weight.where(block.index[owner] == one.code, 0.0)
    held = replace(
        form,
        matrix=sp.csr_array(sp.vstack([form.matrix, sp.csr_array(row[None, :])])),
        row_lower=np.append(form.row_lower, low),
        row_upper=np.append(form.row_upper, high),
    )
    try:
        return solve_stages(held, instance)
    except (SolverStopped, NotCertified):
        return None


def _worse(inquiry: Inquiry, solution: Solution | None) -> float:
    """Return by how much a plan differs in what classes settle, or is worse in a later stage; infinity where there is none."""
    if solution is None:
        return float("inf")
    first = inquiry.resolver.solution
    apart = max(np.abs((first.values[name]["value"] - solution.values[name]["value"]).to_numpy()).max(initial=0.0) for name in SETTLED)
    values = [{stage.name: stage.value for stage in one.stages if stage.name in AFTER} for one in (first, solution)]
    later = [values[1].get(name, 0.0) - values[0].get(name, 0.0) for name in AFTER]
    return float(max(apart, *later))


def _highest(inquiry: Inquiry, code: int) -> float:
    """Return the highest coverage of a claim in any plan that gives every claim in every node at least what it gets: one plain program.

    Nobody gives up more, and reserves are drawn on as much.
    """
    form: MatrixForm = inquiry.resolver.partition.form
    solution, instance = inquiry.resolver.solution, inquiry.instance
    lower, upper = form.column_lower.copy(), form.column_upper.copy()
    upper[form.variables["shortfall"].slice] = solution.values["shortfall"]["value"]
    for name in ("draw", "first_draw"):
        block = form.variables[name].slice
        lower[block] = upper[block] = solution.values[name]["value"]
    upper[form.variables["restrained"].slice] = solution.values["restrained"]["value"]
    cells = instance.cells
    asked_for = cells["demand"] * cells["node"].map(instance.nodes["probability"]) * cells["node"].map(instance.nodes["horizon"])
    mine = (cells["claim"] == code).to_numpy()
    cost = np.zeros(form.matrix.shape[1])
    weight = cells["node"].map(instance.nodes["probability"]) * cells["node"].map(instance.nodes["horizon"])
    cost[form.variables["shortfall"].slice] = np.where(mine, weight, 0.0)
    equal = form.row_lower == form.row_upper
    rows = sp.csr_matrix(form.matrix)
    low, high = ~equal & np.isfinite(form.row_lower), ~equal & np.isfinite(form.row_upper)
    found = linprog(
        cost,
        A_ub=sp.vstack([-rows[low], rows[high]]),
        b_ub=np.concatenate([-form.row_lower[low], form.row_upper[high]]),
        A_eq=rows[equal],
        b_eq=form.row_lower[equal],
        bounds=np.column_stack([lower, np.maximum(lower, upper)]),
        method="highs",
    )
    return float(1.0 - found.fun / asked_for[mine].sum())
