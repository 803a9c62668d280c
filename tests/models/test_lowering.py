"""The lowered matrix is what Pyomo itself makes of the same rules, and what the formulation says."""

from pathlib import Path

import numpy as np
import pytest
from pyomo.environ import value
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from allocator_models import formulate, lower
from allocator_models.families import FAMILIES
from allocator_models.lp_file import lp_text
from allocator_models.ordinary import expand
from tests.models import cases

GOLDEN = Path(__file__).parent / "golden"
CASES = [*FAMILIES, "everything"]


@pytest.mark.parametrize("name", CASES)
def test_lowered_matrix_equals_pyomo_standard_form_entry_for_entry(name: str) -> None:
    instance = getattr(cases, name)().build()
    form = lower(formulate(instance))
    model = expand(formulate(instance))
    ordinary = LinearStandardFormCompiler().write(model, mixed_form=True, set_sense=None)

    row_place = {row: position for position, row in enumerate(form.row_names())}
    column_place = {column: position for position, column in enumerate(form.column_names())}
    rows = [row_place[entry.constraint.name.replace("_rows", "")] for entry in ordinary.rows]
    columns = [column_place[column.name] for column in ordinary.columns]
    assert sorted(rows) == list(range(form.matrix.shape[0]))
    equal = np.array([entry.bound_type == 0 for entry in ordinary.rows])
    np.testing.assert_array_equal(np.isfinite(form.row_lower[rows]), equal)
    ours, theirs = form.matrix.toarray()[np.ix_(rows, columns)], ordinary.A.toarray()
    first = np.argmax(ours != 0, axis=1)[:, None]
    turned = (
        equal & (np.take_along_axis(ours, first, 1) == -np.take_along_axis(theirs, first, 1))[:, 0]
    )  # an equation may be written from either side
    side = np.where(turned, -1.0, 1.0)
    np.testing.assert_array_equal(ours, theirs * side[:, None])
    assert form.matrix.nnz == ordinary.A.nnz
    np.testing.assert_array_equal(form.row_upper[rows], np.asarray(ordinary.rhs) * side)
    for column, position in zip(ordinary.columns, columns, strict=True):
        assert (column.lb, column.ub) == (form.column_lower[position], form.column_upper[position])


@pytest.mark.parametrize("goal", ["cost", "steadiness"])
def test_goals_equal_pyomo_objectives_and_their_parts_sum_up(goal: str) -> None:
    instance = cases.everything().build()
    form = lower(formulate(instance))
    model = expand(formulate(instance))
    plan = np.random.default_rng(1).uniform(size=form.matrix.shape[1])
    for name, amount in zip(form.column_names(), plan, strict=True):
        model.find_component(name).set_value(float(amount), skip_validation=True)
    assert value(model.find_component(f"{goal}_goal").expr) == pytest.approx(form.goals[goal] @ plan, rel=1e-12)
    np.testing.assert_allclose(sum(form.goal_parts[goal].values()), form.goals[goal])


@pytest.mark.parametrize("name", CASES)
def test_golden_lp(name: str, request: pytest.FixtureRequest) -> None:
    instance = getattr(cases, name)().build()
    text = lp_text(lower(formulate(instance)), instance)
    file = GOLDEN / f"{name}.lp"
    if request.config.getoption("--write-golden"):
        file.write_text(text)
    assert text == file.read_text()


def test_every_family_has_a_golden_file_and_no_file_is_left_over() -> None:
    assert sorted(file.stem for file in GOLDEN.glob("*.lp")) == sorted(CASES)
