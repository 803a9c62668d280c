"""Folders in which input files can be written and their faults read, and a finished run of the small package, made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from allocator.run import Run, run_scenario
from tests.allocator.framework.world import Laws
from tests.allocator.scenario.world import World
from tests.tiny import write_tiny

#: The strait is nearly shut and a supplier fails; a reserve and restraint are open.
CRISIS = """\
title: {en: Tiny crisis, nl: Kleine crisis}
crisis_level: 2
disruptions:
  - {kind: chokepoint_closure, chokepoint: strait_of_hormuz, start: 2026-03, months: 3, closed: 0.9}
  - {kind: supplier_outage, origin: NOR, start: 2026-03, months: 3, share: 0.8}
levers:
  - {kind: reserve_release, owner: NLD, commodities: [liquid], authority: minister}
  - {kind: demand_restraint, sectors: [packaging], share: 0.10, authority: minister}
"""


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.fixture
def laws(tmp_path: Path) -> Laws:
    return Laws(tmp_path)


@pytest.fixture(scope="session")
def crisis(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scenario's file, beside its framework and baseline; not to be written to."""
    return write_tiny(tmp_path_factory.mktemp("tiny"), CRISIS)


@pytest.fixture(scope="session")
def finished(crisis: Path) -> Run:
    """The finished run."""
    return run_scenario(crisis)
