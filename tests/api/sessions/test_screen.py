"""A screen holds the figures of the answer, and a state that is exported gives the same figures on the command line."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from allocator.errors import Cancelled, InvalidInput
from allocator.run import run_scenario
from allocator.solve import Control
from allocator_api.sessions.bench import Bench
from allocator_api.sessions.export import file_name, packed, scenario_text
from allocator_api.sessions.state import State, with_value


def moved(bench: Bench, state: State, **values: Any) -> State:
    for path, value in values.items():
        state = with_value(state, path.replace("__", "."), value, bench.crisis(state.scenario).ids)
    return state


@pytest.fixture(scope="package")
def weaker(bench: Bench) -> State:
    """Hormuz closed by less, seen from a lower level, with one lever gone."""
    state = bench.crisis("hormuz_closure").state
    return moved(bench, state, disruptions__0__closed=0.7, disruptions__0__months=4.5, levers__1__on=False)


def test_the_screen_adds_up_to_the_tables(bench: Bench, weaker: State) -> None:
    screen = bench.screen(weaker, Control())
    rows = bench.found(weaker, Control()).allocation.allocation
    short = rows[rows["commodity"].isin([good["id"] for good in screen["goods"]])]
    assert len(screen["goods"]) == screen["figures"]["goods_short"] > 0
    totals = rows.groupby("commodity")["shortfall"].sum()
    assert {good["id"]: good["shortfall"] for good in screen["goods"]} == pytest.approx(totals[totals > 0].to_dict(), rel=1e-5)
    by_tier = short.groupby(["tier", "commodity"])["shortfall"].sum()
    assert {(one["tier"], one["good"]): one["shortfall"] for one in screen["tiers"]} == pytest.approx(by_tier.to_dict(), rel=1e-5)
    cell = short[short["shortfall"] > 0].iloc[0]
    served = short[(short[["commodity", "sector", "period"]] == cell[["commodity", "sector", "period"]]).all(axis=1)]
    shown = screen["heat"][cell["commodity"]][cell["sector"]][screen["periods"].index(cell["period"])]
    assert shown == pytest.approx(1 - served["shortfall"].sum() / served["demand"].sum(), abs=1e-6)
    claims = rows.groupby(["region", "sector", "commodity"])[["demand", "shortfall"]].sum()
    cut = claims[claims["shortfall"] > 1e-7 * claims["demand"]]
    assert len(cut) == screen["figures"]["claims_cut"] == len(screen["covered"])
    assert screen["figures"]["lowest"] == pytest.approx((1 - cut["shortfall"] / cut["demand"]).min(), abs=1e-6)


def test_reserves_are_told_from_their_start_on(bench: Bench, weaker: State) -> None:
    screen = bench.screen(weaker, Control())
    table = bench.found(weaker, Control()).allocation.reserves
    assert {one["id"] for one in screen["reserves"]} == {"nld_helium", "nld_aluminium"}
    for one in screen["reserves"]:
        own = table[table["reserve"] == one["id"]].sort_values("period")
        assert one["stock"] == pytest.approx([own["opening"].iloc[0], *own["closing"]], rel=1e-5)


def test_cuts_are_told_with_rank_and_rule(bench: Bench, weaker: State) -> None:
    screen = bench.screen(weaker, Control())
    ranks = [cut["tier"] for cut in screen["cuts"]]
    assert ranks == sorted(ranks)
    assert all(cut["deciding_tier"] <= cut["tier"] for cut in screen["cuts"])
    assert {rule["tier"] for rule in screen["rules"]} == set(ranks)
    assert all(rule["none"] and all(rule["rule"]) and all(rule["basis"]) for rule in screen["rules"])


def test_flows_add_up_to_what_sectors_got(bench: Bench, weaker: State) -> None:
    good = bench.screen(weaker, Control())["goods"][0]["id"]
    flows = bench.flows(weaker, [good], Control())[good]
    rows = bench.found(weaker, Control()).allocation.allocation
    total = rows.loc[rows["commodity"] == good, "allocated"].sum()
    assert sum(map(sum, flows["quantities"])) == pytest.approx(total, rel=1e-4)
    assert len(flows["quantities"]) == len(flows["sources"])


def test_what_was_seen_is_remembered_and_a_cancelled_solve_is_not(bench: Bench, hormuz: State, weaker: State) -> None:
    bench.screen(weaker, Control())
    assert bench.known(weaker) is not None
    other = moved(bench, hormuz, disruptions__0__closed=0.123)
    control = Control()
    control.cancel()
    with pytest.raises(Cancelled):
        bench.screen(other, control)
    assert bench.known(other) is None


def test_a_state_that_is_no_scenario_has_no_screen(bench: Bench, hormuz: State) -> None:
    late = moved(bench, hormuz, disruptions__0__start="2026-12", horizon__periods=3)
    with pytest.raises(InvalidInput, match=r"A323"):
        bench.screen(late, Control())


def test_an_exported_state_runs_to_the_same_figures(bench: Bench, weaker: State, tmp_path: Path) -> None:
    """With guarantees that were moved, so that a framework file goes with the scenario file."""
    state = moved(bench, weaker, guarantees__0=0.0, guarantees__4=1.0)
    opened = bench.crisis("hormuz_closure").inputs.scenario
    name, media_type, content = packed(state, opened, bench.law(state), True, "half open")
    assert (name.endswith(".zip"), media_type) == (True, "application/zip")
    zipfile.ZipFile(io.BytesIO(content)).extractall(tmp_path)
    law = (tmp_path / "frameworks" / "nl_draft_what_if.yaml").read_text(encoding="utf-8")
    assert "EXERCISE" in law.splitlines()[0]
    run = run_scenario(tmp_path / file_name(state, exercise=True), claims=[])
    found = bench.found(state, Control())
    for table in ("allocation", "reserves", "supply"):
        assert getattr(run.allocation, table).equals(getattr(found.allocation, table)), table
    for case in (run.case, found.case):
        chips = case.cells[(case.cells["sector"] == "semiconductors") & (case.cells["commodity"] == "helium_liquid")]
        assert set(chips["guarantee"]) == {1.0}
    assert packed(weaker, opened, bench.law(weaker), True)[1] == "application/yaml"


def test_an_exported_file_says_what_it_is(bench: Bench, hormuz: State) -> None:
    opened = bench.crisis("hormuz_closure").inputs.scenario
    drill = scenario_text(hormuz, opened, True, "half open")
    assert "EXERCISE / OEFENING" in drill.splitlines()[0]
    assert "EXERCISE: Strait of Hormuz closed for six months (half open)" in drill
    assert file_name(hormuz, exercise=True).startswith("exercise-oefening-")
    assert "EXERCISE" not in scenario_text(hormuz, opened, False)


def test_another_framework_gives_another_answer(bench: Bench, hormuz: State) -> None:
    equal = moved(bench, hormuz, framework="equal_cut")
    assert bench.screen(equal, Control())["covered"] != bench.screen(hormuz, Control())["covered"]
    assert bench.key(equal)[1] == "equal_cut"
