"""What a known basis says of a program without the solver, and which basis a program of a changed problem starts from."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from allocator.solve import programs as module
from allocator.solve.basic import factor, optimum_at
from allocator.solve.control import Control
from allocator.solve.highs import minimise
from allocator.solve.linear import BASIC, LOWER, Basis, LinearProgram
from allocator.solve.programs import Programs


def mixing(seed: int = 0, width: int = 12) -> LinearProgram:
    """Rows of both kinds that a plan inside all bounds keeps."""
    drawn = np.random.default_rng(seed)
    matrix = sp.csr_array(np.where(drawn.random((8, width)) < 0.4, drawn.normal(size=(8, width)).round(1), 0.0))
    middle = matrix @ np.full(width, 0.5)
    room = np.where(np.arange(8) < 4, 0.0, drawn.random(8))
    return LinearProgram(matrix, middle - room, middle + room, np.zeros(width), np.ones(width), drawn.normal(size=width).round(1))


@given(seed=st.integers(0, 10_000), moved=st.floats(-0.2, 0.2), dearer=st.floats(-1.0, 1.0))
def test_what_a_basis_gives_is_an_optimum_of_the_changed_program(seed: int, moved: float, dearer: float) -> None:
    program = mixing(seed)
    basis = minimise(program).basis
    own = optimum_at(program, basis)
    assert own is not None
    assert own.value == pytest.approx(minimise(program).value, abs=1e-9)
    upper, cost = program.upper.copy(), program.cost.copy()
    upper[seed % 12] += moved
    cost[(seed + 1) % 12] += dearer
    changed = replace(program, upper=upper, cost=cost)
    found = optimum_at(changed, basis)
    if found is not None:
        assert found.value == pytest.approx(minimise(changed).value, abs=1e-8)
        assert max(found.primal_residual, found.dual_residual, abs(found.gap)) <= 1e-8


def test_a_basis_stays_optimal_under_small_changes_and_not_under_large_ones() -> None:
    program = mixing()
    optimum = minimise(program)
    inside = np.flatnonzero(~optimum.nonbasic)[0]
    wider = replace(program, upper=np.where(np.arange(12) == inside, program.upper + 0.01, program.upper))
    found = optimum_at(wider, optimum.basis)
    assert found is not None
    assert found.x == pytest.approx(optimum.x, abs=1e-9)
    closed = replace(program, upper=np.where(np.arange(12) == inside, optimum.x / 2, program.upper))
    assert optimum_at(closed, optimum.basis) is None


def test_a_column_goes_to_the_bound_that_its_reduced_cost_implies() -> None:
    program = LinearProgram(
        sp.csr_array(np.ones((1, 2))), np.array([-np.inf]), np.array([5.0]), np.zeros(2), np.ones(2), np.array([1.0, -1.0])
    )
    optimum = minimise(program)
    found = optimum_at(replace(program, cost=np.array([-1.0, 1.0])), optimum.basis)
    assert found is not None
    assert found.x.tolist() == [1.0, 0.0]


def test_a_row_without_the_side_that_it_stood_at_has_no_optimum_there() -> None:
    program = LinearProgram(
        sp.csr_array(np.ones((1, 2))), np.array([-np.inf]), np.array([1.0]), np.zeros(2), np.ones(2), np.array([-1.0, -2.0])
    )
    basis = minimise(program).basis
    assert optimum_at(program, basis) is not None
    assert optimum_at(replace(program, row_upper=np.array([np.inf])), basis) is None


def test_a_singular_basis_has_no_optimum_and_a_basis_is_factorised_once_for_a_matrix() -> None:
    program = mixing()
    basis = minimise(program).basis
    assert factor(program.matrix, basis) is factor(program.matrix.copy(), basis)
    assert factor(program.matrix * 2.0, basis) is not factor(program.matrix, basis)
    moved = sp.csr_array((program.matrix.data, program.matrix.indices[::-1], program.matrix.indptr), shape=(8, 12))
    assert factor(moved, basis) is not factor(program.matrix, basis)
    empty = Basis(np.full(12, LOWER, dtype=np.int8), np.full(8, LOWER, dtype=np.int8))
    assert optimum_at(program, empty) is None
    ones = replace(program, matrix=sp.csr_array(np.ones((8, 12))))
    assert optimum_at(ones, basis) is None


def turned(basis: Basis, *columns: int) -> Basis:
    """Return a basis with some columns in it that were off it, and the other way round."""
    codes = basis.columns.copy()
    for column in columns:
        codes[column] = LOWER if codes[column] == BASIC else BASIC
    return Basis(codes, basis.rows)


class _Asked:
    """Stands for the solver: notes the starts, and answers with bases given beforehand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: Basis) -> None:
        self.starts: list[Basis | None] = []
        self.answers = list(answers)
        monkeypatch.setattr(module, "optimum_at", lambda *_: None)
        monkeypatch.setattr(module, "minimise", self.minimise)

    def minimise(self, program: LinearProgram, start: Basis | None, *_: Any) -> Any:
        self.starts.append(start)
        return replace(minimise(program), basis=self.answers.pop(0))


def test_a_program_starts_from_its_own_basis_or_from_a_nearer_one(monkeypatch: pytest.MonkeyPatch) -> None:
    program, first = mixing(), minimise(mixing()).basis
    near, far, own = turned(first, 0), turned(first, 0, 1, 2), turned(first, 3, 4)
    for reached, expected in ((near, own), (far, far)):
        asked = _Asked(monkeypatch, reached, own)
        programs = Programs("", Control(), {("a", 0): first, ("b", 0): own})
        programs.begin("a")
        programs.minimise(program)
        programs.begin("b")
        programs.minimise(program)
        assert asked.starts == [first, expected]


def test_a_program_that_was_not_there_starts_from_the_last_of_its_size_in_the_stage_or_from_the_one_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    small, large = mixing(), mixing(width=13)
    one, two = minimise(small).basis, minimise(large).basis
    asked = _Asked(monkeypatch, one, two, turned(one, 0), two)
    programs = Programs("", Control(), {("a", 0): one})
    programs.begin("a")
    for program in (small, large, small):
        programs.minimise(program)
    assert asked.starts[0] is one
    assert asked.starts[1].columns.tolist() == one.resized(large).columns.tolist()
    assert asked.starts[2] is one
    programs.begin("b")
    programs.minimise(large)
    assert asked.starts[3].columns.tolist() == turned(one, 0).resized(large).columns.tolist()


def test_without_a_reference_every_program_is_solved_afresh(monkeypatch: pytest.MonkeyPatch) -> None:
    program = mixing()
    basis = minimise(program).basis
    asked = _Asked(monkeypatch, basis, basis)
    programs = Programs("", Control(), keep=True)
    programs.begin("a")
    programs.minimise(program)
    programs.minimise(program)
    assert asked.starts == [None, None]
    assert list(programs.bases) == [("a", 0), ("a", 1)]
