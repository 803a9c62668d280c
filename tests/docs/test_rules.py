"""Pages of rules come from docstrings, the table of axioms from a search; ``pytest tests/docs --write-golden`` writes both."""

from __future__ import annotations

import inspect
import re

import pytest

from allocator.divide import RULES, spelt
from allocator.divide.axioms import AXIOMS, Verdict, axiom_table, drawn_problems
from tests.docs.blocks import ROOT
from tests.docs.test_families import FORMULA, fenced
from tests.golden.pages import block, write_blocks

FOLDER = ROOT / "docs" / "rules"
INDEX = FOLDER / "README.md"
Table = dict[str, dict[str, Verdict]]


@pytest.fixture(scope="module")
def found() -> Table:
    return axiom_table()


def words(rule: str) -> str:
    """Return what the docstring of a rule says to a reader: no source, which its page names in full, and no errors."""
    text = inspect.cleandoc(RULES[rule].__doc__ or "").split("\n\nRaises:")[0]
    text = re.sub(r"\s*\bSource: .*?(?=\n\n|\Z)", "", text, flags=re.DOTALL)
    return FORMULA.sub(fenced, re.sub(r":math:`(.+?)`", r"$\1$", text))


def table_of(found: Table) -> str:
    rules = [f"[{spelt(rule)}]({spelt(rule)}.md)" for rule in RULES]
    rows = [
        f"| {axiom} | " + " | ".join(f"yes {one.searched}" if one.holds else "no" for one in verdicts.values()) + " |"
        for axiom, verdicts in found.items()
    ]
    parts = ["\n".join([f"| axiom | {' | '.join(rules)} |", f"|---|{'---|' * len(rules)}", *rows])]
    for axiom, verdicts in found.items():
        sentence = inspect.cleandoc(AXIOMS[axiom.replace(" ", "_")].__doc__ or "")
        broken = [f"- {spelt(rule)}: {one.broken}" for rule, one in verdicts.items() if not one.holds]
        parts.append("\n".join([f"**{axiom.capitalize()}.** {sentence}", *(["", *broken] if broken else [])]))
    return "\n\n".join(parts)


@pytest.mark.parametrize("rule", RULES)
def test_the_page_says_what_the_rule_says(rule: str, request: pytest.FixtureRequest) -> None:
    page = FOLDER / f"{spelt(rule)}.md"
    if request.config.getoption("--write-golden"):
        write_blocks(page, rule=words(rule))
    text = page.read_text(encoding="utf-8")
    assert block(text, "rule") == words(rule)
    assert FORMULA.search(inspect.cleandoc(RULES[rule].__doc__ or "")), "a docstring without mathematics"
    assert all(f"\n## {head}\n" in text for head in ("Example", "When to use it", "What it costs", "Source"))
    assert f"({spelt(rule)}.md)" in INDEX.read_text(encoding="utf-8")


def test_the_table_says_what_the_search_finds(found: Table, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--write-golden"):
        write_blocks(INDEX, axioms=table_of(found))
    assert block(INDEX.read_text(encoding="utf-8"), "axioms") == table_of(found)


def test_the_search_finds_what_is_known(found: Table) -> None:
    """Thomson (2003): which rules keep to which axioms is proven; a search that found otherwise would be wrong."""
    known = {
        "equal treatment": set(RULES),
        "consistency": {"equal_awards", "equal_losses", "proportional", "soft_priority", "talmud", "weighted_max_min"},
        "self duality": {"proportional", "random_arrival", "talmud"},
        "claims truncation invariance": {"equal_awards", "random_arrival", "talmud", "weighted_max_min"},
        "minimal rights first": {"equal_losses", "random_arrival", "talmud"},
        "composition down": {"equal_awards", "equal_losses", "proportional", "weighted_max_min"},
        "composition up": {"equal_awards", "equal_losses", "proportional", "weighted_max_min"},
        "resource monotonicity": set(RULES) - {"treaty"},
        "population monotonicity": set(RULES) - {"treaty"},
        "claims monotonicity": set(RULES),
        "no advantage by merging": {"equal_awards", "proportional", "soft_priority"},
        "no advantage by splitting": {"equal_losses", "proportional", "soft_priority", "treaty", "weighted_max_min"},
        "order of awards": {"equal_awards", "equal_losses", "proportional", "random_arrival", "talmud"},
        "order of losses": {"equal_awards", "equal_losses", "proportional", "random_arrival", "talmud"},
    }
    assert {axiom: {rule for rule, one in verdicts.items() if one.holds} for axiom, verdicts in found.items()} == known


def test_problems_are_the_same_each_time_and_go_from_small_to_large() -> None:
    drawn = drawn_problems("treaty", 50)
    assert drawn == drawn_problems("treaty", 50)
    assert [len(problem.claims) for problem in drawn] == sorted(len(problem.claims) for problem in drawn)
