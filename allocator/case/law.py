"""The framework in one case: its tiers and words, harm, and which reserves and restraint are open; see `standing` for the claims."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocator.baseline import Baseline
from allocator.case.model import Note
from allocator.closed import ClosedModel
from allocator.errors import Finding
from allocator.framework import Framework
from allocator.scenario import Scenario
from allocator.scenario.levers.demand_restraint import DemandRestraint
from allocator.scenario.levers.reserve_release import ReserveRelease


def tier_table(framework: Framework) -> pd.DataFrame:
    """Return tier, name, rule and over, by rank."""
    rows = [(tier.rank, tier.name.en, tier.rule, tier.over) for tier in framework.tiers]
    return pd.DataFrame(rows, columns=["tier", "name", "rule", "over"])


def harm_pieces(standings: pd.DataFrame, harm: pd.DataFrame) -> pd.DataFrame:
    """Return sector, commodity, piece, share and harm of what a claim may be short of while it is in a tier that weighs harm."""
    weighed = standings.loc[standings["rule"] == "weighted", ["sector", "commodity"]].drop_duplicates()
    pieces = harm.merge(weighed, on=["sector", "commodity"]).sort_values(["sector", "commodity", "up_to"], ignore_index=True)
    by_curve = pieces.groupby(["sector", "commodity"])
    before = by_curve["up_to"].shift(fill_value=0.0)
    return pieces.assign(piece=by_curve.cumcount(), share=pieces["up_to"] - before, harm=pieces["marginal_harm"])


def missing_harm(framework: Framework, asked: pd.DataFrame, harm: pd.DataFrame, level: int, day: date) -> list[Finding]:
    """Return a finding for every tier that weighs harm of sectors and commodities without a curve, those moved there on a day included."""
    known = set(harm[["sector", "commodity"]].itertuples(index=False, name=None))
    pairs = set(asked[["sector", "commodity"]].itertuples(index=False, name=None))
    tiers = {tier.rank: tier for tier in framework.tiers}
    ranks = {(*pair, tier.rank) for pair in pairs if (tier := framework.tier_of(*pair)) is not None}
    ranks |= {(one.sector, one.commodity, one.tier) for one in framework.overrides if one.tier is not None and one.in_force_on(day)}
    missing: dict[tuple[str | int, ...], list[str]] = {}
    for sector, good, rank in sorted(ranks):
        lacking = (sector, good) in pairs - known
        if lacking and tiers[rank].rule_for(good, level)[1].rule == "weighted":
            missing.setdefault(framework.path_of_rule(tiers[rank], good, level), []).append(f"{sector} and {good}")
    remedy = "add them to harm.csv by --figures, or share by leximin"
    return [
        framework.source.finding((*path, "rule"), f"harm.csv has no curve for {', '.join(names)}; {remedy}", "28")
        for path, names in missing.items()
    ]


def words_of(scenario: Scenario, framework: Framework, baseline: Baseline) -> tuple[str, ...]:
    """Return what moves no figure but stands in the outputs: titles, status, names of tiers, legal bases, who decides, own figures."""
    said: list[tuple[str, ClosedModel]] = [("scenario title", scenario.title), ("framework title", framework.title)]
    for tier in framework.tiers:
        said += [(f"tier {tier.rank} name", tier.name), (f"tier {tier.rank} basis", tier.basis)]
    said += [(f"guarantee {one.named} basis", one.basis) for one in framework.guarantees]
    said += [(f"cap {one.named} basis", one.basis) for one in framework.caps]
    said += [("exemption", one) for one in framework.exemptions] + [("override", one) for one in framework.overrides]
    said += [("priority order", one) for one in framework.priority_orders]
    said += [("lever", lever) for lever in scenario.levers]
    texts = [f"{what}: {json.dumps(part.model_dump(mode='json'), sort_keys=True)}" for what, part in said]
    if baseline.own:
        texts += [f"classification: {baseline.own.classification}", f"own figures: {baseline.own.content}"]
    return tuple(sorted([*texts, f"framework status: {framework.status}"]))


def open_reserves(framework: Framework, scenario: Scenario, reserves: pd.DataFrame) -> tuple[npt.NDArray[np.bool_], list[Note]]:
    """Return which reserves may be released: an authorised lever opens it, and both the framework and its own crisis level allow it."""
    level = scenario.crisis_level
    opened = np.zeros(len(reserves), dtype=bool)
    notes: list[Note] = []
    for number, lever in enumerate(scenario.levers):
        if not isinstance(lever, ReserveRelease):
            continue
        path = f"levers.{number}"
        if not framework.opens(lever.kind, level):
            notes.append(Note("lever_not_allowed_at_level", path, lever.kind))
            continue
        mine = lever.opens(reserves)
        late = (reserves["crisis_level"] > level).to_numpy(dtype=bool)
        notes += [Note("reserve_closed_at_level", path, reserve) for reserve in sorted(reserves.loc[mine & late, "reserve"])]
        if not mine.any():
            notes.append(Note("lever_without_reserve", path, lever.owner))
        opened |= mine & ~late
    return opened, notes


def opened_restraint(framework: Framework, scenario: Scenario, restraint: pd.DataFrame) -> tuple[pd.DataFrame, list[Note]]:
    """Return sector, commodity, block, share, cost_eur of the restraint that levers open.

    Blocks open in order up to the lever's share of demand; the last one in part. Of two levers for one sector the larger share counts.
    Below the level from which restraint is mandatory, and where the framework does not allow the lever, none opens.
    """
    limits: dict[str, float] = {}
    notes: list[Note] = []
    level = scenario.crisis_level
    mandatory = framework.restraint is None or level >= framework.restraint.mandatory_from_level
    for number, lever in enumerate(scenario.levers):
        if not isinstance(lever, DemandRestraint):
            continue
        if not (mandatory and framework.opens(lever.kind, level)):
            notes.append(Note("lever_not_allowed_at_level", f"levers.{number}", lever.kind))
            continue
        for sector in lever.sectors:
            limits[sector] = max(limits.get(sector, 0.0), lever.share)
            if not (restraint["sector"] == sector).any():
                notes.append(Note("restraint_without_blocks", f"levers.{number}", sector))
    blocks = (
        restraint[restraint["sector"].isin(list(limits))]
        .astype({"block": "int64"})
        .sort_values(["sector", "commodity", "block"], ignore_index=True)
    )
    used = blocks.groupby(["sector", "commodity"])["share"].cumsum() - blocks["share"]
    limit = blocks["sector"].map(limits).astype("float64")
    blocks["share"] = (limit - used).clip(lower=0.0, upper=blocks["share"])
    return blocks.loc[blocks["share"] > 0, ["sector", "commodity", "block", "share", "cost_eur"]], notes
