"""``allocator data`` as a user types it."""

import io
import json
import shutil
from types import SimpleNamespace

import pytest
from rich.console import Console
from typer.testing import CliRunner

import allocator.cli.data as command
from allocator.baseline import load_baseline
from allocator.baseline.dependency import BENCHMARK, annual_totals, import_reliance, origin_shares
from allocator.baseline.overview import overview_of
from allocator.cli._overview import print_goods, print_overview
from allocator.cli.data import app, goods_asked_for
from allocator.errors import InvalidInput
from allocator.report.language import Language
from tests.allocator.baseline.conftest import FOLDER

RUNNER = CliRunner()


@pytest.fixture(scope="module")
def shipped():
    return load_baseline(FOLDER)


@pytest.fixture
def loaded(shipped, monkeypatch):
    """The command finds the shipped package read already."""
    monkeypatch.setattr(command, "load_baseline", lambda *_: shipped)
    return shipped


def printed(baseline, commodity, code, width):
    screen = Console(file=io.StringIO(), width=width, highlight=False, markup=False)
    print_overview(overview_of(baseline, commodity), baseline, Language(code), screen)
    return screen.file.getvalue()


def test_check_says_that_there_are_no_faults_and_counts_grades():
    result = RUNNER.invoke(app, ["check"])
    assert result.exit_code == 0
    assert "no faults" in result.stdout
    assert "A: reported" in result.stdout
    assert "second hand" in " ".join(result.stdout.split())
    assert "D: assumed" in result.stdout


def test_check_as_json_counts_rows_and_grades_and_hashes_files():
    written = json.loads(RUNNER.invoke(app, ["check", "--json"]).stdout)
    assert written["rows"]["regions"] == 27
    assert written["grades"]["regions"] == {
        "reported": 0,
        "derived": 0,
        "assumed": 27,
        "without_source": 0,
        "A": 0,
        "B": 0,
        "C": 27,
        "D": 0,
    }
    assert written["grades"]["lanes"]["assumed"] == written["grades"]["lanes"]["without_source"] == written["rows"]["lanes"]
    assert written["grades"]["supply_lines"]["assumed"] > written["grades"]["supply_lines"]["without_source"]
    assert len(written["sha256"]["regions.csv"]) == 64


def test_check_compares_with_published_figures(tmp_path):
    folder = shutil.copytree(FOLDER, tmp_path / "mine")
    (folder / "deviations.csv").write_text(
        (folder / "deviations.csv").read_text(encoding="utf-8").partition("\n")[0] + "\n", encoding="utf-8"
    )
    result = RUNNER.invoke(app, ["check", "--baseline", str(folder)])
    assert isinstance(result.exception, InvalidInput)
    assert {finding.code for finding in result.exception.findings} == {"A121"}
    assert len(result.exception.findings) == len((FOLDER / "deviations.csv").read_text(encoding="utf-8").splitlines()) - 1


EXPECTED = {
    "helium_liquid": (
        "Liquid helium",
        "Vaporisation of liquid helium",
        "Qatar",
        "Strait of Hormuz",
        "Health",
        "nld_helium",
        "Eurostat Comext",
    ),
    "gallium_metal": (
        "strategic raw materials",
        "above the benchmark of 65%",
        "World production",
        "China 100%",
        "eu_gallium",
        "C assumed in part or second hand",
        "metalswire.net",
    ),
    "iridium": ("(recycling)", "PEM electrolysers", "South Africa", "Where each number comes from", "schlichenmaier_naegler_2022"),
    "traction_pack": ("Made from", "Lithium compounds", "Vehicles", "Imports: none", "No published figure"),
}


@pytest.mark.parametrize("commodity", EXPECTED)
def test_show_prints_everything_about_a_good_within_80_columns(shipped, commodity):
    text = printed(shipped, commodity, "en", 80)
    assert max(map(len, text.splitlines())) <= 80
    words = " ".join(text.split())
    for expected in EXPECTED[commodity]:
        assert expected in words, expected


