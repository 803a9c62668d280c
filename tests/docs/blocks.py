"""The fenced blocks of the pages: what stands in them, where, and what runs them."""

from __future__ import annotations

import re
import shlex
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\w*)(?: (?P<about>[^\n]*))?\n(?P<text>.*?)^(?P=indent)```$", re.DOTALL | re.MULTILINE)
RUN_BY = re.compile(r"<!-- run by: (.+?) -->\n\s*\Z")
EXIT_CODE = re.compile(r"# .*exit code (\d+)")
TITLE = re.compile(r'title="([^"]+)"')


@dataclass(frozen=True)
class Command:
    """One line of a shell block."""

    line: str

    @property
    def words(self) -> list[str]:
        """Its words, without the comment."""
        return shlex.split(self.line, comments=True)

    @property
    def exit_code(self) -> int:
        """The exit code that the comment behind it announces, or 0."""
        announced = EXIT_CODE.search(self.line)
        return int(announced[1]) if announced else 0


@dataclass(frozen=True)
class Block:
    """One fenced block.

    Attributes:
        page: the file it stands in, seen from the root of the tree.
        line: line of the opening fence.
        language: word behind the fence; empty when there is none.
        text: what stands between the fences.
        title: name under which the reader is told to save it; empty when it is only shown.
        run_by: what runs it, from the comment above it; empty when `test_blocks.py` does.
        follows: language of the block before it on the page, when only blank lines part them.
    """

    page: str
    line: int
    language: str
    text: str
    title: str = ""
    run_by: str = ""
    follows: str = ""

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"

    def commands(self) -> list[Command]:
        """Return the commands of a shell block; lines that are only a comment are left out."""
        lines = self.text.replace("\\\n", " ").splitlines()
        return [Command(line) for line in lines if Command(line).words]


def pages() -> list[Path]:
    """Return what people read: the files at the root and everything under `docs`."""
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def blocks_of(page: Path) -> Iterator[Block]:
    """Yield the blocks of a page from top to bottom."""
    text = page.read_text(encoding="utf-8")
    end, before = 0, ""
    for found in FENCE.finditer(text):
        between = text[end : found.start()]
        runner, title = RUN_BY.search(text[: found.start()]), TITLE.search(found["about"] or "")
        yield Block(
            page=page.relative_to(ROOT).as_posix(),
            line=text.count("\n", 0, found.start()) + 1,
            language=found["language"],
            text=textwrap.dedent(found["text"]),
            title=title[1] if title else "",
            run_by=runner[1] if runner else "",
            follows=before if not between.strip() else "",
        )
        end, before = found.end(), found["language"]


def with_text(page: str, block: Block, text: str) -> str:
    """Return the text of a page with what stands in one of its blocks replaced."""
    lines = page.splitlines(keepends=True)
    end = next(number for number in range(block.line, len(lines)) if lines[number].strip() == "```")
    return "".join([*lines[: block.line], text, *lines[end:]])


BLOCKS = [block for page in pages() for block in blocks_of(page)]
