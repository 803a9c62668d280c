"""Traps of the formulation that concern figures: units, surplus, cost, ties."""

from __future__ import annotations

from pathlib import Path

import pytest

from allocator.compile import compile_instance
from allocator.errors import NotCertified, SolverStopped
from allocator.solve.highs import minimise
from allocator.solve.linear import LinearProgram
from allocator_models import formulate, lower
from tests.answers import answer, columns_of
from tests.instances import InstanceBuilder, random_builder
from tests.instances.units import in_units, scaled
from tests.tiny import tiny_case, tiny_tables


@pytest.mark.parametrize("seed", range(8))
def test_the_same_case_in_kg_t_and_kt_has_the_same_coverage(seed: int) -> None:
    """To 1e-9, when every commodity is measured in a power of two near its mean demand: kg, t and kt differ by 1000, which is none."""
    tonnes = random_builder(seed, commodities=3, horizon=3, tail=1).build()
    names = tonnes.commodities["name"]
    coverages = {
        unit: answer(scaled(in_units(tonnes, dict.fromkeys(names, factor)))).coverages()
        for unit, factor in (("kg", 1000.0), ("t", 1.0), ("kt", 0.001))
    }
    assert (coverages["kg"] - coverages["t"]).abs().max() <= 1e-9
    assert (coverages["kt"] - coverages["t"]).abs().max() <= 1e-9


def test_kg_t_and_kt_in_the_files_give_the_same_coverage(tmp_path: Path) -> None:
    """The same through the compiler, to 1e-9: a small package in crisis whose metal is written in another unit, reserves and all."""
    crisis = (
        "disruptions: [{kind: chokepoint_closure, chokepoint: strait_of_hormuz, start: 2026-03, months: 2, closed: 1}, "
        "{kind: supplier_outage, line: LINE, start: 2026-03, months: 4, share: 0.5}]\n"
    )
    measured = {
        "demands": ["annual_quantity"],
        "supply_lines": ["annual_quantity"],
        "technology_flows": ["quantity_per_run"],
        "reserves": ["quantity", "max_release_per_month"],
        "inventories": ["quantity", "working_stock", "room"],
        "lanes": ["quantity_per_month", "trade_per_month"],
    }
    coverages = {}
    for unit, factor in (("kg", 1000.0), ("t", 1.0), ("kt", 0.001)):
        tables = tiny_tables()
        line = tables["supply_lines"].loc[tables["supply_lines"]["commodity"] != "liquid", "line"].iloc[0]
        for name, columns in measured.items():
            of_metal = tables[name]["commodity"] == "metal"
            tables[name][columns] = tables[name][columns].astype(float)
            tables[name].loc[of_metal, columns] *= factor
        folder = tmp_path / unit
        folder.mkdir()
        case = tiny_case(folder, crisis.replace("LINE", line), **{name: tables[name] for name in measured})
        coverages[unit] = answer(compile_instance(case)).coverages()
    assert coverages["t"].min() < 0.9
    assert (coverages["kg"] - coverages["t"]).abs().max() <= 1e-9
    assert (coverages["kt"] - coverages["t"]).abs().max() <= 1e-9


def test_a_coproduct_nobody_wants_is_thrown_away() -> None:
    """Without surplus a co-product that no one takes makes the case infeasible; tier 1 then has no answer instead of 1.0."""
    case = InstanceBuilder().periods(1)
    case.claim("NLD", "chips", "gallium", tier=1, demand=1.0)
    case.line("bauxite", "NLD", "bauxite", limit=1.0)
    case.process("leaching", "NLD", {"bauxite": 1.0}, {"gallium": 1.0, "red_mud": 2.0}, limit=1.0)
    case.line("cinders", "NLD", "red_mud", limit=0.0, lead=1, before=0.5)
    _require_surplus(case)
    assert answer(case).coverage("NLD/chips/gallium") == pytest.approx([1.0])
    assert answer(case).path("surplus", "NLD", "red_mud") == pytest.approx([2.5])


