"""Every check passes on a sound plan and is named when that plan is made wrong on purpose: no check is one that cannot fail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from allocator.audit import LIMIT, audit_allocation
from allocator.audit.checks import CHECKS
from tests.allocator.audit.books import Books, solved
from tests.instances import InstanceBuilder

JANUARY = {"period": "2026-01"}
HEALTH = {"region": "NLD", "sector": "health", "commodity": "helium"}
NLD = {"region": "NLD", "commodity": "helium"}


def test_a_sound_plan_passes_and_every_check_has_looked_at_something(books: Books) -> None:
    audit = audit_allocation(books.case, books.allocation)
    assert audit.faults == ()
    assert [check.name for check in audit.checks] == list(CHECKS)
    assert all(check.compared > 0 for check in audit.checks)
    assert all(check.worst < LIMIT / 10 and check.limit == LIMIT for check in audit.checks)


TAMPERED: dict[str, Callable[[Books], Books]] = {
    "balance": lambda books: books.change("dispatches", "quantity", -1e-3, line="USA_DEU", **JANUARY).published(),
    "caps": lambda books: _capped(books),
    "completeness": lambda books: books.without("dispatches", 0),
    "coverage": lambda books: books.change("allocation", "coverage", 1e-3, sector="labs", **JANUARY),
    "days_of_cover": lambda books: books.change("reserves", "days_of_cover", 1.0, reserve="cavern", **JANUARY),
    "demand": lambda books: books.change("claims", "demand", 1e-3, **HEALTH, **JANUARY),
    "dispatch_limits": lambda books: books.with_case("dispatches", "limit", -1e-3, line="USA_DEU", **JANUARY),
    "equal_treatment": lambda books: books.give("NLD/chips/helium", -0.1).give("NLD/labs/helium", 0.1).published(),
    "guarantees": lambda books: books.give("NLD/health/helium", -1.5).give("NLD/labs/helium", 1.5).published(),
    "idle_reserves": lambda books: _held_back(books),
    "idle_supply": lambda books: books.give("NLD/labs/helium", -0.1).change("surplus", "quantity", 0.1, **NLD, **JANUARY).published(),
    "inventory_limits": lambda books: books.with_case("inventories", "maximum", -1.5, **NLD),
    "lever_limits": lambda books: books.with_case("lever_limits", "limit", -0.2, lever="purchase", **JANUARY),
    "levelling": lambda books: books.give("NLD/labs/helium", -0.1).give("NLD/chips/helium", 0.1).published(),
    "loans_repaid": lambda books: books.change("stocks", "refilled", -0.25, reserve="loan", period="2026-03"),
    "mass": lambda books: books.change("surplus", "quantity", 0.1, **NLD, **JANUARY),
    "means_last": lambda books: _drained(books),
    "operation": lambda books: books.give("NLD/glass/argon", 0.25, "2026-02").give("NLD/lamps/argon", -0.25, "2026-02").published(),
    "own_restraint": lambda books: _not_restrained(books),
    "published_claims": lambda books: books.change("allocation", "allocated", 1e-3, sector="labs", **JANUARY).change(
        "allocation", "shortfall", -1e-3, sector="labs", **JANUARY
    ),
    "published_reserves": lambda books: books.change("reserves", "lost", 1e-3, reserve="cavern", **JANUARY).change(
        "reserves", "closing", -1e-3, reserve="cavern", **JANUARY
    ),
    "published_supply": lambda books: books.change("supply", "quantity", 1e-3, channel="market", region="DEU", **JANUARY),
    "rank": lambda books: books.give("NLD/health/helium", -0.1).give("NLD/labs/helium", 0.1).published(),
    "release_limits": lambda books: books.with_case("releases", "limit", -0.4, reserve="tank", **JANUARY),
    "reserve_chain": lambda books: books.change("stocks", "stock", 0.1, reserve="cavern", **JANUARY),
    "restraint_limits": lambda books: books.with_case("restraints", "share", -0.1, sector="packaging", **JANUARY),
    "run_limits": lambda books: books.with_case("runs", "limit", -0.75, process="liquefy", **JANUARY),
    "sharing": lambda books: Books(replace(books.case, sharing="standalone"), books.allocation).change(
        "stocks", "released", 9.0, reserve="tank", **JANUARY
    ),
    "signs": lambda books: books.change("transfers", "quantity", -1.0, lane="DEU-NLD/helium", **JANUARY),
    "stock_floors": lambda books: books.with_case("reserves", "floor", 0.5, reserve="tank"),
    "transfer_limits": lambda books: books.with_case("transfers", "limit", -1e-3, lane="DEU-NLD/helium", **JANUARY),
    "transit": lambda books: books.with_case("arrivals", "weight", 1e-3, sender="QAT_NLD", sent="2026-01", period="2026-02"),
}


def _restrain(books: Books, sector: str, by: float) -> Books:
    names = {"region": "NLD", "sector": sector, "commodity": "helium", **JANUARY}
    return books.change("claims", "restrained", by, **names).change("blocks", "restrained", by, **names)


def _not_restrained(books: Books) -> Books:
    names = {"region": "NLD", "sector": "packaging", "commodity": "helium", **JANUARY}
    return _restrain(books, "packaging", -0.1).change("claims", "shortfall", 0.1, **names).published()


def _capped(books: Books) -> Books:
    names = {"region": "NLD", "sector": "packaging", "commodity": "helium", **JANUARY}
    return books.with_case("cells", "cap", -0.6, **names)


def _held_back(books: Books) -> Books:
    """The tank releases nothing in the first month, keeps it, and a claim of its tier goes without."""
    released = books.allocation.plan["stocks"].query("reserve == 'tank' and period == '2026-01'")["released"].item()
    books = books.change("stocks", "released", -released, reserve="tank", **JANUARY)
    for period in books.case.periods["period"]:
        books = books.change("stocks", "stock", released, reserve="tank", period=period)
    return books.give("DEU/chips/helium", -released).published()


def _drained(books: Books) -> Books:
    """The cavern, which is for the first tier, is drawn on for the third."""
    amount, claim = 0.5, "NLD/packaging/helium"
    books = books.change("stocks", "released", amount, reserve="cavern", **JANUARY)
    kept = (1.0 - 0.05) ** books.case.periods["number"]
    for period, share in zip(books.case.periods["period"], kept, strict=True):
        books = books.change("stocks", "stock", -amount * share, reserve="cavern", period=period)
    return books.give(claim, amount).published()


def test_every_check_has_a_plan_that_breaks_it() -> None:
    assert set(TAMPERED) == set(CHECKS)


@pytest.mark.parametrize("name", sorted(TAMPERED))
def test_a_wrong_plan_is_caught_by_name(books: Books, name: str) -> None:
    wrong = TAMPERED[name](books)
    audit = audit_allocation(wrong.case, wrong.allocation)
    check = audit[name]
    assert not check.passed
    assert not audit.passed
    assert check.worst > LIMIT
    assert check.failing >= len(check.offences) > 0
    assert any(fault.startswith(f"{name}: ") for fault in audit.faults)


def test_a_member_that_is_worse_off_is_caught_and_so_is_a_wrong_plan_of_what_it_has_alone() -> None:
    """Alone, the Dutch have two of their three units and the Germans none; the guard leaves a third, idle otherwise, to share."""
    case = InstanceBuilder().periods(2, tail=1)
    case.claim("NLD", "labs", "helium", tier=2, demand=2.0)
    case.claim("DEU", "labs", "helium", tier=1, demand=3.0)
    case.line("QAT", "NLD", "helium", limit=[3.0, 1.0, 2.0])
    case.lane("NLD", "DEU", "helium", limit=3.0)
    case.share("guarded")
    books = solved(case)
    assert books.failing() == set()
    taken = books.give("NLD/labs/helium", -0.5).give("DEU/labs/helium", 0.5)
    taken = taken.change("transfers", "quantity", 0.5, lane="NLD-DEU/helium", **JANUARY).published()
    assert taken.failing() == {"sharing"}
    assert books.allocation.alone is not None
    alone = Books(books.case, books.allocation.alone).change("dispatches", "quantity", -0.1, line="QAT", **JANUARY)
    assert Books(books.case, replace(books.allocation, alone=alone.allocation)).failing() == {"sharing"}
    free = solved(case.copy()).allocation.plan["claims"].merge(alone.allocation.plan["claims"], on=["region", "period"])
    assert (free["shortfall_x"] <= free["shortfall_y"] + 2.5 * LIMIT).all()  # 2.5 are asked for on average


def test_a_fault_names_the_check_the_place_and_both_figures(books: Books) -> None:
    wrong = books.with_case("dispatches", "limit", -0.5, line="USA_DEU", **JANUARY)
    audit = audit_allocation(wrong.case, wrong.allocation)
    assert "dispatch_limits: USA_DEU 2026-01: dispatch: found 1.5, where it is at most 1" in audit.faults


def test_a_missing_figure_fails(books: Books) -> None:
    for table, figure in (("dispatches", "quantity"), ("stocks", "stock"), ("claims", "allocated"), ("surplus", "quantity")):
        rows = books.allocation.plan[table].copy()
        rows.loc[0, figure] = float("nan")
        assert Books(books.case, replace(books.allocation, plan={**books.allocation.plan, table: rows})).failing()


def test_rows_that_are_doubled_or_unknown_fail(books: Books) -> None:
    plan = books.allocation.plan
    doubled = pd.concat([plan["runs"], plan["runs"].head(1)], ignore_index=True)
    unknown = plan["runs"].replace({"process": {"liquefy": "other"}})
    for rows in (doubled, unknown):
        assert "completeness" in Books(books.case, replace(books.allocation, plan={**plan, "runs": rows})).failing()


def test_the_tier_is_the_one_of_the_case(books: Books) -> None:
    assert books.change("allocation", "tier", 1, sector="labs", **JANUARY).failing() == {"demand"}


def test_closed_reserves_and_the_tail_release_nothing(books: Books) -> None:
    names = {"reserve": "tank", "period": "2026-04"}
    assert "release_limits" in books.change("stocks", "released", 0.01, **names).failing()
    reserves = books.case.reserves.assign(open=False)
    closed = Books(replace(books.case, reserves=reserves), books.allocation)
    assert "release_limits" in closed.failing()


@pytest.mark.parametrize(
    ("table", "figure", "by", "names", "check"),
    [
        ("releases", "loss_share", 0.1, {"reserve": "tank", **JANUARY}, "reserve_chain"),
        ("arrivals", "lost", 0.1, {"sender": "QAT_NLD", "sent": "2026-01", "period": "2026-02"}, "transit"),
        ("runs", "yield_share", -0.1, {"process": "liquefy", **JANUARY}, "balance"),
    ],
)
def test_a_plan_that_knows_of_no_loss_is_caught(
    books: Books, table: str, figure: str, by: float, names: dict[str, object], check: str
) -> None:
    assert check in books.with_case(table, figure, by, **names).failing()


def test_a_delay_that_the_arrivals_do_not_show_is_caught(books: Books) -> None:
    stated = pd.DataFrame({"line": ["QAT_NLD"], "number": [1], "days": [15.0]})
    assert books.failing() == set()
    assert Books(replace(books.case, delays=stated), books.allocation).failing() == {"transit"}


def test_a_lane_arrives_within_half_a_period_of_its_days_on_the_way(books: Books) -> None:
    """Goods of this lane are on the way for a day and arrive at once, and lose nothing in it."""
    assert books.failing() == set()
    assert books.with_case("lanes", "transit_days", 10.0, lane="DEU-NLD/helium").failing() <= {"transit"}
    assert "transit" in books.with_case("lanes", "transit_days", 20.0, lane="DEU-NLD/helium").failing()


def test_a_destroyed_reserve_passes_and_shrinks_its_floor() -> None:
    case = InstanceBuilder().periods(3, tail=1)
    case.claim("NLD", "health", "helium", tier=1, demand=1.0)
    case.line("QAT_NLD", "NLD", "helium", limit=0.25)
    case.reserve("cavern", "NLD", "helium", opening=4.0, floor=2.0, loss=0.1, loss_share=[0.5, 0.5, 0.0, 0.0])
    books = solved(case)
    assert books.failing() == set()
    stocks = books.allocation.reserves
    assert stocks["lost"].tolist() == pytest.approx([2.0, (1 - 0.45) * stocks["opening"][1], 0.1 * stocks["opening"][2]])
    assert stocks["closing"].min() >= 2.0 * 0.5 * 0.45 * 0.9 - 1e-9


def test_guarantees_are_reported_met_or_not() -> None:
    case = InstanceBuilder().periods(2)
    case.claim("NLD", "health", "helium", tier=1, demand=2.0, guarantee=0.8)
    case.line("QAT", "NLD", "helium", limit=[2.0, 1.0])
    books = solved(case)
    audit = audit_allocation(books.case, books.allocation)
    assert audit.passed
    assert audit.guarantees[["guaranteed", "met", "missing"]].to_numpy().tolist() == [[0.8, 1.0, 0.0], [0.8, 0.5, pytest.approx(0.6)]]


def test_a_plant_that_starts_again_too_early_is_caught(books: Books) -> None:
    """It stops in January, so that it runs again in March after the month without supply; in February it stands, whatever there is."""
    assert books.allocation.plan["claims"].query("sector == 'glass'")["allocated"].tolist()[:3] == pytest.approx([0.0, 0.0, 1.0])
    assert "operation" in books.give("NLD/glass/argon", 1.0, "2026-02").published().failing()


def test_part_of_a_lot_is_caught_and_more_than_is_needed_is_not() -> None:
    """A lot of 0.5 is bought for 0.2 that are missing; 0.3 are thrown away."""
    case = InstanceBuilder().periods(1)
    case.claim("NLD", "health", "helium", tier=1, demand=1.0)
    case.line("QAT_NLD", "NLD", "helium", limit=0.8)
    case.line("CAN_NLD", "NLD", "helium", limit=1.2, premium=1.0)
    case.lever("purchase", "helium", rank=1, lines=("CAN_NLD",), limit=1.2)
    case.lot("CAN_NLD", 0.5)
    books = solved(case)
    assert books.failing() == set()
    bought = books.allocation.plan["dispatches"].query("line == 'CAN_NLD'")["quantity"]
    assert bought.tolist() == pytest.approx([0.5])
    assert "lever_limits" in books.change("dispatches", "quantity", -0.1, line="CAN_NLD", **JANUARY).failing()


def test_a_sale_beyond_what_the_buyer_takes_or_while_a_claim_is_short_is_caught() -> None:
    """Of 2.8 the claim asks for 2.0; the buyer, who would take 1.0, has the rest."""
    case = InstanceBuilder().periods(1)
    case.claim("NLD", "health", "helium", tier=1, demand=2.0)
    case.line("QAT_NLD", "NLD", "helium", limit=2.8)
    case.sale("NLD", "helium", limit=1.0, value=5.0)
    books = solved(case)
    assert books.failing() == set()
    assert books.allocation.plan["sales"]["quantity"].tolist() == pytest.approx([0.8])
    assert "dispatch_limits" in books.change("sales", "quantity", 0.3, **NLD, **JANUARY).published().failing()
    sold = books.give("NLD/health/helium", -0.1).change("sales", "quantity", 0.1, **NLD, **JANUARY).published()
    assert "idle_supply" in sold.failing()


def test_part_of_a_tranche_is_caught_and_more_than_is_needed_is_not() -> None:
    """A tranche of 0.5 is released for 0.2 that are missing; 0.3 are thrown away."""
    case = InstanceBuilder().periods(1)
    case.claim("NLD", "health", "helium", tier=1, demand=1.0)
    case.line("QAT_NLD", "NLD", "helium", limit=0.8)
    case.reserve("tank", "NLD", "helium", opening=1.2, rank=1)
    case.tranche("tank", 0.5)
    books = solved(case)
    assert books.failing() == set()
    assert books.allocation.plan["stocks"]["released"].tolist() == pytest.approx([0.5])
    assert "lever_limits" in books.change("stocks", "released", -0.1, reserve="tank", **JANUARY).failing()


def test_more_levers_than_allowed_and_costs_beyond_the_budget_are_caught() -> None:
    """Two purchases could each bring what is missing; one may be used, for 0.2 at 10 EUR and a fixed cost of 1."""
    case = InstanceBuilder().periods(1)
    case.claim("NLD", "health", "helium", tier=1, demand=1.0)
    case.line("QAT_NLD", "NLD", "helium", limit=0.5)
    for origin, premium in (("CAN", 10.0), ("USA", 20.0)):
        case.line(f"{origin}_NLD", "NLD", "helium", limit=0.2, premium=premium)
        case.lever(origin, "helium", rank=1, lines=(f"{origin}_NLD",))
        case.unlock(origin, 1.0)
    case.allow(budget_eur=3.0, at_most_together=1)
    books = solved(case)
    assert books.failing() == set()
    bought = books.allocation.plan["dispatches"].set_index("line")["quantity"]
    assert bought[["CAN_NLD", "USA_NLD"]].tolist() == pytest.approx([0.2, 0.0])
    assert "lever_limits" in books.change("dispatches", "quantity", 0.01, line="USA_NLD", **JANUARY).failing()
    assert "lever_limits" in books.with_case("allowances", "most", -0.1, allowance="budget_eur").failing()
    assert (
        "idle_reserves"
        in books.with_case("allowances", "most", 9.0, allowance="budget_eur")
        .with_case("allowances", "most", 1.0, allowance="at_most_together")
        .failing()
    )


def test_a_joint_order_below_its_minimum_is_caught() -> None:
    """A member lacks 0.2; 0.5 is the least that is delivered, so 0.3 is thrown away."""
    case = InstanceBuilder().periods(1)
    case.claim("NLD", "health", "helium", tier=1, demand=1.0)
    case.line("QAT_NLD", "NLD", "helium", limit=0.8)
    case.line("CAN_NLD", "NLD", "helium", limit=1.0, premium=2.0)
    case.lever("together", "helium", rank=1, lines=("CAN_NLD",), limit=1.0)
    case.bundle("together", 0.5)
    books = solved(case)
    assert books.failing() == set()
    assert books.allocation.plan["dispatches"].query("line == 'CAN_NLD'")["quantity"].tolist() == pytest.approx([0.5])
    assert "lever_limits" in books.change("dispatches", "quantity", -0.3, line="CAN_NLD", **JANUARY).failing()
