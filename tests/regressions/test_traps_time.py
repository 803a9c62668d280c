"""Traps of the formulation that concern time: each test is named after what was tried, and gives the wrong figure beside the right one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from allocator.errors import SolverStopped
from tests.answers import answer
from tests.instances import InstanceBuilder


def _long_process(tail: int) -> InstanceBuilder:
    """Tier 1 claims 0.8 a period of a part that takes a period to make; tier 2 claims the same raw material."""
    case = InstanceBuilder().periods(2, tail=tail)
    case.claim("NLD", "defence", "part", tier=1, demand=0.8)
    case.claim("NLD", "balloons", "raw", tier=2, demand=1.0)
    case.line("mine", "NLD", "raw", limit=1.0)
    case.process("machining", "NLD", {"raw": 1.0}, {"part": 1.0}, limit=0.8, lead=1, before=0.8)
    return case


def test_without_a_tail_the_last_inputs_of_a_long_process_are_set_free() -> None:
    """Coverage of the low tier in the last period of the horizon: 1.0 without the tail, 0.2 is right (1.0 of raw - 0.8 of input)."""
    assert answer(_long_process(tail=0)).coverage("NLD/balloons/raw") == pytest.approx([0.2, 1.0])
    assert answer(_long_process(tail=1)).coverage("NLD/balloons/raw")[:2] == pytest.approx([0.2, 0.2])


def test_the_tail_does_not_rule_the_horizon() -> None:
    """Tier 1 in the horizon: 0.89 when the tail is levelled with it, 1.0 is right.

    The horizon has 0.89 of supply and a stock of 0.11, the tail 0.78: 0.89 + 0.11 = 1.0, or (0.89 + 0.11 + 0.78) / 2 = 0.89 for both.
    """

    def case(horizon: int, tail: int) -> InstanceBuilder:
        built = InstanceBuilder().periods(horizon, tail=tail)
        built.claim("NLD", "health", "helium", tier=1, demand=1.0)
        built.line("QAT", "NLD", "helium", limit=[0.89, 0.78])
        built.inventory("NLD", "helium", opening=0.11)
        return built

    assert answer(case(2, 0)).coverage("NLD/health/helium") == pytest.approx([0.89, 0.89])
    assert answer(case(1, 1)).coverage("NLD/health/helium") == pytest.approx([1.0, 0.78])


def test_a_lower_tier_in_the_horizon_stands_below_the_tail_of_a_higher_one() -> None:
    """The tail's cells of a tier come before lower tiers (own figures): else tier 2 takes the stock, and tier 1 has 0.5 in the tail."""
    case = InstanceBuilder().periods(1, tail=1)
    case.claim("NLD", "health", "helium", tier=1, demand=1.0)
    case.claim("NLD", "balloons", "helium", tier=2, demand=[0.5, 0.0])
    case.line("QAT", "NLD", "helium", limit=[1.0, 0.5])
    case.inventory("NLD", "helium", opening=0.5)
    result = answer(case)
    assert result.coverage("NLD/health/helium") == pytest.approx([1.0, 1.0])
    assert result.coverage("NLD/balloons/helium") == pytest.approx([0.0])


def test_the_tail_cannot_be_fed_from_a_reserve_or_from_stock_bought_in_the_horizon() -> None:
    """Reserves are closed in the tail and inventory is at most H0 from the last horizon node on (own figures): 0, not 1."""
    case = InstanceBuilder().periods(1, tail=1)
    case.claim("NLD", "health", "helium", tier=1, demand=[0.0, 1.0])
    case.line("QAT", "NLD", "helium", limit=[1.0, 0.0])
    case.inventory("NLD", "helium", opening=0.0, maximum=1.0)
    case.reserve("cavern", "NLD", "helium", opening=1.0)
    assert answer(case).coverage("NLD/health/helium") == pytest.approx([0.0])


