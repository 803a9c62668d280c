"""The names that a baseline knows."""

from __future__ import annotations

from functools import lru_cache

from allocator.baseline import Baseline
from allocator.closed import KnownIds


@lru_cache(maxsize=4)
def known_ids(baseline: Baseline) -> KnownIds:
    """Return the ids that a scenario or framework may name; member states that trade with others count as origins."""
    lines, lanes = baseline.supply_lines, baseline.lanes
    return KnownIds(
        regions=frozenset(baseline.regions["region"]),
        commodities=frozenset(baseline.commodities["commodity"]),
        sectors=frozenset(baseline.sectors["sector"]),
        chokepoints=frozenset(baseline.chokepoints["chokepoint"]),
        origins=frozenset(lines["origin"]) | frozenset(lanes["origin"]),
        owners=frozenset(baseline.reserves["owner"]),
        reserves=frozenset(baseline.reserves["reserve"]),
        technologies=frozenset(baseline.technologies["technology"]),
        processes=frozenset(baseline.processes["process"]),
        lines=frozenset(lines["line"]),
    )
