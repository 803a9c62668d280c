"""The framework in one case: its tiers and words, and harm; see `standing` for the claims and `levers` for what may be used."""

from __future__ import annotations

import json
from datetime import date

import pandas as pd

from allocator.baseline import Baseline
from allocator.closed import ClosedModel
from allocator.errors import Finding
from allocator.framework import Bases, Framework
from allocator.scenario import Scenario


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


def _said(words: dict[str, object]) -> str:
    basis = words.get("basis")
    for part in (words, basis) if isinstance(basis, dict) else (words,):
        part.pop("note_nl", None)
    return json.dumps(words, sort_keys=True)


def words_of(scenario: Scenario, framework: Framework, baseline: Baseline) -> tuple[str, ...]:
    """Return what moves no figure but stands in the outputs: titles, status, names of tiers, legal bases, who decides, own figures.

    A key that is left out says what its default says, and a note in another language what the note says: neither makes another case.
    """
    said: list[tuple[str, ClosedModel]] = [("scenario title", scenario.title), ("framework title", framework.title)]
    for tier in framework.tiers:
        said += [(f"tier {tier.rank} name", tier.name), (f"tier {tier.rank} basis", tier.basis)]
    said += [(f"guarantee {one.named} basis", one.basis) for one in framework.guarantees]
    said += [(f"cap {one.named} basis", one.basis) for one in framework.caps]
    said += [(f"{name} basis", one) for name in Bases.model_fields if (one := getattr(framework.bases, name)) is not None]
    said += [("exemption", one) for one in framework.exemptions] + [("override", one) for one in framework.overrides]
    said += [("priority order", one) for one in framework.priority_orders]
    texts = [f"{what}: {_said(part.model_dump(mode='json'))}" for what, part in said]
    texts += [f"lever: {_said({'kind': lever.kind} | lever.model_dump(mode='json', exclude_defaults=True))}" for lever in scenario.levers]
    priced = (("price", scenario.prices), ("sale", scenario.sales), ("holding", scenario.holding))
    texts += [f"{what}: {_said(one.model_dump(mode='json'))}" for what, listed in priced for one in listed]
    texts += [f"minimum: {_said(one.model_dump(mode='json', exclude_defaults=True))}" for one in scenario.minimums]
    if baseline.own:
        texts += [f"classification: {baseline.own.classification}", f"own figures: {baseline.own.content}"]
    return tuple(sorted([*texts, f"framework status: {framework.status}"]))