def test_a_full_store_overflows() -> None:
    """What arrives at a full store of which nobody takes is surplus; without it the case is infeasible (own figures: 0.5 of 1.5)."""
    case = InstanceBuilder().periods(2)
    case.claim("NLD", "health", "helium", tier=1, demand=[0.0, 1.0])
    case.line("QAT", "NLD", "helium", limit=0.0, lead=1, before=0.5)
    case.inventory("NLD", "helium", opening=1.0)
    _require_surplus(case)
    result = answer(case)
    assert result.path("surplus", "NLD", "helium") == pytest.approx([0.5, 0.0])
    assert result.coverage("NLD/health/helium") == pytest.approx([1.0])


def _require_surplus(case: InstanceBuilder) -> None:
    """The case is infeasible when nothing may be thrown away."""
    instance = case.build()
    form = lower(formulate(instance))
    upper = form.column_upper.copy()
    upper[columns_of(form, instance, ("surplus",))] = 0.0
    with pytest.raises(SolverStopped):
        minimise(LinearProgram(form.matrix, form.row_lower, form.row_upper, form.column_lower, upper, form.goals["cost"]))


def test_stock_left_over_is_not_credited_at_full_price() -> None:
    """100 of 100 are bought at a premium only to be left over when stock is credited at its price; nothing is bought."""
    case = InstanceBuilder().periods(1, tail=1)
    case.claim("NLD", "health", "helium", tier=1, demand=[20.0, 0.0])
    case.line("QAT", "NLD", "helium", limit=[20.0, 0.0])
    case.line("spot", "NLD", "helium", limit=[100.0, 0.0], premium=3.0)
    case.inventory("NLD", "helium", opening=100.0, maximum=200.0)
    result = answer(case)
    assert result.coverage("NLD/health/helium") == pytest.approx([1.0])
    assert result.total("dispatch", "spot") == pytest.approx(0.0, abs=1e-6)


def test_goods_are_not_shuttled_round_free_lanes() -> None:
    """The costs of the tie-break are positive: nothing moves on free lanes in a circle (own figures: 0; with negative ones 10 each)."""
    case = InstanceBuilder().periods(2)
    for region in ("BEL", "DEU", "NLD"):
        case.claim(region, "health", "helium", tier=1, demand=1.0)
        case.line(f"QAT_{region}", region, "helium", limit=1.0)
    for origin, destination in (("BEL", "DEU"), ("DEU", "NLD"), ("NLD", "BEL")):
        case.lane(origin, destination, "helium", limit=10.0)
    result = answer(case)
    assert result.coverages().min() == pytest.approx(1.0)
    assert result.total("transfer") == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("factor", [1e-6, 1e6, 1e9])
def test_leximin_does_not_stop_early_in_raw_units(factor: float) -> None:
    """0.596 for every claim. Raw units made the solver stop, "Optimal", at 0.54 or 0.006; ours refuses to answer in them or is right.

    Supply is 0.596 of what 40 claims of very different size want, in four regions joined by lanes (own case; the page's is larger).
    """
    case = InstanceBuilder().periods(3)
    wanted = [0.01 * 1.25**number for number in range(40)]
    regions = ("BEL", "DEU", "FRA", "NLD")
    for number, demand in enumerate(wanted):
        case.claim(regions[number % 4], f"sector_{number:02d}", "helium", tier=1, demand=demand)
    case.line("QAT", "NLD", "helium", limit=0.596 * sum(wanted))
    for region in regions[:3]:
        case.lane("NLD", region, "helium", limit=sum(wanted))
    raw = in_units(case.build(), {"helium": factor})
    assert answer(scaled(raw)).coverages().to_numpy() == pytest.approx(0.596, abs=1e-9)
    try:
        unscaled = answer(raw)
    except (NotCertified, SolverStopped):
        return
    assert unscaled.coverages().to_numpy() == pytest.approx(0.596, abs=1e-6)
