"""Faults that no input makes: what must be broken inside for each code, as little and as deep as can be."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from allocator import run
from allocator.cli import check_framework
from allocator.framework import load
from allocator.framework.legal import load_legal
from allocator.guards import Situation, answer
from allocator.solve import highs, ranked

Patch = Callable[[pytest.MonkeyPatch], None]


def _legal_register_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "load_legal", partial(load_legal, Path("legal.csv")))


def _a_solver_that_never_ends_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(highs, "_optimal", lambda _: False)


def _no_inexactness_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranked, "LIMIT", -1.0)


def _a_plan_made_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    right = run.decode

    def wrong(*arguments: Any) -> Any:
        answer = right(*arguments)
        claims = answer.plan["claims"]
        claims.loc[claims["shortfall"] > 0, "shortfall"] = 0.0
        return answer

    monkeypatch.setattr(run, "decode", wrong)


def _a_full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: Any, **_options: Any) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "mkdtemp", full)


def _no_add_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("allocator.report.paper.find_spec", lambda _name: None)


def _answers_to_the_wrong_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    right = answer._decoded

    def turned(table: Any) -> Any:
        return dict(zip(table, reversed(table.values()), strict=True))

    def wrong(situations: Any) -> Any:
        return [replace(one, allocated=turned(one.allocated), shortfall=turned(one.shortfall)) for one in right(situations)]

    crisis = {"claims": {"NLD/defence/metal": 3.0, "NLD/packaging/metal": 3.0}, "supply": {"NLD/metal": (4.0,)}}
    monkeypatch.setattr(check_framework, "small_crises", lambda law, _seed, _count: [Situation(law, **crisis)])
    monkeypatch.setattr(answer, "_decoded", wrong)


PATCHES: dict[str, Patch] = {
    "A240": _answers_to_the_wrong_claims,
    "A227": _legal_register_of_ones_own,
    "A501": _a_solver_that_never_ends_well,
    "A502": _no_inexactness_allowed,
    "A504": _a_plan_made_wrong,
    "A601": partial(pytest.MonkeyPatch.setenv, name="ALLOCATOR_DATABSE", value="sqlite:///here"),
    "A602": partial(pytest.MonkeyPatch.setenv, name="ALLOCATOR_DATABASE", value="mysql://here/there"),
    "A703": _a_full_disk,
    "A710": _no_add_on,
}
