"""The laws of formulation 9 that are true, each on random cases in exactly its conditions.

Coverage is compared to `CLOSE`: far above what tolerances of 1e-9 move in a chain of some thirty stages, far below what anybody is told.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allocator_models.instance import Instance
from tests.answers import Answer, answer
from tests.instances import InstanceBuilder, builders
from tests.instances.members import Claim, Figure
from tests.instances.units import in_units

CLOSE = 1e-7
SEEDS = st.integers(min_value=0, max_value=10**6)

#: One commodity, no processes: where claims only compete.
COMPETING = {"commodities": 1, "processes": False, "guarantees": False, "tree": False, "over_horizon": False}


def law(examples: int) -> settings:
    """Settings of every law: the same examples on every run."""
    return settings(max_examples=examples, derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])


def times(figure: Figure, factor: float | list[float]) -> Figure:
    """Return a figure multiplied node by node."""
    if isinstance(figure, float | int):
        return figure * factor if isinstance(factor, float) else [figure * part for part in factor]
    assert isinstance(figure, list)
    return [part * (factor if isinstance(factor, float) else factor[place]) for place, part in enumerate(figure)]


def grown(case: InstanceBuilder, draw: Random, capacity: bool) -> InstanceBuilder:
    """Return the case with more of some sources and opening stocks and, if asked, of capacities too; never less of anything.

    A store counts as a capacity: what it may hold at the end of the horizon is what it held at the start.
    """
    more = case.copy()

    def perhaps(figure: Figure) -> Figure:
        return times(figure, 1.0 + draw.choice((0.0, 0.2, 1.0)))

    for line in more.lines.values():
        line.limit = perhaps(line.limit)
    for reserve in more.reserves.values():
        reserve.opening *= 1.0 + draw.choice((0.0, 0.5))
    if capacity:
        for store in more.inventories.values():
            extra = store.opening * draw.choice((0.0, 0.5))
            store.opening, store.maximum = store.opening + extra, store.maximum + extra
        for process in more.processes.values():
            process.limit = perhaps(process.limit)
        for lane in more.lanes.values():
            lane.limit = perhaps(lane.limit)
        for reserve in more.reserves.values():
            reserve.limit = perhaps(reserve.limit)
    return more


def of_tier(result: Answer, tier: int) -> pd.Series:
    """Return the coverage of the tier's cells of the horizon."""
    coverages = result.coverages()
    tiers = dict(zip(result.instance.claims["name"], result.instance.claims["tier"], strict=True))
    horizon = dict(zip(result.instance.nodes["name"], result.instance.nodes["horizon"], strict=True))
    return coverages[[tiers[claim] == tier and horizon[node] for claim, node in coverages.index]]


def leximin_at_least(better: np.ndarray, worse: np.ndarray) -> bool:
    """Return whether sorted `better` is nowhere first below sorted `worse`."""
    for high, low in zip(np.sort(better), np.sort(worse), strict=True):
        if abs(high - low) > CLOSE:
            return bool(high > low)
    return True


def same(first: pd.Series, second: pd.Series, within: float = CLOSE) -> bool:
    """Return whether two coverages agree in the cells of the first."""
    return bool((first - second.reindex(first.index)).abs().max() <= within)