def test_show_in_dutch(shipped):
    words = " ".join(printed(shipped, "gallium_metal", "nl", 120).split())
    for expected in (
        "Galliummetaal",
        "Afhankelijkheid",
        "78%",
        "boven de maatstaf van 65%",
        "Duitsland",
        "1.210.000 EUR/t",
        "nog 19",
        "aangenomen",
    ):
        assert expected in words, expected
    for english in ("Made", "Users", "Germany", "assumed", "more"):
        assert english not in words.partition("Bronnen")[0].split(), english


@pytest.mark.parametrize(("commodity", "code"), [("alumina", "en"), ("helium_gas", "nl"), ("copper_refined", "en"), ("naval_ship", "nl")])
def test_goods_of_every_kind_can_be_shown(shipped, commodity, code):
    assert printed(shipped, commodity, code, 100)


def test_a_material_shows_its_goods_and_a_single_one_at_once(loaded):
    several = RUNNER.invoke(app, ["show", "gallium"]).stdout
    assert "gallium_metal" in several
    assert "gallium_wafer" in several
    assert "China 78% !" in several
    assert "Borates" in RUNNER.invoke(app, ["show", "boron"]).stdout
    screen = Console(file=io.StringIO(), width=80)
    print_goods("gallium", goods_asked_for(loaded, "gallium", FOLDER), loaded, Language("nl"), screen)
    assert "Goederen van gallium" in screen.file.getvalue()


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("name", ["alumina", "dysprosium_oxide", "helium_gas", "traction_pack"])
def test_show_as_json(name):
    written = json.loads(RUNNER.invoke(app, ["show", name, "--json"]).stdout)
    assert written["commodity"]["commodity"] == name
    assert written["sources"]
    assert {"A", "B", "C", "D"} <= set(written["figures"][0])
    assert {"carrier", "carrier_kind"} <= set(written["sources"][0])
    assert {"made_from", "goes_into", "makers", "origins", "sectors", "regions", "reserves", "world", "compared", "totals"} <= set(written)


@pytest.mark.usefixtures("loaded")
def test_a_material_as_json_is_its_goods():
    written = json.loads(RUNNER.invoke(app, ["show", "gallium", "--json"]).stdout)
    assert [good["commodity"] for good in written["goods"]] == ["gallium_metal", "gallium_wafer"]


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("helum_liquid", "did you mean 'helium_liquid'?"),
        ("galium", "did you mean 'gallium'?"),
    ],
)
def test_show_suggests_what_there_is(name, says):
    result = RUNNER.invoke(app, ["show", name])
    assert isinstance(result.exception, InvalidInput)
    assert says in str(result.exception)


def test_shares_and_reliance_by_hand(shipped):
    """Magnesium: everything comes in or is recycled. Fluorspar: Mexico's share of imports is its share of the lines."""
    totals = annual_totals(shipped)
    assert import_reliance(totals)["magnesium"] == 1
    magnesium = SimpleNamespace(**totals.loc["magnesium"])
    assert magnesium.imports + magnesium.recycled == pytest.approx(magnesium.use)
    lines = shipped.supply_lines[shipped.supply_lines["commodity"] == "fluorspar"]
    mexico = lines.loc[lines["origin"] == "MEX", "annual_quantity"].sum()
    shares = origin_shares(shipped, totals).set_index(["commodity", "origin"]).loc[("fluorspar", "MEX")]
    assert shares["imports"] == pytest.approx(mexico / lines["annual_quantity"].sum())
    assert shares["use"] == pytest.approx(mexico / totals.loc["fluorspar", "use"])
    assert shares["sourcing"] == pytest.approx(mexico / (totals.loc["fluorspar", "imports"] + totals.loc["fluorspar", "primary"]))
    assert shares["use"] < BENCHMARK
