"""A state is a scenario with changes: values are judged as a scenario file is, and the way to a state leaves no trace."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from allocator.errors import InvalidInput
from allocator.scenario import load_scenario
from allocator_api.sessions.bench import Bench
from allocator_api.sessions.state import MOST_ITEMS, State, law_settings, settings, with_item, with_value, without_item

SURGE = {"kind": "demand_surge", "sector": "health", "start": "2026-03", "months": 3, "factor": 1.2}


def set_(bench: Bench, state: State, path: str, value: Any) -> State:
    return with_value(state, path, value, bench.crisis(state.scenario).ids)


def test_a_state_as_written_needs_no_settings(hormuz: State) -> None:
    assert settings(hormuz, hormuz) == ()


def test_guarantees_are_moved_and_go_with_their_framework(bench: Bench, hormuz: State) -> None:
    state = set_(bench, set_(bench, hormuz, "guarantees.3", 0.25), "guarantees.0", 1)
    assert law_settings(state) == ("guarantees.0.share=1.0", "guarantees.3.share=0.25")
    assert [float(rule.share.value_on(date(2026, 3, 1))) for rule in bench.law(state).guarantees[:4:3]] == [1.0, 0.25]
    assert bench.law(hormuz) is bench.frameworks["nl_draft"]
    assert law_settings(set_(bench, state, "framework", "equal_cut")) == ()
    assert bench.key(state) != bench.key(hormuz)
    for path, value in (("guarantees.0", 1.5), ("guarantees.x", 0.5), ("guarantees.0", "all")):
        with pytest.raises(InvalidInput, match=path):
            set_(bench, hormuz, path, value)


def test_settings_make_the_scenario_that_the_state_says(bench: Bench, hormuz: State) -> None:
    state = set_(bench, set_(bench, hormuz, "disruptions.0.closed", 0.5), "crisis_level", 1)
    state = set_(bench, set_(bench, state, "levers.1.on", False), "horizon.periods", 6)
    read = load_scenario(bench.scenarios["hormuz_closure"], settings(state, hormuz))
    assert [one.depth for one in read.disruptions] == [0.5, 1.0]
    assert [lever.kind for lever in read.levers] == ["reserve_release"]
    assert (read.crisis_level, read.horizon.periods) == (1, 6)


def test_the_way_to_a_state_leaves_no_trace(bench: Bench, hormuz: State) -> None:
    there = set_(bench, set_(bench, hormuz, "disruptions.0.closed", 0.2), "disruptions.0.months", 2)
    other = set_(bench, set_(bench, hormuz, "disruptions.0.months", 2), "disruptions.0.closed", 0.2)
    assert settings(there, hormuz) == settings(other, hormuz)
    back = set_(bench, set_(bench, there, "disruptions.0.closed", 0.95), "disruptions.0.months", 6)
    assert settings(back, hormuz) == ()


def test_what_is_off_keeps_its_values(bench: Bench, hormuz: State) -> None:
    off = set_(bench, set_(bench, hormuz, "disruptions.0.closed", 0.3), "disruptions.0.on", False)
    assert "closed" not in "".join(settings(off, hormuz))
    on = set_(bench, off, "disruptions.0.on", True)
    assert on.disruptions[0].values["closed"] == 0.3


def test_disruptions_come_and_go(bench: Bench, hormuz: State) -> None:
    more = with_item(hormuz, "disruptions", SURGE, bench.crisis("hormuz_closure").ids)
    assert len(load_scenario(bench.scenarios["hormuz_closure"], settings(more, hormuz)).disruptions) == 3
    assert without_item(more, "disruptions.2") == hormuz
    assert [item.number for item in without_item(more, "disruptions.0").disruptions] == [1, 2]


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("disruptions.0.closed", 1.5, r"closed: must be at most 1.*\[A305\]"),
        ("disruptions.0.chokepoint", "strait_of_hormus", r"did you mean 'strait_of_hormuz'.*\[A330\]"),
        ("disruptions.0.closd", 0.5, r"unknown key; did you mean 'closed'.*\[A301\]"),
        ("disruptions.0.on", 1, r"true or false.*\[A325\]"),
        ("disruptions.7.closed", 0.5, r"'7' is none of the 2 disruptions.*\[A325\]"),
        ("disruption.0.closed", 0.5, r"no such setting; there are framework, crisis_level.*\[A325\]"),
        ("crisis_level", True, r"a level from 0 to 3.*\[A325\]"),
        ("crisis_level", 4, r"a level from 0 to 3.*\[A325\]"),
        ("horizon.periods", 0, r"a whole number from 1 to 600.*\[A325\]"),
        ("horizon.periods", 200_000, r"a whole number from 1 to 600.*\[A325\]"),
        ("framework", 3, r"id of a framework.*\[A325\]"),
    ],
)
def test_what_cannot_stand_there_is_refused(bench: Bench, hormuz: State, path: str, value: Any, says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        set_(bench, hormuz, path, value)


@pytest.mark.parametrize(
    ("path", "values", "says"),
    [
        ("disruptions", {**SURGE, "sector": "helth"}, r"\[A330\]"),
        ("disruptions", {**SURGE, "kind": "war"}, r"there is no 'war'; there are chokepoint_closure.*\[A325\]"),
        ("disruptions", {**SURGE, "kind": ["war"]}, r"there is no .* there are chokepoint_closure.*\[A325\]"),
        ("levers", SURGE, r"there is no 'demand_surge'.*\[A325\]"),
        ("disruptions", "all", r"expected the keys.*\[A325\]"),
        ("everything", SURGE, r"no such setting.*\[A325\]"),
    ],
)
def test_what_cannot_be_added_is_refused(bench: Bench, hormuz: State, path: str, values: Any, says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        with_item(hormuz, path, values, bench.crisis("hormuz_closure").ids)


def test_a_state_does_not_grow_without_end(bench: Bench, hormuz: State) -> None:
    state = hormuz
    while len(state.disruptions) < MOST_ITEMS:
        state = with_item(state, "disruptions", SURGE, bench.crisis("hormuz_closure").ids)
    with pytest.raises(InvalidInput, match=re.escape(f"there are {MOST_ITEMS} already")):
        with_item(state, "disruptions", SURGE, bench.crisis("hormuz_closure").ids)