def imbalance(result: Answer) -> float:
    """Return the largest difference between what enters and leaves a (region, commodity, node), in plain arithmetic over the tables."""
    tables, values = result.instance, result.values
    parent = tables.nodes["parent"]
    flows: list[pd.DataFrame] = []

    def post(
        table: pd.DataFrame, quantity: pd.Series | np.ndarray, members: pd.DataFrame | None = None, key: str = "", at: str = "region"
    ) -> None:
        region = table["region"] if members is None else table[key].map(members[at])
        commodity = table["commodity"] if "commodity" in table or members is None else table[key].map(members["commodity"])
        flows.append(pd.DataFrame({"region": region, "commodity": commodity, "node": table["node"], "quantity": np.asarray(quantity)}))

    def arriving(arrivals: pd.DataFrame, sent: pd.DataFrame, key: str) -> pd.DataFrame:
        return arrivals.merge(sent.rename(columns={"node": "sent"}), on=[key, "sent"])

    post(tables.balances, tables.balances["under_way"])
    post(values["surplus"], -values["surplus"]["value"])
    dispatched = arriving(tables.line_arrivals, values["dispatch"], "line")
    post(dispatched, dispatched["weight"] * dispatched["value"], tables.lines, "line")
    moved = arriving(tables.lane_arrivals, values["transfer"], "lane")
    post(moved, moved["weight"] * moved["value"], tables.lanes, "lane", "destination")
    post(values["transfer"], -values["transfer"]["value"], tables.lanes, "lane", "origin")
    made = arriving(tables.process_arrivals, values["run"], "process").merge(
        tables.outputs.rename(columns={"node": "sent"}), on=["process", "sent"]
    )
    post(made, made["weight"] * made["value"] * made["quantity"], tables.processes, "process")
    used = values["run"].merge(tables.inputs, on="process")
    post(used, -used["value"] * used["quantity"], tables.processes, "process")
    post(values["release"], values["release"]["value"], tables.reserves, "reserve")
    post(values["allocate"], -values["allocate"]["value"], tables.claims, "claim")
    held = values["inventory"]
    post(held, -held["value"])
    root = tables.inventories[tables.inventories["node"].map(parent) < 0]
    post(root, root["opening"])
    steps = pd.DataFrame({"before": parent, "node": tables.nodes["node"]})
    carried = held.rename(columns={"node": "before"}).merge(steps, on="before")
    post(carried, carried["value"] * (1.0 - carried["commodity"].map(tables.commodities["loss"])))
    total = pd.concat(flows).groupby(["region", "commodity", "node"])["quantity"].sum()
    return float(total.abs().max())


@law(15)
@given(builders())
def test_mass_is_conserved(case: InstanceBuilder) -> None:
    result = answer(case)
    assert imbalance(result) <= CLOSE
    stock, release, tables = result.values["stock"], result.values["release"], result.instance
    before = dict(zip(zip(stock["reserve"], stock["node"], strict=True), stock["value"], strict=True))
    for (reserve, node, value), out in zip(stock.itertuples(index=False), release["value"], strict=True):
        parent = tables.nodes["parent"][node]
        opening = tables.reserves["opening"][reserve]
        there = opening if parent < 0 else (1.0 - tables.reserves["loss"][reserve]) * before[reserve, parent]
        assert value == pytest.approx(there - out, abs=CLOSE)


@law(15)
@given(builders(guarantees=False), SEEDS)
def test_more_supply_stock_or_capacity_never_makes_the_first_tier_worse(case: InstanceBuilder, number: int) -> None:
    before, after = answer(case), answer(grown(case, Random(number), capacity=True))
    first = int(before.instance.claims["tier"].min())
    assert after.stages[0].value >= before.stages[0].value - CLOSE
    if case.tiers.get(first) == "horizon":
        measured = [over_horizon(result) for result in (after, before)]
    else:
        measured = [of_tier(result, first).to_numpy() for result in (after, before)]
    assert leximin_at_least(*measured)


def over_horizon(result: Answer) -> np.ndarray:
    """Return the first tier's coverage over the horizon, claim by claim."""
    missed = result.values["missed"]
    tier = missed["claim"].map(result.instance.claims["tier"])
    return 1.0 - missed["value"][tier == result.instance.claims["tier"].min()].to_numpy()


@law(20)
@given(builders(guarantees=True), SEEDS)
def test_more_supply_stock_or_capacity_never_lowers_the_first_guarantee(case: InstanceBuilder, number: int) -> None:
    before, after = answer(case), answer(grown(case, Random(number), capacity=True))
    assert after.stages[0].value >= before.stages[0].value - CLOSE


@law(15)
@given(builders(tiers=3), SEEDS)
def test_removing_all_lower_claims_changes_no_coverage_above(case: InstanceBuilder, number: int) -> None:
    last = 1 + number % 2
    for claim in case.claims.values():
        if claim.tier > last:
            claim.guarantee = 0.0
    above = case.copy()
    above.claims = {name: claim for name, claim in case.claims.items() if claim.tier <= last}
    assert same(answer(above).coverages(), answer(case).coverages())


