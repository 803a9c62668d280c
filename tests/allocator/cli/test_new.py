"""``allocator new``: what it writes is valid at once, runs, and can be unfolded remark by remark."""

import json
import re
from pathlib import Path

import pytest

from allocator.scenario import DISRUPTIONS, LEVERS, load_scenario, shipped
from tests.program import call


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def unfolded(text):
    """The file with every remark that is a key or an item written out."""
    return re.sub(r"^( *)# (?=- \{|(?:  )?\w+:)", r"\1", text, flags=re.MULTILINE)


def test_the_file_is_valid_at_once_and_runs():
    result = call("new", "my-crisis.yaml", "--regions", "NLD")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "allocator run my-crisis.yaml" in result.stdout
    assert call("validate", "my-crisis.yaml").stdout == "1 checked, no faults\n"
    summary = json.loads(call("run", "my-crisis.yaml", "--json", "--out", "out").stdout)
    assert (summary["scenario"], summary["status"]) == ("my_crisis", "done")
    assert not [warning for warning in summary["warnings"] if warning["path"].startswith(("disruptions", "levers"))]


def test_every_key_says_what_it_means_and_no_line_is_a_mystery():
    call("new", "my-crisis.yaml")
    for line in Path("my-crisis.yaml").read_text(encoding="utf-8").splitlines():
        assert re.fullmatch(r"|#.*| *#.*|\w+:| *- kind: \w+| *\w+: .*# \S.*", line), line


@pytest.mark.parametrize("options", [(), ("--start", "2026-Q2"), ("--start", "2026-W09"), ("--extends", "hormuz_closure")])
def test_every_remark_can_be_written_out(options):
    call("new", "my-crisis.yaml", *options)
    path = Path("my-crisis.yaml")
    path.write_text(unfolded(path.read_text(encoding="utf-8")), encoding="utf-8")
    assert call("validate", path).stderr == ""
    scenario = load_scenario(path)
    assert {disruption.kind for disruption in scenario.disruptions} == set(DISRUPTIONS)
    assert {lever.kind for lever in scenario.levers} == set(LEVERS)


def test_options_say_what_stands_in_the_file():
    call("new", "a_crisis", "--regions", "BEL, DEU", "--start", "2026-W09", "-d", "quota", "-d", "transit_loss", "--framework", "equal_cut")
    scenario = load_scenario("a-crisis.yaml")
    assert (scenario.scenario, scenario.framework) == ("a_crisis", "equal_cut")
    assert (scenario.horizon.start, scenario.horizon.period) == ("2026-W09", "week")
    assert scenario.scope.regions == ("BEL", "DEU")
    assert [(disruption.kind, disruption.start) for disruption in scenario.disruptions] == [
        ("quota", "2026-W09"),
        ("transit_loss", "2026-W09"),
    ]
    assert [lever.owner for lever in scenario.levers if lever.kind == "reserve_release"] == ["DEU"]  # Belgium has no reserve


@pytest.mark.parametrize("name", ["a_crisis", "a-crisis.yaml", "a-crisis", "./a_crisis"])
def test_a_file_and_an_id_may_be_named(name):
    call("new", name)
    assert [path.name for path in Path().iterdir()] == ["a-crisis.yaml"]
    assert load_scenario("a-crisis.yaml").scenario == "a_crisis"


def test_a_variant_changes_nothing_before_it_is_changed():
    call("new", "longer.yaml", "--extends", "hormuz_closure")
    variant, parent = load_scenario("longer.yaml"), load_scenario(shipped("scenario")["hormuz_closure"])
    assert variant.model_dump(exclude={"scenario", "title", "extends"}) == parent.model_dump(exclude={"scenario", "title", "extends"})


def test_a_file_is_never_replaced():
    Path("mine.yaml").write_text("mine", encoding="utf-8")
    result = call("new", "mine.yaml")
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert result.stderr.endswith("[A705]\n")
    assert Path("mine.yaml").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("x.yaml", "--regions", "NLD,BEX"), "--regions: the baseline has no region 'BEX'; did you mean 'BEL'?  [A330]"),
        (("x.yaml", "--framework", "nl_drift"), "--framework: there is no framework 'nl_drift'; did you mean 'nl_draft'?  [A322]"),
        (
            ("x.yaml", "--extends", "hormuz_closur"),
            "--extends: there is no scenario 'hormuz_closur'; did you mean 'hormuz_closure'?  [A320]",
        ),
        (("x.yaml", "--start", "2026-13"), "--start: '2026-13' is not a month: months run from 01 to 12  [A303]"),
        (("x.yaml", "--disruption", "quot"), "--disruption: there is no disruption 'quot'; did you mean 'quota'?  [A307]"),
        (("my crisis!.yaml",), "SCENARIO: 'my crisis!' is not an id"),
        (("nowhere/x.yaml",), "nowhere"),
        (("/",), "SCENARIO: '.yaml' is not an id"),
        (("",), "SCENARIO: '.yaml' is not an id"),
    ],
)
def test_what_is_wrong_is_told_at_its_option_and_nothing_is_written(arguments, says):
    result = call("new", *arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(says)
    assert list(Path().iterdir()) == []
