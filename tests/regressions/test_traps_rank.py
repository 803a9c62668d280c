"""Traps of the formulation that concern rank: each test is named after what was tried, and gives the wrong figure beside the right one."""

from __future__ import annotations

import pytest

from tests.answers import answer, least
from tests.instances import InstanceBuilder


def test_a_hospital_is_not_restrained_so_that_packaging_gets_more() -> None:
    """Packaging gets 50 of its 50 when the hospital gives up 30; it gets 20, and the hospital keeps its 100.

    Naive: both tiers are served to the full (coverage counts restraint as met), and who gives up is left to whatever comes later.
    """
    case = InstanceBuilder().periods(1)
    case.claim("NLD", "health", "helium", tier=1, demand=100.0, restraint=0.3)
    case.claim("NLD", "packaging", "helium", tier=2, demand=50.0)
    case.line("QAT", "NLD", "helium", limit=120.0)
    naive = least(case, {("shortfall", "NLD/packaging/helium"): 1.0}, fixed={("shortfall", "NLD/health/helium"): 0.0})
    assert naive.total("restrain", "NLD/health/helium") == pytest.approx(30.0)
    assert naive.total("allocate", "NLD/packaging/helium") == pytest.approx(50.0)
    result = answer(case)
    assert result.total("restrain", "NLD/health/helium") == pytest.approx(0.0, abs=1e-9)
    assert result.total("allocate", "NLD/health/helium") == pytest.approx(100.0)
    assert result.total("allocate", "NLD/packaging/helium") == pytest.approx(20.0)


def test_restraint_is_shared_among_equals() -> None:
    """Two hospitals of 100 and 300 give up 40 together (own figures): 10 and 30, a tenth each; a least sum could take 40 from one."""
    case = InstanceBuilder().periods(1)
    case.claim("NLD", "clinic", "helium", tier=1, demand=100.0, restraint=0.4)
    case.claim("NLD", "hospital", "helium", tier=1, demand=300.0, restraint=0.4)
    case.line("QAT", "NLD", "helium", limit=360.0)
    split = least(case, {("restrain", "NLD/hospital/helium"): 1.0}, fixed={("shortfall",): 0.0})
    assert split.total("restrain", "NLD/clinic/helium") == pytest.approx(40.0)
    result = answer(case)
    assert result.total("restrain", "NLD/clinic/helium") == pytest.approx(10.0)
    assert result.total("restrain", "NLD/hospital/helium") == pytest.approx(30.0)


def test_a_reserve_kept_for_tier_1_is_not_emptied_for_tier_3() -> None:
    """Market 50, reserve of rank 1 50, tier 1 and tier 3 claim 50 each: tier 3 gets 0 and the reserve stays full.

    Naive: the reserve serves tier 1, the market volume it replaced flows down and tier 3 gets 50.
    """
    case = InstanceBuilder().periods(1)
    case.claim("NLD", "health", "helium", tier=1, demand=50.0)
    case.claim("NLD", "balloons", "helium", tier=3, demand=50.0)
    case.tier(2)
    case.line("QAT", "NLD", "helium", limit=50.0)
    case.reserve("cavern", "NLD", "helium", opening=50.0, rank=1)
    naive = least(case, {("shortfall", "NLD/balloons/helium"): 1.0}, fixed={("shortfall", "NLD/health/helium"): 0.0})
    assert naive.coverage("NLD/balloons/helium") == pytest.approx([1.0])
    result = answer(case)
    assert result.coverage("NLD/health/helium") == pytest.approx([1.0])
    assert result.coverage("NLD/balloons/helium") == pytest.approx([0.0])
    assert result.path("stock", "cavern") == pytest.approx([50.0])


def test_the_market_goes_first_and_then_a_tiers_own_reserve() -> None:
    """Tier 1 claims 1.0: market 0.5 first, then its own reserve 0.3, then 0.2 of the wider one (own figures)."""
    case = InstanceBuilder().periods(1)
    case.claim("NLD", "health", "helium", tier=1, demand=1.0)
    case.claim("NLD", "balloons", "helium", tier=2, demand=1.0)
    case.line("QAT", "NLD", "helium", limit=0.5)
    case.reserve("own", "NLD", "helium", opening=0.3, rank=1)
    case.reserve("wide", "NLD", "helium", opening=0.9, rank=2)
    result = answer(case)
    assert result.coverage("NLD/health/helium") == pytest.approx([1.0])
    assert result.total("release", "own") == pytest.approx(0.3)
    # The rest of the wide reserve, 0.7, is for tier 2.
    assert result.coverage("NLD/balloons/helium") == pytest.approx([0.7])


