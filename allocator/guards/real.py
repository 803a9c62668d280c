"""Small crises cut out of shipped scenarios: real chains, with the figures of their worst months."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from random import Random
from typing import Any

import pandas as pd

from allocator.baseline import Baseline, load_baseline
from allocator.case import Case, resolve_case
from allocator.framework import Framework, load_framework
from allocator.guards.situation import LEVEL, Process, Reserve, Situation
from allocator.overrides import apply_overrides
from allocator.scenario import baseline_path, framework_path, shipped
from allocator.scenario.load import scenario_of, scenario_source

#: Chains taken from one scenario and pair of regions, and sectors left in each.
MOST_CHAINS, MOST_SECTORS = 4, 4
MOST_MONTHS = 2
DIGITS = 3
Tables = dict[str, pd.DataFrame]


def real_crises(law: Framework, seed: int) -> Iterator[Situation]:
    """Yield small crises that hold one chain of a shipped scenario in one or two regions, without end.

    A chain is what processes link. It is seen in the months in which least of it arrives; up to four of its sectors are kept, and those
    left out take their share of the supply with them. What firms had in stock is used up, and what is sent arrives at once: leads are
    left out.
    """
    files, baselines = sorted(shipped("scenario").items()), dict[str, Baseline]()
    number = 0
    while files:
        name, path = files[number % len(files)]
        random = Random(f"{seed}/{name}/{number}")  # noqa: S311 - examples, not secrets
        number += 1
        source = scenario_source(path)
        folder = str(baseline_path(source))
        if folder not in baselines:
            baselines[folder] = load_baseline(baseline_path(source))
        states = scenario_of(source).scope.regions
        known = sorted(baselines[folder].regions["region"] if isinstance(states, str) else states)
        chosen = random.sample(known, min(len(known), random.choice((1, 2))))
        scenario = scenario_of(apply_overrides(source, [f"scope.regions=[{', '.join(chosen)}]"]))
        case = resolve_case(baselines[folder], scenario, load_framework(framework_path(source)))
        chains = _chains(case)
        for goods in random.sample(chains, min(len(chains), MOST_CHAINS)):
            crisis = _situation(law, case, goods, random)
            if crisis is not None:
                yield crisis


def _chains(case: Case) -> list[frozenset[str]]:
    """Return the goods that processes link, chain by chain, where any line sends less than it did; longest chains first."""
    chain_of: dict[str, set[str]] = {good: {good} for good in case.commodities["commodity"]}
    for _, flows in case.flows.groupby("process"):
        together = set().union(*(chain_of[good] for good in flows["commodity"]))
        chain_of |= dict.fromkeys(together, together)
    sent = case.dispatches.merge(case.lines[["line", "commodity", "undisturbed"]], on="line")
    less = set(sent.loc[sent["limit"] < 0.9 * sent["undisturbed"], "commodity"])
    asked = set(case.claims["commodity"])
    chains = {frozenset(goods) for goods in chain_of.values() if goods & less and goods & asked}
    return sorted(chains, key=lambda goods: (-len(goods), sorted(goods)))


def _situation(law: Framework, case: Case, goods: frozenset[str], random: Random) -> Situation | None:
    """Return one chain in its worst months; None where fewer than two claims are left."""
    claims = case.claims[case.claims["commodity"].isin(goods) & (case.claims["undisturbed"] > 0)]
    claims = claims[[law.tier_of(sector, good) is not None for sector, good in claims[["sector", "commodity"]].itertuples(index=False)]]
    sectors = sorted(set(claims["sector"]))
    sectors = random.sample(sectors, min(len(sectors), MOST_SECTORS))
    kept = claims[claims["sector"].isin(sectors)]
    if len(kept) < 2:
        return None
    first = _worst_month(case, goods)
    months = list(case.periods["period"])[first : first + random.choice(range(1, MOST_MONTHS + 1))]
    share = _share_kept(case, claims, kept)
    supply: dict[str, list[float]] = defaultdict(lambda: [0.0] * len(months))
    sent = case.dispatches.merge(case.lines[["line", "region", "commodity"]], on="line")
    sent = sent[sent["commodity"].isin(goods) & sent["period"].isin(months)]
    for region, good, month, amount in sent[["region", "commodity", "period", "limit"]].itertuples(index=False):
        supply[f"{region}/{good}"][months.index(month)] += amount * share[region, good]
    processes = _processes(case, goods, months[0])
    whole = Situation(
        law,
        {"/".join(key): short for *key, amount in _rows(kept, "undisturbed", "region", "sector", "commodity") if (short := _short(amount))},
        {name: tuple(map(_short, amounts)) for name, amounts in sorted(supply.items())},
        {name: Reserve(region, good, _short(amount)) for name, region, good, amount in _open_reserves(case, goods, months[0])},
        {},
        _lanes(case, goods, months[0]),
        processes,
        {},
        _harm(law, kept),
        months=len(months),
    )
    return whole if len(whole.claims) > 1 and whole.supply else None


def _rows(table: pd.DataFrame, figure: str, *keys: str) -> Iterator[tuple[Any, ...]]:
    return table[[*keys, figure]].itertuples(index=False, name=None)


def _short(amount: object) -> float:
    return float(f"{amount:.{DIGITS}g}")


def _worst_month(case: Case, goods: frozenset[str]) -> int:
    """Return the number of the month of the horizon in which lines send the least share of what they did."""
    sent = case.dispatches.merge(case.lines[["line", "commodity", "undisturbed"]], on="line")
    sent = sent[sent["commodity"].isin(goods) & (sent["undisturbed"] > 0)]
    left = (sent["limit"] / sent["undisturbed"]).clip(upper=1.0).groupby(sent["period"]).mean()
    reported = list(case.periods.loc[case.periods["horizon"], "period"])
    return reported.index(min(reported, key=lambda month: (left[month], month)))


def _share_kept(case: Case, claims: pd.DataFrame, kept: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Return by region and good which part of its use is left, of claims and processes together."""
    runs = case.flows[case.flows["direction"] == "input"].merge(case.processes[["process", "region", "undisturbed"]], on="process")
    used = (runs["undisturbed"] * runs["quantity"]).groupby([runs["region"], runs["commodity"]]).sum()
    asked, left = (table.groupby(["region", "commodity"])["undisturbed"].sum() for table in (claims, kept))
    places = {*used.index, *asked.index}
    whole = {place: used.get(place, 0.0) + asked.get(place, 0.0) for place in places}
    return defaultdict(
        lambda: 1.0, {place: (used.get(place, 0.0) + left.get(place, 0.0)) / total for place, total in whole.items() if total > 0.0}
    )


