"""Every fault of a scenario file: what is said, where, and all at once."""

from __future__ import annotations

import pytest
from allocator_scenarios import ROOT
from hypothesis import example, given, settings
from hypothesis import strategies as st

from allocator.errors import InvalidInput
from allocator.scenario.load import scenario_of
from allocator.yaml_file import parse_yaml
from tests.allocator.scenario.world import PLAIN, World


def disruption(text: str) -> str:
    return f"{PLAIN}disruptions:\n  - {{{text}}}\n"


CLOSURE = "kind: chokepoint_closure, chokepoint: strait_of_hormuz, start: 2026-03"


def test_all_faults_at_once_in_the_order_of_the_file(world: World) -> None:
    text = """\
scenario: s
titel: x
title: {en: A}
baseline: smal
framework: nl_drift
horizon: {start: 2026-13, periods: 0, period: months}
scope: {regions: [], commodities: some}
crisis_level: 2.5
futures:
  - {branch: short}
disruptions:
  - {kind: chokepoint_closure, chokepoint: Strait of Hormuz, start: 2026-03, months: -6, closd: 0.95, closed: 95}
  - {kind: demand_surg, sector: defence, start: 2026-03, months: 12, factor: 1.15}
  - {sector: defence}
  - {kind: supplier_outage, start: 2026-03, months: 1 month, share: 0.5}
  - {kind: export_restriction, origin: China, start: 2026-W54, months: 6000, share: 95%, commodities: [a, B]}
  - oops
levers:
  - {kind: emergency_purchas, commodity: a}
  - {kind: reserve_release, owner: NLD, commodities: [a, a], authority: minister}
  - {kind: demand_restraint, sectors: packaging, share: 0}
"""
    assert world.faults(text) == [
        "s.yaml:2:1: titel: unknown key; did you mean 'title'?  [A301]",
        "s.yaml:3:1: title.nl: this key is missing (in Dutch); add it  [A302]",
        "s.yaml:4:1: baseline: there is no baseline 'smal'; did you mean 'small'?  [A322]",
        "s.yaml:5:1: framework: there is no framework 'nl_drift'; did you mean 'nl_draft'?  [A322]",
        "s.yaml:6:11: horizon.start: '2026-13' is not a month: months run from 01 to 12  [A303]",
        "s.yaml:6:27: horizon.periods: must be at least 1, but 0 was given  [A305]",
        "s.yaml:6:39: horizon.period: 'months' is not one of month, quarter, week; did you mean 'month'?  [A307]",
        "s.yaml:7:9: scope.regions: must not be empty; name at least one  [A313]",
        "s.yaml:7:22: scope.commodities: a list, such as [a, b], or the word all was expected, but 'some' was given  [A307]",
        "s.yaml:8:1: crisis_level: a whole number was expected (no unit, no quotes), but 2.5 was given  [A304]",
        "s.yaml:9:1: futures: not supported yet; leave it out: the course of the crisis is taken as known  [A306]",
        "s.yaml:12:32: disruptions.0.chokepoint: 'Strait of Hormuz' is not an id: lower case letters and digits joined by _, "
        "such as helium_liquid  [A312]",
        "s.yaml:12:78: disruptions.0.months: must be more than 0, but -6 was given  [A305]",
        "s.yaml:12:90: disruptions.0.closd: unknown key; did you mean 'closed'?  [A301]",
        "s.yaml:12:103: disruptions.0.closed: must be at most 1, but 95 was given; a share is written as 0.95  [A305]",
        "s.yaml:13:6: disruptions.1.kind: unknown kind 'demand_surg'; did you mean 'demand_surge'?  [A307]",
        "s.yaml:14:5: disruptions.2.kind: this key is missing; say which kind this is  [A302]",
        "s.yaml:15:45: disruptions.3.months: a plain number was expected (decimal point, no unit, no quotes), "
        "but '1 month' was given  [A304]",
        "s.yaml:16:32: disruptions.4.origin: 'China' is not a country code of three capitals, such as NLD  [A312]",
        "s.yaml:16:47: disruptions.4.start: '2026-W54' is not a week: 2026 has ISO weeks 01 to 53  [A303]",
        "s.yaml:16:64: disruptions.4.months: must be at most 600, but 6000 was given  [A305]",
        "s.yaml:16:78: disruptions.4.share: a plain number was expected (decimal point, no unit, no quotes), but '95%' was given  [A304]",
        "s.yaml:16:107: disruptions.4.commodities.1: 'B' is not an id: lower case letters and digits joined by _, "
        "such as helium_liquid  [A312]",
        "s.yaml:17:5: disruptions.5: a mapping was expected, such as {key: value}, but 'oops' was given  [A304]",
        "s.yaml:19:6: levers.0.kind: unknown kind 'emergency_purchas'; did you mean 'emergency_purchase'?  [A307]",
        "s.yaml:20:41: levers.1.commodities: 'a' is named 2 times; name it once  [A315]",
        "s.yaml:21:5: levers.2.authority: this key is missing (who decides, such as minister or agency); add it  [A302]",
        "s.yaml:21:30: levers.2.sectors: a list was expected, such as [a, b], but 'packaging' was given  [A304]",
        "s.yaml:21:50: levers.2.share: must be more than 0, but 0 was given  [A305]",
    ]


