"""``allocator data`` as a user types it."""

import json

import pytest
from typer.testing import CliRunner

from allocator.cli.data import app
from allocator.errors import InvalidInput

RUNNER = CliRunner()


def test_check_says_that_there_are_no_faults():
    result = RUNNER.invoke(app, ["check"])
    assert result.exit_code == 0
    assert "no faults" in result.stdout


def test_check_as_json_counts_rows_and_hashes_files():
    written = json.loads(RUNNER.invoke(app, ["check", "--json"]).stdout)
    assert written["rows"]["regions"] == 27
    assert len(written["sha256"]["regions.csv"]) == 64


def test_show_prints_chain_origins_users_and_sources():
    printed = RUNNER.invoke(app, ["show", "helium_liquid"]).stdout
    for word in ("Liquid helium", "helium_vaporisation", "QAT", "strait_of_hormuz", "health", "nld_helium", "Eurostat Comext"):
        assert word in printed


@pytest.mark.parametrize("commodity", ["alumina", "ndfeb_magnet", "wind_generator", "dysprosium_oxide", "helium_gas"])
def test_show_as_json(commodity):
    written = json.loads(RUNNER.invoke(app, ["show", commodity, "--json"]).stdout)
    assert written["commodity"]["commodity"] == commodity
    assert written["sources"]


def test_show_suggests_a_known_commodity():
    result = RUNNER.invoke(app, ["show", "helum_liquid"])
    assert isinstance(result.exception, InvalidInput)
    assert "did you mean 'helium_liquid'?" in str(result.exception)