def _processes(case: Case, goods: frozenset[str], month: str) -> dict[str, Process]:
    """Return what the chain's processes use and make, per unit of their first product, so that figures are readable."""
    runs = case.runs[case.runs["period"] == month].set_index("process")["limit"]
    region = case.processes.set_index("process")["region"]
    steps = {}
    for name, flows in case.flows[case.flows["commodity"].isin(goods)].groupby("process"):
        sides = {side: dict(_flows(own)) for side, own in flows.groupby("direction")}
        made = sides.get("output", {})
        if made and sides.get("input") and runs[name] > 0.0:
            unit = next(iter(made.values()))
            uses, makes = ({good: _short(amount / unit) for good, amount in side.items()} for side in (sides["input"], made))
            steps[str(name)] = Process(str(region[name]), _short(runs[name] * unit), uses, makes)
    return steps


def _flows(own: pd.DataFrame) -> Iterator[tuple[str, float]]:
    return ((str(good), float(amount)) for good, amount in own[["commodity", "quantity"]].itertuples(index=False))


def _open_reserves(case: Case, goods: frozenset[str], month: str) -> Iterator[tuple[Any, ...]]:
    release = case.releases[case.releases["period"] == month]
    table = case.reserves.merge(release, on="reserve")
    return _rows(table[table["commodity"].isin(goods) & (table["limit"] > 0)], "limit", "reserve", "region", "commodity")


def _lanes(case: Case, goods: frozenset[str], month: str) -> dict[str, float]:
    table = case.transfers[case.transfers["period"] == month].merge(case.lanes, on="lane")
    table = table[table["commodity"].isin(goods) & (table["limit"] > 0)]
    return {
        f"{origin}/{region}/{good}": _short(amount)
        for origin, region, good, amount in _rows(table, "limit", "origin", "region", "commodity")
    }


def _harm(law: Framework, kept: pd.DataFrame) -> dict[str, dict[float, float]]:
    """Return the same harm for all that a rule weighs, as baselines hold no curves for it."""
    curves = {}
    for sector, good in sorted(set(kept[["sector", "commodity"]].itertuples(index=False, name=None))):
        tier = law.tier_of(sector, good)
        if tier is not None and tier.rule_for(good, LEVEL)[1].rule == "weighted":
            curves[f"{sector}/{good}"] = {1.0: 1.0}
    return curves
