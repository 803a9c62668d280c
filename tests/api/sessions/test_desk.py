"""The table after moves: what is undone, pinned, named; a log alone rebuilds it."""

from __future__ import annotations

from typing import Any

import pytest

from allocator.errors import InvalidInput
from allocator_api.sessions.bench import Bench
from allocator_api.sessions.desk import MOST_NAMED, MOST_STEPS, Desk, Move, after, first_desk
from allocator_api.sessions.state import State

CLOSED = "disruptions.0.closed"


@pytest.fixture
def desk(hormuz: State) -> Desk:
    return first_desk(hormuz)


def played(bench: Bench, desk: Desk, *moves: dict[str, Any], who: str = "team") -> Desk:
    for move in moves:
        desk = after(desk, Move(**move), who, bench.shelf)
    return desk


def closing(share: float, more: bool = False) -> dict[str, Any]:
    return {"do": "set", "path": CLOSED, "value": share, "more": more}


def closed(desk: Desk) -> float:
    return desk.state.disruptions[0].values["closed"]


def test_moves_are_undone_and_done_again(bench: Bench, desk: Desk) -> None:
    moved = played(bench, desk, closing(0.5), closing(0.4))
    back = played(bench, moved, {"do": "undo"})
    assert (closed(moved), closed(back), closed(played(bench, back, {"do": "redo"}))) == (0.4, 0.5, 0.4)
    assert closed(played(bench, back, {"do": "undo"})) == 0.95
    other = played(bench, back, closing(0.1))
    with pytest.raises(InvalidInput, match="nothing to redo"):
        played(bench, other, {"do": "redo"})
    with pytest.raises(InvalidInput, match="nothing to undo"):
        played(bench, desk, {"do": "undo"})


def test_a_slider_that_moves_is_one_step(bench: Bench, desk: Desk) -> None:
    moved = played(bench, desk, closing(0.9, more=True), closing(0.8, more=True), closing(0.7))
    assert closed(moved) == 0.7
    assert closed(played(bench, moved, {"do": "undo"})) == 0.95


def test_the_same_slider_moved_again_is_another_step(bench: Bench, desk: Desk) -> None:
    moved = played(bench, desk, closing(0.9, more=True), closing(0.8), closing(0.7, more=True), closing(0.6))
    assert closed(played(bench, moved, {"do": "undo"})) == 0.8


def test_two_people_at_one_slider_make_two_steps(bench: Bench, desk: Desk) -> None:
    one = played(bench, desk, closing(0.9, more=True), who="one")
    both = played(bench, one, closing(0.5), who="two")
    assert closed(played(bench, both, {"do": "undo"})) == 0.9


def test_reset_goes_back_to_the_scenario_and_can_be_undone(bench: Bench, desk: Desk, hormuz: State) -> None:
    reset = played(bench, desk, closing(0.5), {"do": "set", "path": "framework", "value": "equal_cut"}, {"do": "reset"})
    assert reset.state == hormuz
    assert played(bench, reset, {"do": "undo"}).state.framework == "equal_cut"


def test_another_scenario_is_compared_with_itself(bench: Bench, desk: Desk) -> None:
    other = played(bench, desk, closing(0.5), {"do": "preset", "value": "cobalt_quota"})
    assert other.state.scenario == other.pinned[1].scenario == "cobalt_quota"
    assert closed(played(bench, other, {"do": "undo"})) == 0.5


def test_a_comparison_stays_with_its_scenario(bench: Bench, desk: Desk) -> None:
    pinned = played(bench, desk, closing(0.5), {"do": "pin", "value": "half"}, {"do": "name", "value": "mine"})
    other = played(bench, pinned, {"do": "preset", "value": "cobalt_quota"})
    assert (other.pinned[0], other.pinned[1].scenario) == ("", "cobalt_quota")
    for back in ({"do": "undo"}, {"do": "recall", "path": "mine"}):
        assert played(bench, other, back).pinned == pinned.pinned
    again = played(bench, other, {"do": "undo"}, {"do": "redo"})
    assert again.pinned == other.pinned
    link = first_desk(other.state)
    taken = Desk(link.steps, 0, link.pins, {"mine": pinned.state})
    assert played(bench, taken, {"do": "recall", "path": "mine"}).pinned == ("", bench.crisis("hormuz_closure").state)


def test_states_are_pinned_named_shown_and_forgotten(bench: Bench, desk: Desk, hormuz: State) -> None:
    kept = played(bench, desk, closing(0.5), {"do": "name", "value": "  half   open "}, closing(0.1))
    assert list(kept.named) == ["half open"]
    assert closed(played(bench, kept, {"do": "recall", "path": "half open"})) == 0.5
    pinned = played(bench, kept, {"do": "pin", "path": "half open"})
    assert (pinned.pinned[0], pinned.pinned[1].disruptions[0].values["closed"]) == ("half open", 0.5)
    now = played(bench, kept, {"do": "pin", "value": "now"})
    assert now.pinned == ("now", kept.state)
    assert played(bench, now, {"do": "pin"}).pinned == ("", hormuz)
    assert played(bench, kept, {"do": "forget", "path": "half open"}).named == {}


@pytest.mark.parametrize(
    ("move", "says"),
    [
        ({"do": "recall", "path": "nothing"}, "no state has this name"),
        ({"do": "name", "value": " "}, "a name of 1 to 60 characters"),
        ({"do": "name", "value": "x" * 61}, "a name of 1 to 60 characters"),
        ({"do": "set", "path": "guarantees.99", "value": 0.5}, "the framework has [0-9]+ guarantees"),
        ({"do": "preset", "value": "no_crisis"}, "there is no scenario 'no_crisis'"),
        ({"do": "set", "path": "framework", "value": ["nl_draft"]}, "there is no framework"),
        ({"do": "set", "path": "framework", "value": "no_law"}, "there is no framework 'no_law'; there are equal_cut, nl_draft"),
    ],
)
def test_a_move_that_cannot_be_made_is_refused(bench: Bench, desk: Desk, move: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        played(bench, desk, move)


def test_steps_and_names_have_an_end(bench: Bench, desk: Desk) -> None:
    long = played(bench, desk, *(closing(round(0.001 * number, 3)) for number in range(MOST_STEPS + 5)))
    assert len(long.steps) == MOST_STEPS
    full = played(bench, desk, *({"do": "name", "value": str(number)} for number in range(MOST_NAMED)))
    with pytest.raises(InvalidInput, match="forget one first"):
        played(bench, full, {"do": "name", "value": "one more"})
    assert played(bench, full, closing(0.5), {"do": "name", "value": "3"}).named["3"].disruptions[0].values["closed"] == 0.5
