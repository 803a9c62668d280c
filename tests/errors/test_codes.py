"""The page of codes holds every code there is, and every code on it comes about here: its place, its words and its remedy."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from allocator.errors import Finding
from tests.errors.cases import CASES
from tests.errors.patches import PATCHES
from tests.errors.world import Case, call, copy_world, lines_of, write_world

ROOT = Path(__file__).parents[2]
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in (ROOT / "docs" / "errors.md").read_text(encoding="utf-8").splitlines()
    if re.match(r"\| A\d{3}", line)
]
LISTED = [code for row in ROWS for code in re.findall(r"A\d{3}", row[0])]
#: Codes of A2xx and A3xx are written as their last two digits, by what reads either kind of file.
AREAS = {"scenario": "A3", "framework": "A2"}


def codes_in_source() -> set[str]:
    """Return the codes that the source writes out, and those it makes of an area and two digits."""
    found: set[str] = set()
    for path in (*(ROOT / "allocator").rglob("*.py"), *(ROOT / "api").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        found |= set(re.findall(r"(?<![\w])A\d{3}(?=[\"\]])", text))
        if not path.is_relative_to(ROOT / "allocator"):
            continue
        areas = [area for folder, area in AREAS.items() if folder in path.relative_to(ROOT / "allocator").parts] or ["A2", "A3"]
        for number in re.findall(r'(?<!\w)"(\d\d)"(?!:)', text):
            both = {area + number for area in areas}
            found |= both if len(areas) == 1 else both & set(LISTED) or both
    return found


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_world(tmp_path_factory.mktemp("sound") / "world")


def test_a_fault_is_one_line_whatever_it_quotes() -> None:
    fault = Finding("crisis.yaml", 1, 1, "a\nb", "'c\r\nd' is not an id", "A312")
    assert str(fault) == r"crisis.yaml:1:1: a\nb: 'c\r\nd' is not an id  [A312]"


def test_every_code_in_the_source_stands_on_the_page() -> None:
    found = codes_in_source()
    assert {"A101", "A208", "A308", "A331", "A221", "A501", "A705"} <= found
    assert found - set(LISTED) == set()


def test_every_code_on_the_page_has_its_case_and_is_listed_once() -> None:
    assert len(LISTED) == len(set(LISTED))
    assert {case.code for case in CASES} == set(LISTED)


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_every_row_of_the_page_has_meaning_example_and_remedy(row: list[str]) -> None:
    assert len(row) >= 4
    assert all(row)


@pytest.mark.parametrize("case", CASES, ids=[case.code for case in CASES])
def test_the_code_comes_about(case: Case, sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = copy_world(sound, tmp_path / "world")
    monkeypatch.chdir(world)
    for spoil in case.spoil:
        spoil(world)
    if case.code in PATCHES:
        PATCHES[case.code](monkeypatch)
    before = sorted(world.rglob("*"))
    result = call(*case.command)
    told = lines_of(result)
    pattern = case.says.replace("[", "[[]")
    assert [line for line in told if fnmatchcase(line, pattern)], told
    assert {line[-5:-1] for line in told if line.endswith("]")} <= {case.code, *case.also}
    assert (result.exit_code, result.stdout) == (case.exit_code, "")
    assert sorted(world.rglob("*")) == before
    message = case.says.rsplit("  [", 1)[0]
    assert re.search(r"; |did you mean|expected|such as|\bsay |one of|run from", message), "says what to do"
