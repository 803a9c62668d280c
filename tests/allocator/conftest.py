"""Folders in which input files can be written and their faults read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.allocator.framework.world import Laws
from tests.allocator.scenario.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.fixture
def laws(tmp_path: Path) -> Laws:
    return Laws(tmp_path)
