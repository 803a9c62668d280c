"""Levers that are unlocked: a fixed cost, at most so many together, and a budget for all."""

import numpy as np
import pandas as pd

from allocator_models.families import FAMILIES
from allocator_models.formulation import FloatArray, Formulation

BUDGET, TOGETHER = 0, 1


@FAMILIES.register("unlocking")
def add_unlocking(m: Formulation) -> None:
    r"""What a lever opens brings nothing unless the lever is unlocked, once for all nodes, at its fixed cost.

    .. math:: y_{on} \le U_{on} \sum_{v \in V_o} \text{unlock}_v, \qquad \sum_v \text{unlock}_v \le N, \qquad
              \sum_{o,n} c_{on}\, y_{on} + \sum_v F_v\, \text{unlock}_v \le B

    Here `y` is what an opening o sends, makes, releases, fills up or lets give up, and `c` its cost, in the horizon. Adds `unlock_v` [0 or
    1] for levers with a fixed cost, for all where only so many may be used together. The budget row is scaled by the largest of its costs.
    """
    instance = m.instance
    m.UNLOCKS = m.table("unlocks")
    m.fixed_cost = m.parameter(m.UNLOCKS, instance.unlocks["cost"])
    m.unlock = m.columns(m.UNLOCKS, upper=np.ones(len(instance.unlocks)), integer=True)
    m.goal("cost", "fixed", lambda m: sum(m.fixed_cost[v] * m.unlock[v] for v in m.UNLOCKS))
    opened = instance.opened.merge(instance.openings, on="item")
    locked = opened[opened["item"].isin(instance.keys["item"])].reset_index(drop=True)
    m.LOCKED = m.table("locked_openings", locked[["item", "node"]])
    m.most_opened = m.parameter(m.LOCKED, locked["most"])
    on = ["item", "node"]
    m.sends_of = m.relation(m.LOCKED, locked[locked["line"] >= 0], on=on, to=["line"])
    m.runs_of = m.relation(m.LOCKED, locked[locked["process"] >= 0], on=on, to=["process"])
    m.releases_of = m.relation(m.LOCKED, locked[locked["release"] >= 0], on=on, to=["release"])
    m.refills_of = m.relation(m.LOCKED, locked[locked["refill"] >= 0], on=on, to=["refill"])
    m.restraints_of = m.relation(m.LOCKED, locked[locked["claim"] >= 0], on=on, to=["claim", "block"])
    m.keys_of = m.relation(m.LOCKED, locked[on].merge(instance.keys, on="item"), on=on, to=["unlock"])
    m.rows(
        "locked",
        m.LOCKED,
        lambda m, o, n: (
            sum(m.dispatch[i, n] for i in m.sends_of[o, n])
            + sum(m.run[p, n] for p in m.runs_of[o, n])
            + sum(m.release[j, n] for j in m.releases_of[o, n])
            + sum(m.refill[j, n] for j in m.refills_of[o, n])
            + sum(m.restrain[k, n, b] for k, b in m.restraints_of[o, n])
            <= m.most_opened[o, n] * sum(m.unlock[v] for v in m.keys_of[o, n])
        ),
        doc="a lever that is not used brings nothing",
    )
    _add_together(m)
    _add_budget(m, opened)


def _add_together(m: Formulation) -> None:
    allowed = m.instance.allowances[m.instance.allowances["allowance"] == TOGETHER]
    m.TOGETHER = m.table("together", allowed[["allowance"]])
    m.most_together = m.parameter(m.TOGETHER, allowed["most"])
    m.together_of = m.relation(m.TOGETHER, allowed[["allowance"]].merge(m.instance.unlocks, how="cross"), on=["allowance"], to=["unlock"])
    m.rows(
        "together",
        m.TOGETHER,
        lambda m, a: sum(m.unlock[v] for v in m.together_of[a]) <= m.most_together[a],
        doc="no more levers are used than the framework allows together",
    )


def _add_budget(m: Formulation, opened: pd.DataFrame) -> None:
    allowed = m.instance.allowances[m.instance.allowances["allowance"] == BUDGET]
    m.BUDGET = m.table("budget", allowed[["allowance"]])
    priced = allowed[["allowance"]].merge(opened[opened["cost"] > 0.0], how="cross")
    fixed = allowed[["allowance"]].merge(m.instance.unlocks, how="cross")
    scale = _largest(np.concatenate([priced["cost"].to_numpy(), fixed["cost"].to_numpy()]))
    possible = float((priced["cost"] * priced["most"]).sum() + fixed["cost"].sum())
    m.budget_left = m.parameter(m.BUDGET, np.minimum(allowed["most"], possible) / scale)
    m.fixed_share = m.parameter(m.UNLOCKS, m.instance.unlocks["cost"] / scale)
    m.unlocks_paid = m.relation(m.BUDGET, fixed, on=["allowance"], to=["unlock"])
    sent, made = priced[priced["line"] >= 0].sort_values(["line", "node"]), priced[priced["process"] >= 0].sort_values(["process", "node"])
    given = priced[priced["claim"] >= 0].sort_values(["claim", "node", "block"])
    m.PAID_LINES, m.PAID_RUNS = m.table("paid_lines", sent[["line", "node"]]), m.table("paid_runs", made[["process", "node"]])
    m.PAID_RESTRAINTS = m.table("paid_restraints", given[["claim", "node", "block"]])
    m.line_paid = m.parameter(m.PAID_LINES, sent["cost"] / scale)
    m.run_paid = m.parameter(m.PAID_RUNS, made["cost"] / scale)
    m.restraint_paid = m.parameter(m.PAID_RESTRAINTS, given["cost"] / scale)
    m.lines_paid = m.relation(m.BUDGET, sent, on=["allowance"], to=["line", "node"])
    m.runs_paid = m.relation(m.BUDGET, made, on=["allowance"], to=["process", "node"])
    m.restraints_paid = m.relation(m.BUDGET, given, on=["allowance"], to=["claim", "node", "block"])
    m.rows(
        "budget",
        m.BUDGET,
        lambda m, a: (
            sum(m.line_paid[i, n] * m.dispatch[i, n] for i, n in m.lines_paid[a])
            + sum(m.run_paid[p, n] * m.run[p, n] for p, n in m.runs_paid[a])
            + sum(m.restraint_paid[k, n, b] * m.restrain[k, n, b] for k, n, b in m.restraints_paid[a])
            + sum(m.fixed_share[v] * m.unlock[v] for v in m.unlocks_paid[a])
            <= m.budget_left[a]
        ),
        doc="levers cost no more in all than the framework's budget",
    )


def _largest(costs: FloatArray) -> float:
    """Return a power of two near the largest cost."""
    largest = float(costs.max(initial=0.0))
    return float(np.exp2(np.round(np.log2(largest)))) if largest > 0.0 else 1.0
