"""Tiny linear programs, and what their certificates say of wrong answers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp

from allocator.errors import SolverStopped
from allocator.solve import highs
from allocator.solve.highs import minimise
from allocator.solve.linear import LinearProgram, dual_residual, lagrangian_bound, primal_residual


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
    monkeypatch.setattr(highs, "_solve", lambda program, *others: honest(replace(program, cost=np.zeros(len(program.cost))), *others))
    optimum = minimise(knapsack())
    assert optimum.primal_residual <= 1e-9
    assert optimum.gap > 0.1


@pytest.mark.parametrize(
    ("x", "dual", "violation"),
    [
        ([3.0, 1.0], [-2.0, 0.0], 0.0),
        ([3.0, 0.5], [-2.0, 0.0], 0.5),  # the row has a dual and 0.5 to spare
        ([3.0, 1.0], [-1.9, 0.0], 0.1),  # y stands inside its bounds with a reduced cost of -0.1
        ([3.0, 1.0], [-2.0, -1e9], np.inf),  # a dual that leans on a side that does not exist
        ([3.0, 1.0 - 1e-12], [-2.0, 0.0], 1e-12),  # rounding on a bound is no more than rounding, whatever the dual
    ],
)
def test_complementarity_is_the_smaller_of_the_dual_and_the_distance(x: list[float], dual: list[float], violation: float) -> None:
    program = knapsack()
    duals = np.array(dual)
    found = dual_residual(program, np.array(x), program.cost - program.matrix.T @ duals, duals)
    assert found == pytest.approx(violation, abs=1e-13) or (violation == np.inf and found >= 1e8)


def test_an_answer_that_is_not_clean_is_not_taken_while_a_method_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """All attempts but the last are said to end on a nearly singular basis; the last is taken."""
    residuals = iter([1e-3] * 9)
    monkeypatch.setattr(highs, "dual_residual", lambda *_: next(residuals, 0.0))
    attempts: list[str] = []
    honest = highs.QuietHighs.run
    monkeypatch.setattr(highs.QuietHighs, "run", lambda solver: (attempts.append(solver.getOptionValue("presolve")[1]), honest(solver))[1])
    assert minimise(knapsack()).value == pytest.approx(-11.0)
    assert attempts == ["on", "off", "on", "off", "off", "on", "off", "on", "off", "off", "off"]


def test_rows_are_widened_for_the_interior_point_method_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """It calls dependent rows that disagree in their last digits infeasible; the answer is one on the rows as they are."""
    monkeypatch.setattr(highs, "LARGE", 0)
    seen: dict[str, list[float]] = {}
    honest = highs.QuietHighs.run
    monkeypatch.setattr(
        highs.QuietHighs,
        "run",
        lambda solver: (seen.update({solver.getOptionValue("solver")[1]: list(solver.getLp().row_upper_)}), honest(solver))[1],
    )
    assert minimise(knapsack()).primal_residual == 0.0
    assert seen == {"ipm": [4.0 + highs.WIDENED, np.inf], "simplex": [4.0, np.inf]}


def test_large_programs_go_to_the_interior_point_method_and_end_in_the_same_vertex(monkeypatch: pytest.MonkeyPatch) -> None:
    simplex = minimise(knapsack())
    monkeypatch.setattr(highs, "LARGE", 0)
    methods: list[str] = []
    honest = highs.QuietHighs.run
    monkeypatch.setattr(highs.QuietHighs, "run", lambda solver: (methods.append(solver.getOptionValue("solver")[1]), honest(solver))[1])
    interior = minimise(knapsack())
    assert methods == ["ipm", "simplex"]
    assert interior.x == pytest.approx(simplex.x, abs=1e-12)
    assert interior.reduced_cost == pytest.approx(simplex.reduced_cost, abs=1e-12)


def test_the_basis_of_an_optimum_needs_no_further_step() -> None:
    """Columns at their upper bounds at no reduced cost stay there."""
    drawn = np.random.default_rng(0)
    matrix = sp.csr_array(drawn.integers(-2, 3, (30, 60)).astype(float))
    inside = drawn.integers(0, 2, 60).astype(float)
    program = LinearProgram(matrix, matrix @ inside - 1.0, matrix @ inside, np.zeros(60), np.ones(60), drawn.normal(size=60))
    idle = replace(program, cost=np.zeros(60))
    optimum = minimise(idle, start=minimise(program).basis)
    assert (optimum.nonbasic & (optimum.x == 1.0)).any()
    steps: list[int] = []
    again = minimise(idle, start=optimum.basis, tell=steps.append)
    assert max(steps, default=0) == 0
    assert again.x.tolist() == optimum.x.tolist()


@pytest.mark.parametrize(
    "start",
    [
        highs.Basis(np.array([1, 1], dtype=np.int8), np.array([1, 1], dtype=np.int8)),  # too many in it
        highs.Basis(np.array([0, 0], dtype=np.int8), np.array([1, 1], dtype=np.int8)),
        highs.Basis(np.array([1, 1], dtype=np.int8), np.array([0, 2], dtype=np.int8)),  # a row at a bound that it does not have
    ],
)
def test_any_start_ends_in_the_optimum_and_in_its_basis(start: highs.Basis) -> None:
    """In the optimum of the knapsack the first column stands at its upper bound, the first row too."""
    afresh, optimum = minimise(knapsack()), minimise(knapsack(), start=start)
    assert optimum.x == pytest.approx(afresh.x, abs=1e-12)
    assert optimum.dual == pytest.approx(afresh.dual, abs=1e-12)
    assert (optimum.basis.columns.tolist(), optimum.basis.rows.tolist()) == ([2, 1], [2, 1])
    assert (afresh.basis.columns.tolist(), afresh.basis.rows.tolist()) == ([2, 1], [2, 1])


def test_a_start_that_leads_nowhere_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    start = minimise(knapsack()).basis
    monkeypatch.setattr(highs, "_from_start", lambda *_: None)
    assert minimise(knapsack(), start=start).value == pytest.approx(-11.0)
