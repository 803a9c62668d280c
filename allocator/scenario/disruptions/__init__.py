"""What a scenario does to the baseline: one file for each kind of disruption."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allocator.registry import Registry

if TYPE_CHECKING:
    from allocator.scenario.disruptions._base import Disruption

DISRUPTIONS: Registry[type[Disruption]] = Registry("disruption kind", __name__)
