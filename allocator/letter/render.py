"""From a template and facts to a letter: Markdown, and from it plain text or a page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import groupby
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup

from allocator.letter.signing import Signature
from allocator.letter.template import Template
from allocator.report.language import Language


class Form(StrEnum):
    """What a letter is written as."""

    html = "html"
    text = "text"

    @property
    def suffix(self) -> str:
        """Ending of the file."""
        return "html" if self is Form.html else "txt"


def render(template: Template, facts: Mapping[str, Any], language: Language, form: Form, signature: Signature | None = None) -> str:
    """Return a letter; whatever its template says, it begins with its classification, its force, and that it may differ if it may.

    Args:
        template: the template.
        facts: what it may use, see `allocator.letter.facts`.
        language: of the letter.
        form: text, or one page of HTML that loads nothing.
        signature: who signs; None for a draft.
    """
    signed = {
        "draft": signature is None,
        "role": signature.role if signature else template.letterhead.roles[0],
        "date": language.day(signature.day) if signature else "",
    }
    markdown = re.sub(r"\n{3,}", "\n\n", template.filled({**facts, **signed})).strip() + "\n"
    status = language.pick("DRAFT", "CONCEPT") if signature is None else ""
    force = language.pick("no legal force", "geen rechtskracht") if facts["concept"] else ""
    differs = language.pick(
        "computed within a limit of time: made again, the division may differ",
        "berekend binnen een tijdslimiet: opnieuw berekend kan de verdeling anders uitvallen",
    )
    marks = [facts["classification"], ", ".join(part for part in (status, force) if part), differs if facts["may_differ"] else ""]
    marks = [mark for mark in marks if mark]
    if form is Form.text:
        return "".join(f"{mark}\n\n" for mark in marks) + _plain(markdown)
    title = next((line.lstrip("# ") for line in markdown.splitlines() if line.startswith("# ")), str(facts["claim"]))
    shown = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table").render(markdown)
    page = _pages().get_template("page.html")
    return page.render(language=language.code, title=title, body=Markup(shown), marks=marks)  # noqa: S704 - HTML in it is escaped


def _pages() -> Environment:
    return Environment(loader=PackageLoader("allocator.letter", "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True)


def _plain(markdown: str) -> str:
    """Return Markdown as a letter without marks: headings bare, columns in line."""
    lines = [re.sub(r"^#+ ", "", line).rstrip() for line in markdown.splitlines()]
    parts: Iterator[str] = (
        line for table, run in groupby(lines, lambda line: line.startswith("|")) for line in (_aligned(list(run)) if table else run)
    )
    return "\n".join(parts) + "\n"


def _aligned(rows: Sequence[str]) -> Iterator[str]:
    """Yield the rows of a table with columns of one width, figures to the right as the line under the heads says, and no bars."""
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    right = [cell.endswith(":") for cell in cells[min(1, len(cells) - 1)]]
    shown = [cells[0], *cells[2:]]
    if any(len(row) != len(right) for row in shown):
        yield from rows
        return
    widths = [max(len(row[place]) for row in shown) for place in range(len(right))]
    for row in shown:
        padded = (cell.rjust(width) if to_right else cell.ljust(width) for cell, width, to_right in zip(row, widths, right, strict=True))
        yield "  ".join(padded).rstrip()
