"""Who is cut, by how much, under which rule: what is known before anything is tried.

`deciding_tier` is the tier whose stage left the claim no more choice: where it is a higher one than the claim's own, the reason is rank.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from allocator.case import Case
from allocator.case.standing import Standing, standing_of
from allocator.explain.model import AtCap
from allocator.framework import Basis, Cap, Decision, Exemption, Framework, Override, Tier
from allocator.periods import first_day
from allocator.solve import Solution
from allocator_models import Instance

CLAIM = ["region", "sector", "commodity"]
#: A shortfall below this share of demand is rounding, not a cut.
NOTHING = 1e-7


@dataclass(frozen=True)
class Ceiling:
    """The largest share of a claim's demand that may be met, and the rule that says so."""

    share: float
    rule: Cap | Tier

    @property
    def basis(self) -> Basis:
        """Legal ground of the rule."""
        return self.rule.basis


#: What a claim gets what it gets under.
Ground = Tier | Ceiling | Decision


def decided_cells(instance: Instance, solution: Solution, claims: Iterable[str] | None = None) -> pd.DataFrame:
    """Return region, sector, commodity, branch, period and deciding tier of every cell, or of those of some claims."""
    known, nodes, cells = instance.claims, instance.nodes, solution.decided
    if claims is not None:
        cells = cells[known["name"].isin(list(claims)).to_numpy()[cells["claim"]]]
    return pd.DataFrame(
        {
            "region": cells["claim"].map(known["region"]).map(instance.regions["name"]),
            "sector": cells["claim"].map(known["sector"]),
            "commodity": cells["claim"].map(known["commodity"]).map(instance.commodities["name"]),
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


def cut_table(case: Case, framework: Framework, rows: pd.DataFrame, decided: pd.DataFrame) -> pd.DataFrame:
    """Return one row per claim that is short over the horizon, by tier and name.

    Columns are branch, region, sector, commodity, claim, tier, deciding_tier, demand, restrained, allocated, shortfall, coverage, lowest,
    periods (a list), capped, at_cap (a list of `AtCap`), rule and legal_basis. `rows` are those of the allocation, `decided` comes from
    `decided_cells`.
    """
    keys = ["branch", *CLAIM]
    claims = rows.groupby(keys)
    total = claims[["demand", "restrained", "allocated", "shortfall"]].sum().assign(lowest=claims["coverage"].min())
    total["coverage"] = 1.0 - total["shortfall"] / total["demand"]
    cuts = total[total["shortfall"] > NOTHING * total["demand"]].reset_index()
    cells = _short_cells(case, rows, decided)
    short = [cells[key] for key in cuts[keys].itertuples(index=False, name=None)]
    cuts["claim"] = cuts["region"] + "/" + cuts["sector"] + "/" + cuts["commodity"]
    cuts["tier"] = [_mostly((cell.tier, cell.shortfall) for cell in of_claim) for of_claim in short]
    cuts["deciding_tier"] = [_mostly((cell.deciding_tier, cell.shortfall) for cell in of_claim) for of_claim in short]
    cuts["periods"] = _lists([cell.period for cell in of_claim] for of_claim in short)
    cuts["capped"] = [all(cell.stopped for cell in of_claim) for of_claim in short]
    cuts["at_cap"] = _lists([AtCap(cell.period, cell.tier, cell.cap) for cell in of_claim if cell.stopped] for of_claim in short)
    cuts = cuts.sort_values(["branch", "tier", *CLAIM], ignore_index=True)
    standing = standing_of(case, framework)
    told = zip(cuts["claim"], cuts["tier"], cuts["capped"], cuts["at_cap"], strict=True)
    grounds = [grounds_of(standing, claim, None if capped else int(rank), caps) for claim, rank, capped, caps in told]
    by_good = zip(cuts["commodity"], grounds, strict=True)
    cuts["rule"] = ["; ".join(_ground_text(one, good, case.crisis_level) for one in all_) for good, all_ in by_good]
    cuts["legal_basis"] = ["; ".join(basis_text(one.basis) for one in all_) for all_ in grounds]
    return cuts


class _ShortCell(NamedTuple):
    """A claim in a period in which it is short, and whether its cap stops it."""

    period: str
    tier: int
    deciding_tier: int
    shortfall: float
    cap: float
    stopped: bool


def _short_cells(case: Case, rows: pd.DataFrame, decided: pd.DataFrame) -> dict[tuple[str, ...], list[_ShortCell]]:
    """Return the cells that are short by branch, region, sector and commodity, in the order of `rows`."""
    cell = [*CLAIM, "period"]
    rows = rows[rows["shortfall"] > NOTHING * rows["demand"]]
    capped = case.cells[case.cells["commodity"].isin(rows["commodity"].unique())]
    caps = dict(zip(_tuples(capped, cell), capped["cap"].tolist(), strict=True))
    tiers = dict(zip(_tuples(decided, ["branch", *cell]), decided["deciding_tier"].tolist(), strict=True))
    figures = (rows[name].tolist() for name in ("tier", "shortfall", "demand"))
    served = (rows["allocated"] + rows["restrained"]).tolist()
    found: dict[tuple[str, ...], list[_ShortCell]] = {}
    for key, tier, shortfall, demand, met in zip(_tuples(rows, ["branch", *cell]), *figures, served, strict=True):
        cap = caps[key[1:]]
        stopped = met >= cap * demand * (1.0 - NOTHING)
        found.setdefault(key[:-1], []).append(_ShortCell(key[-1], tier, tiers[key], shortfall, cap, stopped))
    return found


def _tuples(table: pd.DataFrame, columns: list[str]) -> Iterable[tuple[str, ...]]:
    return zip(*(table[column].tolist() for column in columns), strict=True)


def _mostly(shortfalls: Iterable[tuple[int, float]]) -> int:
    """Return the tier of most of the shortfall, the highest of equals."""
    by_tier: dict[int, float] = {}
    for tier, shortfall in shortfalls:
        by_tier[tier] = by_tier.get(tier, 0.0) + shortfall
    return min(by_tier, key=lambda tier: (-by_tier[tier], tier))


def _lists(values: Iterable[list[Any]]) -> pd.Series:
    return pd.Series(list(values), dtype=object)


def grounds_of(standing: Standing, claim: str, rank: int | None, at_cap: Iterable[AtCap]) -> list[Ground]:
    """Return what a claim, region/sector/commodity, gets what it gets under.

    That is the tier of its rank (None: its cap stops it whenever it is short, so how its tier shares cuts nothing), the caps that stop it,
    and its exemptions and overrides.
    """
    grounds: list[Ground] = [tier for tier in standing.framework.tiers if tier.rank == rank]
    for one in at_cap:
        ceiling = Ceiling(one.share, standing.ground_of_cap(claim, one.tier, first_day(one.period)))
        if ceiling not in grounds:
            grounds.append(ceiling)
    return [*grounds, *standing.excepting(claim)]


def _ground_text(ground: Ground, commodity: str, level: int) -> str:
    if isinstance(ground, Ceiling):
        whose = f"tier {ground.rule.rank}" if isinstance(ground.rule, Tier) else f"caps {ground.rule.named}"
        return f"{whose}: cap {ground.share:g}"
    return _rule_text(ground, commodity, level) if isinstance(ground, Tier) else decision_text(ground)


def decision_text(decision: Decision) -> str:
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