def test_a_lead_of_one_and_a_half_is_not_rounded_down() -> None:
    """Undisturbed coverage in the second period: 0.8 when what is under way is reckoned with a lead of 1, 1.0 is right.

    Of 1.0 a period 0.4 travels one and a half: 0.4 + 0.2 of it is under way at the start, the 0.2 is what rounding loses.
    """
    case = InstanceBuilder().periods(4)
    case.claim("NLD", "health", "helium", tier=1, demand=1.0)
    case.line("near", "NLD", "helium", limit=0.6)
    case.line("far", "NLD", "helium", limit=0.4, lead=1.5, before=0.4)
    instance = case.build()
    assert instance.balances["under_way"].tolist() == pytest.approx([0.4, 0.2, 0.0, 0.0])
    rounded = instance.balances.assign(under_way=[0.4, 0.0, 0.0, 0.0])
    assert answer(replace(instance, balances=rounded)).coverage("NLD/health/helium") == pytest.approx([1.0, 0.8, 1.0, 1.0])
    assert answer(instance).coverage("NLD/health/helium") == pytest.approx([1.0, 1.0, 1.0, 1.0])


def test_goods_in_transit_at_the_start_keep_arriving_when_the_line_is_cut() -> None:
    """A line with a lead of two is cut at the start (own figures): 1, 1, 0; without what is under way it would be 0 from the first day."""
    case = InstanceBuilder().periods(3)
    case.claim("NLD", "health", "helium", tier=1, demand=1.0)
    case.line("QAT", "NLD", "helium", limit=0.0, lead=2, before=1.0)
    assert answer(case).coverage("NLD/health/helium") == pytest.approx([1.0, 1.0, 0.0])


def test_helium_is_not_preserved_by_shuttling_it() -> None:
    """One unit in March, wanted in May, half of a month's stock boils off: 0.24 however it is kept; 1.0 when ships do not leak.

    (1 - loss)^2 = 0.24 with a loss of 0.5101. Naive: the lanes' weights sum to 1.
    """

    def case(naive: bool) -> InstanceBuilder:
        built = InstanceBuilder().periods(3)
        built.commodity("helium", loss=1 - 0.24**0.5)
        built.claim("NLD", "health", "helium", tier=1, demand=[0.0, 0.0, 1.0])
        built.line("QAT", "NLD", "helium", limit=[1.0, 0.0, 0.0])
        built.inventory("NLD", "helium", opening=0.0, maximum=1.0)
        built.inventory("DEU", "helium", opening=0.0, maximum=1.0)
        built.lane("NLD", "DEU", "helium", limit=1.0, lead={1: 1.0} if naive else 1)
        built.lane("DEU", "NLD", "helium", limit=1.0, lead={1: 1.0} if naive else 1)
        return built

    assert answer(case(naive=True)).coverage("NLD/health/helium") == pytest.approx([1.0])
    assert answer(case(naive=False)).coverage("NLD/health/helium") == pytest.approx([0.24])


@pytest.mark.parametrize(
    ("loss", "demand", "what_a_fixed_floor_gives"),
    [(0.3, [50.0, 0.0, 0.0], "infeasible"), (1 - 0.5**0.5, [50.0, 0.0, 0.0], "nothing")],
)
def test_a_floor_limits_release_not_decay(loss: float, demand: list[float], what_a_fixed_floor_gives: str) -> None:
    """Of 100 in a leaking reserve with a floor of 50 half may be released.

    A fixed floor: decayed stock is 100, 70, 49, so the case is infeasible; or, where it decays to 50 by itself, nothing is releasable.
    The floor decays with the goods, so 50 are releasable at once.
    """
    case = InstanceBuilder().periods(3)
    case.claim("NLD", "health", "helium", tier=1, demand=demand)
    case.reserve("cavern", "NLD", "helium", opening=100.0, floor=50.0, loss=loss)
    instance = case.build()
    fixed = replace(instance, releases=instance.releases.assign(floor=50.0))
    if what_a_fixed_floor_gives == "infeasible":
        with pytest.raises(SolverStopped):
            answer(fixed)
    else:
        assert answer(fixed).total("release", "cavern") == pytest.approx(0.0, abs=1e-6)
    result = answer(instance)
    assert result.path("release", "cavern") == pytest.approx([50.0, 0.0, 0.0])
    assert result.coverage("NLD/health/helium") == pytest.approx([1.0])
    assert result.path("stock", "cavern") == pytest.approx([50.0, 50.0 * (1 - loss), 50.0 * (1 - loss) ** 2])