def test_the_example_of_the_house_style(world: World) -> None:
    text = f"""\
{PLAIN}disruptions:
  - kind: chokepoint_closure
    chokepoint: strait_of_hormuz
    start: 2026-03
    months: 6
    closed: 1
    closd: 0.95
"""
    assert world.fault(text) == "s.yaml:11:5: disruptions.0.closd: unknown key; did you mean 'closed'?  [A301]"


@pytest.mark.parametrize(
    ("written", "instead", "expected"),
    [
        ("periods: 12", "periods: 0", "s.yaml:4:27: horizon.periods: must be at least 1, but 0 was given  [A305]"),
        ("periods: 12", "periods: 100000", "s.yaml:4:27: horizon.periods: must be at most 600, but 100000 was given  [A305]"),
        (
            "periods: 12",
            "periods: true",
            "s.yaml:4:27: horizon.periods: a whole number was expected (no unit, no quotes), but true was given  [A304]",
        ),
        ("2026-03", "2026-13", "s.yaml:4:11: horizon.start: '2026-13' is not a month: months run from 01 to 12  [A303]"),
        ("2026-03", "2026-W10", "s.yaml:4:1: horizon: start '2026-W10' is not a month; write it as 2026-03, or change period  [A303]"),
        (
            "plain",
            "Plain",
            "s.yaml:1:1: scenario: 'Plain' is not an id: lower case letters and digits joined by _, such as helium_liquid  [A312]",
        ),
        ("equal_cut", "equal_cut\ncrisis_level: 9", "s.yaml:4:1: crisis_level: must be at most 3, but 9 was given  [A305]"),
        ("plain", "12", "s.yaml:1:1: scenario: a text was expected, but 12 was given  [A304]"),
        ("small", "", "s.yaml:2:1: baseline: a text was expected, but nothing was given  [A304]"),
    ],
)
def test_one_fault_at_the_top(world: World, written: str, instead: str, expected: str) -> None:
    assert world.fault(PLAIN.replace(written, instead)) == expected


def test_a_fault_is_one_line_whatever_was_written(world: World) -> None:
    told = world.fault(PLAIN.replace("scenario: plain", 'scenario: "pl\\nain\\u2028"'))
    assert told.isprintable()
    assert "pl\\nain" in told


def test_missing_keys_are_named_with_their_meaning(world: World) -> None:
    assert world.faults("scenario: s\n") == [
        "s.yaml:1:1: baseline: this key is missing (id of the baseline package); add it  [A302]",
        "s.yaml:1:1: framework: this key is missing (id or path of the priority framework); add it  [A302]",
        "s.yaml:1:1: horizon: this key is missing (the periods that are decided and reported); add it  [A302]",
    ]


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        (f"{CLOSURE}, months: 601, closed: 1", "months", "disruptions.0.months: must be at most 600, but 601 was given  [A305]"),
        (f"{CLOSURE}, months: 6, closed: -0.1", "closed", "disruptions.0.closed: must be at least 0, but -0.1 was given  [A305]"),
        (
            f"{CLOSURE}, months: 6, closed: 1.5",
            "closed",
            "disruptions.0.closed: must be at most 1, but 1.5 was given; shares run from 0 to 1  [A305]",
        ),
        (
            f"{CLOSURE}, months: 6, closed: 1, recovery_months: -1",
            "recovery_months",
            "disruptions.0.recovery_months: must be at least 0, but -1 was given  [A305]",
        ),
        (
            "kind: demand_surge, sector: health, start: 2026-03, months: 1, factor: 0",
            "factor",
            "disruptions.0.factor: must be more than 0, but 0 was given  [A305]",
        ),
        (
            "kind: demand_surge, sector: health, start: 2026-03, months: 1, factor: 1.1, regions: [Netherlands]",
            "Netherlands",
            "disruptions.0.regions.0: 'Netherlands' is not a country code of three capitals, such as NLD  [A312]",
        ),
        (
            "kind: supplier_outage, origin: QAT, line: x, start: 2026-03, months: 1, share: 1",
            "{kind",
            "disruptions.0: name either origin or line; both are there  [A314]",
        ),
        (
            "kind: supplier_outage, start: 2026-03, months: 1, share: 1",
            "{kind",
            "disruptions.0: name either origin or line; neither is there  [A314]",
        ),
        (
            "kind: process_outage, start: 2026-03, months: 1, share: 1",
            "{kind",
            "disruptions.0: name technology, process or both; neither is there  [A314]",
        ),
        (
            f"{CLOSURE.replace('2026-03', '2027-03')}, months: 6, closed: 1",
            "start",
            "disruptions.0.start: '2027-03' is after the horizon, which ends with 2027-02; begin earlier or add periods  [A323]",
        ),
        (
            f"{CLOSURE.replace('2026-03', '2026-W12')}, months: 6, closed: 1",
            "start",
            "disruptions.0.start: '2026-W12' is a week, but the horizon counts months; write a month as 2026-03  [A323]",
        ),
    ],
)
def test_limits_of_disruptions(world: World, text: str, at: str, expected: str) -> None:
    written = disruption(text)
    column = written.splitlines()[5].index(at) + 1
    assert world.fault(written) == f"s.yaml:6:{column}: {expected}"


