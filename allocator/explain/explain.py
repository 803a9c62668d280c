"""From a solved case to its explanation: every cut claim with the limits it meets, what moving them does, and who has what it lacks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from allocator.allocation import Allocation
from allocator.case import Case
from allocator.case.standing import Standing, standing_of
from allocator.explain.cuts import CLAIM, basis_text, cut_table, decided_cells
from allocator.explain.inquiry import Inquiry
from allocator.explain.limits import KINDS, Key
from allocator.explain.lost import Losses
from allocator.explain.model import CUTS, Binding, Explanation, Holder, Input, Limit, Reason, Trial
from allocator.explain.plants import standing_still
from allocator.explain.remedies import remedies
from allocator.explain.routes import without_route
from allocator.framework import Framework, Tier
from allocator.periods import first_day

#: Limits of a claim that are tried in a run, and when it is asked for: those with the largest prices.
MOST_NOMINATED, MOST_ASKED = 3, 6
#: Columns of the matrix that may be solved again in all to see what limits do, whatever the machine: larger problems try fewer limits.
MOST_COLUMNS = 2_000_000
#: What bounds say; rows say it themselves.
SAYS = {
    "inventory": "firms had no more than this in stock at the start",
    "lane": "a transport connection carries no more than its capacity",
    "line": "a supply line brings no more than it can after disruptions",
    "process": "a process runs no more than its capacity after disruptions",
    "release": "a reserve releases no more in a period than it may",
    "restraint": "a claim gives up no more than opened levers allow",
    "room": "firms hold no more than they have room for",
    "working_stock": "firms keep their working stock",
}

#: Told the number of a limit and of how many.
Tell = Callable[[int, int], None]
Trials = Mapping[Key, tuple[Trial | None, Trial | None]]


def explain(
    case: Case,
    framework: Framework,
    allocation: Allocation,
    inquiry: Inquiry,
    tell: Tell = lambda _number, _of: None,
    claims: Sequence[str] | None = None,
) -> Explanation:
    """Return the explanation of an allocation of `case` under `framework`.

    Args:
        case: the question.
        framework: that it was resolved with.
        allocation: the answer.
        inquiry: what can be asked about the answer.
        tell: hears which of how many limits is tried.
        claims: of which limits are tried, and more of them; None for all that are cut.
    """
    decided = decided_cells(inquiry.instance, inquiry.resolver.solution)
    cuts = cut_table(case, framework, allocation.allocation, decided)
    explainer = Explainer(case, framework, allocation, inquiry, MOST_NOMINATED if claims is None else MOST_ASKED)
    wanted = explainer.nominated(cuts if claims is None else cuts[cuts["claim"].isin(claims)])
    chosen = _first(wanted, inquiry)
    trials = inquiry.tried(chosen, tell)
    reasons = {str(row["claim"]): explainer.reason(row, trials) for row in cuts.to_dict("records")}
    inputs = inquiry.tried(_first(explainer.inputs_of(reasons.values()), inquiry), tell)
    reasons = {claim: replace(reason, inputs=explainer.inputs(reason, inputs)) for claim, reason in reasons.items()}
    return Explanation(_table(cuts, reasons, case), without_route(case), reasons, len(chosen), len(wanted) - len(chosen))


def asked(
    reason: Reason, inquiry: Inquiry, standing: Standing, target: float = 1.0, tell: Callable[[str], None] = lambda _: None
) -> Reason:
    """Return a reason with what would have given the claim coverage `target` in every period; `tell` hears what is tried."""
    (code,) = np.flatnonzero(inquiry.instance.claims["name"] == reason.claim).tolist()
    return replace(reason, remedies=tuple(remedies(inquiry, code, standing.in_tier, target, tell)))


def given_back(reason: Reason, case: Case, inquiry: Inquiry) -> Reason:
    """Return a reason with what it does to have back all that the crisis took away from the claim."""
    (code,) = np.flatnonzero(inquiry.instance.claims["name"] == reason.claim).tolist()
    return replace(reason, given_back=Losses(case, inquiry).given_back(code) if reason.lost else None)


def _first(keys: Sequence[Key], inquiry: Inquiry) -> list[Key]:
    """Return the first of some limits whose parts together have no more columns than may be solved again; at least one."""
    spent = np.cumsum([2 * inquiry.limits.columns(key) for key in keys])
    return list(keys[: max(1, int(np.count_nonzero(spent <= MOST_COLUMNS)))])


class Explainer:
    """Says in names and natural units what an inquiry finds about the claims of a case."""

    def __init__(self, case: Case, framework: Framework, allocation: Allocation, inquiry: Inquiry, most: int) -> None:
        self.case, self.framework, self.inquiry, self.allocation, self.most = case, framework, inquiry, allocation, most
        self.standing = standing_of(case, framework)
        self.losses = Losses(case, inquiry)
        still = standing_still(inquiry.instance, inquiry.resolver.solution.values)
        self.standing_still = still.groupby("name")["period"].agg(list).to_dict()
        self.code = {str(name): code for code, name in enumerate(inquiry.instance.claims["name"])}
        self.units = case.commodities.set_index("commodity")["unit"].to_dict()

    def nominated(self, cuts: pd.DataFrame) -> list[Key]:
        """Return the limits that cut claims meet, by tier and then the largest cut first."""
        order = cuts.assign(size=1.0 - cuts["coverage"].round(9)).sort_values(["tier", "size", "claim"], ascending=[True, False, True])
        keys = [key for claim in order["claim"] for key in self.inquiry.nominated(self.code[claim])[: self.most]]
        return list(dict.fromkeys(keys))

    def reason(self, cut: Mapping[Any, Any], trials: Trials) -> Reason:
        """Return why a claim is cut."""
        claim = str(cut["claim"])
        code = self.code[claim]
        holdings = self.inquiry.holdings.get(code, [])
        return Reason(
            claim=claim,
            tier=int(cut["tier"]),
            deciding_tier=int(cut["deciding_tier"]),
            stage=holdings[0].stage if holdings else "",
            unit=str(self.units[cut["commodity"]]),
            demand=float(cut["demand"]),
            restrained=float(cut["restrained"]),
            allocated=float(cut["allocated"]),
            shortfall=float(cut["shortfall"]),
            coverage=float(cut["coverage"]),
            lowest=float(cut["lowest"]),
            periods=tuple(sorted(cut["periods"])),
            capped=bool(cut["capped"]),
            at_cap=tuple(cut["at_cap"]),
            rule=str(cut["rule"]),
            legal_basis=str(cut["legal_basis"]),
            bindings=self.bindings(code, trials),
            holders=self.holders(cut, code),
            lost=() if cut["capped"] else self.losses.of(code),
            standing=tuple(self.standing_still.get(claim, ())),
        )

    def bindings(self, code: int, trials: Trials) -> tuple[Binding, ...]:
        """Return the limits that a claim meets and that were moved, those that change it first, the largest change first."""
        inquiry, claim = self.inquiry, self.inquiry.name(code)
        found = []
        scarce = inquiry.scarce_places(code)
        for key in (key for key in inquiry.nominated(code)[: self.most] if key in trials):
            up, down = trials[key]
            ends = inquiry.network.end_of(key)
            chain = inquiry.network.shortest(inquiry.network.place_of(code), ends, scarce)
            steps = inquiry.network.steps(chain) if chain else ()
            binding = Binding(self.limit(key), steps, up, down)
            if binding.effect(claim) > 0.0 or key[0] == "cap":
                found.append(binding)
        return tuple(sorted(found, key=lambda one: (-binding_size(one, claim), str(one.limit))))

    def inputs_of(self, reasons: Iterable[Reason]) -> list[Key]:
        """Return what reaches the places of the inputs of every process on the way to the limit that moves a claim most."""
        keys = [key for reason in reasons for _, _, key in self._inputs(reason)]
        return list(dict.fromkeys(keys))

    def inputs(self, reason: Reason, trials: Trials) -> tuple[Input, ...]:
        """Return the inputs of processes on the way to a claim, with what more of each would do."""
        tried = ((process, good, trials[key][0]) for process, good, key in self._inputs(reason) if key in trials)
        return tuple(Input(process, good, trial) for process, good, trial in tried if trial)

    def _inputs(self, reason: Reason) -> list[tuple[str, str, Key]]:
        """Return process, input and place of inputs, of processes that take several."""
        if reason.main is None:
            return []
        limit, network = reason.main.limit, self.inquiry.network
        names = [step.name for step in reason.main.chain if step.kind == "process"] + [limit.name] * (limit.kind == "process")
        return [(name, good, ("supply", place)) for name in dict.fromkeys(names) for good, place in network.inputs(name)]

    def limit(self, key: Key) -> Limit:
        """Return a limit in names and natural units."""
        limits = self.inquiry.limits
        kind, name = key[0], limits.name(key)
        good = limits.commodity(key)
        commodity = str(self.inquiry.instance.commodities["name"].iloc[good]) if good >= 0 else ""
        unit = {"process": "run", "cap": "share", "restraint": "share"}.get(kind) or str(self.units[commodity])
        says = SAYS.get(kind) or limits.form.rows[KINDS[kind].block if KINDS[kind].side == "row" else "reserve"].doc
        rule, basis = self._law(kind, name)
        return Limit(kind, name, commodity, unit, limits.size(key) * limits.scale(key), says, rule, basis)

    def _law(self, kind: str, name: str) -> tuple[str, str]:
        """Return rule and basis of a cap, and the basis of a guard, whose rule it says itself; nothing of what is no rule."""
        if kind == "guard":
            basis = self.framework.bases.sharing
            return "", basis_text(basis) if basis else ""
        if kind != "cap":
            return "", ""
        cells = self.case.cells[self.case.cells["cap"] < 1.0]
        cell = cells[(cells["region"] + "/" + cells["sector"] + "/" + cells["commodity"]) == name].iloc[0]
        ground = self.standing.ground_of_cap(name, int(cell["tier"]), first_day(str(cell["period"])))
        whose = f" of tier {ground.rank}" if isinstance(ground, Tier) else ""
        return f"at most {cell['cap']:.0%}{whose}", basis_text(ground.basis)

    def holders(self, cut: Mapping[Any, Any], code: int) -> tuple[Holder, ...]:
        """Return who has what a claim lacks: what was allocated where goods are scarce for it, while it is short, by tier and commodity."""
        instance, place = self.inquiry.instance, self.inquiry.network.place_of(code)
        scarce = self.inquiry.scarce_places(code) | {place}
        names = pd.MultiIndex.from_tuples(
            [(str(instance.regions["name"].iloc[r]), str(instance.commodities["name"].iloc[g])) for r, g in sorted(scarce)]
        )
        rows = self.allocation.allocation
        rows = rows[rows["period"].isin(cut["periods"]) & (rows["branch"] == cut["branch"])]
        own = (rows[CLAIM] == [cut[key] for key in CLAIM]).all(axis=1)
        rows = rows[~own & pd.MultiIndex.from_frame(rows[["region", "commodity"]]).isin(names)]
        totals = rows.groupby(["tier", "commodity"])["allocated"].sum()
        return tuple(
            Holder(int(tier), str(good), str(self.units[good]), float(quantity), int(tier) < int(cut["tier"]))
            for (tier, good), quantity in totals[totals > 0.0].items()
        )


def binding_size(binding: Binding, claim: str) -> float:
    """Return by how much a limit moves a claim, without rounding noise."""
    return round(binding.effect(claim), 9)


def marginal_unit(binding: Binding, case: Case) -> str:
    """Return what a marginal value is per: coverage over the horizon per step of the limit."""
    trial = binding.up or binding.down
    step = abs(trial.step) if trial else 0.0
    each = f" a {case.horizon.period}" if KINDS[binding.limit.kind].at == "horizon" else ""
    what = "percentage point" if binding.limit.unit == "share" else binding.limit.unit
    amount = 100.0 * step if binding.limit.unit == "share" else step
    return f"coverage per {amount:.6g} {what}{'' if binding.limit.unit == 'share' else each}"


def _table(cuts: pd.DataFrame, reasons: Mapping[str, Reason], case: Case) -> pd.DataFrame:
    """Return the columns `CUTS`."""
    told: dict[str, list[Any]] = {name: [] for name in ("binding_row", "marginal_up", "marginal_down", "marginal_unit")}
    for claim in cuts["claim"]:
        reason = reasons[claim]
        main = reason.main
        region, _, commodity = claim.split("/")
        held = f"minimum[{claim}]" if set(reason.standing) >= set(reason.periods) else f"balance[{region}/{commodity}]"
        told["binding_row"].append(f"caps[{claim}]" if reason.capped else str(main.limit) if main else held)
        told["marginal_up"].append(main.up.of(claim) if main and main.up else float("nan"))
        told["marginal_down"].append(main.down.of(claim) if main and main.down else float("nan"))
        told["marginal_unit"].append(marginal_unit(main, case) if main else "")
    return cuts.assign(**told)[list(CUTS)]
