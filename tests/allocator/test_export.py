"""The exported model is the matrix that is solved: read back by a solver, name by name and number by number."""

import json
import re
from pathlib import Path

import highspy
import numpy as np
import pytest
from scipy.sparse import coo_array, csr_array

from allocator.export import FORMATS, model_of
from allocator.inputs import read_inputs
from tests.allocator.conftest import CRISIS
from tests.program import call
from tests.tiny import FRAMEWORK, write_tiny

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "export.md"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def model(crisis):
    return model_of(read_inputs(crisis))


class Quiet(highspy.Highs):
    def __init__(self):
        super(highspy.Highs, self).__init__()
        self.setOptionValue("output_flag", False)


def read_by_highs(path):
    solver = Quiet()
    assert solver.readModel(str(path)) == highspy.HighsStatus.kOk
    program = solver.getLp()
    by_column = program.a_matrix_.format_ == highspy.MatrixFormat.kColwise
    parts = (np.array(program.a_matrix_.value_), np.array(program.a_matrix_.index_), np.array(program.a_matrix_.start_))
    shape = (program.num_row_, program.num_col_)
    return program, csr_array(parts, shape=shape) if not by_column else csr_array(csr_array(parts, shape=shape[::-1]).T)


@pytest.mark.parametrize("goal", ["cost", "steadiness"])
@pytest.mark.parametrize("form", ["mps", "lp"])
def test_a_solver_reads_back_the_same_matrix(form, goal, model, tmp_path):
    path = tmp_path / f"model.{form}"
    path.write_text(FORMATS[form](model, goal), encoding="utf-8", newline="\n")
    program, matrix = read_by_highs(path)
    own = json.loads(FORMATS["json"](model, goal))
    row = {name: number for number, name in enumerate(program.row_names_)}
    column = {name: number for number, name in enumerate(program.col_names_)}
    assert (len(row), len(column)) == (len(own["rows"]["name"]), len(own["columns"]["name"])) == model.form.matrix.shape
    rows, columns = [row[name] for name in own["rows"]["name"]], [column[name] for name in own["columns"]["name"]]
    assert abs(matrix[rows][:, columns] - model.form.matrix).max() == 0.0
    for read, ours, places in (
        (program.row_lower_, model.form.row_lower, rows),
        (program.row_upper_, model.form.row_upper, rows),
        (program.col_lower_, model.form.column_lower, columns),
        (program.col_upper_, model.form.column_upper, columns),
        (program.col_cost_, model.form.goals[goal], columns),
    ):
        np.testing.assert_array_equal(np.array(read)[places], ours)
    assert program.sense_ == highspy.ObjSense.kMinimize


def test_json_holds_the_matrix_all_goals_and_what_the_stages_measure(model):
    own, form = json.loads(FORMATS["json"](model, "cost")), model.form
    entries = own["matrix"]
    matrix = coo_array((entries["value"], (entries["row"], entries["column"])), shape=form.matrix.shape)
    assert abs(csr_array(matrix) - form.matrix).max() == 0.0
    assert own["case_hash"] == model.case.sha256
    for name, goal in form.goals.items():
        assert [goal[place] for place in own["goals"][name]["column"]] == own["goals"][name]["value"]
        assert np.count_nonzero(goal) == len(own["goals"][name]["column"])
    cells = own["measures"]["cells"]
    assert len(cells["claim"]) == len(model.instance.cells)
    for claim, period, short, given in zip(cells["claim"], cells["period"], cells["column"], cells["allocate"], strict=True):
        assert short == f"shortfall({claim},{period.replace('-', '_')})"
        assert given == f"allocate({claim},{period.replace('-', '_')})"
    assert own["measures"]["draws"] == {"rank": [1], "commodity": ["liquid"], "column": ["draw(1,liquid)"]}
    assert {column.split("(")[0] for column in own["measures"]["restrained"]["column"]} == {"restrained"}
    assert all(own["row_kinds"][name.split("(")[0]] for name in own["rows"]["name"])


def test_names_are_legal_in_every_format(model):
    own = json.loads(FORMATS["json"](model, "cost"))
    for name in own["rows"]["name"] + own["columns"]["name"]:
        assert re.fullmatch(r"[a-z]\w*\([\w/,.]+\)", name, flags=re.ASCII), name
        assert len(name) <= 100
    assert max(map(len, FORMATS["lp"](model, "cost").splitlines())) <= 500


def test_the_program_of_the_page_finds_the_value_of_the_first_stage(tmp_path, capsys):
    law = FRAMEWORK.partition("guarantees:")[0] + "reserves:" + FRAMEWORK.partition("reserves:")[2]
    scenario = write_tiny(tmp_path / "in", CRISIS, law)
    assert call("export", scenario, "--format", "json", "--out", "model.json").exit_code == 0
    (program,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    exec(compile(program, str(PAGE), "exec"), {})  # noqa: S102 - our own page
    found = float(capsys.readouterr().out.split(": ")[1])
    stages = json.loads(call("run", scenario, "--json").stdout)["stages"]
    assert (stages[0]["name"], stages[0]["tier"]) == ("rule", 1)
    assert found == pytest.approx(stages[0]["value"], abs=1e-6)
    assert 0.0 < found < 1.0


def test_the_file_is_named_after_the_case_and_nothing_is_replaced_unasked(crisis, finished):
    result = call("export", crisis, "--format", "lp")
    assert result.stdout.startswith(f"{finished.name}.lp: ")
    written = Path(f"{finished.name}.lp").read_bytes()
    refused = call("export", crisis, "--format", "lp")
    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
    assert "add --overwrite  [A705]" in refused.stderr
    assert call("export", crisis, "--format", "lp", "--overwrite").exit_code == 0
    assert Path(f"{finished.name}.lp").read_bytes() == written
    assert call("export", crisis, "--format", "lp", "--out", ".").stderr == ".: this is a folder; name a file  [A705]\n"
    assert [path.name for path in Path().iterdir()] == [f"{finished.name}.lp"]


def test_settings_reach_the_model(crisis):
    for name, settings in (("a.json", ()), ("b.json", ("--set", "disruptions.0.closed=0.1"))):
        call("export", crisis, "--format", "json", "--out", name, *settings)
    one, other = (json.loads(Path(name).read_text(encoding="utf-8")) for name in ("a.json", "b.json"))
    assert one["case_hash"] != other["case_hash"]
    assert one["columns"]["upper"] != other["columns"]["upper"]
