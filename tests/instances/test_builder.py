"""The builder's arithmetic: arrivals, volume under way, decaying floors, the tail's bounds."""

import pytest
from hypothesis import given

from tests.instances import InstanceBuilder, builders, random_builder
from tests.instances.tables import arrival_weights


def test_a_fractional_lead_is_split_and_decays_on_the_way() -> None:
    assert arrival_weights(1.5) == {1: 0.5, 2: 0.5}
    assert sum(arrival_weights(1.5, loss=0.2).values()) == pytest.approx(0.8**1.5)


def test_what_was_sent_before_the_start_keeps_arriving() -> None:
    case = InstanceBuilder().periods(3)
    case.line("QAT", "NLD", "helium", limit=0.0, lead=1.5, before=2.0)
    assert case.build().balances["under_way"].tolist() == [2.0, 1.0, 0.0]


def test_floors_and_working_stock_decay_and_the_tail_is_closed() -> None:
    case = InstanceBuilder().periods(2, tail=1)
    case.commodity("helium", loss=0.5)
    case.reserve("cavern", "NLD", "helium", opening=4.0, floor=2.0, loss=0.5)
    case.inventory("NLD", "helium", opening=1.0, minimum=0.5, maximum=3.0)
    instance = case.build()
    assert instance.releases["floor"].tolist() == [2.0, 1.0, 0.5]
    assert instance.releases["limit"].tolist() == [4.0, 4.0, 0.0]
    assert instance.inventories["minimum"].tolist() == [0.5, 0.25, 0.125]
    assert instance.inventories["maximum"].tolist() == [3.0, 1.0, 1.0]
    assert instance.balances["bound"].tolist() == [5.0, 5.0, 5.0]


def test_arrivals_of_a_tree_follow_every_branch() -> None:
    case = InstanceBuilder()
    root = case.node("2026-01")
    for branch, probability in (("long", 0.25), ("short", 0.75)):
        case.node("2026-02", branch, parent=root, probability=probability)
    case.line("QAT", "NLD", "helium", limit=1.0, lead=1)
    instance = case.build()
    assert instance.line_arrivals[["sent", "node"]].to_numpy().tolist() == [[0, 1], [0, 2]]
    assert instance.nodes["name"].tolist() == ["2026-01", "2026-02/long", "2026-02/short"]


@given(builders(tree=True, processes=True, commodities=3))
def test_every_random_case_is_a_valid_instance(case: InstanceBuilder) -> None:
    instance = case.build()
    assert len(instance.cells)
    assert (instance.nodes.groupby("period")["probability"].sum() - 1).abs().max() < 1e-12
    assert instance.reserves["rank"].isin(instance.tiers["tier"]).all()


def test_the_same_seed_gives_the_same_case() -> None:
    first, second = random_builder(11).build(), random_builder(11).build()
    assert all(table.equals(getattr(second, name)) for name, table in vars(first).items())
