"""Where the cells of a CSV file stand: lines as the reader counts them, columns as an editor does."""

from __future__ import annotations

import io
import re

#: A cell, from where it begins: in quotes, of which the last may be missing, or up to the next separator.
_CELLS = {separator: re.compile(rf'"[^"]*(?:""[^"]*)*(?:"[^{separator}]*)?|[^{separator}]*') for separator in (",", ";")}


def separator_of(content: str) -> str:
    """Return what parts the cells of a text: a semicolon where its first line has more of those than commas."""
    first = content.partition("\n")[0]
    return ";" if first.count(";") > first.count(",") else ","


def lines_of(content: str) -> list[str]:
    """Return the lines of a text as the reader of the csv module counts them, each with its end."""
    return list(io.StringIO(content, newline=""))


def cell_starts(line: str, separator: str = ",") -> list[int]:
    """Return the 1-based column of the first character of each cell of a line."""
    line = line.rstrip("\r\n")
    starts = [1]
    for found in iter(lambda: _CELLS[separator].match(line, starts[-1] - 1), None):
        if found.end() == len(line):
            break
        starts.append(found.end() + 2)
    return starts
