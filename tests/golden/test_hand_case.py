"""The case of docs/hand-case.md, solved on paper there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.answers import Answer, answer
from tests.instances import InstanceBuilder

PAGE = Path(__file__).parents[2] / "docs" / "hand-case.md"


@pytest.fixture(scope="module")
def solved() -> Answer:
    case = InstanceBuilder().periods(3, tail=1)
    case.claim("NLD", "health", "helium", tier=1, demand=10.0)
    case.claim("DEU", "health", "helium", tier=1, demand=20.0)
    case.claim("NLD", "chips", "helium", tier=2, demand=12.0, guarantee=0.25)
    case.claim("DEU", "balloons", "helium", tier=2, demand=10.0)
    case.line("qatar", "NLD", "helium", limit=[12.0, 14.8, 18.0, 0.0], lead=1, before=30.0)
    case.line("united_states", "DEU", "helium", limit=8.0)
    case.lane("NLD", "DEU", "helium", limit=14.0)
    case.reserve("nld_helium", "NLD", "helium", opening=40.0, floor=20.0, limit=12.0, loss=0.1, rank=1)
    return answer(case)


def rows(heading: str) -> list[tuple[str, list[float]]]:
    """Return the rows of the page's table whose first heading is `heading` and whose other headings are the months."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    start = lines.index(f"| {heading} | March | April | May |") + 2
    table: list[tuple[str, list[float]]] = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        name, *figures = (cell.strip() for cell in line.strip("|").split("|"))
        table.append((name, [float(figure) for figure in figures]))
    return table


def test_allocations_are_those_of_the_page(solved: Answer) -> None:
    table = rows("claim")
    assert len(table) == 4
    for claim, allocated in table:
        assert solved.path("allocate", claim)[:3] == pytest.approx(allocated, abs=1e-9)


def test_flows_are_those_of_the_page(solved: Answer) -> None:
    table = rows("flow")
    assert len(table) == 7
    for name, figures in table:
        variable, member = name.split()
        assert solved.path(variable, member)[:3] == pytest.approx(figures, abs=1e-9)


def test_the_tail_is_served_after_the_horizon(solved: Answer) -> None:
    assert solved.coverage("NLD/health/helium")[3] == pytest.approx(23 / 30)
    assert solved.coverage("DEU/health/helium")[3] == pytest.approx(23 / 30)


def test_stages_report_what_the_page_finds(solved: Answer) -> None:
    found = {(stage.name, stage.tier): stage.value for stage in solved.stages}
    assert found["guarantee", 2] == pytest.approx(1.0)
    assert found["rule", 1] == pytest.approx(0.9)
    assert found["means", 1] == pytest.approx(17.2 / 52.0)
    assert found["rule", 2] == pytest.approx(0.0, abs=1e-9)
