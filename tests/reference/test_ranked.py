"""The slow reference gives the published figures and the bracketed figures of the formulation."""

import pytest

from tests.instances import InstanceBuilder
from tests.reference.program import Program
from tests.reference.ranked import Answer, Measure, leximin, solve_reference


def solved(case: InstanceBuilder) -> tuple[dict[str, list[float]], Answer]:
    """Coverage by the claim's sector, node after node, and the whole answer."""
    instance = case.build()
    answer = solve_reference(instance)
    coverage: dict[str, list[float]] = {}
    for (claim, _), covered in sorted(answer.coverage.items()):
        coverage.setdefault(instance.claims["sector"][claim], []).append(round(covered, 7))
    return coverage, answer


def one_good(*, market: float = 0.0, periods: int = 1, tail: int = 0) -> InstanceBuilder:
    """Helium in one region, with a market that brings as much in every node."""
    case = InstanceBuilder().periods(periods, tail)
    case.commodity("helium", yardstick=1.0)
    case.line("QAT", "NLD", "helium", limit=market)
    return case


def test_leximin_raises_the_least_then_the_next() -> None:
    program = Program()
    for column in "abc":
        program.column(column, 0.0, 5.0)
    program.row({"a": 1.0, "b": 1.0}, upper=1.0)
    program.row({"b": 1.0, "c": 1.0}, upper=2.0)
    levels, _ = leximin(program, {column: Measure(0.0, {column: 1.0}) for column in "abc"})
    assert levels == pytest.approx({"a": 0.5, "b": 0.5, "c": 1.5})


def test_c3_dantzig_transport_costs_153_675() -> None:
    miles = {"SEA": {"NYC": 2.5, "CHI": 1.7, "TOP": 1.8}, "SDG": {"NYC": 2.5, "CHI": 1.8, "TOP": 1.4}}
    case = InstanceBuilder().periods(1)
    for plant, supply in (("SEA", 350.0), ("SDG", 600.0)):
        case.line(plant, plant, "cans", limit=supply)
        for market, distance in miles[plant].items():
            case.lane(plant, market, "cans", limit=1000.0, cost=90 * distance / 1000)
    for market, demand in (("NYC", 325.0), ("CHI", 300.0), ("TOP", 275.0)):
        case.claim(market, "shops", "cans", tier=1, demand=demand)
    coverage, answer = solved(case)
    assert coverage == {"shops": [1.0, 1.0, 1.0]}
    assert answer.stages["cost"] == pytest.approx(153.675, abs=1e-6)


def test_c6_strict_rank_gives_50_and_0() -> None:
    case = InstanceBuilder().periods(1)
    case.line("CHN", "NLD", "ore", limit=100.0)
    case.process("maker", "NLD", {"ore": 2.0}, {"magnet": 1.0}, limit=100.0)
    case.claim("NLD", "first", "magnet", tier=1, demand=100.0)
    case.claim("NLD", "second", "ore", tier=2, demand=100.0)
    assert solved(case)[0] == {"first": [0.5], "second": [0.0]}


def test_a_claim_that_is_moved_is_served_in_the_tier_of_the_cell() -> None:
    case = one_good(market=1.0, periods=2)
    case.claim("NLD", "first", "helium", tier=1, demand=1.0)
    moved = case.claim("NLD", "second", "helium", tier=2, demand=1.0)
    case.claims[moved].moves = {list(case.nodes)[1]: 1}
    assert solved(case)[0] == {"first": [1.0, 0.5], "second": [0.0, 0.5]}


def test_a_reserve_kept_for_tier_1_is_not_emptied_by_lower_tiers() -> None:
    case = one_good(market=1.0)
    case.reserve("cavern", "NLD", "helium", opening=1.0, rank=1)
    for tier, sector in ((1, "health"), (2, "research"), (3, "balloons")):
        case.claim("NLD", sector, "helium", tier=tier, demand=1.0)
    coverage, answer = solved(case)
    assert coverage == {"health": [1.0], "research": [0.0], "balloons": [0.0]}
    assert list(answer.draws.values()) == pytest.approx([0.0], abs=1e-6)


def test_a_reserve_of_a_rank_without_claims_is_not_emptied_either() -> None:
    case = one_good()
    case.tier(1)
    case.reserve("cavern", "NLD", "helium", opening=1.0, rank=1)
    case.claim("NLD", "balloons", "helium", tier=2, demand=1.0)
    assert solved(case)[0] == {"balloons": [0.0]}
    case.tiers.clear()
    assert solved(case)[0] == {"balloons": [0.0]}


def test_a_tier_draws_its_own_reserve_before_a_wider_one() -> None:
    case = one_good()
    case.reserve("kept", "NLD", "helium", opening=1.0, rank=1)
    case.reserve("wide", "NLD", "helium", opening=1.0, rank=2)
    case.claim("NLD", "health", "helium", tier=1, demand=1.0)
    case.claim("NLD", "balloons", "helium", tier=2, demand=1.0)
    coverage, answer = solved(case)
    assert coverage == {"health": [1.0], "balloons": [1.0]}
    assert answer.draws == pytest.approx({(1, 0, False): 1.0, (2, 0, False): 1.0})


