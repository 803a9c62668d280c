"""What an explanation says is what solving from scratch gives."""

import pytest

from allocator.explain.limits import KINDS
from allocator.explain.remedies import remedies
from tests.allocator.explain.independent import TOLERANCE, as_neighbours, asked, changed, checks
from tests.instances.builder import InstanceBuilder
from tests.instances.generator import random_builder


@pytest.mark.parametrize("seed", range(1000, 1004))
def test_every_move_and_every_remedy_is_confirmed_from_scratch(seed):
    wrong = [check for check in checks(seed, horizon=2, regions=2, rules=seed % 2 == 1) if check.apart > TOLERANCE]
    assert wrong == []


def chain() -> InstanceBuilder:
    """Two inputs, of which one is short, make a part that is claimed; a higher class takes the part first."""
    case = InstanceBuilder().periods(2)
    case.line("ore", "NLD", "helium", limit=1.0)
    case.line("bauxite", "NLD", "aluminium", limit=9.0)
    case.process("works", "NLD", {"helium": 1.0, "aluminium": 1.0}, {"part": 1.0}, limit=5.0)
    case.claim("NLD", "defence", "part", tier=1, demand=0.75)
    case.claim("NLD", "toys", "part", tier=2, demand=1.0)
    return case


def test_the_limit_is_found_through_the_process_and_has_its_price():
    inquiry = asked(chain())
    toys = list(inquiry.instance.claims["name"]).index("NLD/toys/part")
    (key,) = inquiry.nominated(toys)
    assert (key[0], inquiry.limits.name(key)) == ("line", "ore")
    trial = inquiry.trial(key, 0.1)
    assert trial.changes == pytest.approx({"NLD/toys/part": 0.1})
    found = inquiry.network.shortest(inquiry.network.place_of(toys), inquiry.network.end_of(key), inquiry.scarce_places(toys))
    assert [(step.kind, step.name) for step in inquiry.network.steps(found)] == [("process", "works")]


def test_one_input_stops_the_process_and_the_other_does_not():
    inquiry = asked(chain())
    effect = {good: inquiry.trial(("supply", place), 0.1).of("NLD/toys/part") for good, place in inquiry.network.inputs("works")}
    assert effect == pytest.approx({"aluminium": 0.0, "helium": 0.1})


def test_what_would_have_changed_it_names_who_pays():
    inquiry = asked(chain())
    toys = list(inquiry.instance.claims["name"]).index("NLD/toys/part")
    supply, guarantee, rank = remedies(inquiry, toys, as_neighbours(inquiry))
    assert (supply.kind, supply.suffices) == ("supply", True)
    assert supply.amount == pytest.approx(1.5)  # three quarters are missing in each of two periods
    assert (guarantee.kind, guarantee.suffices, guarantee.trial.lose_most("NLD/toys/part")) == (
        "guarantee",
        True,
        (("NLD/defence/part",), pytest.approx(-1.0)),
    )
    assert (rank.kind, rank.suffices) == ("rank", False)
    assert rank.reached == pytest.approx(0.25 + 0.3214, abs=1e-3)


def test_a_guarantee_that_comes_before_all_classes_may_suffice_as_it_is():
    case = InstanceBuilder().periods(1)
    case.line("port", "NLD", "helium", limit=1.0)
    case.claim("NLD", "army", "helium", tier=1, demand=1.0)
    case.claim("NLD", "toys", "helium", tier=2, demand=1.0, guarantee=0.5, guarantee_first=False)
    inquiry = asked(case)
    toys = list(inquiry.instance.claims["name"]).index("NLD/toys/helium")
    found = {one.kind: one for one in remedies(inquiry, toys, as_neighbours(inquiry), 0.4)}
    assert (found["guarantee"].suffices, found["guarantee"].amount) == (True, 0.5)


def test_a_cap_is_lifted_and_nothing_else_is_tried():
    case = InstanceBuilder().periods(1)
    case.line("port", "NLD", "helium", limit=9.0)
    case.claim("NLD", "toys", "helium", tier=1, demand=1.0, cap=0.4)
    inquiry = asked(case)
    (cap,) = remedies(inquiry, 0, as_neighbours(inquiry))
    assert (cap.kind, cap.suffices, cap.amount) == ("cap", True, 1.0)


def test_every_kind_of_limit_is_where_the_model_has_it():
    form = asked(chain()).limits.form
    assert all(kind.block in ("cap", *form.rows, *form.variables) for kind in KINDS.values())


def test_a_reserve_that_was_shut_may_release_unsteadily():
    """The bound on its change from period to period follows from its largest release, which is moved; it held the release steady."""
    case = random_builder(20130, horizon=2, regions=2, rules=False)
    inquiry = asked(case)
    key = inquiry.limits.key("release[reserve_1]")
    step = inquiry.limits.step(key)
    assert inquiry.limits.size(key) == 0.0
    found = {name: change for name, change in changed(case, inquiry, key, step).items() if abs(change) > TOLERANCE}
    assert inquiry.trial(key, step).changes == pytest.approx(found, abs=TOLERANCE)
    assert found
