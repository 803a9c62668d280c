"""A scenario that changes another one."""

from __future__ import annotations

from tests.allocator.scenario.world import PLAIN, World

CLOSED = """\
disruptions:
  - {kind: chokepoint_closure, chokepoint: strait_of_hormuz, start: 2026-03, months: 6, closed: 0.95}
  - {kind: demand_surge, sector: defence, start: 2026-03, months: 12, factor: 1.15}
"""


def test_mappings_are_merged_and_lists_replaced(world: World) -> None:
    world.write(PLAIN + CLOSED, "plain.yaml")
    scenario = world.load(
        """\
scenario: shorter
extends: plain
horizon: {periods: 6}
disruptions:
  - {kind: demand_surge, sector: health, start: 2026-03, months: 1, factor: 2}
"""
    )
    assert scenario.scenario == "shorter"
    assert scenario.extends == "plain"
    assert scenario.framework == "equal_cut"
    assert (scenario.horizon.start, scenario.horizon.periods) == ("2026-03", 6)
    assert [found.kind for found in scenario.disruptions] == ["demand_surge"]
    assert [parent.path for parent in scenario.source.parents] == [str(world.folder / "plain.yaml")]


def test_findings_point_to_the_file_that_wrote_it(world: World) -> None:
    world.write(PLAIN.replace("small", "smal") + CLOSED.replace("0.95", "95"), "plain.yaml")
    assert world.faults("scenario: s\nextends: plain\nhorizon: {periods: zero}\n") == [
        "s.yaml:3:11: horizon.periods: a whole number was expected (no unit, no quotes), but 'zero' was given  [A304]",
        "plain.yaml:2:1: baseline: there is no baseline 'smal'; did you mean 'small'?  [A322]",
        "plain.yaml:6:89: disruptions.0.closed: must be at most 1, but 95 was given; a share is written as 0.95  [A305]",
    ]


def test_a_replaced_list_forgets_the_places_of_the_old_one(world: World) -> None:
    world.write(PLAIN + CLOSED, "plain.yaml")
    faults = world.faults("scenario: s\nextends: plain\ndisruptions:\n  - {kind: demand_surge, sector: health}\n")
    assert [fault[:12] for fault in faults] == ["s.yaml:4:5: "] * 3


def test_extends_by_path_and_over_two_steps(world: World) -> None:
    world.write(PLAIN, "elsewhere/base.yaml")
    (world.folder / "elsewhere" / "baseline").symlink_to(world.folder / "baseline")
    world.write("scenario: middle\nextends: elsewhere/base.yaml\ncrisis_level: 1\n", "middle.yaml")
    scenario = world.load("scenario: s\nextends: middle\nhorizon: {periods: 3}\n")
    assert (scenario.crisis_level, scenario.horizon.periods, scenario.baseline) == (1, 3, "small")


def test_a_scenario_may_extend_a_shipped_one(world: World) -> None:
    (world.folder / "baseline" / "eu_crm_2026").symlink_to(world.folder / "baseline" / "small")
    scenario = world.load("scenario: longer\nextends: hormuz_closure\nhorizon: {periods: 24}\n")
    assert scenario.horizon.periods == 24
    assert scenario.title.en == "Strait of Hormuz closed for six months"


def test_no_such_scenario(world: World) -> None:
    fault = world.fault("scenario: s\nextends: hormuz_closur\n")
    assert fault == "s.yaml:2:1: extends: there is no scenario 'hormuz_closur'; did you mean 'hormuz_closure'?  [A320]"
    fault = world.fault("scenario: s\nextends: ./x.yaml\n")
    assert fault.startswith("s.yaml:2:1: extends: there is no file './x.yaml' seen from the folder of this file; ")


def test_a_scenario_cannot_extend_itself(world: World) -> None:
    expected = "s.yaml:2:1: extends: a scenario cannot extend itself; name another one  [A321]"
    assert world.fault("scenario: s\nextends: s\n") == expected
    assert world.fault("scenario: s\nextends: ./s.yaml\n") == expected


def test_the_id_of_a_shipped_scenario_is_a_cycle_when_it_is_also_ones_own(world: World) -> None:
    fault = world.fault("scenario: hormuz_closure\nextends: hormuz_closure\n")
    assert fault == "s.yaml:2:1: extends: a scenario cannot extend itself; name another one  [A321]"
    world.write("scenario: s\n", "elsewhere/other.yaml")
    fault = world.fault("scenario: s\nextends: elsewhere/other.yaml\n")
    assert fault == "s.yaml:2:1: extends: other.yaml has the same id 's', so it extends itself; give this scenario an id of its own  [A321]"


def test_a_circle_is_refused(world: World) -> None:
    world.write("scenario: a\nextends: b\n", "a.yaml")
    world.write("scenario: b\nextends: s\n", "b.yaml")
    fault = world.fault("scenario: s\nextends: a\n")
    assert fault == "b.yaml:2:1: extends: this goes round in a circle (s extends a extends b extends s); break it  [A321]"


def test_two_files_with_one_id(world: World) -> None:
    world.write(PLAIN, "one.yaml")
    world.write(PLAIN, "two.yaml")
    fault = world.fault("scenario: s\nextends: plain\n")
    assert "'plain' is the id of both one.yaml and two.yaml" in fault
