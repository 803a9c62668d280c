"""The numbers of a case, on a package that can be checked by hand (`tests.tiny`)."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from allocator.case import Case
from allocator.compile import compile_instance
from allocator_models import Instance
from allocator_models.instance import COLUMNS
from tests.tiny import tiny_case, tiny_tables

CRISIS = """\
crisis_level: 2
disruptions: [{kind: chokepoint_closure, chokepoint: strait_of_hormuz, start: 2026-03, months: 2, closed: 1}]
levers:
  - {kind: reserve_release, owner: NLD, commodities: all, authority: minister}
  - {kind: demand_restraint, sectors: [packaging], share: 0.12, authority: minister}
"""


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return tiny_case(tmp_path, CRISIS)


@pytest.fixture
def instance(case: Case) -> Instance:
    return compile_instance(case)


def test_codes_are_positions_of_sorted_names(instance: Instance) -> None:
    assert instance.regions["name"].tolist() == ["DEU", "NLD", "POL"]
    assert instance.commodities["name"].tolist() == ["liquid", "metal", "ore"]
    assert instance.claims["name"].tolist() == [
        "DEU/packaging/metal",
        "NLD/defence/metal",
        "NLD/health/liquid",
        "NLD/packaging/liquid",
        "NLD/packaging/metal",
        "POL/packaging/metal",
    ]
    assert instance.nodes["name"].tolist() == ["2026-03", "2026-04", "2026-05", "2026-06", "2026-07", "2026-08"]
    assert instance.nodes["parent"].tolist() == [-1, 0, 1, 2, 3, 4]
    assert instance.lanes[["origin", "destination"]].to_numpy().tolist() == [[1, 0], [1, 2], [2, 0]]


def test_scales_are_powers_of_two_near_the_mean_demand_of_a_cell(instance: Instance) -> None:
    assert instance.commodities["scale"].tolist() == [2.0, 4.0, 16.0]  # means 2, 4.5, and 20 where ore is only an input
    assert instance.commodities["yardstick"].tolist() == [4 / 2, 18 / 4, 20 / 16]
    assert instance.commodities["surplus_cost"].tolist() == [2000.0, 400.0, 80.0]
    assert instance.processes["scale"].tolist() == [4.0]  # so that a scaled run yields one scaled unit of metal
    assert instance.outputs["quantity"].tolist() == [1.0] * 6
    assert instance.inputs["quantity"].tolist() == [2 * 4 / 16]
    assert instance.runs["limit"].tolist() == [2.5] * 6


@pytest.mark.parametrize("factor", [1000.0, 0.001])
def test_another_unit_changes_the_scale_and_little_else(tmp_path: Path, factor: float) -> None:
    tables = tiny_tables()
    metal = {name: tables[name]["commodity"] == "metal" for name in ("demands", "supply_lines", "technology_flows", "inventories", "lanes")}
    measured = {
        "demands": ["annual_quantity"],
        "supply_lines": ["annual_quantity"],
        "technology_flows": ["quantity_per_run"],
        "inventories": ["quantity", "working_stock", "room"],
        "lanes": ["quantity_per_month", "trade_per_month"],
    }
    for name, columns in measured.items():
        tables[name].loc[metal[name], columns] *= factor
    changed = {name: tables[name] for name in measured}
    plain, other = compile_instance(tiny_case(tmp_path)), compile_instance(tiny_case(tmp_path, "", **changed))
    ratio = other.commodities["scale"][1] / plain.commodities["scale"][1]
    assert 0.5 < ratio / factor < 2
    metal_cells = plain.cells["claim"].isin(plain.claims.index[plain.claims["commodity"] == 1])
    np.testing.assert_allclose(other.cells["demand"][metal_cells] * ratio, plain.cells["demand"][metal_cells] * factor, rtol=1e-12)


def test_losses_are_those_of_a_node(instance: Instance) -> None:
    assert instance.commodities["loss"].tolist() == pytest.approx([0.1, 0, 0])
    assert instance.reserves["loss"].tolist() == pytest.approx([0.1])


def test_floors_decay_with_the_goods(instance: Instance) -> None:
    assert instance.releases["floor"].tolist() == pytest.approx([1.5 * 0.9**n for n in range(6)])
    assert instance.releases["limit"].tolist() == [0.5, 1.0, 1.0, 0.0, 0.0, 0.0]
    assert instance.reserves[["opening", "rank"]].to_numpy().tolist() == [[3.0, 1.0]]


def test_working_stock_decays_and_stock_is_not_built_up_for_the_tail(tmp_path: Path) -> None:
    stores = tiny_tables()["inventories"]
    liquid = stores.assign(commodity="liquid", quantity=4.0, working_stock=2.0, room=6.0)
    instance = compile_instance(tiny_case(tmp_path, inventories=pd.concat([stores, liquid], ignore_index=True)))
    store = instance.inventories[instance.inventories["commodity"] == 0]
    assert store["opening"].tolist() == [2.0] * 6
    assert store["minimum"].tolist() == pytest.approx([0.9**n for n in range(6)])
    assert store["maximum"].tolist() == [3.0, 3.0, 2.0, 2.0, 2.0, 2.0]


def test_restraint_is_a_share_of_demand(instance: Instance) -> None:
    cells = instance.cells.set_index(["claim", "node"])["demand"]
    first = instance.restraints[instance.restraints["block"] == 1].set_index(["claim", "node"])
    assert (first["limit"] / cells.loc[first.index]).tolist() == pytest.approx([0.05] * len(first))
    assert first["cost"].unique().tolist() == [40.0]


@pytest.mark.parametrize("disturbed", ["", CRISIS])
def test_undisturbed_supply_meets_all_demand_in_every_node(tmp_path: Path, disturbed: str) -> None:
    """Under way plus constant dispatch, runs and trade equals demand and inputs, so that coverage of 1 is attainable."""
    case = tiny_case(tmp_path, disturbed)
    instance = compile_instance(case)
    gap = undisturbed_gap(case, instance)
    if disturbed:
        assert gap.min() < -0.5
    else:
        np.testing.assert_allclose(gap, 0.0, atol=1e-12)


def undisturbed_gap(case: Case, instance: Instance) -> np.ndarray:
    """Supply less use at the undisturbed rates (never above the limit), by balance."""
    balances = instance.balances.set_index(["region", "commodity", "node"])["under_way"]
    scale = instance.commodities["scale"].to_numpy()
    gap = balances.copy()

    def post(table: pd.DataFrame, quantity: pd.Series, sign: float = 1.0) -> None:
        keys = pd.MultiIndex.from_frame(table[["region", "commodity", "node"]])
        gap.update(gap.add(pd.Series(sign * quantity.to_numpy(), index=keys).groupby(level=[0, 1, 2]).sum(), fill_value=0.0))

    lines = instance.line_arrivals.merge(instance.lines, on="line")
    limits = instance.dispatches.rename(columns={"node": "sent"})
    lines = lines.merge(limits, on=["line", "sent"])
    usual = case.lines["undisturbed"].to_numpy()[lines["line"]] / scale[lines["commodity"]]
    post(lines, lines["weight"] * np.minimum(lines["limit"], usual))
    lanes = instance.lane_arrivals.merge(instance.lanes, on="lane")
    lanes["trade"] = case.lanes["undisturbed"].to_numpy()[lanes["lane"]] / scale[lanes["commodity"]]
    post(lanes.assign(region=lanes["destination"]), lanes["weight"] * lanes["trade"])
    leaving = instance.transfers.merge(instance.lanes, on="lane")
    leaving["trade"] = case.lanes["undisturbed"].to_numpy()[leaving["lane"]] / scale[leaving["commodity"]]
    post(leaving.assign(region=leaving["origin"]), leaving["trade"], -1.0)
    runs = instance.runs.merge(instance.processes, on="process")
    made = instance.process_arrivals.merge(runs.rename(columns={"node": "sent"}), on=["process", "sent"])
    made = made.merge(instance.outputs.rename(columns={"node": "sent"}), on=["process", "sent"])
    post(made, made["weight"] * made["limit"] * made["quantity"])
    taken = runs.merge(instance.inputs, on="process")
    post(taken, taken["limit"] * taken["quantity"], -1.0)
    cells = instance.cells.merge(instance.claims, on="claim")
    post(cells, cells["demand"], -1.0)
    return gap.to_numpy()


def test_every_balance_has_a_finite_bound_that_covers_what_can_enter(instance: Instance) -> None:
    balances = instance.balances
    assert np.isfinite(balances["bound"]).all()
    assert (balances["bound"] >= balances["under_way"]).all()
    nld_metal = balances[(balances["region"] == 1) & (balances["commodity"] == 1)]
    assert nld_metal["bound"].tolist()[0] == (10 + 9 + 8) / 4  # from the smelter, bought with spare, and in stock


def test_tables_are_typed_and_complete(instance: Instance) -> None:
    for name, (index, parameters) in COLUMNS.items():
        table = getattr(instance, name)
        assert not table.isna().any().any(), name
        assert all(pd.api.types.is_integer_dtype(table[column]) for column in index), name
        assert tuple(table.columns) == index + parameters


def test_the_order_of_rows_does_not_reach_the_instance(tmp_path: Path, instance: Instance) -> None:
    shuffled = {name: table.sample(frac=1.0, random_state=3) for name, table in tiny_tables().items()}
    again = compile_instance(tiny_case(tmp_path, CRISIS, **shuffled))
    for name in COLUMNS:
        pd.testing.assert_frame_equal(getattr(again, name), getattr(instance, name), check_exact=True)


def test_the_hash_ignores_where_the_files_lie(tmp_path: Path, case: Case) -> None:
    assert tiny_case(tmp_path / "elsewhere", CRISIS).sha256 == case.sha256
