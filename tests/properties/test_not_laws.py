"""What looks like a law and is not: the counterexamples of formulation 9, as facts. Nothing here may be asserted of other cases."""

from __future__ import annotations

import pytest

from tests.answers import answer
from tests.instances import InstanceBuilder


def _hub(to_belgium: float) -> InstanceBuilder:
    case = InstanceBuilder().periods(1)
    for region in ("BEL", "DEU"):
        case.claim(region, "health", "helium", tier=1, demand=1.0)
    case.line("QAT", "NLD", "helium", limit=1.0)
    case.lane("NLD", "BEL", "helium", limit=to_belgium)
    case.lane("NLD", "DEU", "helium", limit=0.8)
    return case


def test_with_lanes_a_claim_may_gain_when_anothers_route_is_cut() -> None:
    """Germany goes from 0.5 to 0.8 when the lane to Belgium is cut: both were served from one port."""
    assert answer(_hub(1.0)).coverage("DEU/health/helium") == pytest.approx([0.5])
    assert answer(_hub(0.0)).coverage("DEU/health/helium") == pytest.approx([0.8])


def _public_stock(long_market: float) -> InstanceBuilder:
    case = InstanceBuilder()
    root = case.node("2026-01")
    for branch in ("long", "short"):
        case.node("2026-02", branch, parent=root, probability=0.5)
    months = ["2026-01", "2026-02/long", "2026-02/short"]
    case.claim("NLD", "health", "helium", tier=1, demand=[0.0, 1.0, 1.0])
    case.claim("NLD", "balloons", "helium", tier=2, demand=[0.0, 0.0, 1.0])
    case.line("QAT", "NLD", "helium", limit=dict(zip(months, [0.0, long_market, 1.0], strict=True)))
    case.reserve("cavern", "NLD", "helium", opening=1.0, rank=1, limit=dict(zip(months, [1.0, 0.0, 0.0], strict=True)))
    case.inventory("NLD", "helium", opening=0.0, maximum=1.0)
    return case


def test_with_a_reserve_of_rank_1_a_claim_of_tier_2_may_gain_when_the_market_falls() -> None:
    """Tier 2 goes from 0 to 0.2 when the market loses 0.2 (own case, on a tree).

    What tier 1 must take from its reserve before it is known which branch comes is there in the other branch too.
    """
    assert answer(_public_stock(1.0)).coverage("NLD/balloons/helium") == pytest.approx([0.0])
    assert answer(_public_stock(0.8)).coverage("NLD/balloons/helium") == pytest.approx([0.2])


def _unequal_needs(other_input: float) -> InstanceBuilder:
    case = InstanceBuilder().periods(1)
    case.claim("NLD", "chips", "alloy", tier=1, demand=100.0)
    case.claim("NLD", "magnets", "magnet", tier=1, demand=100.0)
    case.line("market", "NLD", "metal", limit=100.0)
    case.line("china", "NLD", "dysprosium", limit=other_input)
    case.process("alloying", "NLD", {"metal": 1.0}, {"alloy": 1.0}, limit=100.0)
    case.process("sintering", "NLD", {"metal": 10.0, "dysprosium": 1.0}, {"magnet": 1.0}, limit=100.0)
    return case


def test_a_tiers_total_shortage_may_rise_with_supply() -> None:
    """From 100 to 181.8: with dysprosium the magnets can be served, at ten times the metal, and both claims come to 1 / 11."""
    assert answer(_unequal_needs(0.0)).total("shortfall") == pytest.approx(100.0)
    assert answer(_unequal_needs(100.0)).total("shortfall") == pytest.approx(200.0 * (1.0 - 1.0 / 11.0))
    assert pytest.approx(181.8, abs=0.05) == 200.0 * (1.0 - 1.0 / 11.0)


def test_inflating_a_claim_pays_under_a_proportional_rule() -> None:
    """Of 100 among two claims of 100 each gets 50; the one that asks for 200 instead gets 66.7."""

    def award(asked: float) -> float:
        case = InstanceBuilder().periods(1)
        case.claim("NLD", "chips", "gallium", tier=1, demand=asked)
        case.claim("NLD", "lighting", "gallium", tier=1, demand=100.0)
        case.line("market", "NLD", "gallium", limit=100.0)
        return answer(case).total("allocate", "NLD/chips/gallium")

    assert award(100.0) == pytest.approx(50.0)
    assert award(200.0) == pytest.approx(66.7, abs=0.05)