@law(20)
@given(builders(**COMPETING, wide_reserves=True), SEEDS)
def test_no_claim_loses_when_another_is_withdrawn(case: InstanceBuilder, number: int) -> None:
    left = case.copy()
    if len(case.claims) == 1:
        return
    del left.claims[sorted(case.claims)[number % len(case.claims)]]
    before, after = answer(case).coverages(), answer(left).coverages()
    assert (after - before.reindex(after.index)).min() >= -CLOSE


@law(20)
@given(builders(**COMPETING, wide_reserves=True), SEEDS)
def test_no_claim_loses_when_sources_or_opening_stocks_grow(case: InstanceBuilder, number: int) -> None:
    before, after = answer(case).coverages(), answer(grown(case, Random(number), capacity=False)).coverages()
    assert (after - before).min() >= -CLOSE


def twin(claim: Claim, factor: float | list[float]) -> Claim:
    """Return another claimant that asks for the same in another size."""
    copy = Claim(**vars(claim))
    copy.sector, copy.demand = "twin", times(claim.demand, factor)
    return copy


@law(15)
@given(builders(), SEEDS)
def test_equal_claims_have_equal_coverage_whatever_their_size(case: InstanceBuilder, number: int) -> None:
    draw = Random(number)
    name = draw.choice(sorted(case.claims))
    claim = case.claims[name]
    even = case.tiers.get(claim.tier) == "horizon" or bool(claim.guarantee)
    factor = draw.uniform(0.2, 3.0) if even else [draw.choice((0.3, 1.0, 2.5)) for _ in case.nodes]
    case.claims[f"{claim.region}/twin/{claim.commodity}"] = twin(claim, factor)
    result = answer(case)
    assert result.coverage(f"{claim.region}/twin/{claim.commodity}") == pytest.approx(result.coverage(name), abs=CLOSE)


@law(15)
@given(builders(), SEEDS)
def test_splitting_a_claim_changes_no_coverage(case: InstanceBuilder, number: int) -> None:
    draw = Random(number)
    name = draw.choice(sorted(case.claims))
    claim, share = case.claims[name], draw.uniform(0.05, 0.95)
    split = case.copy()
    split.claims[f"{claim.region}/twin/{claim.commodity}"] = twin(claim, share)
    split.claims[name].demand = times(claim.demand, 1.0 - share)
    whole, parts = answer(case), answer(split)
    assert same(whole.coverages(), parts.coverages())
    assert parts.coverage(f"{claim.region}/twin/{claim.commodity}") == pytest.approx(whole.coverage(name), abs=CLOSE)


@law(15)
@given(builders(), SEEDS)
def test_units_change_no_coverage(case: InstanceBuilder, number: int) -> None:
    instance, draw = case.build(), Random(number)
    factors = {name: 2.0 ** draw.randint(-3, 3) for name in instance.commodities["name"]}
    assert same(answer(instance).coverages(), answer(in_units(instance, factors)).coverages())


@law(15)
@given(builders(), SEEDS)
def test_the_order_of_rows_changes_nothing(case: InstanceBuilder, number: int) -> None:
    draw = Random(number)

    def shuffled(case: InstanceBuilder) -> InstanceBuilder:
        other = case.copy()
        for members in ("commodities", "claims", "lines", "processes", "reserves", "inventories", "lanes", "tiers"):
            rows = list(getattr(other, members).items())
            draw.shuffle(rows)
            setattr(other, members, dict(rows))
        return other

    assert_identical(case.build(), shuffled(case).build())


def assert_identical(first: Instance, second: Instance) -> None:
    for name, table in vars(first).items():
        pd.testing.assert_frame_equal(table, getattr(second, name), check_exact=True)


@law(6)
@given(st.lists(builders(), min_size=2, max_size=3))
def test_threads_change_nothing(cases: list[InstanceBuilder]) -> None:
    alone = [answer(case) for case in cases]
    with ThreadPoolExecutor(max_workers=3) as pool:
        together = list(pool.map(answer, cases))
    for first, second in zip(alone, together, strict=True):
        for name, frame in first.values.items():
            pd.testing.assert_frame_equal(frame, second.values[name], check_exact=True)
