from __future__ import annotations

from pathlib import Path

import pytest

from tests.allocator.framework.world import Laws


@pytest.fixture
def laws(tmp_path: Path) -> Laws:
    return Laws(tmp_path)
