"""The page of the constraint families is made from their docstrings; ``pytest tests/docs --write-golden`` writes it anew."""

from __future__ import annotations

import inspect
import re

import pytest

from allocator_models.families import FAMILIES
from allocator_models.formulation import Formulation
from tests.docs.blocks import ROOT
from tests.golden.pages import block, write_blocks
from tests.models import cases

PAGE = ROOT / "docs" / "families.md"
FORMULATION = (ROOT / "docs" / "formulation.md").read_text(encoding="utf-8")
FORMULA = re.compile(r"^\.\. math:: (.*?)$(?=\n\n|\Z)", re.DOTALL | re.MULTILINE)


def rows_by_family() -> dict[str, dict[str, str]]:
    """Return the kinds of rows that each family adds, each with its sentence."""
    m = Formulation(cases.everything().build())
    found = {}
    for name, add in FAMILIES.items():
        before = set(m.row_rules)
        add(m)
        found[name] = {row: rule.doc for row, rule in m.row_rules.items() if row not in before}
    return found


def fenced(formula: re.Match[str]) -> str:
    lines = " ".join(formula[1].split())
    return f"```math\n{lines}\n```"


def made() -> str:
    parts = []
    for name, rows in rows_by_family().items():
        words = FORMULA.sub(fenced, inspect.cleandoc(FAMILIES[name].__doc__ or ""))
        listed = [f"| `{row}` | {sentence} |" for row, sentence in rows.items()]
        table = "\n".join(["| row | says |", "|---|---|", *listed])
        parts.append(f"## {name}\n\n{words}\n" + (f"\n{table}\n" if rows else ""))
    return "\n".join(parts).strip()


def test_the_page_says_what_the_families_say(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--write-golden"):
        write_blocks(PAGE, families=made())
    assert block(PAGE.read_text(encoding="utf-8"), "families") == made()


@pytest.mark.parametrize("name", FAMILIES)
def test_every_family_has_a_formula_and_its_place_in_the_formulation(name: str) -> None:
    assert FORMULA.search(inspect.cleandoc(FAMILIES[name].__doc__ or "")), "a docstring without mathematics"
    assert f"`{name}`" in FORMULATION.split("## 4 Rows")[1].split("## 5 ")[0]
