"""What each disruption makes of a case, and of its numbers, on a package that can be checked by hand (`tests.tiny`)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator.allocation import Allocation, decode
from allocator.audit import audit_allocation
from allocator.case import Case
from allocator.case.arrivals import TransitLoss, all_arrivals
from allocator.compile import compile_instance
from allocator.solve import solve_stages
from allocator_models import formulate, lower
from tests.allocator.test_case import arriving, figures
from tests.tiny import tiny_case, tiny_tables

RELEASE = "crisis_level: 2\nlevers:\n  - {kind: reserve_release, owner: NLD, commodities: all, authority: minister}\n"


def disrupted(folder: Path, *texts: str, rest: str = "", **tables: pd.DataFrame) -> Case:
    return tiny_case(folder, rest + "disruptions:\n" + "".join(f"  - {{{text}}}\n" for text in texts), **tables)


def audited(case: Case) -> Allocation:
    """The solved allocation, which the audit finds sound."""
    instance = compile_instance(case)
    allocation = decode(case, instance, solve_stages(lower(formulate(instance)), instance))
    assert audit_allocation(case, allocation).faults == ()
    return allocation


# ---- quota -------------------------------------------------------------------------------------------------------------------------
def test_a_quota_caps_what_a_line_sends_its_spare_capacity_included(tmp_path: Path) -> None:
    case = disrupted(tmp_path, "kind: quota, origin: NOR, commodities: all, start: 2026-03, months: 1.5, share: 0.5")
    # normal 6, with spare 9; half a month in force: half of 9 and half of 3
    assert figures(case.dispatches, "limit", line="nor_nld_metal") == [3.0, 6.0, 9.0, 9.0, 9.0, 9.0]
    audited(case)


def test_a_quota_in_units_counts_all_that_the_country_sends_also_out_of_scope(tmp_path: Path) -> None:
    lines = tiny_tables()["supply_lines"]
    second = lines[lines["line"] == "usa_pol_metal"].assign(line="nor_pol_metal", origin="NOR", annual_quantity=18.0)
    lines = pd.concat([lines, second], ignore_index=True)
    quota = "kind: quota, origin: NOR, commodities: [metal], start: 2026-03, months: 12, quantity: 45"
    case = disrupted(tmp_path, quota, supply_lines=lines)
    assert figures(case.dispatches, "limit", line="nor_nld_metal")[0] == pytest.approx(3.0)  # 45 of 90 a year
    narrow = disrupted(tmp_path, quota, rest="scope: {regions: [NLD]}\n", supply_lines=lines)
    assert figures(narrow.dispatches, "limit", line="nor_nld_metal")[0] == pytest.approx(3.0)
    wide = disrupted(tmp_path, quota.replace("45", "108"), supply_lines=lines)
    assert figures(wide.dispatches, "limit", line="nor_nld_metal")[0] == pytest.approx(1.2 * 6)  # above normal, below the spare of a half


def test_quotas_come_before_other_disruptions_and_their_order_changes_nothing(tmp_path: Path) -> None:
    texts = [
        "kind: supplier_outage, origin: NOR, start: 2026-03, months: 12, share: 0.5",
        "kind: quota, origin: NOR, commodities: all, start: 2026-03, months: 1.5, share: 0.6",
        "kind: quota, origin: NOR, commodities: [metal], start: 2026-03, months: 12, share: 0.9",
    ]
    case = disrupted(tmp_path, *texts)
    assert figures(case.dispatches, "limit", line="nor_nld_metal")[:2] == pytest.approx([0.5 * 3.6, 0.5 * 5.4])
    assert disrupted(tmp_path, *reversed(texts)).sha256 == case.sha256


def test_a_quota_before_the_start_shows_in_what_is_under_way(tmp_path: Path) -> None:
    case = disrupted(tmp_path, "kind: quota, origin: QAT, commodities: all, start: 2026-02, months: 0.5, share: 0.5")
    assert figures(case.under_way, "quantity", commodity="liquid") == pytest.approx([3.0])


# ---- licence delay -----------------------------------------------------------------------------------------------------------------
def test_a_delay_leaves_a_gap_and_then_brings_two_loads_at_once(tmp_path: Path) -> None:
    case = disrupted(tmp_path, "kind: licence_delay, origin: AUS, commodities: all, start: 2026-03, months: 1, delay_days: 30")
    # a lead of a month and a half: what is sent in March comes half in May and half in June, not in April and May
    assert arriving(case, "aus_nld_ore")[:6] == pytest.approx([20.0, 10.0, 20.0, 30.0, 20.0, 20.0])
    assert figures(case.delays, "days") == [30.0]
    assert figures(case.delays, "number") == [0]
    audited(case)


def test_a_delay_before_the_start_moves_what_is_under_way(tmp_path: Path) -> None:
    case = disrupted(tmp_path, "kind: licence_delay, origin: QAT, commodities: all, start: 2026-01, months: 1, delay_days: 30")
    # sent in January, due in February, arrives in March with what was sent in February; a tenth of it has boiled off
    assert figures(case.under_way, "quantity", commodity="liquid") == pytest.approx([4.0 + 3.6])
    audited(case)


def test_half_a_period_in_force_is_half_the_delay(tmp_path: Path) -> None:
    case = disrupted(tmp_path, "kind: licence_delay, origin: QAT, commodities: all, start: 2026-03, months: 0.5, delay_days: 30")
    weights = case.arrivals[(case.arrivals["sender"] == "qat_nld_liquid") & (case.arrivals["sent"] == "2026-03")]
    assert weights["period"].tolist() == ["2026-04", "2026-05"]
    assert weights["weight"].tolist() == pytest.approx([0.5 * 0.9**1.5] * 2)
    audited(case)


def test_the_tail_knows_the_longest_lead_in_force_and_no_other(tmp_path: Path) -> None:
    delay = "kind: licence_delay, origin: AUS, commodities: all, start: %s, months: 1, delay_days: 60"
    assert len(tiny_case(tmp_path).periods) == 3 + 3
    assert len(disrupted(tmp_path, delay % "2026-05").periods) == 3 + 5
    assert len(disrupted(tmp_path, delay % "2026-02").periods) == 3 + 3  # over when the horizon begins


def test_delays_add_up_in_any_order(tmp_path: Path) -> None:
    texts = [f"kind: licence_delay, origin: AUS, commodities: all, start: 2026-03, months: 2, delay_days: {days}" for days in (10, 5)]
    case = disrupted(tmp_path, *texts)
    assert figures(case.delays, "days") == [15.0, 15.0]
    assert disrupted(tmp_path, *reversed(texts)).sha256 == case.sha256


@given(
    lead=st.floats(0, 200),
    delays=st.lists(st.floats(0, 150), min_size=20, max_size=20),
    loss=st.floats(0, 0.9),
    days=st.sampled_from([7.0, 30.0]),
    struck=st.lists(st.tuples(st.integers(-5, 14), st.floats(0, 1)), max_size=3),
)
def test_nothing_arrives_twice_or_never(
    lead: float, delays: list[float], loss: float, days: float, struck: list[tuple[int, float]]
) -> None:
    """Along the path all that is sent arrives in the share (1 - loss)^lead, decay and losses counted, less what falls beyond the tail."""
    sender = pd.DataFrame({"channel": ["line"], "sender": ["a"], "lead_days": [lead], "transit_days": [lead], "loss_per_month": [loss]})
    losses = [TransitLoss(number, share, np.array([True])) for number, share in struck]
    first, count = -5, 15
    table = all_arrivals(sender, np.array([delays]), losses, days, first, count)
    assert (table["weight"] >= 0).all()
    assert (table["lost"] >= 0).all()
    assert not table.duplicated(["sent", "number"]).any()
    for sent, delay in zip(range(first, count), delays, strict=True):
        own = table[table["sent"] == sent]
        periods = (lead + delay) / days
        kept = (1.0 - loss) ** ((lead + delay) / 30.0)
        whole, part = int(np.floor(periods)), periods - np.floor(periods)
        seen = sum(share for after, share in ((whole, 1 - part), (whole + 1, part)) if 0 <= sent + after < count)
        assert (own["weight"] + own["lost"]).sum() == pytest.approx(kept * seen, abs=1e-12)
        spared = [np.prod([1 - share for number, share in struck if sent < number <= due]) for due in own["number"]]
        np.testing.assert_allclose(own["weight"], (own["weight"] + own["lost"]) * np.array(spared), atol=1e-12)


# ---- transit loss ------------------------------------------------------------------------------------------------------------------
LOSS = "kind: transit_loss, chokepoint: strait_of_hormuz, start: %s, share: %s"


def test_what_is_under_way_at_the_start_is_lost_in_that_share(tmp_path: Path) -> None:
    case = disrupted(tmp_path, LOSS % ("2026-03", 0.25))
    assert arriving(case, "qat_nld_liquid")[:3] == pytest.approx([3.0, 4.0, 4.0])
    assert figures(case.under_way, "quantity", commodity="ore") == pytest.approx([20.0, 10.0])  # its route passes no chokepoint
    audited(case)


def test_what_was_sent_in_the_horizon_is_lost_too(tmp_path: Path) -> None:
    case = disrupted(tmp_path, LOSS % ("2026-04", 0.25))
    assert arriving(case, "qat_nld_liquid")[:3] == pytest.approx([4.0, 3.0, 4.0])
    march = case.arrivals[(case.arrivals["sender"] == "qat_nld_liquid") & (case.arrivals["sent"] == "2026-03")]
    assert march[["weight", "lost"]].to_numpy().tolist() == [pytest.approx([0.675, 0.225])]
    audited(case)


def test_before_the_horizon_it_strikes_only_what_was_under_way_then(tmp_path: Path) -> None:
    assert figures(disrupted(tmp_path, LOSS % ("2026-02", 1)).under_way, "quantity", commodity="liquid") == pytest.approx([4.0])


def test_all_of_it_may_be_lost(tmp_path: Path) -> None:
    case = disrupted(tmp_path, LOSS % ("2026-03", 1), LOSS % ("2026-04", 1))
    assert arriving(case, "qat_nld_liquid")[:3] == pytest.approx([0.0, 0.0, 4.0])
    short = audited(case).allocation
    assert figures(short, "coverage", sector="health") == [0.0, 0.0, 1.0]


# ---- yields, lanes and runs --------------------------------------------------------------------------------------------------------
def test_a_yield_loss_lowers_what_comes_out_and_not_what_goes_in(tmp_path: Path) -> None:
    case = disrupted(tmp_path, "kind: yield_loss, process: nld_smelting, start: 2026-02, months: 2, share: 0.4, recovery_months: 2")
    assert figures(case.runs, "limit") == [10.0] * 6
    assert figures(case.runs, "yield_share") == pytest.approx([0.6, 0.7, 0.9, 1.0, 1.0, 1.0])
    assert figures(case.under_way, "quantity", sender="nld_smelting") == pytest.approx([6.0])
    instance = compile_instance(case)
    assert instance.outputs["quantity"].tolist() == pytest.approx([0.6, 0.7, 0.9, 1.0, 1.0, 1.0])
    supply = audited(case).supply
    runs = audited(case).plan["runs"]["runs"].tolist()
    assert figures(supply, "quantity", channel="process") == pytest.approx([runs[0] * 0.6, runs[1] * 0.7])


def test_a_process_may_yield_nothing_at_all(tmp_path: Path) -> None:
    case = disrupted(tmp_path, "kind: yield_loss, technology: smelting, start: 2026-03, months: 2, share: 1")
    assert compile_instance(case).outputs["node"].tolist() == [2, 3, 4, 5]
    audited(case)


def test_lanes_lose_capacity_and_trade_that_was_under_way(tmp_path: Path) -> None:
    case = disrupted(tmp_path, "kind: transport_capacity, origin: NLD, destination: DEU, start: 2026-02, months: 2, share: 0.9")
    assert figures(case.transfers, "limit", lane="NLD_DEU_metal") == pytest.approx([1.0, 10.0, 10.0, 10.0, 10.0, 10.0])
    assert figures(case.transfers, "limit", lane="NLD_POL_metal") == [10.0] * 6
    assert figures(case.under_way, "quantity", sender="NLD_DEU_metal") == pytest.approx([0.15])  # half of February's three, a tenth of it
    assert compile_instance(case).transfers["limit"].tolist()[:2] == pytest.approx([0.25, 2.5])
    plan = audited(case).plan["transfers"]
    assert figures(plan, "quantity", lane="NLD_DEU_metal", period="2026-03") == pytest.approx([1.0])


def test_lanes_from_outside_the_scope_lose_capacity_too(tmp_path: Path) -> None:
    text = "kind: transport_capacity, regions: [POL], start: 2026-03, months: 1, share: 0.5"
    case = disrupted(tmp_path, text, rest="scope: {regions: [NLD, DEU]}\n")
    assert figures(case.dispatches, "limit", line="outside_POL_DEU_metal")[:2] == [0.5, 1.0]


def test_dear_energy_stops_plants_as_a_process_outage_does(tmp_path: Path) -> None:
    rest = "start: 2026-03, months: 1, share: 0.5, recovery_months: 1"
    dear = disrupted(tmp_path, f"kind: energy_price_outage, technologies: [smelting], regions: [NLD], {rest}")
    assert figures(dear.runs, "limit")[:3] == [5.0, 7.5, 10.0]
    assert dear.sha256 == disrupted(tmp_path, f"kind: process_outage, technology: smelting, {rest}").sha256
    elsewhere = disrupted(tmp_path, f"kind: energy_price_outage, technologies: all, regions: [DEU], {rest}")
    assert figures(elsewhere.runs, "limit")[:3] == [10.0, 10.0, 10.0]


# ---- reserve loss ------------------------------------------------------------------------------------------------------------------
def test_a_reserve_is_struck_and_its_floor_with_it(tmp_path: Path) -> None:
    case = disrupted(tmp_path, "kind: reserve_loss, reserve: nld_liquid, start: 2026-04, share: 0.5", rest=RELEASE)
    assert figures(case.releases, "loss_share") == [0.0, 0.5, 0.0, 0.0, 0.0, 0.0]
    floors = compile_instance(case).releases["floor"].tolist()
    assert floors == pytest.approx([1.5 * (0.5 if n else 1.0) * 0.9**n for n in range(6)])
    stock = audited(case).reserves
    assert (stock["closing"] - (stock["opening"] - stock["released"] + stock["refilled"] - stock["lost"])).abs().max() < 1e-12
    april = stock[stock["period"] == "2026-04"].iloc[0]
    assert april["lost"] == pytest.approx(april["opening"] * (1 - 0.9 * 0.5))


@pytest.mark.parametrize("start", ["2026-03", "2025-06"])
def test_at_or_before_the_start_it_strikes_the_opening_stock(tmp_path: Path, start: str) -> None:
    case = disrupted(tmp_path, f"kind: reserve_loss, owner: NLD, start: {start}, share: 0.25", rest=RELEASE)
    stock = audited(case).reserves
    assert stock["opening"].tolist()[0] == 6.0
    assert stock["lost"].tolist()[0] == 1.5


@pytest.mark.parametrize("share", [0.3, 1])
@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_no_loss_makes_a_case_infeasible(tmp_path: Path, share: float, decay: float) -> None:
    reserves = tiny_tables()["reserves"].assign(floor_share=1.0, loss_per_month=decay)
    losses = [f"kind: reserve_loss, owner: NLD, start: {start}, share: {share}" for start in ("2026-03", "2026-04", "2026-05")]
    case = disrupted(tmp_path, *losses, rest=RELEASE, reserves=reserves)
    stock = audited(case).reserves
    assert stock["closing"].tolist()[0] == pytest.approx(6 * (1 - share))
    assert stock["released"].tolist() == pytest.approx([0.0, 0.0, 0.0])


def test_what_was_released_before_is_safe(tmp_path: Path) -> None:
    closed = "kind: chokepoint_closure, chokepoint: strait_of_hormuz, start: 2026-02, months: 6, closed: 1"
    case = disrupted(tmp_path, closed, "kind: reserve_loss, owner: NLD, start: 2026-05, share: 1", rest=RELEASE)
    stock = audited(case).reserves
    assert stock["released"].tolist() == pytest.approx([1.0, 1.8, 0.0])  # in April from 4.5 down to the floor of 2.7; then nothing is left
    assert stock["closing"].tolist()[2] == 0.0
