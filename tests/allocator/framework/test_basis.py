"""No rule rests on an article that is not listed, and legal.csv itself is sound."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from allocator_scenarios import ROOT

from allocator.errors import InvalidInput
from allocator.framework import load_framework, load_legal
from tests.allocator.framework.world import PLAIN, Laws


def basis(text: str) -> str:
    return PLAIN.replace("{status: none, note: none yet}", text, 1)


@pytest.mark.parametrize(
    "text",
    [
        "{act: crma, article: 22, status: in_force}",
        "{act: crma, article: '22', in_force: 2024-05-23, status: in_force}",
        "{act: Regulation (EU) 2024/1252 (Critical Raw Materials Act), article: 22, in_force: 2024-05-23, status: in_force}",
        "{act: imera, article: 26, in_force: 2026-05-29, status: in_force}",  # only the month is listed
        "{act: awb, article: '3:46', status: in_force}",
        "{act: resourceeu, article: whole, status: proposed}",
        "{status: none, note: modelled on a precedent}",
    ],
)
def test_what_may_be_cited(laws: Laws, text: str) -> None:
    assert laws.load(basis(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "{act: crma, article: 21, status: in_force}",
            "article: the text of article 21 of crma was not seen, so no rule can rest on it  [A223]",
        ),
        ("{act: crma, article: 22, status: proposed}", "status: legal.csv says in_force for article 22 of crma, not proposed  [A224]"),
        (
            "{act: gas_demand_reduction, article: 3, status: in_force}",
            "status: legal.csv says historical for article 3 of gas_demand_reduction",
        ),
        (
            "{act: crma, article: 22, in_force: 2024-05-24, status: in_force}",
            "in_force: legal.csv says from 2024-05-23 on for article 22 of crma, not 2024-05-24  [A224]",
        ),
        ("{act: crma, article: 22.5, status: in_force}", "article: a text was expected, but 22.5 was given  [A204]"),
        (
            "{act: crma, status: in_force}",
            "status: status in_force needs article; name what legal.csv lists, or write status: none with a note",
        ),
        ("{status: in_force}", "status: status in_force needs act and article; "),
        (
            "{act: crma, article: 22, status: none, note: x}",
            "status: status none says that there is no act; leave out act, article and in_force, or correct the status  [A224]",
        ),
        ("{status: none}", "status: say in a note why there is no act, or what the rule is modelled on  [A224]"),
        ("{act: Grondstoffenwet, article: 1, status: in_force}", "act: 'Grondstoffenwet' is no act of legal.csv"),
    ],
)
def test_what_may_not(laws: Laws, text: str, expected: str) -> None:
    fault = laws.fault(basis(text))
    key = expected.split(":", 1)[0]
    column = basis(text).splitlines()[8].index(f"{key}: ") + 1
    assert fault.startswith(f"f.yaml:9:{column}: tiers.0.basis.{expected}")


def test_the_shipped_list() -> None:
    rows = list(csv.DictReader((ROOT / "legal.csv").read_text(encoding="utf-8").splitlines()))
    assert len({row["id"] for row in rows}) == len(rows)
    assert all(row["source"].startswith("http") for row in rows)
    assert load_legal().of_act("crma")["22"].citable


def test_shipped_frameworks_cite_nothing_that_was_not_seen() -> None:
    for path in sorted((ROOT / "frameworks").glob("*.yaml")):
        framework = load_framework(path)
        assert framework.status == "concept"
        for rule in (*framework.tiers, *framework.guarantees):
            assert rule.basis.status == "none"
            assert rule.basis.note


ROW = "x_1,x,An act,1,It says something.,EU,2024-01-01,in_force,https://example.org,yes,\n"
HEADER = "id,act,title,article,says,jurisdiction,in_force_from,status,source,citable,note\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id,act\n", ["legal.csv:1: the columns are id, act; expected id, act, title, article, says, "]),
        ("", ["legal.csv:1: the columns are missing; "]),
        (HEADER + "x_1,x\n" + ROW + ROW, ["legal.csv:2: x_1: 2 cells, expected 11", "legal.csv:4:14: x_1: article 1 of x is listed twice"]),
        (HEADER + ROW.replace("in_force,", "maybe,"), ["legal.csv:2:49: x_1: the status 'maybe' is not one of in_force, "]),
        (HEADER + ROW.replace("yes", "perhaps"), ["legal.csv:2:78: x_1: citable is 'perhaps', expected yes or no"]),
        (HEADER + ROW.replace("An act", ""), ["legal.csv:2:7: x_1: title must not be empty"]),
    ],
)
def test_a_damaged_list(tmp_path: Path, text: str, expected: list[str]) -> None:
    path = tmp_path / "legal.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput) as error:
        load_legal(path)
    found = [str(finding).replace(f"{tmp_path}/", "") for finding in error.value.findings]
    assert [line.startswith(start) for line, start in zip(found, expected, strict=True)] == [True] * len(expected)


def test_a_list_that_is_not_there_or_not_text(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="there is no such file"):
        load_legal(tmp_path / "legal.csv")
    (tmp_path / "legal.csv").write_bytes(b"\xff\xfe")
    with pytest.raises(InvalidInput, match="not UTF-8"):
        load_legal(tmp_path / "legal.csv")
