"""``summary.json``: the run in figures that a program can read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from allocator.case.standing import standing_of
from allocator.conflict import Conflict
from allocator.explain import basis_text
from allocator.explain.plants import standing_still
from allocator.framework import Decision
from allocator.run import Run

CLAIM = ("region", "sector", "commodity")
PHASES = ("load", "compile", "build", "solve", "explain", "report")


def summary(run: Run, report_seconds: float) -> dict[str, Any]:
    """Return the content of ``summary.json``; only `seconds`, there and in each stage, differ from run to run."""
    solution = run.solution
    seconds = {**run.seconds, "report": report_seconds}
    return {
        "scenario": run.case.scenario,
        "framework": run.case.framework,
        "baseline": run.case.baseline,
        "status": "done",
        "framework_status": run.framework.status,
        "classification": run.baseline.classification,
        "titles": {
            "scenario": run.scenario.title.model_dump(),
            "framework": run.framework.title.model_dump(),
            "tiers": {str(tier.rank): tier.name.model_dump() for tier in run.framework.tiers},
        },
        "case_hash": run.case.sha256,
        "stages": [
            {
                "name": stage.name,
                "tier": stage.tier,
                "rule": stage.rule,
                "value": stage.value,
                "seconds": round(stage.seconds, 3),
                "primal_residual": stage.primal_residual,
                "dual_residual": stage.dual_residual,
                "gap": stage.gap,
                "leak": stage.leak,
                "drift": stage.drift,
                "rank_gap": stage.rank_gap,
                "multiplier": stage.multiplier,
                **({"nodes": stage.nodes, "proven": stage.proven} if stage.nodes is not None else {}),
            }
            for stage in solution.stages
        ],
        "exchange_rates": [
            {"given_up_by": {"name": name, "tier": tier}, "gained_by": {"name": stage.name, "tier": stage.tier}, "rate": rate}
            for stage in solution.stages
            for (name, tier), rate in stage.rates.items()
        ],
        "tiers": list(tier_summaries(run)),
        "no_route": ["/".join(row) for row in run.explanation.no_route.itertuples(index=False, name=None)],
        "exceptions": [_exception(decision, periods) for _, decision, periods in standing_of(run.case, run.framework).in_force()],
        "conflicts": [_conflict(conflict) for conflict in run.conflicts],
        "warnings": [{"kind": note.kind, "path": note.path, "subject": note.subject} for note in run.case.notes],
        "size": {"columns": solution.columns, "rows": solution.rows, "nonzeros": solution.nonzeros, "integers": solution.integers},
        **({"integers": _integers(run)} if solution.integers else {}),
        **({"sharing": _sharing(run)} if run.case.sharing != "pooled" else {}),
        "seconds": {**{phase: round(seconds[phase], 3) for phase in PHASES}, "total": round(sum(seconds[phase] for phase in PHASES), 3)},
    }


def _sharing(run: Run) -> dict[str, Any]:
    """Return how members share and, where no member may be worse off by it, whose coverage differs without that guard."""
    written = run.framework.sharing.model_dump(mode="json")
    if run.guard is None:
        return written
    covered = run.question.outcome.coverage
    changes = [
        {"claim": name, "coverage": float(covered[name]), "without_guard": float(covered[name]) + change}
        for name, change in sorted(run.guard.changes.items())
    ]
    return {**written, "changes": changes}


def _integers(run: Run) -> dict[str, Any]:
    """Return by what limits whole numbers were searched for, whether every stage is proven, and who stands still in which periods."""
    searched = {name: run.options.get(name) for name in ("gap", "nodes", "seconds")}
    standing: dict[str, list[str]] = {}
    for name, period in standing_still(run.inquiry.instance, run.solution.values).itertuples(index=False):
        standing.setdefault(str(name), []).append(str(period))
    return {**searched, "proven": run.solution.proven, "may_differ": run.may_differ, "standing_still": standing}


def tier_summaries(run: Run) -> list[dict[str, Any]]:
    """Return one entry per tier with claims, by rank.

    Quantities are by commodity, over the horizon; coverage is the mean over the tier's cells, each weighted equally; the lowest coverage
    leaves out claims that nothing can reach.
    """
    rows = run.allocation.allocation
    names = {tier.rank: tier.name.en for tier in run.framework.tiers}
    unreachable = set(run.explanation.no_route.itertuples(index=False, name=None))
    reachable = [claim not in unreachable for claim in zip(*(rows[column].to_numpy() for column in CLAIM), strict=True)]
    lowest = rows[reachable].groupby("tier")["coverage"].min()
    entries = []
    for rank, own in rows.groupby("tier"):
        totals = own.groupby("commodity")[["demand", "allocated", "restrained", "shortfall"]].sum()
        entries.append(
            {
                "rank": int(str(rank)),
                "name": names[int(str(rank))],
                **{figure: _by_commodity(totals[figure]) for figure in ("demand", "allocated", "restrained", "shortfall")},
                "coverage": float(own["coverage"].mean()),
                "lowest_coverage": float(lowest.get(rank, own["coverage"].min())),
            }
        )
    return entries


def _exception(decision: Decision, periods: int) -> dict[str, Any]:
    """Return an exemption or override in force, and in how many periods of the horizon it holds."""
    written = decision.model_dump(mode="json", by_alias=True, exclude={"basis"}, exclude_none=True)
    return {"kind": type(decision).__name__.lower(), **written, "legal_basis": basis_text(decision.basis), "periods": periods}


#: What is written of each of what cannot hold together.
MEMBER = ("kind", "name", "says", "rule", "legal_basis")


def _conflict(conflict: Conflict) -> dict[str, Any]:
    return {
        "kind": conflict.kind,
        "members": [{name: getattr(member, name) for name in MEMBER} for member in conflict.members],
        "periods": list(conflict.periods),
        "least_relaxation": [{"commodity": good, "unit": unit, "quantity": quantity} for good, unit, quantity in conflict.relaxation],
        "says": str(conflict),
    }


def _by_commodity(totals: pd.Series) -> Mapping[str, float]:
    return {str(commodity): float(total) for commodity, total in totals.items()}
