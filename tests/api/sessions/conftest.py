"""One bench for all tests of sessions: the Hormuz scenario is opened once."""

from __future__ import annotations

import pytest

from allocator_api.sessions.bench import Bench
from allocator_api.sessions.state import State


@pytest.fixture(scope="package")
def bench() -> Bench:
    return Bench()


@pytest.fixture
def hormuz(bench: Bench) -> State:
    """The Hormuz scenario as written; not solved."""
    return bench.crisis("hormuz_closure").state