def test_the_least_draw_on_wider_reserves_is_not_held() -> None:
    """Tier 2 with a reserve of its own: 0 when the face of tier 1's least draw is held, 1.0 is right.

    Tier 1 needs no reserve at all, so the least draw on reserves of rank 1 and wider is 0: held, it closes tier 2's own.
    """
    case = InstanceBuilder().periods(1)
    case.claim("NLD", "health", "helium", tier=1, demand=1.0)
    case.claim("NLD", "balloons", "helium", tier=2, demand=1.0)
    case.line("QAT", "NLD", "helium", limit=1.0)
    case.reserve("own", "NLD", "helium", opening=1.0, rank=1)
    case.reserve("wide", "NLD", "helium", opening=1.0, rank=2)
    held = least(
        case,
        {("shortfall", "NLD/balloons/helium"): 1.0},
        fixed={("shortfall", "NLD/health/helium"): 0.0, ("draw",): 0.0},
    )
    assert held.coverage("NLD/balloons/helium") == pytest.approx([0.0])
    result = answer(case)
    assert result.coverage("NLD/balloons/helium") == pytest.approx([1.0])
    assert result.total("release", "own") == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("wanted", [0, 1])
def test_releases_are_not_held_when_a_tier_takes_from_its_reserve(wanted: int) -> None:
    """Tier 2 wants the co-product of tier 1's process in one of two months: 0 when tier 1's release is held in the other, 1.0 is right.

    Whichever month tier 1 would choose by itself, tier 2 must get all it wants in both variants.
    """
    case = InstanceBuilder().periods(2)
    case.claim("NLD", "health", "product", tier=1, demand=[0.0, 1.0])
    case.claim("NLD", "balloons", "coproduct", tier=2, demand=[float(wanted == 0), float(wanted == 1)])
    case.reserve("cavern", "NLD", "raw", opening=1.0, rank=1)
    case.process("refining", "NLD", {"raw": 1.0}, {"product": 1.0, "coproduct": 1.0}, limit=1.0)
    # The product keeps from the first month to the second, the co-product does not.
    case.inventory("NLD", "product", opening=0.0, maximum=1.0)
    other = {("release", "cavern", f"2026-{2 - wanted:02d}"): 1.0}
    held = least(case, {("shortfall", "NLD/balloons/coproduct"): 1.0}, fixed={("shortfall", "NLD/health/product"): 0.0, **other})
    assert held.coverage("NLD/balloons/coproduct") == pytest.approx([0.0])
    result = answer(case)
    assert result.coverage("NLD/health/product") == pytest.approx([1.0])
    assert result.coverage("NLD/balloons/coproduct") == pytest.approx([1.0])


def test_one_number_for_all_draws_lets_a_lower_tier_trade_one_reserve_for_another() -> None:
    """Tier 2 gets 0; with the sum of tier 1's draws in place of one number a commodity it would get 1.0 (own figures).

    Tier 1 lacks 1 of cobalt, which its own reserve gives, and nothing of gallium. With only the sum kept, cobalt comes from the wider
    reserve and tier 1's gallium from its reserve, so that the gallium market is free for tier 2.
    """
    case = InstanceBuilder().periods(1)
    case.claim("NLD", "defence", "cobalt", tier=1, demand=2.0)
    case.claim("NLD", "defence", "gallium", tier=1, demand=1.0)
    case.claim("NLD", "lighting", "gallium", tier=2, demand=1.0)
    for good in ("cobalt", "gallium"):
        case.commodity(good, yardstick=1.0)
        case.line(f"market_{good}", "NLD", good, limit=1.0)
        case.reserve(f"own_{good}", "NLD", good, opening=1.0, rank=1)
    case.reserve("wide_cobalt", "NLD", "cobalt", opening=1.0, rank=2)
    traded = least(
        case,
        {("shortfall", "NLD/lighting/gallium"): 1.0},
        fixed={("shortfall", "NLD/defence/cobalt"): 0.0, ("shortfall", "NLD/defence/gallium"): 0.0},
        sums=[({("draw", 1): 1.0}, 1.0)],
    )
    assert traded.coverage("NLD/lighting/gallium") == pytest.approx([1.0])
    result = answer(case)
    assert result.coverage("NLD/lighting/gallium") == pytest.approx([0.0])
    assert result.total("release", "own_cobalt") == pytest.approx(1.0)
    assert result.total("release", "own_gallium") == pytest.approx(0.0, abs=1e-9)