@pytest.mark.parametrize(("yielded", "left"), [(0.0, 1.0), (1e-6, 0.0)])
def test_strict_rank_jumps_with_a_coefficient_of_one_in_a_million(yielded: float, left: float) -> None:
    """Tier 2 goes from 1 to 0 when all it has can raise tier 1's coverage by a millionth."""
    case = InstanceBuilder().periods(1)
    case.claim("NLD", "defence", "magnet", tier=1, demand=1.0)
    case.claim("NLD", "toys", "scrap", tier=2, demand=1.0)
    case.line("bins", "NLD", "scrap", limit=1.0)
    case.process("recycling", "NLD", {"scrap": 1.0}, {"magnet": yielded}, limit=1.0)
    result = answer(case)
    assert result.coverage("NLD/toys/scrap") == pytest.approx([left])
    assert result.coverage("NLD/defence/magnet") == pytest.approx([yielded])


def _joint_inputs(oxide: float) -> InstanceBuilder:
    case = InstanceBuilder().periods(1)
    case.claim("NLD", "motors", "magnet", tier=1, demand=1.0)
    case.claim("NLD", "steel", "boron", tier=1, demand=1.0)
    case.line("china", "NLD", "oxide", limit=oxide)
    case.line("turkey", "NLD", "boron", limit=1.0)
    case.process("sintering", "NLD", {"oxide": 1.0, "boron": 1.0}, {"magnet": 1.0}, limit=1.0)
    return case


def test_with_chains_a_claim_may_gain_when_the_crisis_deepens() -> None:
    """Steel goes from 0.5 to 1 of its boron when the oxide is cut that magnets need beside it (own figures)."""
    assert answer(_joint_inputs(1.0)).coverage("NLD/steel/boron") == pytest.approx([0.5])
    assert answer(_joint_inputs(0.0)).coverage("NLD/steel/boron") == pytest.approx([1.0])


def test_with_chains_a_claim_may_lose_when_another_withdraws() -> None:
    """Tier 3 lives on the co-product of tier 1's process: from 0.5 to 0 when tier 1 withdraws and tier 2 takes the raw material."""
    case = InstanceBuilder().periods(1)
    case.claim("NLD", "defence", "alumina", tier=1, demand=1.0)
    case.claim("NLD", "cement", "bauxite", tier=2, demand=1.0)
    case.claim("NLD", "chips", "gallium", tier=3, demand=1.0)
    case.line("guinea", "NLD", "bauxite", limit=1.0)
    case.process("bayer", "NLD", {"bauxite": 1.0}, {"alumina": 1.0, "gallium": 0.5}, limit=1.0)
    assert answer(case).coverage("NLD/chips/gallium") == pytest.approx([0.5])
    del case.claims["NLD/defence/alumina"]
    assert answer(case).coverage("NLD/chips/gallium") == pytest.approx([0.0])


def test_on_a_tree_a_claim_may_lose_when_another_withdraws() -> None:
    """One commodity, no process, no reserve: from 1 to 0.5 (own figures). Stock that is carried serves every branch alike.

    Tier 1 wants the stock kept for the long branch, so it is there in the short branch too; when tier 1 withdraws, the first month
    takes half of it. So the law of withdrawal is tested on paths only.
    """
    case = InstanceBuilder()
    root = case.node("2026-01")
    for branch in ("long", "short"):
        case.node("2026-02", branch, parent=root, probability=0.5)
    case.claim("NLD", "health", "helium", tier=1, demand=[0.0, 1.0, 0.0])
    case.claim("NLD", "balloons", "helium", tier=2, demand=[1.0, 0.0, 0.0])
    case.claim("NLD", "welding", "helium", tier=2, demand=[0.0, 0.0, 1.0])
    case.line("QAT", "NLD", "helium", limit=[1.0, 0.0, 0.0])
    case.inventory("NLD", "helium", opening=0.0, maximum=1.0)
    assert answer(case).coverage("NLD/welding/helium") == pytest.approx([1.0])
    del case.claims["NLD/health/helium"]
    assert answer(case).coverage("NLD/welding/helium") == pytest.approx([0.5])


