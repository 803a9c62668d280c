"""Controls are read off the models: every kind has a card in two languages, and no control offers what a file may not hold."""

from __future__ import annotations

from dataclasses import replace

import pytest

from allocator.errors import InvalidInput
from allocator_api.sessions.bench import Bench
from allocator_api.sessions.controls import Control
from allocator_api.sessions.state import KINDS, Part, State, with_item, with_value

EVERY = [(part, kind) for part, kinds in KINDS.items() for kind in kinds]


def controls_of(bench: Bench, state: State, part: Part) -> list[Control]:
    return [control for card in bench.panel(state).cards(state, part) for control in card.controls]


@pytest.mark.parametrize(("part", "kind"), EVERY)
def test_every_kind_has_a_card(bench: Bench, hormuz: State, part: Part, kind: str) -> None:
    bare = replace(hormuz, disruptions=(), levers=())
    state = with_item(bare, part, {"kind": kind, **KINDS[part][kind].EXAMPLE}, bench.crisis("hormuz_closure").ids)
    [card] = bench.panel(state).cards(state, part)
    assert all(card.title)
    assert card.controls
    assert all(all(control.label) and control.path.split(".")[-1] not in control.label for control in card.controls)
    for control in card.controls:
        if control.form == "choice":
            assert control.value in [value for value, _ in control.options]
        elif control.form == "list":
            offered = [value for value, _ in bench.panel(state).lists()[control.path.split(".")[-1]]]
            assert set([control.value] if control.value == "all" else control.value) <= set(offered)
        else:
            assert control.scale is not None
            assert control.scale.low <= control.value <= control.scale.high


@pytest.mark.parametrize(("part", "kind"), EVERY)
def test_both_ends_of_every_slider_may_stand_in_a_file(bench: Bench, hormuz: State, part: Part, kind: str) -> None:
    ids = bench.crisis("hormuz_closure").ids
    state = with_item(replace(hormuz, disruptions=(), levers=()), part, {"kind": kind, **KINDS[part][kind].EXAMPLE}, ids)
    for control in controls_of(bench, state, part):
        if control.scale is not None:
            for value in (control.scale.low, control.scale.high):
                _, number, key = control.path.split(".")
                assert with_value(state, control.path, value, ids).part(part)[int(number)].values[key] == value


def test_lists_are_changed_to_whatever_they_offer(bench: Bench, hormuz: State) -> None:
    ids, offered = bench.crisis("hormuz_closure").ids, bench.panel(hormuz).lists()
    restrained = [value for value, _ in offered["sectors"]]
    state = with_value(hormuz, "levers.1.sectors", restrained, ids)
    assert {control.path: control.value for control in controls_of(bench, state, "levers")}["levers.1.sectors"] == restrained
    assert offered["commodities"][0] == ("all", ("all materials", "alle materialen"))
    state = with_value(hormuz, "levers.0.commodities", "all", ids)
    assert {control.path: control.value for control in controls_of(bench, state, "levers")}["levers.0.commodities"] == "all"
    for fault in ([], ["no_such_sector"], "all"):
        with pytest.raises(InvalidInput):
            with_value(hormuz, "levers.1.sectors", fault, ids)


def test_the_crisis_and_our_decisions_stand_apart(bench: Bench, hormuz: State) -> None:
    panel = bench.panel(hormuz).as_json(hormuz)
    assert {control["path"] for control in panel["crisis"]["whole"]} == {"horizon.periods"}
    assert {control["path"] for control in panel["decisions"]["whole"]} == {"crisis_level", "framework"}
    assert [card["kind"] for card in panel["crisis"]["cards"]] == ["chokepoint_closure", "demand_surge"]
    assert [card["kind"] for card in panel["decisions"]["cards"]] == ["reserve_release", "demand_restraint"]
    assert panel["decisions"]["cards"][1]["about"] == ("Packaging, Construction", "Verpakkingen, Bouw")


def test_every_guarantee_of_the_framework_can_be_moved(bench: Bench, hormuz: State) -> None:
    state = with_value(hormuz, "guarantees.0", 0.3, bench.crisis("hormuz_closure").ids)
    controls = bench.panel(state).guarantees(state)
    assert len(controls) == len(bench.frameworks["nl_draft"].guarantees)
    assert (controls[0].value, controls[0].written) == (0.3, 0.8)
    assert controls[0].label == ("Guaranteed: Health care, Liquid helium", "Gewaarborgd: Gezondheidszorg, Vloeibaar helium")


def test_what_needs_a_rebuild_says_so(bench: Bench, hormuz: State) -> None:
    panel = bench.panel(hormuz)
    assert {one.path for one in [*panel.whole(hormuz), panel.horizon_control(hormuz)] if one.rebuilds} == {"framework", "horizon.periods"}


def test_every_addition_can_be_added_with_every_choice_it_offers(bench: Bench, hormuz: State) -> None:
    ids = bench.crisis("hormuz_closure").ids
    additions = bench.panel(hormuz).additions()
    assert {one.values["kind"] for one in additions} >= {"chokepoint_closure", "demand_surge", "export_restriction", "reserve_release"}
    for one in additions:
        assert one.options
        for value, words in (one.options[0], one.options[-1]):
            assert all(words)
            with_item(hormuz, one.part, {**one.values, one.key: value}, ids)
