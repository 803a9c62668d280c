"""Scenarios: what goes wrong, when, where, and which levers may be used."""

from allocator.scenario.disruptions import DISRUPTIONS
from allocator.scenario.disruptions._base import Disruption, LastingDisruption, SuddenDisruption
from allocator.scenario.files import NotFoundError, find_baseline, find_framework, find_scenario, shipped
from allocator.scenario.levers import LEVERS
from allocator.scenario.levers._base import Lever
from allocator.scenario.load import baseline_path, framework_path, load_scenario
from allocator.scenario.minimums import Minimum
from allocator.scenario.model import Scenario, Scope
from allocator.scenario.prices import Holding, Price, Sale

__all__ = [
    "DISRUPTIONS",
    "LEVERS",
    "Disruption",
    "Holding",
    "LastingDisruption",
    "Lever",
    "Minimum",
    "NotFoundError",
    "Price",
    "Sale",
    "Scenario",
    "Scope",
    "SuddenDisruption",
    "baseline_path",
    "find_baseline",
    "find_framework",
    "find_scenario",
    "framework_path",
    "load_scenario",
    "shipped",
]
