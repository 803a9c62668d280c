"""Ids are sought beside the scenario file first, then among the shipped ones."""

from __future__ import annotations

import pytest
from allocator_scenarios import ROOT

from allocator.scenario import NotFoundError, baseline_path, find_baseline, find_framework, find_scenario, framework_path, shipped
from tests.allocator.scenario.world import PLAIN, World


def test_what_is_shipped() -> None:
    assert shipped("scenario")["hormuz_closure"] == ROOT / "hormuz-closure.yaml"
    assert shipped("framework")["nl_draft"] == ROOT / "frameworks" / "nl-draft.yaml"


def test_beside_the_scenario_comes_first(world: World) -> None:
    own = world.write("framework: equal_cut\n", "frameworks/own.yaml")
    scenario = world.load(PLAIN)
    assert framework_path(scenario) == own
    assert baseline_path(scenario) == world.folder / "baseline" / "small"
    own.unlink()
    assert framework_path(scenario) == ROOT / "frameworks" / "equal-cut.yaml"


def test_paths_are_seen_from_the_folder_of_the_file(world: World) -> None:
    own = world.write("framework: mine\n", "elsewhere/mine.yaml")
    assert find_framework("elsewhere/mine.yaml", world.folder) == own
    assert find_scenario("./elsewhere/mine.yaml", world.folder) == own
    with pytest.raises(NotFoundError, match=r"did you mean 'mine\.yaml'"):
        find_framework("elsewhere/mne.yaml", world.folder)


def test_a_baseline_by_path_or_by_edition(world: World) -> None:
    assert find_baseline("baseline/small", world.folder) == world.folder / "baseline" / "small"
    with pytest.raises(NotFoundError, match=r"has a file commodities\.csv"):
        find_baseline("baseline/none", world.folder)
    with pytest.raises(NotFoundError, match="did you mean 'small'"):
        find_baseline("smal", world.folder)


def test_a_file_that_is_removed_after_loading_is_named_with_its_line(world: World) -> None:
    own = world.write("framework: mine\n", "frameworks/mine.yaml")
    scenario = world.load(PLAIN.replace("equal_cut", "mine"))
    own.unlink()
    with pytest.raises(Exception, match=r"s\.yaml:3:1: framework: there is no framework 'mine'"):
        framework_path(scenario)
