"""Tiny linear programs, and what their certificates say of wrong answers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp

from allocator.errors import SolverStopped
from allocator.solve import highs
from allocator.solve.highs import LinearProgram, lagrangian_bound, minimise, primal_residual


def knapsack() -> LinearProgram:
    """Minimise -3 x - 2 y with x + y <= 4, x - y >= -2, 0 <= x <= 3, 0 <= y <= 5: x = 3, y = 1, value -11."""
    return LinearProgram(
        sp.csr_array(np.array([[1.0, 1.0], [1.0, -1.0]])),
        np.array([-np.inf, -2.0]),
        np.array([4.0, np.inf]),
        np.array([0.0, 0.0]),
        np.array([3.0, 5.0]),
        np.array([-3.0, -2.0]),
    )


def test_a_program_is_solved_and_certified() -> None:
    optimum = minimise(knapsack())
    assert optimum.x == pytest.approx([3.0, 1.0])
    assert optimum.value == pytest.approx(-11.0)
    assert optimum.dual == pytest.approx([-2.0, 0.0])
    assert optimum.reduced_cost == pytest.approx([-1.0, 0.0])
    assert optimum.nonbasic.tolist() == [True, False]
    assert optimum.nonbasic_rows.tolist() == [True, False]
    assert max(optimum.primal_residual, optimum.dual_residual, abs(optimum.gap)) <= 1e-9


def test_fixed_columns_are_taken_out_and_keep_their_reduced_costs() -> None:
    program = replace(knapsack(), lower=np.array([2.0, 0.0]), upper=np.array([2.0, 5.0]))
    optimum = minimise(program)
    assert optimum.x == pytest.approx([2.0, 2.0])
    assert optimum.reduced_cost == pytest.approx([-1.0, 0.0])
    assert abs(optimum.gap) <= 1e-9


def test_a_program_whose_columns_are_all_fixed_needs_no_solver() -> None:
    optimum = minimise(replace(knapsack(), lower=np.array([1.0, 2.0]), upper=np.array([1.0, 2.0])))
    assert optimum.x.tolist() == [1.0, 2.0]
    assert optimum.value == -7.0
    assert optimum.primal_residual == 0.0
    assert abs(optimum.gap) <= 1e-9


def test_fixed_columns_that_break_a_row_show_in_the_residual() -> None:
    optimum = minimise(replace(knapsack(), lower=np.array([3.0, 4.0]), upper=np.array([3.0, 4.0])))
    assert optimum.primal_residual == pytest.approx(3.0)


def test_a_program_without_columns_or_rows_has_an_answer() -> None:
    nothing = np.zeros(0)
    optimum = minimise(LinearProgram(sp.csr_array((0, 0)), nothing, nothing, nothing, nothing, nothing))
    assert optimum.value == 0.0
    lonely = minimise(LinearProgram(sp.csr_array((0, 1)), nothing, nothing, np.array([1.0]), np.array([2.0]), np.array([3.0])))
    assert lonely.x.tolist() == [1.0]
    assert abs(lonely.gap) <= 1e-9


def test_an_infeasible_program_stops() -> None:
    with pytest.raises(SolverStopped, match=r"Infeasible.*\[A501\]"):
        minimise(replace(knapsack(), row_lower=np.array([20.0, -2.0]), row_upper=np.array([30.0, np.inf])))


@pytest.mark.parametrize(
    ("dual", "bound"),
    [
        ([-2.0, 0.0], -11.0),  # right
        ([-1.0, 0.0], -15.0),  # too small: -4 - 2 x 3 - 1 x 5
        ([-3.0, 0.0], -12.0),  # too large: -12 + 0 x 3 + 1 x 0
        ([0.0, 0.0], -19.0),  # none: -3 x 3 - 2 x 5
        ([2.0, 0.0], -np.inf),  # wrong sign: it leans on a side that is not there
        ([0.0, -1.0], -np.inf),
    ],
)
def test_a_wrong_dual_proves_less(dual: list[float], bound: float) -> None:
    """The bound never depends on where the primal stands, so that a wrong dual always shows as a gap."""
    program = knapsack()
    reduced_cost = program.cost - program.matrix.T @ np.array(dual)
    assert lagrangian_bound(program, reduced_cost, np.array(dual)) == pytest.approx(bound)


def test_a_violated_row_or_bound_shows_in_the_residual() -> None:
    assert primal_residual(knapsack(), np.array([3.0, 1.0])) == 0.0
    assert primal_residual(knapsack(), np.array([3.0, 1.5])) == pytest.approx(0.5)
    assert primal_residual(knapsack(), np.array([-1.0, 0.0])) == pytest.approx(1.0)
    assert primal_residual(knapsack(), np.array([0.0, 3.0])) == pytest.approx(1.0)


def test_a_feasible_plan_that_is_not_optimal_shows_as_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    """The solver answers another question (here: no cost at all) and says that it is optimal."""
    honest = highs._solve
    monkeypatch.setattr(highs, "_solve", lambda program: honest(replace(program, cost=np.zeros(len(program.cost)))))
    optimum = minimise(knapsack())
    assert optimum.primal_residual <= 1e-9
    assert optimum.gap > 0.1
