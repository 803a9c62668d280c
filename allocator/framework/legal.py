"""The acts that a framework may cite: legal.csv, one row an article."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from allocator_scenarios import ROOT

from allocator.cells import cell_starts, text_lines
from allocator.closed import choices
from allocator.errors import Finding, InvalidInput

COLUMNS = ("id", "act", "title", "article", "says", "jurisdiction", "in_force_from", "status", "source", "citable", "note")
STATUSES = ("in_force", "proposed", "historical", "repealed")
SHIPPED = ROOT / "legal.csv"


@dataclass(frozen=True)
class Article:
    """One article of one act.

    Attributes:
        act: short id of the act, such as ``crma``; a framework names it by this or by `title`.
        title: full title of the act.
        article: number of the article, as text.
        says: what it says, in our words.
        in_force_from: ISO date, year and month, or year; empty when not checked.
        status: in_force, proposed, historical or repealed.
        citable: whether its text, an official summary or a quotation was seen; only then may a rule rest on it.
    """

    act: str
    title: str
    article: str
    says: str
    in_force_from: str
    status: str
    citable: bool


@dataclass(frozen=True)
class LegalRegister:
    """All articles by act and article."""

    articles: tuple[Article, ...]

    def of_act(self, name: str) -> Mapping[str, Article]:
        """Return the articles of the act with this id or title, by number; empty when there is no such act."""
        return {row.article: row for row in self.articles if name in (row.act, row.title)}

    def unknown_act(self, name: str) -> str:
        """Return what to say about an act that is not here."""
        known = sorted({row.act for row in self.articles} | {row.title for row in self.articles})
        return f"'{name}' is no act of legal.csv" + choices(known, name)


def load_legal(path: Path = SHIPPED) -> LegalRegister:
    """Read legal.csv. Raises `InvalidInput` with every faulty row."""
    name = str(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise InvalidInput([Finding(name, 0, 0, "", "there is no such file", "A200")]) from None
    except UnicodeDecodeError:
        raise InvalidInput([Finding(name, 0, 0, "", "the file is not UTF-8; save it as UTF-8", "A200")]) from None
    lines = text_lines(text)
    reader = csv.reader(lines)
    header = next(reader, [])
    if tuple(header) != COLUMNS:
        message = f"the columns are {', '.join(header) or 'missing'}; expected {', '.join(COLUMNS)}"
        raise InvalidInput([Finding(name, 1, 0, "", message, "A227")])
    findings: list[Finding] = []
    articles: dict[tuple[str, str], Article] = {}
    line = reader.line_num
    for row in reader:
        first, line = line + 1, reader.line_num
        values = dict(zip(COLUMNS, row, strict=False))
        key = (values.get("act", ""), values.get("article", ""))
        cell, message = _fault_of_row(row, values, key in articles)
        if message:
            column = cell_starts(lines[first - 1])[COLUMNS.index(cell)] if cell else 0
            findings.append(Finding(name, first, column, values.get("id", ""), message, "A227"))
        else:
            articles[key] = Article(
                key[0], values["title"], key[1], values["says"], values["in_force_from"], values["status"], values["citable"] == "yes"
            )
    if findings:
        raise InvalidInput(findings)
    return LegalRegister(tuple(articles[key] for key in sorted(articles)))


def _fault_of_row(row: list[str], values: Mapping[str, str], doubled: bool) -> tuple[str, str]:
    """Return the column of the cell at fault, if it is one cell, and what is wrong; nothing for a sound row."""
    if len(row) != len(COLUMNS):
        return "", f"{len(row)} cells, expected {len(COLUMNS)}; restore the row"
    empty = [column for column in ("id", "act", "title", "article", "says", "status", "source") if not values[column]]
    if empty:
        return empty[0], f"{', '.join(empty)} must not be empty; restore the row"
    if values["status"] not in STATUSES:
        return "status", f"the status '{values['status']}' is not one of {', '.join(STATUSES)}"
    if values["citable"] not in ("yes", "no"):
        return "citable", f"citable is '{values['citable']}', expected yes or no"
    return ("article", f"article {values['article']} of {values['act']} is listed twice") if doubled else ("", "")
