"""Ranges, worked out apart: one plain program over the rows of the model with what the plan reached held as numbers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import scipy.sparse as sp
from scipy.optimize import linprog

from allocator.explain.inquiry import Inquiry
from allocator.explain.ranges import FLOWS, Range, ranges
from tests.allocator.explain.independent import Check, asked
from tests.instances.generator import random_builder

#: Values of later stages may exceed what was reached by so much, in scaled units.
SLACK = 1e-10
#: Flows are compared to this: what the slack in cost can buy.
CLOSE = 1e-6
#: Flows of an instance that are checked: the widest, and some that are settled.
FLOWS_CHECKED = 4


def checks(seed: int) -> Iterator[Check]:
    """Yield the ends of some flows, the widest first, and the most that each short claim can get, beside a plain program."""
    inquiry = asked(random_builder(seed, horizon=2, regions=2, rules=seed % 2 == 1))
    found = ranges(inquiry)
    plain = Plain(inquiry)
    for one in found.claims:
        yield Check(f"{seed}: {inquiry.name(one.code)}", "claim", max(abs(one.high - plain.most_of_claim(one.code)), one.open))
    flows = sorted(found.flows, key=lambda one: (-one.open, -one.high, one.kind, one.code))
    for one in flows[:FLOWS_CHECKED]:
        low, high = plain.ends(one)
        kind = "open" if one.settled_by == "tie_break" else "settled"
        yield Check(f"{seed}: {one.kind} {one.code} {one.low:.6g} to {one.high:.6g}", kind, _apart(low, one.low) + _apart(high, one.high))


def _apart(one: float, other: float) -> float:
    """Return the distance of two flows; what the slack can buy does not count."""
    return max(0.0, abs(one - other) - CLOSE)


class Plain:
    """The rows of a solved instance, with nothing of the engine's faces."""

    def __init__(self, inquiry: Inquiry) -> None:
        self.inquiry, self.form = inquiry, inquiry.resolver.partition.form
        self.values = inquiry.resolver.solution.values
        self.plan = np.zeros(self.form.matrix.shape[1])
        for name, block in self.form.variables.items():
            self.plan[block.slice] = self.values[name]["value"]

    def ends(self, flow: Range) -> tuple[float, float]:
        """Return the least and the most of a flow where everything that classes settle, cost and steadiness stay as they are."""
        name, owner = next((name, owner) for name, (kind, owner) in FLOWS.items() if kind == flow.kind)
        block, nodes = self.form.variables[name], self.inquiry.instance.nodes
        weight = block.index["node"].map(nodes["probability"]) * block.index["node"].map(nodes["horizon"])
        cost = np.zeros(len(self.plan))
        cost[block.slice] = weight.where(block.index[owner] == flow.code, 0.0)
        return self._least(cost, after=True), -self._least(-cost, after=True)

    def most_of_claim(self, code: int) -> float:
        """Return the highest coverage of a claim in any plan that gives every claim in every node at least what it gets.

        Nobody gives up more, and means are drawn on as much.
        """
        cells, nodes = self.inquiry.instance.cells, self.inquiry.instance.nodes
        weight = cells["node"].map(nodes["probability"]) * cells["node"].map(nodes["horizon"])
        mine = (cells["claim"] == code).to_numpy()
        cost = np.zeros(len(self.plan))
        cost[self.form.variables["shortfall"].slice] = np.where(mine, weight, 0.0)
        return 1.0 - self._least(cost, after=False) / float((weight * cells["demand"])[mine].sum())

    def _least(self, cost: np.ndarray, after: bool) -> float:
        """Return the least of a cost; with `after` all of what classes settle is held, and later stages are no worse."""
        form = self.form
        lower, upper = form.column_lower.copy(), form.column_upper.copy()
        for name in ("shortfall", "restrained", "draw", "first_draw"):
            place = form.variables[name].slice
            upper[place] = self.plan[place]
            if after or name in ("draw", "first_draw"):
                lower[place] = self.plan[place]
        equal = form.row_lower == form.row_upper
        rows = sp.csr_matrix(form.matrix)
        low, high = ~equal & np.isfinite(form.row_lower), ~equal & np.isfinite(form.row_upper)
        most, bound = [-rows[low], rows[high]], [-form.row_lower[low], form.row_upper[high]]
        for name in ("cost", "steadiness") if after else ():
            most.append(sp.csr_matrix(form.goals[name][None, :]))
            bound.append(np.array([form.goals[name] @ self.plan + SLACK]))
        found = linprog(
            cost,
            A_ub=sp.vstack(most),
            b_ub=np.concatenate(bound),
            A_eq=rows[equal],
            b_eq=form.row_lower[equal],
            bounds=np.column_stack([lower, np.maximum(lower, upper)]),
            method="highs",
            options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
        )
        return float(found.fun) if found.status == 0 else float("nan")
