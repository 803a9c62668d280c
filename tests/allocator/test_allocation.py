"""From a plan in codes and scaled units back to names and natural ones (`tests.tiny`)."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from allocator.allocation import ALLOCATION, CHANNELS, PLAN, RESERVES, SUPPLY, Allocation, decode
from allocator.case import Case
from allocator.compile import compile_instance
from allocator.named import FloatArray
from allocator.rounding import exponent_of, from_steps, significant, to_steps
from allocator.solve import solve_stages
from allocator_models import formulate, lower
from allocator_models.instance import Instance
from tests.tiny import tiny_case, tiny_tables

CRISIS = """\
crisis_level: 2
scope: {regions: [NLD, DEU]}
disruptions:
  - {kind: chokepoint_closure, chokepoint: strait_of_hormuz, start: 2026-03, months: 6, closed: 0.9}
  - {kind: supplier_outage, origin: NOR, start: 2026-03, months: 6, share: 0.97}
levers:
  - {kind: reserve_release, owner: NLD, commodities: all, authority: minister}
  - {kind: demand_restraint, sectors: [packaging], share: 0.12, authority: minister}
"""
INDEX = {
    "dispatch": ("dispatches", ["line", "node"]),
    "run": ("runs", ["process", "node"]),
    "release": ("releases", ["reserve", "node"]),
    "stock": ("releases", ["reserve", "node"]),
    "refill": ("refills", ["reserve", "node"]),
    "inventory": ("inventories", ["region", "commodity", "node"]),
    "transfer": ("transfers", ["lane", "node"]),
    "surplus": ("balances", ["region", "commodity", "node"]),
    "sell": ("sales", ["region", "commodity", "buyer", "node"]),
    "allocate": ("cells", ["claim", "node"]),
    "shortfall": ("cells", ["claim", "node"]),
    "restrain": ("restraints", ["claim", "node", "block"]),
}


class Frames(dict[str, pd.DataFrame]):
    """A plan by variable, its figures in the column ``value``."""

    def index(self, name: str) -> pd.DataFrame:
        return self[name].drop(columns="value")

    def numbers(self, name: str) -> FloatArray:
        return self[name]["value"].to_numpy(dtype=np.float64)


@dataclass(frozen=True)
class HandMade:
    values: Frames
    alone: None = None


def hand_made(instance: Instance) -> HandMade:
    """A plan in which everything is zero and nobody gets anything; the reserve and firms keep what they have."""
    values = Frames()
    for variable, (table, index) in INDEX.items():
        values[variable] = getattr(instance, table)[index].assign(value=0.0)
    values["shortfall"]["value"] = instance.cells["demand"]
    values["stock"]["value"] = [3.0 * 0.9**node for node in instance.releases["node"]]
    values["inventory"]["value"] = instance.inventories["opening"]
    return HandMade(values)


@pytest.fixture
def solved(tmp_path: Path) -> tuple[Case, Allocation]:
    case = tiny_case(tmp_path, CRISIS)
    instance = compile_instance(case)
    return case, decode(case, instance, solve_stages(lower(formulate(instance)), instance))


@pytest.mark.parametrize(("lead", "in_april"), [(10.0, [0.0, 0.0]), (15.0, [1.0, 1.0])])
def test_lanes_of_less_than_half_a_period_are_no_store(tmp_path: Path, lead: float, in_april: list[float]) -> None:
    """Metal reaches NLD in March only, much of it, and nobody has a stock: what goes to DEU and back in days is not there in April."""
    tables = tiny_tables()
    demands = tables["demands"].query("sector == 'packaging' and commodity == 'metal' and region != 'POL'")
    lines = tables["supply_lines"].query("line == 'nor_nld_metal'").assign(annual_quantity=12 * 100.0)
    there = tables["lanes"].query("origin == 'NLD' and region == 'DEU'")
    there = there.assign(quantity_per_month=1000.0, trade_per_month=0.0, lead_days=lead)
    case = tiny_case(
        tmp_path,
        "disruptions:\n  - {kind: supplier_outage, origin: NOR, start: 2026-04, months: 2, share: 1}\n",
        demands=demands,
        supply_lines=lines,
        processes=tables["processes"].iloc[:0],
        inventories=tables["inventories"].iloc[:0],
        lanes=pd.concat([there, there.assign(origin="DEU", region="NLD")]),
    )
    instance = compile_instance(case)
    cells = decode(case, instance, solve_stages(lower(formulate(instance)), instance)).allocation
    assert cells.loc[cells["period"] == "2026-04", "coverage"].tolist() == pytest.approx(in_april)


def row(table: pd.DataFrame, **keys: object) -> pd.Series:
    for key, value in keys.items():
        table = table[table[key] == value]
    assert len(table) == 1
    return table.iloc[0]


def test_names_and_units_come_back(tmp_path: Path) -> None:
    case = tiny_case(tmp_path, CRISIS)
    instance = compile_instance(case)
    plan = hand_made(instance)
    node_0 = instance.dispatches["node"] == 0
    plan.values["dispatch"].loc[node_0 & (instance.dispatches["line"] == 1), "value"] = 0.25  # nor_nld_metal, in units of 4
    plan.values["run"].loc[instance.runs["node"] == 0, "value"] = 2.0  # in 4 runs
    plan.values["surplus"].loc[(instance.balances["node"] == 0) & (instance.balances["commodity"] == 2), "value"] = 0.5  # ore, units of 16
    answer = decode(case, instance, plan)
    assert tuple(answer.allocation.columns) == ALLOCATION
    assert tuple(answer.reserves.columns) == RESERVES
    assert tuple(answer.supply.columns) == SUPPLY
    assert row(answer.plan["dispatches"], line="nor_nld_metal", period="2026-03")["quantity"] == 1.0
    assert row(answer.plan["runs"], period="2026-03")["runs"] == 8.0
    assert row(answer.supply, channel="market", period="2026-03", origin="NOR")["quantity"] == 1.0
    assert row(answer.supply, channel="process", period="2026-04")[["origin", "quantity"]].tolist() == ["nld_smelting", 8.0]
    assert row(answer.supply, channel="surplus", period="2026-03")[["commodity", "origin", "quantity"]].tolist() == ["ore", "NLD", 8.0]
    assert set(answer.allocation["coverage"]) == {0.0}
    claim = row(answer.allocation, region="NLD", sector="exports", period="2026-05")
    assert claim[["branch", "commodity", "unit", "tier", "demand", "shortfall"]].tolist() == ["base", "metal", "t", 3, 2.0, 2.0]


def test_volume_under_way_is_the_pipeline_by_origin(tmp_path: Path) -> None:
    case = tiny_case(tmp_path, CRISIS)
    instance = compile_instance(case)
    supply = decode(case, instance, hand_made(instance)).supply
    pipeline = supply[supply["channel"] == "pipeline"]
    assert pipeline[["period", "region", "commodity", "origin", "quantity"]].to_numpy().tolist() == [
        ["2026-03", "DEU", "metal", "NLD", 1.5],
        ["2026-03", "NLD", "liquid", "QAT", 4.0],
        ["2026-03", "NLD", "metal", "nld_smelting", 10.0],
        ["2026-03", "NLD", "ore", "AUS", 20.0],
        ["2026-04", "NLD", "ore", "AUS", 10.0],
    ]
    assert set(supply["channel"]) == {"pipeline"}  # stocks stay as they are


def test_noise_of_the_solver_is_nothing(tmp_path: Path) -> None:
    case = tiny_case(tmp_path)
    instance = compile_instance(case)
    plan = hand_made(instance)
    plan.values["shortfall"]["value"] = 3e-14
    plan.values["allocate"]["value"] = instance.cells["demand"] - 3e-14
    plan.values["surplus"]["value"] = -1e-13
    plan.values["release"]["value"] = 1e-12
    answer = decode(case, instance, plan)
    assert set(answer.allocation["shortfall"]) == {0.0}
    assert set(answer.allocation["coverage"]) == {1.0}
    assert set(answer.reserves["released"]) == {0.0}
    assert not (answer.supply["channel"] == "surplus").any()
    for table in (answer.allocation, answer.reserves, answer.supply):
        for column in table.select_dtypes("float64"):
            figures = table[column].to_numpy()
            assert not np.signbit(figures[figures == 0]).any(), column


def test_only_the_horizon_is_reported_and_the_plan_holds_the_tail(solved: tuple[Case, Allocation]) -> None:
    case, answer = solved
    horizon = case.periods.loc[case.periods["horizon"], "period"].tolist()
    for table in (answer.allocation, answer.reserves, answer.supply):
        assert sorted(set(table["period"])) == horizon
    for name, (index, figures) in PLAN.items():
        table = answer.plan[name]
        assert table.columns.tolist() == ["branch", "period", *index, "horizon", *figures]
        assert sorted(set(table["period"])) == ([] if name == "sales" else case.periods["period"].tolist())


def test_rows_add_up_after_twelve_digits(solved: tuple[Case, Allocation]) -> None:
    _, answer = solved
    claims = answer.allocation
    assert claims["shortfall"].sum() > 0
    assert claims["restrained"].sum() > 0
    read = {name: claims[name].map(lambda value: float(f"{value:.9g}")) for name in ("demand", "restrained", "allocated", "shortfall")}
    np.testing.assert_allclose(read["restrained"] + read["allocated"] + read["shortfall"], read["demand"], rtol=4e-16)
    stocks = answer.reserves
    assert stocks["released"].sum() > 0
    kept = stocks["opening"] - stocks["released"] + stocks["refilled"] - stocks["lost"]
    np.testing.assert_allclose(kept, stocks["closing"], rtol=1e-15, atol=1e-15)
    assert stocks["opening"].tolist()[1:] == stocks["closing"].tolist()[:-1]
    assert stocks["lost"].tolist()[0] == 0.0
    assert stocks["lost"].tolist()[1:] == pytest.approx([0.1 * stock for stock in stocks["opening"][1:]])


def test_days_of_cover_are_counted_in_daily_use(solved: tuple[Case, Allocation]) -> None:
    stock = solved[1].reserves.iloc[0]
    assert stock["days_of_cover"] == pytest.approx(stock["closing"] / (4.0 / 30.0))


def test_what_enters_a_balance_is_what_leaves_it(solved: tuple[Case, Allocation]) -> None:
    case, answer = solved
    keys = ["period", "region", "commodity"]
    signed = answer.supply.assign(quantity=answer.supply["quantity"] * np.where(answer.supply["channel"] == "surplus", -1.0, 1.0))
    entering = signed.groupby(keys)["quantity"].sum()
    allocated = answer.allocation.groupby(keys)["allocated"].sum()
    runs = answer.plan["runs"].merge(case.flows[case.flows["direction"] == "input"], on="process").assign(region="NLD")
    taken = (runs["runs"] * runs["quantity"]).groupby([runs[key] for key in keys]).sum()
    sent = answer.plan["transfers"].merge(case.lanes[["lane", "origin", "commodity"]], on="lane").rename(columns={"origin": "region"})
    leaving = allocated.add(taken, fill_value=0).add(sent.groupby(keys)["quantity"].sum(), fill_value=0)
    both = pd.DataFrame({"entering": entering, "leaving": leaving}).fillna(0.0)
    both = both[both.index.get_level_values("period").isin(answer.supply["period"])]
    np.testing.assert_allclose(both["entering"], both["leaving"], atol=1e-7)
    assert set(answer.supply["channel"]) <= set(CHANNELS)


@given(st.floats(1e-12, 1e15), st.floats(0, 1), st.floats(0, 1))
def test_steps_of_the_ninth_digit_add_up_in_decimals(whole: float, first: float, second: float) -> None:
    step = exponent_of(np.array([whole]))
    total = to_steps(np.array([whole]), step)
    part = np.minimum(to_steps(np.array([whole * first]), step), total)
    other = np.minimum(to_steps(np.array([whole * second]), step), total - part)
    texts = [f"{from_steps(figure, step)[0]:.9g}" for figure in (part, other, total - part - other, total)]
    assert sum(Decimal(text) for text in texts[:3]) == Decimal(texts[3])


@given(st.floats(-1e12, 1e12))
@example(620511710500.5)
def test_twelve_digits_are_what_the_file_shows(value: float) -> None:
    step = 10.0 ** float(exponent_of(np.array([value]))[0])
    assert abs(significant(np.array([value]))[0] - value) <= 0.501 * step  # a figure midway, but for noise, goes either way
    assert f"{significant(np.array([value]))[0]:.9g}" == f"{significant(significant(np.array([value])))[0]:.9g}"


@pytest.mark.parametrize("missing", [("reserves", "inventories", "lanes"), ("processes", "restraint"), ("supply_lines",)])
def test_a_package_may_lack_whole_tables(tmp_path: Path, missing: tuple[str, ...]) -> None:
    tables = tiny_tables()
    levers = CRISIS.split("levers:")[0] if "reserves" in missing else CRISIS
    disturbed = levers if "supply_lines" not in missing else "crisis_level: 2\nlevers:" + CRISIS.split("levers:")[1]
    case = tiny_case(tmp_path, disturbed, **{name: tables[name].iloc[:0] for name in missing})
    instance = compile_instance(case)
    plan = hand_made(instance)
    plan.values["stock"]["value"] = instance.releases["floor"]
    answer = decode(case, instance, plan)
    assert len(answer.allocation) == 3 * len(case.claims)
    solve_stages(lower(formulate(instance)), instance)


@pytest.mark.parametrize("noise", [-2e-14, 0.0, 2e-14])
def test_a_figure_midway_between_two_steps_rounds_the_same_whatever_the_noise(noise):
    values = np.array([1.234567885, 0.5000000005, 7.000000015]) * (1 + noise)
    assert significant(values).tolist() == [1.23456788, 0.5, 7.00000002]
