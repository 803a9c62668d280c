"""Guarding intake: claims of own figures against those of the baseline, and what larger ones do to everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from allocator.allocation import Allocation, decode
from allocator.audit import audit_allocation
from allocator.baseline import Baseline, load_baseline
from allocator.case import Case, resolve_case
from allocator.compile import compile_instance
from allocator.errors import NotCertified
from allocator.inputs import Inputs, read_inputs
from allocator.run import Progress, quiet
from allocator.scenario import baseline_path
from allocator.solve import Control, solve_stages
from allocator_models import formulate, lower

CLAIM = ["region", "sector", "commodity"]
#: Amounts below this share of a demand are rounding.
CLEAR = 1e-6


@dataclass(frozen=True)
class Intake:
    """What own figures ask for beyond the baseline, and what that does.

    Attributes:
        inputs: what was read, own figures included.
        factor: claims above this many times their base are flagged.
        flagged: region, sector, commodity, base, claimed (a year), times (claimed / base) and beyond: what it gets as claimed, in the
            horizon, above what it needs by its base.
        new: region, sector, commodity, claimed: claims that the base does not have, so that nothing can be said of them.
        effect: region, sector, commodity, tier, unit, need (in the horizon, by the base where it is flagged), fair (what it gets when all
            flagged claims are set back to their base), got (what it gets as claimed, at most its need in each period), change; only those
            that gain or lose, greatest loss first in shares of need. Empty where nothing is flagged.
    """

    inputs: Inputs
    factor: float
    flagged: pd.DataFrame
    new: pd.DataFrame
    effect: pd.DataFrame

    @property
    def concept(self) -> bool:
        """Whether the framework is a concept, without legal force."""
        return self.inputs.framework.status == "concept"


def check_intake(
    path: Path | str,
    figures: Path,
    framework: str | None = None,
    overrides: Sequence[str] = (),
    factor: float = 1.2,
    tell: Progress = quiet,
) -> Intake:
    """Compare the claims of own figures with those of the baseline, in the scope of a scenario, and measure what the larger ones do.

    Two runs are compared, equal in everything (the own figures of supply and stocks included) but the flagged claims: as claimed, and set
    back to their base. A claim may ask for more than comes in before the crisis, which no run accepts (A119). What is flagged need not be
    wrong: need grows; the table shows who pays for it.

    Args:
        path: the scenario file, or the id of a shipped scenario.
        figures: a folder of own figures, laid over the baseline.
        framework: id or path of a framework that replaces the scenario's own.
        overrides: settings ``path=value`` laid over the scenario.
        factor: claims above this many times their base are flagged.
        tell: told what is being done.

    Raises:
        InvalidInput: the scenario, its framework, the baseline or the own figures cannot be used.
        NotCertified: a certificate or the audit failed.
        SolverStopped: the solver ended without an answer.
    """
    tell("load", "reading the scenario, its framework, its baseline and own figures")
    inputs = read_inputs(path, framework, overrides, figures, unmet_claims=True)
    base = load_baseline(baseline_path(inputs.scenario.source))
    case = resolve_case(inputs.baseline, inputs.scenario, inputs.framework)
    asked = _asked(inputs.baseline, case).merge(_asked(base, None), on=CLAIM, how="left", suffixes=("", "_base"))
    asked = asked.rename(columns={"annual_quantity": "claimed", "annual_quantity_base": "base"})
    known = asked["base"].fillna(0.0) > 0.0
    flagged = asked[known & (asked["claimed"] > factor * asked["base"])]
    flagged = flagged.assign(times=flagged["claimed"] / flagged["base"]).sort_values(["times", *CLAIM], ascending=[False, True, True, True])
    flagged = flagged[[*CLAIM, "base", "claimed", "times"]].reset_index(drop=True)
    effect, beyond = _effect(inputs, case, flagged, tell) if len(flagged) else (pd.DataFrame(columns=list(EFFECT)), _NONE)
    flagged = flagged.join(beyond, on=CLAIM).fillna({"beyond": 0.0})
    new = asked.loc[~known, [*CLAIM, "claimed"]].sort_values(CLAIM, ignore_index=True)
    return Intake(inputs, factor, flagged, new, effect)


#: What nobody gets beyond need.
_NONE = pd.Series([], dtype="float64", index=pd.MultiIndex.from_frame(pd.DataFrame(columns=CLAIM)), name="beyond")
EFFECT = (*CLAIM, "tier", "unit", "need", "fair", "got", "change")


def _asked(baseline: Baseline, case: Case | None) -> pd.DataFrame:
    """Return the claims of a baseline, or those of them that a case knows."""
    claims = baseline.demands.loc[baseline.demands["annual_quantity"] > 0.0, [*CLAIM, "annual_quantity"]]
    return claims if case is None else claims.merge(case.claims[CLAIM], on=CLAIM)


def _effect(inputs: Inputs, case: Case, flagged: pd.DataFrame, tell: Progress) -> tuple[pd.DataFrame, pd.Series]:
    """Return who gains and who loses by the flagged claims, and what each claim gets beyond its need."""
    demands = inputs.baseline.demands.merge(flagged[[*CLAIM, "base"]], on=CLAIM, how="left")
    demands["annual_quantity"] = demands["base"].fillna(demands["annual_quantity"])
    demands = demands.drop(columns="base").set_axis(inputs.baseline.demands.index)
    back = replace(inputs.baseline, tables={**inputs.baseline.tables, "demands": demands})
    fair_case = resolve_case(back, inputs.scenario, inputs.framework)
    keys = [*CLAIM, "period"]
    claimed = _solved(case, tell, "as claimed").allocation[[*keys, "allocated"]]
    fair = _solved(fair_case, tell, "with flagged claims set back").allocation[[*keys, "tier", "unit", "demand", "allocated"]]
    rows = fair.merge(claimed, on=keys, suffixes=("", "_claimed"))
    rows["got"] = np.minimum(rows["allocated_claimed"], rows["demand"])
    rows["beyond"] = rows["allocated_claimed"] - rows["got"]
    beyond = rows.groupby(CLAIM)["beyond"].sum()
    table = rows.groupby([*CLAIM, "tier", "unit"])[["demand", "allocated", "got"]].sum().reset_index()
    table = table.rename(columns={"demand": "need", "allocated": "fair"})
    table["change"] = table["got"] - table["fair"]
    table = table[table["change"].abs() > CLEAR * table["need"]].assign(share=table["change"] / table["need"])
    return table.sort_values(["share", *CLAIM], ignore_index=True)[list(EFFECT)], beyond


def _solved(case: Case, tell: Progress, what: str) -> Allocation:
    """Return the certified and audited allocation of a case."""
    tell("solve", what)
    instance = compile_instance(case)
    solution = solve_stages(lower(formulate(instance)), instance, Control(lambda where: tell("solve", f"{what}: {where}")))
    allocation = decode(case, instance, solution)
    faults = audit_allocation(case, allocation).faults
    if faults:
        raise NotCertified("\n".join(f"audit: {fault}; no result is shown, report the scenario  [A504]" for fault in faults))
    return allocation
