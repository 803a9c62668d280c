"""Whether scenario, framework and baseline speak of the same things."""

from __future__ import annotations

from allocator.closed import KnownIds, read_model
from allocator.errors import Finding
from allocator.framework import Framework, missing_sectors
from allocator.framework.legal import load_legal
from allocator.scenario import Scenario


def check_references(scenario: Scenario, framework: Framework, ids: KnownIds) -> list[Finding]:
    """Return a finding for everything that scenario and framework name and the baseline does not have, and for sectors in no tier.

    Findings of the scenario come first, each part in the order of its file.
    """
    _, of_scenario = read_model(Scenario, scenario.source, ids)
    _, of_framework = read_model(Framework, framework.source, ids, {"legal": load_legal()})
    of_framework += missing_sectors(framework, ids.sectors)
    of_framework += _reserves_without_rank(framework, ids)
    return scenario.source.in_order(of_scenario) + framework.source.in_order(of_framework)


def closed_levers(scenario: Scenario, framework: Framework) -> list[Finding]:
    """Return a remark for every lever that the framework does not open at the scenario's crisis level; such a lever has no effect.

    This is no fault: asking what a lower crisis level would mean is a fair question. The report shows the remarks.
    """
    remarks = []
    for number, lever in enumerate(scenario.levers):
        if framework.opens(lever.kind, scenario.crisis_level):
            continue
        levels = sorted(level for level, kinds in framework.levels.items() if lever.kind in kinds)
        opened = f"opens {lever.kind} from crisis level {levels[0]} on" if levels else f"never opens {lever.kind}"
        message = f"stays closed: {framework.framework} {opened}, and this scenario has crisis level {scenario.crisis_level}"
        remarks.append(scenario.source.finding(("levers", number), message, "31"))
    return remarks


def _reserves_without_rank(framework: Framework, ids: KnownIds) -> list[Finding]:
    return [
        framework.source.finding(
            ("reserves", "draw"), f"no rank may draw on the reserve '{reserve}'; add it here, or a rank for default", "26"
        )
        for reserve in sorted(ids.reserves)
        if framework.reserves.rank_of(reserve) is None
    ]
