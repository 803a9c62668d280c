"""Malformed scenarios, frameworks and tables, by hand and by chance: words and a place, exit 1, no traceback, nothing written."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from allocator_scenarios import ROOT
from click.testing import Result
from hypothesis import HealthCheck, given, settings

from allocator import inputs
from allocator.baseline import load_baseline
from allocator.baseline.layout import TABLES
from allocator.yaml_file import parse_yaml
from tests.errors.malformed import MALFORMED
from tests.errors.mutations import BYTES, damaged, trees
from tests.errors.world import LAW, SCENARIO, call, copy_world, lines_of, own, package, put, write_world

TOLD = re.compile(r"\S.*: \S.*  \[A\d{3}\]")
BY_CHANCE = settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(write_world(tmp_path / "world"))
    return Path()


@pytest.fixture
def read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read each baseline once; for tests that spoil something else."""
    monkeypatch.setattr(inputs, "load_baseline", cache(load_baseline))


def says_so(result: Result) -> list[str]:
    """Return what was said; it must be in words, with a place and a code, and nothing else."""
    assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
    told = lines_of(result)
    assert result.exit_code == (1 if told else 0), result.output
    assert [line for line in told if not TOLD.fullmatch(line)] == []
    assert not [line for line in told if "cannot be used here" in line or len(line) > 1000]
    return told


def test_there_are_more_than_two_hundred_of_them() -> None:
    assert len(MALFORMED) > 200


@pytest.mark.parametrize("kind", [SCENARIO, LAW, "csv", "own"])
def test_a_malformed_file_is_told_in_words_and_nothing_is_written(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sound = write_world(tmp_path / "sound")
    if kind in (SCENARIO, LAW):
        read_package = cache(lambda: load_baseline(sound / "baseline" / "tiny"))
        monkeypatch.setattr(inputs, "load_baseline", lambda *_: read_package())
    silent = []
    for number, (name, (_, spoils)) in enumerate((name, entry) for name, entry in MALFORMED.items() if entry[0] == kind):
        folder = copy_world(sound, tmp_path / str(number))
        monkeypatch.chdir(folder)
        for spoil in spoils:
            spoil(folder)
        before = sorted(folder.rglob("*"))
        arguments = {LAW: (LAW,), "own": (SCENARIO, "--figures", "own")}.get(kind, (SCENARIO,))
        if not says_so(call("validate", *arguments)):
            silent.append(name)
        assert sorted(folder.rglob("*")) == before, name
    assert silent == []


def test_faults_as_json_are_the_same_faults(world: Path) -> None:
    put(SCENARIO, "scenario: X Y\nhorizon: 3\n")(world)
    told = lines_of(call("validate", SCENARIO))
    result = call("validate", SCENARIO, "--json")
    assert (len(json.loads(result.stdout)), result.exit_code) == (len(told), 1)


def shipped(name: str) -> tuple[bytes, object]:
    content = (ROOT / name).read_bytes()
    return content, parse_yaml(content, name, "A3").tree


CRISIS, CRISIS_TREE = shipped("hormuz-closure.yaml")
LAW_BYTES, LAW_TREE = shipped("frameworks/nl-draft.yaml")


def written(tree: object) -> bytes:
    return json.dumps(tree, ensure_ascii=False, indent=1).encode()  # JSON is YAML


@given(content=trees(CRISIS_TREE).map(written) | BYTES.map(lambda cuts: damaged(CRISIS, cuts)))
@BY_CHANCE
@pytest.mark.usefixtures("read_once")
def test_any_damage_to_a_shipped_scenario(content: bytes, world: Path) -> None:
    put("crisis.yaml", content)(world)
    says_so(call("validate", "crisis.yaml"))


@given(content=trees(LAW_TREE).map(written) | BYTES.map(lambda cuts: damaged(LAW_BYTES, cuts)))
@BY_CHANCE
@pytest.mark.usefixtures("read_once")
def test_any_damage_to_a_shipped_framework(content: bytes, world: Path) -> None:
    put("law.yaml", b"framework: x\n" + content)(world)
    says_so(call("validate", "law.yaml"))


@pytest.mark.parametrize("table", ["demands", "technology_flows"])
@given(cuts=BYTES)
@settings(BY_CHANCE, max_examples=12)
def test_any_damage_to_a_table(table: str, cuts: list[tuple[int, int, bytes]], world: Path) -> None:
    file = world / package(table)
    sound = file.read_bytes()
    try:
        file.write_bytes(damaged(sound, cuts))
        says_so(call("validate", SCENARIO))
    finally:
        file.write_bytes(sound)


@pytest.mark.parametrize("table", ["reserves", "restraint"])
@given(cuts=BYTES)
@settings(BY_CHANCE, max_examples=15)
def test_any_damage_to_own_figures(table: str, cuts: list[tuple[int, int, bytes]], world: Path) -> None:
    rows = Path(package(table)).read_text(encoding="utf-8").splitlines()[1:]
    own(table, *rows)(world)
    file = Path("own") / TABLES[table].file
    file.write_bytes(damaged(file.read_bytes(), cuts))
    says_so(call("validate", SCENARIO, "--figures", "own"))


def at_every(count: int) -> list[Callable[[bytes], bytes]]:
    """Return ways to cut a file short, and to turn bytes around, at even places."""
    cuts = [lambda content, part=part: content[: len(content) * part // count] for part in range(count)]
    turns = [lambda content, part=part: damaged(content, [(len(content) * part // count, 8, content[8:0:-1])]) for part in range(count)]
    return [*cuts, *turns]


@pytest.mark.parametrize("spoil", at_every(8))
def test_any_damage_to_a_workbook(spoil: Callable[[bytes], bytes], world: Path) -> None:
    assert call("data", "template", "reserves", "--baseline", "baseline/tiny", "--out", "own/reserves.xlsx").exit_code == 0
    put("own/classification.txt", "internal\n")(world)
    file = Path("own/reserves.xlsx")
    file.write_bytes(spoil(file.read_bytes()))
    assert says_so(call("validate", SCENARIO, "--figures", "own"))