def test_a_guarantee_of_a_low_tier_outranks_what_is_not_guaranteed_above_it() -> None:
    """Supply 1.0, tier 1 and tier 3 claim 1.0, tier 3 is guaranteed 0.4: 0.6 and 0.4; ranks alone give 1 and 0 (own figures)."""

    def case(guarantee: float) -> InstanceBuilder:
        built = InstanceBuilder().periods(1)
        built.tier(2)
        built.claim("NLD", "health", "helium", tier=1, demand=1.0)
        built.claim("NLD", "chips", "helium", tier=3, demand=1.0, guarantee=guarantee)
        built.line("QAT", "NLD", "helium", limit=1.0)
        return built

    assert answer(case(0.0)).coverages().tolist() == pytest.approx([0.0, 1.0])
    assert answer(case(0.4)).coverages().tolist() == pytest.approx([0.4, 0.6])


def test_a_guarantee_inside_its_tier_does_not_outrank_a_higher_tier() -> None:
    """The same guarantee inside its own tier (own figures): tier 1 has 1.0 of 1.3, then 0.3 goes to the guaranteed claim, not 0.15."""
    case = InstanceBuilder().periods(1)
    case.tier(2)
    case.claim("NLD", "health", "helium", tier=1, demand=1.0)
    case.claim("NLD", "chips", "helium", tier=3, demand=1.0, guarantee=0.4, guarantee_first=False)
    case.claim("NLD", "glass", "helium", tier=3, demand=1.0)
    case.line("QAT", "NLD", "helium", limit=1.3)
    result = answer(case)
    assert result.coverage("NLD/health/helium") == pytest.approx([1.0])
    assert result.coverage("NLD/chips/helium") == pytest.approx([0.3])
    assert result.coverage("NLD/glass/helium") == pytest.approx([0.0])


def test_a_guarantee_of_a_low_tier_does_not_empty_a_reserve_kept_for_tier_1() -> None:
    """There is only a reserve of rank 1: a guarantee of tier 2 that could draw on it would have 1.0, it has 0 (own figures)."""
    case = InstanceBuilder().periods(1)
    case.tier(1)
    case.claim("NLD", "balloons", "helium", tier=2, demand=1.0, guarantee=1.0)
    case.reserve("cavern", "NLD", "helium", opening=1.0, rank=1)
    assert answer(case).coverage("NLD/balloons/helium") == pytest.approx([0.0])


def test_the_hold_on_narrower_means_lasts_for_the_guarantee_stage_only() -> None:
    """The market goes to tier 2's guarantee and tier 1 then draws on its reserve (own figures): 1 and 1; tier 1 has 0 if the hold lasts."""
    case = InstanceBuilder().periods(1)
    case.claim("NLD", "health", "helium", tier=1, demand=1.0)
    case.claim("NLD", "balloons", "helium", tier=2, demand=1.0, guarantee=1.0)
    case.line("QAT", "NLD", "helium", limit=1.0)
    case.reserve("cavern", "NLD", "helium", opening=1.0, rank=1)
    held = least(
        case,
        {("shortfall", "NLD/health/helium"): 1.0},
        fixed={("shortfall", "NLD/balloons/helium"): 0.0, ("draw", 1): 0.0},
    )
    assert held.coverage("NLD/health/helium") == pytest.approx([0.0])
    assert answer(case).coverages().tolist() == pytest.approx([1.0, 1.0])


def test_what_a_tier_draws_is_measured_without_lower_guarantees() -> None:
    """Tier 1 would need 0.5 of its reserve; with tier 2's guarantee the nearest that is feasible is 1.1, and no more (own figures).

    Market 1.0, tier 1 claims 1.5, tier 2 1.0 of which 0.6 are guaranteed, reserve of rank 1 2.0. Tier 2 has its 0.6 of the market, tier 1
    the other 0.4 and 1.1 of its reserve. Tier 2 at 1.0 would be the reserve emptied for a lower tier.
    """
    case = InstanceBuilder().periods(1)
    case.claim("NLD", "health", "helium", tier=1, demand=1.5)
    case.claim("NLD", "balloons", "helium", tier=2, demand=1.0, guarantee=0.6)
    case.line("QAT", "NLD", "helium", limit=1.0)
    case.reserve("cavern", "NLD", "helium", opening=2.0, rank=1)
    result = answer(case)
    assert result.coverage("NLD/health/helium") == pytest.approx([1.0])
    assert result.coverage("NLD/balloons/helium") == pytest.approx([0.6])
    assert result.total("release", "cavern") == pytest.approx(1.1)