def test_working_stock_that_boils_off_never_makes_a_case_infeasible() -> None:
    """Firms' working stock decays too (own figures): 4.0, of which 2.0 is working stock, leaks half a period with nothing to refill it."""
    case = InstanceBuilder().periods(3)
    case.commodity("helium", loss=0.5)
    case.claim("NLD", "health", "helium", tier=1, demand=2.0)
    case.inventory("NLD", "helium", opening=4.0, minimum=2.0)
    instance = case.build()
    with pytest.raises(SolverStopped):
        answer(replace(instance, inventories=instance.inventories.assign(minimum=2.0)))
    result = answer(instance)
    assert min(result.path("inventory", "NLD", "helium")) == pytest.approx(0.5)
    # Above the working stock 2.0 = x + 2 x + 4 x is left to share over three periods, each losing half of what is carried on.
    assert result.coverage("NLD/health/helium") == pytest.approx([1 / 7] * 3)


def test_opening_stock_of_the_first_period_suffers_no_loss() -> None:
    """Losses fall on what is carried from a node to the next: all of the opening stock serves the first period (1.0, not 0.5)."""
    case = InstanceBuilder().periods(1)
    case.commodity("helium", loss=0.5)
    case.claim("NLD", "health", "helium", tier=1, demand=2.0)
    case.inventory("NLD", "helium", opening=1.0)
    case.reserve("cavern", "NLD", "helium", opening=1.0, loss=0.5)
    assert answer(case).coverage("NLD/health/helium") == pytest.approx([1.0])


def test_goods_that_decay_are_levelled_over_the_horizon() -> None:
    """85 in the first month, of which a quarter lasts to the second; 100 wanted in each.

    By node 17 + 17 = 34 are delivered (0.17 in each month: 17 + 68 carried, of which 17 last), over the horizon 85 (0.425).
    """

    def case(over: str) -> InstanceBuilder:
        built = InstanceBuilder().periods(2)
        built.tier(1, over=over)
        built.commodity("helium", loss=0.75)
        built.claim("NLD", "health", "helium", tier=1, demand=100.0)
        built.line("QAT", "NLD", "helium", limit=[85.0, 0.0])
        built.inventory("NLD", "helium", opening=0.0, maximum=100.0)
        return built

    by_node = answer(case("period"))
    assert by_node.coverage("NLD/health/helium") == pytest.approx([0.17, 0.17])
    assert by_node.total("allocate") == pytest.approx(34.0)
    over_horizon = answer(case("horizon"))
    assert over_horizon.coverage("NLD/health/helium") == pytest.approx([0.85, 0.0])
    assert over_horizon.total("allocate") == pytest.approx(85.0)


def test_what_is_sent_arrives_once_when_a_route_gets_longer() -> None:
    """Weights belong to the dispatch (own figures): sent in January it takes one month, in February two: February and April."""
    case = InstanceBuilder().periods(4)
    case.claim("NLD", "health", "helium", tier=1, demand=1.0)
    case.line("QAT", "NLD", "helium", limit=[1.0, 1.0, 0.0, 0.0], lead=1)
    instance = case.build()
    arrivals = instance.line_arrivals.copy()
    arrivals = arrivals[~arrivals["sent"].isin([2, 3])].assign(node=lambda table: table["sent"].map({0: 1, 1: 3})).reset_index(drop=True)
    assert answer(replace(instance, line_arrivals=arrivals)).coverage("NLD/health/helium") == pytest.approx([0.0, 1.0, 0.0, 1.0])