def test_on_a_tree_a_claim_may_lose_when_a_source_grows() -> None:
    """The same stock (own figures): when the long branch has a market of its own, nothing is kept for it: from 1 to 0.5."""

    def coverage(long_market: float) -> list[float]:
        case = InstanceBuilder()
        root = case.node("2026-01")
        for branch in ("long", "short"):
            case.node("2026-02", branch, parent=root, probability=0.5)
        case.claim("NLD", "health", "helium", tier=1, demand=[0.0, 1.0, 0.0])
        case.claim("NLD", "balloons", "helium", tier=2, demand=[1.0, 0.0, 0.0])
        case.claim("NLD", "welding", "helium", tier=2, demand=[0.0, 0.0, 1.0])
        case.line("QAT", "NLD", "helium", limit=[1.0, long_market, 0.0])
        case.inventory("NLD", "helium", opening=0.0, maximum=1.0)
        return answer(case).coverage("NLD/welding/helium")

    assert coverage(0.0) == pytest.approx([1.0])
    assert coverage(1.0) == pytest.approx([0.5])


def test_levelled_over_the_horizon_claims_of_one_node_may_differ() -> None:
    """Equal claims of January are at 2/3 and 1/3 when one of them also wants what February has not (own figures).

    So the law of equal coverage, where a tier is levelled over the horizon, is tested on claims whose demands are in proportion.
    """
    case = InstanceBuilder().periods(2)
    case.tier(1, over="horizon")
    case.claim("NLD", "clinic", "helium", tier=1, demand=[1.0, 1.0])
    case.claim("NLD", "hospital", "helium", tier=1, demand=[1.0, 0.0])
    case.line("QAT", "NLD", "helium", limit=[1.0, 0.0])
    result = answer(case)
    assert result.coverage("NLD/clinic/helium") == pytest.approx([2 / 3, 0.0])
    assert result.coverage("NLD/hospital/helium") == pytest.approx([1 / 3])


def test_with_more_room_in_store_a_claim_may_lose_in_one_node_what_it_gains_in_another() -> None:
    """From 1 and 0 to 0.5 in both months (own figures): room to carry is a capacity, and levelling over time uses it."""
    case = InstanceBuilder().periods(2)
    case.claim("NLD", "health", "helium", tier=1, demand=1.0)
    case.line("QAT-NLD", "NLD", "helium", limit=[1.0, 0.0])
    assert answer(case).coverages().tolist() == pytest.approx([1.0, 0.0])
    case.inventory("NLD", "helium", opening=0.0, maximum=1.0)
    assert answer(case).coverages().tolist() == pytest.approx([0.5, 0.5])


def test_with_reserves_of_rank_1_at_two_places_a_claim_of_tier_2_may_lose_when_another_withdraws() -> None:
    """From 1 to 0 (own figures). What tier 1 draws on rank 1 is kept as one number per commodity, not per place.

    Germany can serve its tier 1 from a wider reserve instead, and the number then leaves the Dutch reserve of rank 1 to tier 2; when the
    German claim is withdrawn the number is 0.
    """
    case = InstanceBuilder().periods(1)
    case.claim("DEU", "health", "helium", tier=1, demand=1.0)
    case.claim("NLD", "balloons", "helium", tier=2, demand=1.0)
    case.reserve("deu_first", "DEU", "helium", opening=1.0, rank=1)
    case.reserve("deu_wide", "DEU", "helium", opening=1.0, rank=2)
    case.reserve("nld_first", "NLD", "helium", opening=1.0, rank=1)
    assert answer(case).coverages().xs("NLD/balloons/helium").tolist() == pytest.approx([1.0])
    del case.claims["DEU/health/helium"]
    assert answer(case).coverages().xs("NLD/balloons/helium").tolist() == pytest.approx([0.0])
