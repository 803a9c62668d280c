"""The shipped package, read once."""

from dataclasses import replace

import allocator_scenarios
import pytest

from allocator.baseline import Baseline, load_baseline

FACTS = allocator_scenarios.ROOT / "facts"
FOLDER = allocator_scenarios.ROOT / "baseline" / "eu_crm_2026"


@pytest.fixture(scope="session")
def shipped() -> Baseline:
    return load_baseline(FOLDER)


@pytest.fixture
def altered(shipped):
    """Return a function that gives the shipped baseline with one cell changed."""

    def change(table: str, row: int, column: str, value: object) -> Baseline:
        frame = shipped.tables[table].copy()
        frame.loc[row, column] = value
        return replace(shipped, tables={**shipped.tables, table: frame})

    return change
