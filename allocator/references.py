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


def _reserves_without_rank(framework: Framework, ids: KnownIds) -> list[Finding]:
    return [
        framework.source.finding(
            ("reserves", "draw"), f"no rank may draw on the reserve '{reserve}'; add it here, or a rank for default", "26"
        )
        for reserve in sorted(ids.reserves)
        if framework.reserves.rank_of(reserve) is None
    ]
