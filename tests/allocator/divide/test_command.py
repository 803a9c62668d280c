"""``allocator divide`` as people and machines meet it: files in and out, options, what is said."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allocator.divide import claims_file
from allocator.divide.claims_file import read_claims
from allocator.errors import InvalidInput
from tests.errors.cases import finished_run
from tests.errors.world import call

FIRMS = "claimant,claim\ncharlie,300\nalpha,100\nbravo,200\n"
TREATY = "claimant,claim,production,net_imports,loss\nA,10,6,4,.4\nB,4,.2,3.8,.9\nC,2,2.5,-.5,0\nD,1,0,1,.2\n"


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("firms.csv").write_text(FIRMS, encoding="utf-8")
    return tmp_path


def written(*options: str, text: str = FIRMS, estate: str = "200") -> str:
    Path("firms.csv").write_bytes(text.encode())
    result = call("divide", "firms.csv", "--estate", estate, *options, "--out", "out.csv")
    assert result.exit_code == 0, result.output
    return Path("out.csv").read_text(encoding="utf-8")


def test_awards_in_the_order_of_the_file_unrounded() -> None:
    assert written("--rule", "talmud") == "claimant,claim,award\ncharlie,300,75\nalpha,100,50\nbravo,200,75\n"
    exact = written("--rule", "proportional", estate="100")
    assert exact.splitlines()[2] == f"alpha,100,{100 * (100 / 600)!r}"


def test_rounded_awards_add_up() -> None:
    assert written("--rule", "proportional", "--decimals", "1") == "claimant,claim,award\ncharlie,300,100\nalpha,100,33.3\nbravo,200,66.7\n"


def test_the_file_is_replaced() -> None:
    Path("out.csv").write_text("old", encoding="utf-8")
    assert "old" not in written("--rule", "talmud")
    assert sorted(path.name for path in Path().iterdir()) == ["firms.csv", "out.csv"]


def test_the_file_of_claims_is_not_replaced() -> None:
    result = call("divide", "firms.csv", "--estate", "1", "--rule", "talmud", "--out", "firms.csv")
    assert (result.exit_code, Path("firms.csv").read_text(encoding="utf-8")) == (1, FIRMS)
    assert "[A705]" in result.stderr


def test_without_a_file_awards_go_to_stdout_and_words_to_stderr() -> None:
    result = call("divide", "firms.csv", "--estate", "700", "--rule", "talmud")
    assert pd.read_csv(StringIO(result.stdout))["award"].tolist() == [300, 100, 200]
    assert "Left, for nobody may have it: 100." in result.stderr


def test_dutch() -> None:
    result = call("divide", "firms.csv", "--estate", "99.5", "--rule", "talmud", "--lang", "nl")
    assert "Van de gevraagde 600 wordt 99,5 toegewezen (17%), volgens talmud. Aanvragers: 3." in result.stderr


@pytest.mark.parametrize(
    "text",
    [
        "claimant;claim\nA;1,5\nB;2\n",
        "claimant;claim\r\nA;1.5\r\nB;2\r\n",
        "\ufeffclaim,claimant\n1.5,A\n 2 ,B\n\n",
        '"claimant","claim"\n"A","1.5"\nB,2.0',
        'claimant;claim\nA;"1,5"\nB;+2\n',
        "claimant,claim\nA,15e-1\nB,2.",
    ],
)
def test_files_as_spreadsheets_save_them(text: str) -> None:
    assert [line.rsplit(",", 1)[0] for line in written("--rule", "talmud", text=text).splitlines()[1:]] == ["A,1.5", "B,2"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("claimant;claim\nA;1.234\nB;2\n", "A832"),
        ("claimant;claim\nA;1.5\nB;2,5\n", "A832"),
        ('claimant,claim\nA,"1,5"\nB,2\n', "A832"),
        ('claimant,claim\nA,"1,234.5"\n', "A832"),
        ("claimant,claim\nA,inf\n", "A806"),
        ("claimant,claim\nA,\n", "A806"),
        ("claimant,claim\nA,1_000\n", "A806"),
        ("claimant,claim\nA,0x1F\n", "A806"),
        ("claimant,claim\nA,1e400\n", "A806"),
        ("claimant,claim\nA,TRUE\n", "A806"),
        ("claimant,claim\nA,1e16\n", "A807"),
        ("claimant,claim\nA\n", "A805"),
        ("claimant,claim\nA,1,\n", "A805"),
        ("claimant,claim\nA,1,\nB,2,\n", "A805"),
        ('claimant,claim\n"A\nB",1\n', "A805"),
        ('claimant,claim\n"A,1\nB,2\n', "A805"),
        ("claimant,claim\n A,1\n", "A809"),
        ("claimant,claim\nA\x07,1\n", "A809"),
        ("claimant,claim,weight\nA,1,0\n", "A807"),
        ("claimant,claim,claim\nA,1,1\n", "A804"),
        ("Claimant,Claim\nA,1\n", "A804"),
        ("firm,amount\nA,1\n", "A804"),
        ("", "A804"),
        ("\n\n", "A804"),
        ("claimant,claim", "A811"),
        ("claimant|claim\nA|1\n", "A803"),
    ],
)
def test_what_cannot_be_used_is_told_with_its_code(text: str, says: str) -> None:
    Path("firms.csv").write_bytes(text.encode())
    result = call("divide", "firms.csv", "--estate", "1", "--rule", "talmud", "--out", "out.csv")
    assert {line[-5:-1] for line in result.stderr.splitlines()} == {says}
    assert result.exit_code == 1
    assert not Path("out.csv").exists()


def test_all_faults_at_once_in_the_order_of_the_file() -> None:
    Path("firms.csv").write_text("claimant,claim,weight\nA,-1,x\nA,1,0\n,5 t,1\n", encoding="utf-8")
    told = call("divide", "firms.csv", "--estate", "1", "--rule", "talmud").stderr.splitlines()
    assert [line.split(": ")[0] for line in told] == [
        *("firms.csv:2:3", "firms.csv:2:6", "firms.csv:3:1", "firms.csv:3:5", "firms.csv:4:1", "firms.csv:4:2"),
    ]


def test_of_very_many_faults_the_first_are_shown_and_the_rest_counted() -> None:
    Path("firms.csv").write_text("claimant,claim\n" + "A,x\n" * 1000, encoding="utf-8")
    told = call("divide", "firms.csv", "--estate", "1", "--rule", "talmud").stderr.splitlines()
    assert (len(told), told[-1]) == (21, "firms.csv: 1979 more faults; correct these first  [A840]")


@pytest.mark.parametrize(
    "text", [FIRMS, FIRMS.replace(",", ";"), 'claimant,claim\n"A, B",1.5\n"C ""D""",2\n', "claim;claimant;weight\n1,5;A;2\n"]
)
def test_both_ways_of_reading_give_the_same(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("firms.csv").write_text(text, encoding="utf-8")
    at_once = claims_file._at_once(
        text, text.splitlines()[0].split(claims_file.separator_of(text)), claims_file.separator_of(text), "firms.csv"
    )
    monkeypatch.setattr(claims_file, "_at_once", lambda *_: None)
    row_by_row = read_claims(Path("firms.csv"))
    assert at_once is not None
    assert (at_once.names, at_once.claims.tolist()) == (row_by_row.names, row_by_row.claims.tolist())
    assert {name: column.tolist() for name, column in at_once.columns.items()} == {
        name: column.tolist() for name, column in row_by_row.columns.items()
    }


def test_a_folder_is_no_file(desk: Path) -> None:
    with pytest.raises(InvalidInput, match=r"this is a folder.*A801"):
        read_claims(desk)


def test_names_are_quoted_and_no_formula_comes_out() -> None:
    text = 'claimant,claim\n"alpha, Delfzijl",1\n"=1+1",1\n"De ""Kolk""",1\n'
    assert written("--rule", "talmud", text=text, estate="3").splitlines()[1:] == [
        '"alpha, Delfzijl",1,1',
        "'=1+1,1,1",
        '"De ""Kolk""",1,1',
    ]


def test_claims_above_the_base_period_are_told_or_truncated() -> None:
    text = "claimant,claim,base\nA,10,5\nB,10,10\n"
    Path("firms.csv").write_text(text, encoding="utf-8")
    assert (
        "Claims above their base period that count in full: 1;"
        in call("divide", "firms.csv", "--estate", "9", "--rule", "proportional").stderr
    )
    table = written("--rule", "proportional", "--truncate", "base", text=text, estate="9")
    assert table == "claimant,claim,award,recognised\nA,10,3,5\nB,10,6,10\n"
    table = written("--rule", "proportional", "--truncate", "base", "--truncate", "estate", "--factor", "2", text=text, estate="8")
    assert table == "claimant,claim,award,recognised\nA,10,4,8\nB,10,4,8\n"


def test_parcels_from_the_option_and_from_the_column_are_the_same() -> None:
    column = written("--rule", "proportional", text="claimant,claim,parcel\nA,1,2\nB,4,2\n", estate="2")
    assert written("--rule", "proportional", "--parcel", "2", text="claimant,claim\nA,1\nB,4\n", estate="2") == column
    assert column == "claimant,claim,award\nA,1,0\nB,4,2\n"
    both = call("divide", "firms.csv", "--estate", "1", "--rule", "talmud", "--parcel", "2")
    assert both.exit_code == 0
    Path("firms.csv").write_text("claimant,claim,parcel\nA,1,2\n", encoding="utf-8")
    assert "[A823]" in call("divide", "firms.csv", "--estate", "1", "--rule", "talmud", "--parcel", "2").stderr


def test_the_treaty_takes_its_estate_from_the_columns_and_says_who_must_yield() -> None:
    Path("firms.csv").write_text(TREATY, encoding="utf-8")
    result = call("divide", "firms.csv", "--rule", "treaty")
    table = pd.read_csv(StringIO(result.stdout))
    assert table["award"].tolist() == pytest.approx([9.1591, 3.5861, 1.86, 0.8948], abs=5e-5)
    assert table["allocation_right"].tolist() == pytest.approx([-0.4409, 0.4861, -0.14, 0.0948], abs=5e-5)
    assert call("divide", "firms.csv", "--rule", "treaty", "--estate", "15.5").stdout == result.stdout
    assert "[A820]" in call("divide", "firms.csv", "--rule", "treaty", "--estate", "15").stderr
    Path("firms.csv").write_text(TREATY.replace("loss", "weight"), encoding="utf-8")
    assert "[A807]" in call("divide", "firms.csv", "--rule", "treaty", "--estate", "15").stderr


def test_columns_without_a_say_are_named() -> None:
    Path("firms.csv").write_text("claimant,claim,weight\nA,1,2\nB,3,4\n", encoding="utf-8")
    assert "Columns without a say in this: weight." in call("divide", "firms.csv", "--estate", "1", "--rule", "talmud").stderr


def test_the_volume_of_a_claim_in_a_run(desk: Path) -> None:
    finished_run(desk)
    run = ("divide", "firms.csv", "--run", "done", "--claim", "NLD/health/liquid", "--rule", "talmud", "--json")
    found = json.loads(call(*run).stdout)
    assert (found["estate"], found["unit"], found["periods"]) == (11.0, "t", ["2026-03", "2026-04"])
    assert (found["classification"], found["concept"]) == ("internal", True)
    assert json.loads(call(*run, "--period", "2026-04").stdout)["estate"] == 5.0
    shown = call(*run[:-1]).stderr
    assert shown.startswith("Classification: internal\nConcept, no legal force\ndone-0, NLD/health/liquid, 2026-03 - 2026-04: 11 t\n")
    for wrong in (("--claim", "NLD/health"), ("--period", "2027-01"), ("--claim", "NLD/health/metal")):
        result = call(*run[:-1], *wrong)
        assert (result.exit_code, result.stderr.strip()[-6:]) == (1, "[A824]")


def test_json_has_all_that_is_said_and_every_award() -> None:
    result = call("divide", "firms.csv", "--estate", "200", "--rule", "equal-losses", "--json", "--out", "out.csv")
    found = json.loads(result.stdout)
    assert [row["award"] for row in found["awards"]] == [150.0, 0.0, 50.0]
    assert {key: found[key] for key in ("rule", "estate", "claimed", "awarded", "left", "left_out", "gini")} == {
        "rule": "equal-losses",
        "estate": 200.0,
        "claimed": 600.0,
        "awarded": 200.0,
        "left": 0.0,
        "left_out": [],
        "gini": 0.5,
    }
    assert Path("out.csv").exists()


def test_rounding_above_the_estate_is_said() -> None:
    result = call("divide", "firms.csv", "--estate", "0.6", "--rule", "proportional", "--decimals", "0")
    assert "Rounding gives 0.4 more than there is." in result.stderr


@pytest.mark.parametrize(
    "options",
    [
        ("--rule", "talmud"),
        ("--estate", "1"),
        ("--estate", "1", "--rule", "talmut"),
        ("--estate", "1", "--rule", "talmud", "--run", "done"),
        ("--rule", "talmud", "--run", "done"),
        ("--estate", "1", "--rule", "talmud", "--claim", "NLD/health/liquid"),
        ("--estate", "1", "--rule", "soft-priority"),
        ("--estate", "1", "--rule", "talmud", "--width", "2"),
        ("--estate", "1", "--rule", "soft-priority", "--width", "0"),
        ("--estate", "1", "--rule", "talmud", "--factor", "2"),
        ("--estate", "1", "--rule", "talmud", "--parcel", "nan"),
        ("--estate", "1", "--rule", "talmud", "--decimals", "-1"),
        ("--estate", "1", "--rule", "talmud", "--truncate", "basis"),
        ("--rule", "treaty"),
    ],
)
def test_options_that_do_not_go_together_are_a_fault_of_the_command_line(options: tuple[str, ...]) -> None:
    result = call("divide", "firms.csv", *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("estate", ["nan", "inf", "-0.1", "1e16", "1,5", "1.000,5", "5 t", "1_0", ""])
def test_an_estate_that_cannot_be_used(estate: str) -> None:
    result = call("divide", "firms.csv", "--estate", estate, "--rule", "talmud")
    assert (result.exit_code, result.stderr.strip()[-6:]) == (1, "[A820]")


def test_rules_are_listed() -> None:
    rows = json.loads(call("list", "rules", "--json").stdout)
    assert {"rule": "talmud", "used_in": "divide"}.items() <= next(row for row in rows if row["rule"] == "talmud").items()


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.lists(st.text(alphabet='ab1250.,;"-+eE \r\n\t_xnNaITruef', max_size=7), min_size=1, max_size=4), max_size=5),
    st.sampled_from(",;"),
)
def test_whatever_is_in_a_file_both_ways_of_reading_agree(rows: list[list[str]], separator: str) -> None:
    """What is read at once is never what row by row would refuse or read otherwise; and nothing ends in a traceback."""
    content = "\n".join(separator.join(row) for row in [["claimant", "claim"], *rows])
    if claims_file.separator_of(content) != separator:
        return
    at_once = claims_file._at_once(content, ["claimant", "claim"], separator, "x.csv")
    try:
        row_by_row = claims_file._row_by_row(content, separator, "x.csv")
    except InvalidInput as error:
        row_by_row, codes = None, {finding.code[:2] for finding in error.findings}
        assert (at_once, codes) == (None, {"A8"}), content
    if at_once is not None and row_by_row is not None:
        assert (at_once.names, at_once.claims.tolist()) == (row_by_row.names, row_by_row.claims.tolist())
