"""Refinement: what a plan misses of its rows shrinks to rounding, and its basis stays."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp

from allocator.solve.highs import minimise
from allocator.solve.linear import LinearProgram
from allocator.solve.refine import refined


def balances() -> LinearProgram:
    """Forty columns in thirty rows that hold with equality."""
    drawn = np.random.default_rng(3)
    matrix = sp.csr_array(drawn.normal(size=(30, 40)))
    target = matrix @ np.full(40, 0.5)
    return LinearProgram(matrix, target, target, np.zeros(40), np.ones(40), drawn.normal(size=40))


def test_what_a_plan_misses_of_its_rows_shrinks_to_rounding() -> None:
    program = balances()
    optimum = minimise(program)
    inside = np.where(optimum.nonbasic, 0.0, 1e-10) * np.sign(0.5 - optimum.x)
    rough = replace(optimum, x=optimum.x + inside)
    assert np.abs(program.matrix @ rough.x - program.row_lower).max() > 1e-11
    better = refined(program, rough)
    assert np.abs(program.matrix @ better.x - program.row_lower).max() < 1e-14
    assert better.x == pytest.approx(optimum.x, abs=1e-12)
    assert better.primal_residual < 1e-14


def test_what_is_off_by_more_than_rounding_is_left_to_the_certificate() -> None:
    program = balances()
    optimum = minimise(program)
    broken = replace(optimum, x=np.where(optimum.nonbasic, optimum.x, 0.5))
    assert refined(program, broken) is broken


def test_a_singular_basis_leaves_the_plan_as_it_is() -> None:
    program = balances()
    optimum = minimise(program)
    wrong = replace(program, matrix=sp.csr_array(np.ones((30, 40))))
    assert refined(wrong, optimum) is optimum


def test_rows_in_the_basis_are_left_aside() -> None:
    program = replace(balances(), row_lower=np.full(30, -1e3), row_upper=np.full(30, 1e3))
    optimum = minimise(program)
    assert refined(program, optimum) is optimum
