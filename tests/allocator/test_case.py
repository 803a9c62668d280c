"""What a scenario means, on a package that can be checked by hand (`tests.tiny`)."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from allocator.baseline import load_baseline
from allocator.case import CASE_COLUMNS, Case, resolve_case
from allocator.case.arrivals import arrival_shares, kept_share
from allocator.case.tail import longest_chain
from allocator.errors import InvalidInput
from allocator.scenario import load_scenario
from tests.tiny import FRAMEWORK, tiny_baseline, tiny_case, tiny_inputs, tiny_tables

LEVERS = """\
levers:
  - {kind: reserve_release, owner: NLD, commodities: all, authority: minister}
  - {kind: demand_restraint, sectors: [packaging], share: 0.12, authority: minister}
"""
CLOSED = "disruptions: [{kind: chokepoint_closure, chokepoint: strait_of_hormuz, start: %s, months: %s, closed: 1}]\n"


def figures(table: pd.DataFrame, column: str, **keys: object) -> list[float]:
    for key, value in keys.items():
        table = table[table[key] == value]
    return table[column].tolist()


def test_the_package_is_sound(tmp_path: Path) -> None:
    tiny_inputs(tmp_path)
    assert load_baseline(tmp_path / "baseline" / "tiny").demands["annual_quantity"].sum() == 12 * 22


def test_cells_hold_demand_and_the_law_of_the_day(tmp_path: Path) -> None:
    case = tiny_case(tmp_path)
    assert figures(case.cells, "demand", region="NLD", sector="health") == [3.0] * 6
    assert figures(case.cells, "guarantee", region="NLD", sector="health") == [0.8] * 6
    assert case.cells.loc[case.cells["guarantee"] > 0, "guarantee_first"].all()
    assert figures(case.cells, "cap", region="DEU") == [1.0, 1.0, 0.9, 0.9, 0.9, 0.9]  # read as of the first day of each period
    assert figures(case.commodities, "yardstick") == [4.0, 18.0, 20.0]  # liquid and metal are claimed, ore is only an input


def test_the_tail_is_the_longest_chain_of_leads(tmp_path: Path) -> None:
    case = tiny_case(tmp_path)  # ore 45 days on its way, 30 in the smelter, metal 15 on the lane: three months
    assert case.periods["period"].tolist() == ["2026-03", "2026-04", "2026-05", "2026-06", "2026-07", "2026-08"]
    assert case.periods["horizon"].tolist() == [True] * 3 + [False] * 3


def test_a_loop_counts_every_technology_once() -> None:
    sources = pd.DataFrame({"commodity": ["a"], "lead_days": [10.0]})
    steps = pd.DataFrame(
        [("make", "a", "b", 20.0), ("recycle", "b", "a", 30.0), ("assemble", "b", "c", 5.0), ("assemble", "a", "c", 5.0)],
        columns=["technology", "input", "output", "lead_days"],
    )
    lanes = pd.DataFrame({"commodity": ["c", "c"], "lead_days": [2.0, 3.0]})
    assert longest_chain(sources, steps, lanes) == 10 + (20 + 30) + 5 + 3
    nothing = {name: frame.iloc[:0] for name, frame in {"sources": sources, "steps": steps, "movements": lanes}.items()}
    assert longest_chain(**nothing) == 0


def test_half_of_45_days_arrives_after_one_month_and_half_after_two() -> None:
    periods, shares = arrival_shares(np.array([45.0, 60.0, 0.0]), 30.0)
    assert periods.tolist() == [[1, 2, 0], [2, 3, 1]]
    np.testing.assert_allclose(shares, [[0.5, 1, 1], [0.5, 0, 0]])
    np.testing.assert_allclose(kept_share(np.array([45.0, 60.0, 0.0]), np.array([0.19, 0.0, 0.5])), [0.729, 1, 1])


def test_what_decays_in_transit_is_sent_in_greater_quantity(tmp_path: Path) -> None:
    case = tiny_case(tmp_path)
    assert figures(case.lines, "undisturbed", line="qat_nld_liquid") == pytest.approx([4 / 0.9])
    assert figures(case.under_way, "quantity", commodity="liquid") == pytest.approx([4.0])


def test_undisturbed_arrivals_of_a_constant_dispatch_equal_the_flow(tmp_path: Path) -> None:
    case = tiny_case(tmp_path)
    for line, flow in (("aus_nld_ore", 20.0), ("qat_nld_liquid", 4.0), ("nor_nld_metal", 6.0)):
        assert arriving(case, line) == pytest.approx([flow] * 6)


def arriving(case: Case, line: str) -> list[float]:
    sent = case.lines.set_index("line")["undisturbed"][line]
    new = case.arrivals[case.arrivals["sender"] == line].groupby("period")["weight"].sum() * sent
    old = case.under_way[case.under_way["sender"] == line].groupby("period")["quantity"].sum()
    return new.add(old, fill_value=0.0).reindex(case.periods["period"], fill_value=0.0).tolist()


def test_a_closure_acts_when_goods_are_sent(tmp_path: Path) -> None:
    case = tiny_case(tmp_path, CLOSED % ("2026-03", 2))
    assert figures(case.dispatches, "limit", line="qat_nld_liquid")[:3] == pytest.approx([0.0, 0.0, 4 / 0.9])
    assert figures(case.under_way, "quantity", commodity="liquid") == pytest.approx([4.0])  # it passed before the closure


def test_what_was_sent_during_an_earlier_closure_never_arrives(tmp_path: Path) -> None:
    case = tiny_case(tmp_path, CLOSED % ("2026-02", 0.5))
    assert figures(case.under_way, "quantity", commodity="liquid") == pytest.approx([2.0])
    assert figures(case.dispatches, "limit", line="qat_nld_liquid") == pytest.approx([4 / 0.9] * 6)


def test_spare_dispatch_is_possible_but_was_not_under_way(tmp_path: Path) -> None:
    case = tiny_case(tmp_path)
    assert figures(case.dispatches, "limit", line="nor_nld_metal") == [9.0] * 6
    assert figures(case.under_way, "quantity", sender="nor_nld_metal") == []


def test_a_process_outage_before_the_start_shows_in_what_comes_out(tmp_path: Path) -> None:
    outage = "disruptions: [{kind: process_outage, technology: smelting, start: 2026-02, months: 1.5, share: 0.5}]\n"
    case = tiny_case(tmp_path, outage)
    assert figures(case.under_way, "quantity", sender="nld_smelting") == [5.0]
    assert figures(case.runs, "limit")[:2] == [7.5, 10.0]


def test_a_surge_multiplies_demand(tmp_path: Path) -> None:
    surge = "disruptions: [{kind: demand_surge, sector: defence, start: 2026-04, months: 1, factor: 1.5}]\n"
    case = tiny_case(tmp_path, surge)
    assert figures(case.cells, "demand", sector="defence") == [4.0, 6.0, 4.0, 4.0, 4.0, 4.0]
    assert figures(case.claims, "undisturbed", sector="defence") == [4.0]


@pytest.mark.parametrize(
    ("level", "levers", "limits"),
    [
        (2, LEVERS, [1.0, 2.0, 2.0, 0.0, 0.0, 0.0]),  # ready after 15 days: half of the first month; closed in the tail
        (1, LEVERS, [0.0] * 6),
        (2, "", [0.0] * 6),
    ],
)
def test_a_reserve_opens_by_lever_and_level(tmp_path: Path, level: int, levers: str, limits: list[float]) -> None:
    case = tiny_case(tmp_path, f"crisis_level: {level}\n{levers}")
    assert figures(case.releases, "limit") == limits
    assert figures(case.reserves, "open") == [limits[1] > 0]
    assert figures(case.reserves, "floor") == [3.0]


def test_a_lever_that_the_framework_does_not_allow_yet_is_told(tmp_path: Path) -> None:
    notes = tiny_case(tmp_path, f"crisis_level: 1\n{LEVERS}").notes
    assert [(note.kind, note.path) for note in notes] == [
        ("lever_not_allowed_at_level", "levers.0"),
        ("lever_not_allowed_at_level", "levers.1"),
    ]


def test_restraint_opens_block_by_block_up_to_the_share_of_the_lever(tmp_path: Path) -> None:
    case = tiny_case(tmp_path, f"crisis_level: 2\n{LEVERS}")
    assert figures(case.restraints, "share", region="DEU", period="2026-03") == pytest.approx([0.05, 0.07])
    assert figures(case.restraints, "cost_eur", region="DEU", period="2026-03") == [10.0, 20.0]
    assert not len(tiny_case(tmp_path, LEVERS).restraints)


def test_what_lies_outside_the_scope_enters_as_lines_and_exports(tmp_path: Path) -> None:
    case = tiny_case(tmp_path, "scope: {regions: [NLD, DEU]}\n")
    assert figures(case.lines, "line", outside=True) == ["outside_POL_DEU_metal"]
    assert figures(case.dispatches, "limit", line="outside_POL_DEU_metal") == [1.0] * 6
    assert figures(case.cells, "demand", sector="exports") == [2.0] * 6
    assert case.lanes["lane"].tolist() == ["NLD_DEU_metal"]
    assert [(note.kind, note.subject) for note in case.notes] == [("outside_supply", "POL_DEU_metal"), ("outside_use", "NLD_POL_metal")]


def test_a_list_of_commodities_is_closed_over_processes(tmp_path: Path) -> None:
    case = tiny_case(tmp_path, "scope: {commodities: [metal]}\n")
    assert case.commodities["commodity"].tolist() == ["metal", "ore"]
    assert [(note.kind, note.subject) for note in case.notes] == [("commodity_pulled_in", "ore")]
    assert tiny_case(tmp_path, "scope: {commodities: [liquid]}\n").commodities["commodity"].tolist() == ["liquid"]


def test_in_weeks_annual_and_monthly_figures_count_seven_365ths_of_a_year(tmp_path: Path) -> None:
    _, framework = tiny_inputs(tmp_path)
    path = tmp_path / "tiny.yaml"
    path.write_text(path.read_text().replace("{start: 2026-03, periods: 3, period: month}", "{start: 2026-W10, periods: 4, period: week}"))
    case = resolve_case(tiny_baseline(), load_scenario(path), framework)
    assert figures(case.cells, "demand", sector="defence")[0] == pytest.approx(48 * 7 / 365)
    assert figures(case.runs, "limit")[0] == pytest.approx(120 * 7 / 365)
    assert len(case.periods) == 4 + 13  # 90 days
    for line, annual in (("aus_nld_ore", 240.0), ("qat_nld_liquid", 48.0)):
        assert arriving(case, line) == pytest.approx([annual * 7 / 365] * 17)


def test_in_quarters_annual_and_monthly_figures_count_a_fourth_of_a_year(tmp_path: Path) -> None:
    _, framework = tiny_inputs(tmp_path)
    path = tmp_path / "tiny.yaml"
    path.write_text(
        path.read_text().replace("{start: 2026-03, periods: 3, period: month}", "{start: 2026-Q2, periods: 4, period: quarter}")
    )
    case = resolve_case(tiny_baseline(), load_scenario(path), framework)
    assert [period.period for period in case.periods.itertuples()][:4] == ["2026-Q2", "2026-Q3", "2026-Q4", "2027-Q1"]
    assert figures(case.cells, "demand", sector="defence")[0] == pytest.approx(48 / 4)
    assert figures(case.runs, "limit")[0] == pytest.approx(120 / 4)
    assert len(case.periods) == 4 + 1  # 90 days
    for line, annual in (("aus_nld_ore", 240.0), ("qat_nld_liquid", 48.0)):
        assert arriving(case, line) == pytest.approx([annual / 4] * 5)


def test_the_hash_ignores_the_order_of_rows_and_sees_every_figure(tmp_path: Path) -> None:
    case = tiny_case(tmp_path, LEVERS)
    shuffled = {name: table.sample(frac=1.0, random_state=7) for name, table in tiny_tables().items()}
    again = tiny_case(tmp_path, LEVERS, **shuffled)
    assert again.sha256 == case.sha256
    for name in CASE_COLUMNS:
        pd.testing.assert_frame_equal(getattr(again, name), getattr(case, name))
    lanes = tiny_tables()["lanes"].assign(cost_eur=1.0000001)
    assert tiny_case(tmp_path, LEVERS, lanes=lanes).sha256 != case.sha256


def test_the_hash_is_the_same_when_a_default_is_written_out_or_a_ground_is_translated(tmp_path: Path) -> None:
    case = tiny_case(tmp_path, LEVERS)
    assert tiny_case(tmp_path, LEVERS.replace("authority: minister", "authority: minister, effect_days: 0", 1)).sha256 == case.sha256
    assert tiny_case(tmp_path, LEVERS, FRAMEWORK.replace("note: example", "note: example, note_nl: voorbeeld")).sha256 == case.sha256
    assert tiny_case(tmp_path, LEVERS.replace("authority: minister", "authority: minister, effect_days: 20", 1)).sha256 != case.sha256


@pytest.mark.parametrize(
    ("scenario", "framework"),
    [
        ("title: {en: Tiny, nl: Anders}\n" + LEVERS, FRAMEWORK),
        (LEVERS.replace("authority: minister", "authority: parliament", 1), FRAMEWORK),
        (LEVERS, FRAMEWORK.replace("status: concept", "status: adopted")),
        (LEVERS, "title: {en: Law, nl: Wet}\n" + FRAMEWORK),
        (LEVERS, FRAMEWORK.replace("nl: Tweede", "nl: Andere")),
        (LEVERS, FRAMEWORK.replace("note: example}}\n  - {rank: 2", "note: another}}\n  - {rank: 2")),
        (LEVERS, FRAMEWORK.replace("0.8}, basis: {status: none, note: example}", "0.8}, basis: {status: none, note: another}")),
    ],
)
def test_the_hash_sees_who_decides_and_on_what_ground(tmp_path: Path, scenario: str, framework: str) -> None:
    """What stands in the outputs tells two runs apart, so that the one does not take the folder of the other."""
    case, other = tiny_case(tmp_path, LEVERS), tiny_case(tmp_path, scenario, framework)
    assert other.sha256 != case.sha256
    assert replace(other, tiers=case.tiers, words=case.words, notes=case.notes).sha256 == case.sha256


@pytest.mark.parametrize(
    ("scenario", "framework", "code", "said"),
    [
        ("scope: {regions: [NLD], commodities: [ore, metall]}\n", FRAMEWORK, "A330", "did you mean 'metal'"),
        ("", FRAMEWORK.replace("share: {2026-01-01: 0.8}", "share: {2026-04-01: 0.8}"), "A203", "2026-03-01"),
        ("", FRAMEWORK.replace("draw: {default: 1}", "draw: {}"), "A226", "nld_liquid"),
        ("", FRAMEWORK.replace("defence, health", "health"), "A221", "defence"),
        ("scope: {regions: [DEU], commodities: [liquid]}\n", FRAMEWORK, "A331", "demand"),
    ],
)
def test_faults_are_told_with_their_line(tmp_path: Path, scenario: str, framework: str, code: str, said: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        tiny_case(tmp_path, scenario, framework)
    finding = caught.value.findings[0]
    assert (finding.code, finding.line > 0) == (code, True)
    assert said in finding.message
