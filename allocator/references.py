"""Whether scenario, framework and baseline speak of the same things."""

from __future__ import annotations

from allocator.closed import KnownIds, read_model
from allocator.errors import Finding
from allocator.framework import Framework, read_framework
from allocator.scenario import Scenario


def check_references(scenario: Scenario, framework: Framework, ids: KnownIds) -> list[Finding]:
    """Return a finding for everything that scenario and framework name and the baseline does not have, and for sectors in no tier.

    Findings of the scenario come first, each part in the order of its file.
    """
    _, of_scenario = read_model(Scenario, scenario.source, ids)
    _, of_framework = read_framework(framework.source, ids)
    return scenario.source.in_order(of_scenario) + of_framework