def test_a_rank_below_the_lowest_tier_is_open_to_every_tier() -> None:
    case = one_good()
    case.reserve("last", "NLD", "helium", opening=1.5, rank=9)
    case.claim("NLD", "health", "helium", tier=1, demand=1.0)
    case.claim("NLD", "balloons", "helium", tier=2, demand=1.0)
    coverage, answer = solved(case)
    assert coverage == {"health": [1.0], "balloons": [0.5]}
    assert answer.draws == pytest.approx({(2, 0, False): 1.5})


def test_a_hospital_is_never_restrained_so_that_packaging_gets_more() -> None:
    case = one_good(market=120.0)
    case.claim("NLD", "hospital", "helium", tier=1, demand=100.0, restraint=0.3)
    case.claim("NLD", "packaging", "helium", tier=2, demand=50.0)
    coverage, answer = solved(case)
    assert coverage == {"hospital": [1.0], "packaging": [0.4]}  # restrained by 30, packaging would have 50 of 50
    assert answer.restraint == pytest.approx({(0, 0): 0.0, (1, 0): 0.0}, abs=1e-6)


@pytest.mark.parametrize(("tail", "last"), [(1, 0.2), (0, 1.0)])
def test_without_the_tail_inputs_of_long_lead_processes_are_set_free(tail: int, last: float) -> None:
    case = InstanceBuilder().periods(3, tail=tail)
    case.line("CHN", "NLD", "ore", limit=1.0)
    case.process("maker", "NLD", {"ore": 1.0}, {"magnet": 1.0}, limit=2.0, lead=1, before=0.8)
    case.claim("NLD", "defence", "magnet", tier=1, demand=0.8)
    case.claim("NLD", "toys", "ore", tier=2, demand=1.0)
    coverage = solved(case)[0]
    assert coverage["defence"][:3] == [1.0, 1.0, 1.0]
    assert coverage["toys"][:3] == [0.2, 0.2, last]


def test_the_tail_does_not_rule_the_horizon() -> None:
    case = InstanceBuilder().periods(8, tail=1)
    case.inventory("NLD", "helium", opening=8.0)
    case.claim("NLD", "health", "helium", tier=1, demand=1.0)
    assert solved(case)[0] == {"health": [1.0] * 8 + [0.0]}  # levelled with the tail: 8 of 9 everywhere, 0.89


def test_a_floor_decays_with_the_goods() -> None:
    case = InstanceBuilder().periods(2)
    case.reserve("cavern", "NLD", "helium", opening=200.0, floor=100.0, loss=0.5)
    case.claim("NLD", "health", "helium", tier=1, demand=[0.0, 100.0])
    assert solved(case)[0] == {"health": [0.5]}  # a floor fixed at 100 releases nothing of the 100 that are left


def test_a_co_product_nobody_wants_makes_nothing_infeasible() -> None:
    case = InstanceBuilder().periods(1)
    case.line("GIN", "NLD", "bauxite", limit=1.0)
    case.process("refine", "NLD", {"bauxite": 1.0}, {"alumina": 1.0, "red_mud": 2.0}, limit=1.0)
    case.claim("NLD", "smelter", "alumina", tier=1, demand=1.0)
    case.commodity("red_mud", surplus_cost=3.0)
    coverage, answer = solved(case)
    assert coverage == {"smelter": [1.0]}
    assert answer.stages["cost"] == pytest.approx(6.0)


def test_a_guarantee_of_a_low_tier_outranks_and_the_reserve_above_makes_room() -> None:
    case = one_good(market=1.0)
    case.reserve("cavern", "NLD", "helium", opening=0.2, rank=1)
    case.claim("NLD", "defence", "helium", tier=1, demand=1.0)
    case.claim("NLD", "health", "helium", tier=2, demand=1.0, guarantee=0.5)
    coverage, answer = solved(case)
    assert coverage == {"defence": [0.7], "health": [0.5]}
    assert answer.met == pytest.approx({(1, 0): 1.0})
    assert answer.draws == pytest.approx({(1, 0, False): 0.2}, abs=1e-6)


def test_draws_are_decided_without_lower_guarantees_then_moved_to_what_they_need() -> None:
    case = one_good(market=1.0)
    case.reserve("cavern", "NLD", "helium", opening=1.0, rank=1)
    case.claim("NLD", "defence", "helium", tier=1, demand=1.0)
    case.claim("NLD", "health", "helium", tier=2, demand=1.0, guarantee=0.5)
    coverage, answer = solved(case)
    assert coverage == {"defence": [1.0], "health": [0.5]}
    assert (answer.stages["draw 1"], answer.stages["draw 1 moved"]) == pytest.approx((0.0, 0.5), abs=1e-6)


