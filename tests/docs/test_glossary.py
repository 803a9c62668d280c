"""The glossary holds the words that the program prints, each beside the one that stands for it in the other language."""

from __future__ import annotations

import re

import pytest

from tests.docs.blocks import ROOT

PAGE = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (.+?) \| (.+?) \| .+ \|$", PAGE, re.MULTILINE)[1:]
#: How a text and its translation stand in the code: as two arguments or members, as fields, as keys of a framework.
TOGETHER = re.compile(r'"([^"\n]+)",\s*(?="([^"\n]+)")|en="([^"]+)",\s*nl="([^"]+)"|en: ([^,}]+), nl: ([^}]+)\}')


def words(cell: str) -> list[str]:
    """Return the words of a cell; the name that the files have for them is left out."""
    return re.sub(r" \(`.*?`\)", "", cell).split(", ")


@pytest.fixture(scope="module")
def printed() -> list[tuple[str, str]]:
    """Every text of the program beside its translation."""
    files = [*(ROOT / "allocator").rglob("*.py"), *(ROOT / "allocator").rglob("*.html"), *(ROOT / "scenarios").rglob("*.yaml")]
    found = [match for file in files for match in TOGETHER.findall(file.read_text(encoding="utf-8"))]
    return [(a or c or e, b or d or f) for a, b, c, d, e, f in found]


@pytest.mark.parametrize(("english", "dutch"), ROWS)
def test_the_program_prints_the_pair(english: str, dutch: str, printed: list[tuple[str, str]]) -> None:
    one = re.compile(rf"\b({'|'.join(words(english))})", re.IGNORECASE)
    other = re.compile("|".join(words(dutch)), re.IGNORECASE)
    assert any(one.search(text) and other.search(translated) for text, translated in printed)


def test_the_words_stand_in_order() -> None:
    first = [english.casefold() for english, _ in ROWS]
    assert first == sorted(first)
    assert len(first) > 30