def test_a_guarantee_above_what_satisfies_is_part_of_what_a_tier_draws() -> None:
    """Health is satisfied with 5 of 10 and guaranteed 9: 6 of the market, and 3 of its own reserve, not of the wider one (own figures).

    Naive: to see what health draws, all guarantees are switched off because of a lower tier's, its own among them. Then 5 of the market
    satisfy it, nothing of its reserve is kept for it, and packaging gets 2 of 4 while 3 lie idle.
    """
    case = InstanceBuilder().periods(1)
    case.claim("NLD", "health", "helium", tier=1, demand=10.0, guarantee=0.9, guarantee_first=False, satisfied=0.5)
    case.claim("NLD", "packaging", "helium", tier=2, demand=4.0, guarantee=0.5)
    case.line("QAT", "NLD", "helium", limit=6.0)
    case.reserve("own", "NLD", "helium", opening=3.0, rank=1)
    case.reserve("wide", "NLD", "helium", opening=5.0, rank=2)
    result = answer(case)
    assert (result.total("release", "own"), result.total("release", "wide")) == pytest.approx((3.0, 4.0))
    assert result.coverage("NLD/health/helium") == pytest.approx([0.9])
    assert result.coverage("NLD/packaging/helium") == pytest.approx([1.0])


def test_weights_are_not_ranks() -> None:
    """With intensities 2 and 1 weights of 1.5 and 1.3333 give the first tier 0 and the second 100; strict rank gives 50 and 0."""
    case = InstanceBuilder().periods(1)
    case.claim("NLD", "defence", "alloy", tier=1, demand=100.0)
    case.claim("NLD", "packaging", "foil", tier=2, demand=100.0)
    case.line("market", "NLD", "aluminium", limit=100.0)
    case.process("alloying", "NLD", {"aluminium": 2.0}, {"alloy": 1.0}, limit=100.0)
    case.process("rolling", "NLD", {"aluminium": 1.0}, {"foil": 1.0}, limit=100.0)
    weighted = least(case, {("shortfall", "NLD/defence/alloy"): 1.5, ("shortfall", "NLD/packaging/foil"): 1.3333})
    assert weighted.total("allocate", "NLD/defence/alloy") == pytest.approx(0.0, abs=1e-6)
    assert weighted.total("allocate", "NLD/packaging/foil") == pytest.approx(100.0)
    result = answer(case)
    assert result.total("allocate", "NLD/defence/alloy") == pytest.approx(50.0)
    assert result.total("allocate", "NLD/packaging/foil") == pytest.approx(0.0, abs=1e-6)


def test_a_cap_is_a_row_from_the_first_stage() -> None:
    """Tier 1 is capped at 0.8 of 100 although 150 are there, and the rest flows down (own figures): 80 and 70, not 100 and 50."""
    case = InstanceBuilder().periods(1)
    case.claim("NLD", "health", "helium", tier=1, demand=100.0, cap=0.8)
    case.claim("NLD", "balloons", "helium", tier=2, demand=100.0)
    case.line("QAT", "NLD", "helium", limit=150.0)
    assert answer(case).coverages().to_dict() == pytest.approx(
        {("NLD/health/helium", "2026-01"): 0.8, ("NLD/balloons/helium", "2026-01"): 0.7}
    )


def test_leximin_goes_on_after_the_lowest_cell_is_stuck() -> None:
    """A claim without any route holds the lowest coverage at 0; the others are still raised to 0.5 each (own figures)."""
    case = InstanceBuilder().periods(1)
    case.claim("MLT", "health", "helium", tier=1, demand=1.0)
    case.claim("NLD", "clinic", "helium", tier=1, demand=1.0)
    case.claim("NLD", "hospital", "helium", tier=1, demand=3.0)
    case.line("QAT", "NLD", "helium", limit=2.0)
    assert answer(case).coverages().tolist() == pytest.approx([0.0, 0.5, 0.5])
