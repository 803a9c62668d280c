"""All faults of a scenario, its framework and its baseline are told at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from allocator.errors import InvalidInput
from allocator.inputs import read_inputs
from tests.tiny import FRAMEWORK, write_tiny

WORN = """\
scope: {regions: [NLD, GER], commodities: some}
crisis_level: .nan
disruptions:
  - {kind: chokepoint_closure, chokepoint: strait_of_hormus, start: 2026-03, months: 3, closed: 9, closed: 1}
  - {kind: quota, origin: XXX, commodities: all, start: 2026-03, months: .inf}
  - {kind: .nan, start: 2026-03}
"""


def faults(path: Path, framework: str | None = None, overrides: Sequence[str] = ()) -> list[str]:
    with pytest.raises(InvalidInput) as error:
        read_inputs(path, framework, overrides)
    return [str(finding).replace(f"{path.parent}/", "") for finding in error.value.findings]


def test_unknown_ids_stand_beside_all_other_faults_and_the_framework_follows(tmp_path: Path) -> None:
    law = FRAMEWORK.replace("[packaging]", "[packging]").replace(
        "rule: leximin, cap: {2026-01-01: 1,", "rule: leximn, cap: {2026-01-01: .inf,"
    )
    assert faults(write_tiny(tmp_path, WORN, law)) == [
        "tiny.yaml:5:24: scope.regions.1: the baseline has no region 'GER'; there is DEU, NLD, POL  [A330]",
        "tiny.yaml:5:30: scope.commodities: a list, such as [a, b], or the word all was expected, but 'some' was given  [A307]",
        "tiny.yaml:6:1: crisis_level: .nan is not a number that can be used; write a finite number  [A311]",
        "tiny.yaml:8:32: disruptions.0.chokepoint: the baseline has no chokepoint 'strait_of_hormus'; "
        "did you mean 'strait_of_hormuz'?  [A330]",
        "tiny.yaml:8:89: disruptions.0.closed: must be at most 1, but 9 was given; a share is written as 0.09  [A305]",
        "tiny.yaml:8:100: disruptions.0.closed: duplicate key; it is already on line 8, keep one of them  [A309]",
        "tiny.yaml:9:19: disruptions.1.origin: the baseline has no origin 'XXX'; there is AUS, NLD, NOR, POL, QAT, USA  [A330]",
        "tiny.yaml:9:66: disruptions.1.months: .inf is not a number that can be used; write a finite number  [A311]",
        "tiny.yaml:10:6: disruptions.2.kind: .nan is not a number that can be used; write a finite number  [A311]",
        "frameworks/tiny.yaml:6:57: tiers.1.sectors.0: the baseline has no sector 'packging'; did you mean 'packaging'?  [A230]",
        "frameworks/tiny.yaml:6:68: tiers.1.rule: 'leximn' is not one of leximin, soft_priorities, weighted; "
        "did you mean 'leximin'?  [A207]",
        "frameworks/tiny.yaml:6:88: tiers.1.cap.2026-01-01: .inf is not a number that can be used; write a finite number  [A211]",
    ]


def test_an_unknown_id_does_not_hide_what_is_asked_of_its_neighbours(tmp_path: Path) -> None:
    crisis = "disruptions:\n  - {kind: quota, origin: XXX, commodities: all, start: 2026-03, months: 1}\n"
    assert faults(write_tiny(tmp_path, crisis)) == [
        "tiny.yaml:6:5: disruptions.0: name either share or quantity; neither is there  [A314]",
        "tiny.yaml:6:19: disruptions.0.origin: the baseline has no origin 'XXX'; there is AUS, NLD, NOR, POL, QAT, USA  [A330]",
    ]


def test_a_framework_that_there_is_not_stands_beside_unknown_ids(tmp_path: Path) -> None:
    path = write_tiny(tmp_path, "scope: {regions: [GER]}\n")
    path.write_text(path.read_text().replace("framework: tiny", "framework: tony"))
    assert faults(path) == [
        "tiny.yaml:3:1: framework: there is no framework 'tony'; did you mean 'tiny'?  [A322]",
        "tiny.yaml:5:19: scope.regions.0: the baseline has no region 'GER'; there is DEU, NLD, POL  [A330]",
    ]
    assert faults(path, "tuny")[-1] == "--framework: there is no framework 'tuny'; did you mean 'tiny'?  [A322]"


def test_a_damaged_baseline_hides_nothing_else_and_is_told_last(tmp_path: Path) -> None:
    path = write_tiny(tmp_path, "crisis_level: 9\n", FRAMEWORK.replace("status: concept", "status: draft"))
    (tmp_path / "baseline" / "tiny" / "lanes.csv").unlink()
    assert [fault.split("  [")[1] for fault in faults(path)] == ["A305]", "A207]", "A101]"]
    (tmp_path / "baseline" / "tiny" / "commodities.csv").unlink()
    assert [fault.split("  [")[1] for fault in faults(path)] == ["A322]", "A305]", "A207]"]


def test_a_name_that_is_missing_or_none_is_asked_for_once(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text("scenario: s\nbaseline: .nan\nhorizon: {start: 2026-03, periods: 1, period: month}\n")
    assert faults(path) == [
        "s.yaml:1:1: framework: this key is missing (id or path of the priority framework); add it  [A302]",
        "s.yaml:2:1: baseline: .nan is not a number that can be used; write a finite number  [A311]",
    ]


def test_faults_of_an_extended_file_are_told_with_its_name(tmp_path: Path) -> None:
    write_tiny(tmp_path, "crisis_level: .nan\n")
    child = tmp_path / "child.yaml"
    child.write_text("scenario: child\nextends: tiny\nscope: {regions: [GER]}\nscope: {regions: [NLD]}\n")
    assert faults(child) == [
        "child.yaml:3:19: scope.regions.0: the baseline has no region 'GER'; there is DEU, NLD, POL  [A330]",
        "child.yaml:4:1: scope: duplicate key; it is already on line 3, keep one of them  [A309]",
        "tiny.yaml:5:1: crisis_level: .nan is not a number that can be used; write a finite number  [A311]",
    ]


def test_a_setting_that_is_no_number_is_refused(tmp_path: Path) -> None:
    expected = "--set crisis_level=.nan: .nan is not a number that can be used; write a finite number  [A311]"
    assert faults(write_tiny(tmp_path), overrides=["crisis_level=.nan"]) == [expected]


def test_what_is_right_is_read(tmp_path: Path) -> None:
    inputs = read_inputs(write_tiny(tmp_path))
    assert (inputs.scenario.scenario, inputs.framework.framework, inputs.baseline.edition) == ("tiny", "tiny", "tiny")