def test_the_last_period_is_still_inside_and_earlier_ones_are_too(world: World) -> None:
    assert world.load(disruption(f"{CLOSURE.replace('2026-03', '2027-02')}, months: 6, closed: 1"))
    assert world.load(disruption(f"{CLOSURE.replace('2026-03', '2025-03')}, months: 24, closed: 1"))


def test_a_lever_that_is_not_known_at_all(world: World) -> None:
    fault = world.fault(f"{PLAIN}levers:\n  - {{kind: reserve_releas, authority: minister}}\n")
    assert fault == "s.yaml:6:6: levers.0.kind: unknown kind 'reserve_releas'; did you mean 'reserve_release'?  [A307]"


def test_an_authority_that_is_none(world: World) -> None:
    fault = world.fault(f"{PLAIN}levers:\n  - {{kind: reserve_release, owner: NLD, commodities: all, authority: king}}\n")
    allowed = "agency, commission, council, government, minister, parliament, region"
    assert fault == f"s.yaml:6:59: levers.0.authority: 'king' is not one of {allowed}  [A307]"


def test_a_text_with_a_comma_that_is_not_quoted(world: World) -> None:
    fault = world.faults(f"{PLAIN}title: {{en: Hormuz, closed at last, nl: Hormuz dicht}}\n")[0]
    remedy = "if this is part of a text with a comma or a colon, put the whole text in quotes"
    assert fault == f"s.yaml:5:21: title.closed at last: unknown key; {remedy}  [A301]"


def test_a_duplicate_key_and_a_useless_number_hide_no_other_fault(world: World) -> None:
    assert world.faults(PLAIN + "scenario: again\nhorizon: {periods: 0}\ncrisis_level: .inf\nscop: all\n") == [
        "s.yaml:5:1: scenario: duplicate key; it is already on line 1, keep one of them  [A309]",
        "s.yaml:6:1: horizon: duplicate key; it is already on line 4, keep one of them  [A309]",
        "s.yaml:7:1: crisis_level: .inf is not a number that can be used; write a finite number  [A311]",
        "s.yaml:8:1: scop: unknown key; did you mean 'scope'?  [A301]",
    ]


def test_a_key_that_is_a_number(world: World) -> None:
    fault = world.fault(PLAIN.replace("period: month", "period: month, 10: x"))
    assert fault == "s.yaml:4:55: horizon.10: unknown key; the keys here are start, periods, period  [A301]"


PIECES = [
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "- ",
    "#",
    "&a ",
    "*a",
    "'",
    '"',
    "\n",
    "  ",
    "null",
    ".nan",
    "-1",
    "2026-13",
    "all",
    "<<: ",
    "---\n",
    "é",
]


@example([(0, 0, "&a "), (96, 0, "&a ")])
@given(st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 12), st.sampled_from(PIECES)), min_size=1, max_size=3))
@settings(deadline=None)
def test_any_damage_to_the_shipped_file_is_told_in_words(cuts: list[tuple[int, int, str]]) -> None:
    text = (ROOT / "hormuz-closure.yaml").read_text(encoding="utf-8")
    for at, length, piece in cuts:
        place = at % len(text)
        text = text[:place] + piece + text[place + length :]
    try:
        scenario_of(parse_yaml(text.encode(), str(ROOT / "damaged.yaml"), "A3"))
        told = ["nothing: it is still a scenario"]
    except InvalidInput as error:
        told = [finding.message for finding in error.findings]
    assert told
    assert not [message for message in told if not message or "\n" in message or "cannot be used here" in message]
