"""Assumed figures that turn a ranking or a guarantee, where the turning points are known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import pytest

from allocator.baseline import Baseline
from allocator.explain.breakeven import BREAK_EVEN, break_even_table, break_evens, moved, nominated
from allocator.explain.question import Outcome, Question
from tests.allocator.explain.worlds import World, asked

#: What NLD's line brings serves the army, then homes, of which the guarantee needs 3 of 10; in DEU homes get half.
WORLD = World(
    {
        "claims": {"NLD/army/part": 4.0, "NLD/homes/part": 10.0, "DEU/homes/part": 10.0},
        "supply": {"NLD/part": 10.0, "DEU/part": 5.0},
    },
    {
        "tiers": [{"sectors": ["army"]}, {"sectors": ["homes", "exports"]}],
        "guarantees": [{"sector": "homes", "share": 0.3, "before": "own_tier"}],
    },
)


@pytest.fixture(scope="module")
def question(tmp_path_factory: pytest.TempPathFactory) -> Question:
    """The world, with the lines between half and twice what is assumed; everything else is certain."""
    first = asked(WORLD, tmp_path_factory.mktemp("figures") / "world")
    lines = first.baseline.supply_lines
    lines = lines.assign(low=0.5 * lines["annual_quantity"], high=2.0 * lines["annual_quantity"])
    return replace(first, baseline=replace(first.baseline, tables={**first.baseline.tables, "supply_lines": lines}))


@dataclass(frozen=True)
class ByHand:
    """A question whose answers are worked out by hand: `army`, then homes in NLD; homes in DEU apart."""

    solved: Question

    def __getattr__(self, name: str) -> Any:
        return getattr(self.solved, name)

    def asked(self, baseline: Baseline) -> Outcome:
        sent = dict(zip(baseline.supply_lines["line"], baseline.supply_lines["annual_quantity"] / 12.0, strict=True))
        got = {
            "DEU/homes/part": min(1.0, sent["deu_part"] / 10.0),
            "NLD/army/part": min(1.0, sent["nld_part"] / 4.0),
            "NLD/homes/part": min(1.0, max(0.0, sent["nld_part"] - 4.0) / 10.0),
        }
        coverage = pd.Series(got)
        return Outcome(coverage, coverage, 0.3 - coverage.drop("NLD/army/part"))


def test_answers_by_hand_are_those_of_the_solver(question: Question) -> None:
    figure = nominated(question)[0]
    for solved, by_hand in zip(
        vars(moved(question, figure, 1.2 * figure.low)).values(),
        vars(moved(ByHand(question), figure, 1.2 * figure.low)).values(),
        strict=True,
    ):
        assert solved.to_dict() == pytest.approx(by_hand.to_dict(), abs=1e-9)


def test_where_a_ranking_and_a_guarantee_turn(question: Question) -> None:
    found = {one.figure.key: one for one in break_evens(ByHand(question))}
    assert set(found) == {("nld_part",), ("deu_part",)}
    told = {key: [(turn.kind, turn.claim, turn.other, turn.count) for turn in one.turns] for key, one in found.items()}
    assert told["nld_part",] == [
        ("guarantee", "NLD/homes/part", "", 1),  # 12 x (4 + 3) = 84 a year are needed
        ("ranking", "NLD/homes/part", "DEU/homes/part", 1),  # 12 x (4 + 5) = 108
    ]
    assert told["deu_part",] == [("guarantee", "DEU/homes/part", "", 1), ("ranking", "NLD/homes/part", "DEU/homes/part", 1)]
    assert [turn.at for turn in found["nld_part",].turns] == pytest.approx([84.0, 108.0], abs=1.1)
    assert [turn.at for turn in found["deu_part",].turns] == pytest.approx([36.0, 72.0], abs=1.1)
    table = break_even_table(question, list(found.values()))
    assert list(table.columns) == list(BREAK_EVEN)
    assert (table.loc[table["turns"] == "ranking", "other_coverage"] > table.loc[table["turns"] == "ranking", "coverage"]).all()


def test_a_figure_that_is_reported_is_not_tried(question: Question) -> None:
    reported = question.baseline.supply_lines.assign(basis="reported")
    other = replace(question, baseline=replace(question.baseline, tables={**question.baseline.tables, "supply_lines": reported}))
    assert nominated(other) == []
