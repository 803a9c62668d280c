"""Who is cut, under which rule, and what directly stops more from reaching them.

Marginal values are not worked out yet, nor is the trace through the chain: `binding_row` names the row in which the claim itself is stopped
(its cap, or the balance of its region and commodity). `deciding_tier` is the tier whose stage left the claim no more choice: where it is a
higher one than the claim's own, the reason is rank.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from allocator.allocation import Allocation
from allocator.case import Case
from allocator.case.standing import standing_of
from allocator.framework import Basis, Decision, Exemption, Framework, Override, Tier
from allocator.solve import Solution
from allocator_models import Instance

CLAIM = ["region", "sector", "commodity"]
CUTS = (
    *("branch", "region", "sector", "commodity", "tier", "deciding_tier", "shortfall", "binding_row"),
    *("marginal_up", "marginal_down", "marginal_unit", "rule", "legal_basis"),
)
#: A shortfall below this share of demand is rounding, not a cut.
NOTHING = 1e-7


@dataclass(frozen=True)
class Explanation:
    """Why the answer is as it is.

    Attributes:
        cuts: one row per claim that is short over the horizon, columns `CUTS`, by tier and name; `shortfall` is summed over the horizon.
        no_route: region, sector, commodity of claims that no supply, stock or process can reach at all.
    """

    cuts: pd.DataFrame
    no_route: pd.DataFrame


def explain(case: Case, framework: Framework, allocation: Allocation, decided: pd.DataFrame) -> Explanation:
    """Return the explanation of an allocation of `case` under `framework`; `decided` comes from `decided_cells`."""
    return Explanation(_cuts(case, framework, allocation.allocation, decided), _without_route(case))


def decided_cells(instance: Instance, solution: Solution) -> pd.DataFrame:
    """Return region, sector, commodity, branch, period and deciding tier of every cell."""
    claims, nodes = instance.claims, instance.nodes
    cells = solution.decided
    return pd.DataFrame(
        {
            "region": cells["claim"].map(claims["region"]).map(instance.regions["name"]),
            "sector": cells["claim"].map(claims["sector"]),
            "commodity": cells["claim"].map(claims["commodity"]).map(instance.commodities["name"]),
            "branch": cells["node"].map(nodes["branch"]),
            "period": cells["node"].map(nodes["period"]),
            "deciding_tier": cells["tier"],
        }
    )


def basis_text(basis: Basis) -> str:
    """Write a legal basis on one line; where there is none it says so first."""
    note = f" ({basis.note})" if basis.note else ""
    if basis.status == "none":
        return f"none{note}"
    since = f", in force from {basis.in_force}" if basis.in_force else ""
    proposed = ", proposed" if basis.status == "proposed" else ""
    return f"{basis.act} article {basis.article}{since}{proposed}{note}"


def _cuts(case: Case, framework: Framework, rows: pd.DataFrame, decided: pd.DataFrame) -> pd.DataFrame:
    keys = ["branch", *CLAIM]
    caps = case.cells[[*CLAIM, "period", "cap"]]
    rows = rows.merge(caps, on=[*CLAIM, "period"], how="left", validate="m:1")
    short = rows["shortfall"] > NOTHING * rows["demand"]
    served = rows["allocated"] + rows["restrained"]
    rows["stopped_by_cap"] = ~short | (served >= rows["cap"] * rows["demand"] * (1.0 - NOTHING))
    total = rows.groupby(keys, as_index=False).agg(
        shortfall=("shortfall", "sum"), demand=("demand", "sum"), stopped_by_cap=("stopped_by_cap", "all")
    )
    cuts = total[total["shortfall"] > NOTHING * total["demand"]].merge(_mostly(rows, "tier"), on=keys, validate="1:1")
    cuts = cuts.sort_values(["branch", "tier", *CLAIM], ignore_index=True)
    tiers = {tier.rank: tier for tier in framework.tiers}
    claim = cuts["region"] + "/" + cuts["sector"] + "/" + cuts["commodity"]
    shares = rows.merge(decided, on=["branch", *CLAIM, "period"], validate="1:1")
    cuts = cuts.merge(_mostly(shares, "deciding_tier"), on=keys, how="left", validate="1:1")
    cuts["binding_row"] = np.where(
        cuts["stopped_by_cap"], "caps[" + claim + "]", "balance[" + cuts["region"] + "/" + cuts["commodity"] + "]"
    )
    standing = standing_of(case, framework)
    excepting = [standing.excepting(one) for one in claim]
    told = list(zip(cuts["tier"], cuts["commodity"], excepting, strict=True))
    cuts["rule"] = ["; ".join([_rule_text(tiers[rank], good, case.crisis_level), *map(_decision_text, made)]) for rank, good, made in told]
    cuts["legal_basis"] = ["; ".join([basis_text(tiers[rank].basis), *(basis_text(one.basis) for one in made)]) for rank, _, made in told]
    for empty in ("marginal_up", "marginal_down", "marginal_unit"):
        cuts[empty] = ""
    return cuts[list(CUTS)]


def _decision_text(decision: Decision) -> str:
    """Return an exemption or override in the words of the framework file."""
    if isinstance(decision, Override):
        what = f"override: tier {decision.tier}" if decision.tier is not None else f"override: share {decision.share:g}"
    else:
        what = f"exempt from {' and '.join(decision.from_)}" if isinstance(decision, Exemption) else ""
    return f"{what} until {decision.until} by {decision.owner} ({decision.reason})"


def _rule_text(tier: Tier, commodity: str, level: int) -> str:
    """Return the rule by which a tier shares a commodity, in the words of the framework file."""
    _, rule = tier.rule_for(commodity, level)
    parts = [f"tier {tier.rank}: {rule.rule}"]
    parts += [f"over {rule.over}"] if rule.rule != "weighted" else []
    parts += [f"satisfied at {rule.satisfied_at:g}"] if rule.satisfied_at < 1.0 else []
    parts += ["regions order their own claims"] if tier.orders else []
    return ", ".join(parts) if len(parts) > 2 else " ".join(parts)


def _mostly(rows: pd.DataFrame, tier: str) -> pd.DataFrame:
    """Return for each claim the tier of most of its shortfall, the highest of equals."""
    shares = rows.groupby(["branch", *CLAIM, tier])["shortfall"].sum().reset_index()
    shares = shares.sort_values(["branch", *CLAIM, "shortfall", tier], ascending=[True, True, True, True, False, True])
    return shares.drop_duplicates(["branch", *CLAIM])[["branch", *CLAIM, tier]]


def _without_route(case: Case) -> pd.DataFrame:
    """Return the claims whose region and commodity nothing can reach: no line, stock, process or lane with anything in it."""
    reached = _stocked(case)
    processes = case.flows.merge(case.processes[["process", "region"]], on="process")
    running = set(case.runs.loc[case.runs["limit"] * case.runs["yield_share"] > 0, "process"])
    recipes: dict[str, dict[str, set[tuple[str, str]]]] = {name: {"input": set(), "output": set()} for name in sorted(running)}
    columns = (processes[column].to_numpy() for column in ("process", "direction", "region", "commodity"))
    for name, direction, *pair in zip(*columns, strict=True):
        if name in recipes:
            recipes[name][direction].add((pair[0], pair[1]))
    lanes = case.lanes[case.lanes["lane"].isin(case.transfers.loc[case.transfers["limit"] > 0, "lane"])]
    carried = list(zip(*(lanes[column].to_numpy() for column in ("origin", "region", "commodity")), strict=True))
    found = -1
    while found < len(reached):
        found = len(reached)
        for recipe in recipes.values():
            if recipe["input"] <= reached:
                reached |= recipe["output"]
        reached |= {(region, commodity) for origin, region, commodity in carried if (origin, commodity) in reached}
    cut_off = [pair not in reached for pair in zip(case.claims["region"], case.claims["commodity"], strict=True)]
    return case.claims.loc[cut_off, CLAIM].reset_index(drop=True)


def _stocked(case: Case) -> set[tuple[str, str]]:
    sending = set(case.dispatches.loc[case.dispatches["limit"] > 0, "line"])
    open_reserves = set(case.releases.loc[case.releases["limit"] > 0, "reserve"])
    return (
        _pairs(case.lines[case.lines["line"].isin(sending)])
        | _pairs(case.under_way[case.under_way["quantity"] > 0])
        | _pairs(case.inventories[case.inventories["opening"] > 0])
        | _pairs(case.reserves[case.reserves["reserve"].isin(open_reserves)])
    )


def _pairs(table: pd.DataFrame) -> set[tuple[str, str]]:
    return set(zip(table["region"].to_numpy(), table["commodity"].to_numpy(), strict=True))