def test_a_guarantee_may_not_draw_on_a_reserve_of_a_higher_tier() -> None:
    case = one_good(market=0.2)
    case.reserve("cavern", "NLD", "helium", opening=1.0, rank=1)
    case.claim("NLD", "defence", "helium", tier=1, demand=1.0)
    case.claim("NLD", "health", "helium", tier=2, demand=1.0, guarantee=0.5)
    coverage, answer = solved(case)
    assert coverage == {"defence": [1.0], "health": [0.2]}
    assert answer.met == pytest.approx({(1, 0): 0.4})


def test_a_guarantee_inside_its_own_tier_comes_after_higher_tiers_and_before_equals() -> None:
    case = one_good(market=1.5)
    case.claim("NLD", "defence", "helium", tier=1, demand=1.0)
    case.claim("NLD", "health", "helium", tier=2, demand=1.0, guarantee=0.4, guarantee_first=False)
    case.claim("NLD", "research", "helium", tier=2, demand=1.0)
    assert solved(case)[0] == {"defence": [1.0], "health": [0.4], "research": [0.1]}


def test_with_a_rank_1_reserve_tier_2_may_gain_when_the_market_falls() -> None:
    """0 -> 0.2: what tier 1 misses is made from its reserve, and the co-product goes to tier 2."""
    for market, gained in ((1.0, 0.0), (0.8, 0.2)):
        case = InstanceBuilder().periods(1)
        case.line("CHN", "NLD", "gallium", limit=market)
        case.reserve("ore_store", "NLD", "ore", opening=1.0, rank=1)
        case.process("refine", "NLD", {"ore": 1.0}, {"gallium": 1.0, "slag": 1.0}, limit=1.0)
        case.claim("NLD", "defence", "gallium", tier=1, demand=1.0)
        case.claim("NLD", "roads", "slag", tier=2, demand=1.0)
        assert solved(case)[0] == {"defence": [1.0], "roads": [gained]}


def test_a_tiers_total_shortage_may_rise_with_supply() -> None:
    """100 -> 181.8: once the claim that needs ten units per unit can be served at all, leximin serves it."""
    for licence, shortage in ((0.0, 100.0), (100.0, 181.8)):
        case = InstanceBuilder().periods(1)
        case.line("CHN", "NLD", "ore", limit=100.0)
        case.line("USA", "NLD", "licence", limit=licence)
        case.process("maker", "NLD", {"ore": 10.0, "licence": 1.0}, {"wafer": 1.0}, limit=100.0)
        case.claim("NLD", "chips", "wafer", tier=1, demand=100.0)
        case.claim("NLD", "steel", "ore", tier=1, demand=100.0)
        coverage = solved(case)[0]
        assert sum(100 * (1 - covered[0]) for covered in coverage.values()) == pytest.approx(shortage, abs=0.05)


def test_over_the_horizon_goods_that_decay_are_used_while_they_last() -> None:
    case = InstanceBuilder().periods(2)
    case.commodity("helium", loss=0.5)
    case.inventory("NLD", "helium", opening=1.0)
    case.claim("NLD", "health", "helium", tier=1, demand=1.0)
    assert solved(case)[0]["health"] == pytest.approx([1 / 3, 1 / 3])
    case.tier(1, over="horizon")
    assert solved(case)[0] == {"health": [1.0, 0.0]}


def test_draws_on_a_tree_are_expected_draws() -> None:
    case = InstanceBuilder()
    root = case.node("2026-01")
    for branch, probability in (("long", 0.25), ("short", 0.75)):
        case.node("2026-02", branch, parent=root, probability=probability)
    case.commodity("helium", yardstick=2.0)
    case.line("QAT", "NLD", "helium", limit={"2026-01": 1.0, "2026-02/short": 1.0})
    case.reserve("cavern", "NLD", "helium", opening=1.0)
    case.claim("NLD", "health", "helium", tier=1, demand=1.0)
    coverage, answer = solved(case)
    assert coverage == {"health": [1.0, 1.0, 1.0]}
    assert answer.draws == pytest.approx({(1, 0, False): 0.25 / 2})
    assert answer.stages["steadiness"] == pytest.approx(0.25 / 2)


def test_draws_that_could_as_well_be_others_are_marked() -> None:
    case = InstanceBuilder().periods(1)
    for good in ("neodymium", "praseodymium"):
        case.commodity(good, yardstick=1.0)
        case.reserve(f"{good}_store", "NLD", good, opening=1.0, rank=1)
        case.process(f"from_{good}", "NLD", {good: 1.0}, {"magnet": 1.0}, limit=1.0)
    case.claim("NLD", "defence", "magnet", tier=1, demand=1.0)
    case.claim("NLD", "toys", "magnet", tier=2, demand=1.0)
    _, answer = solved(case)
    assert not answer.unique_draws
    assert answer.settled == [1]
