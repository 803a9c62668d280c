"""In which column the cell stands that a finding is about."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from allocator.baseline.reading import AREA
from allocator.baseline.tabular import headings
from allocator.cells import cell_starts, decoded, separator_of, text_lines
from allocator.errors import Finding


def placed(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings with the column of the cell that each is about, where it is about one and has none yet.

    The column of a cell in a CSV file is that of its first character in its line; in a workbook it is its number, A being 1.
    """
    places: dict[str, Callable[[int, str], int]] = {}
    found = []
    for finding in findings:
        if finding.line and finding.path and not finding.column:
            if finding.file not in places:
                places[finding.file] = _places(Path(finding.file))
            found.append(replace(finding, column=places[finding.file](finding.line, finding.path)))
        else:
            found.append(finding)
    return found


def _places(file: Path) -> Callable[[int, str], int]:
    """Return what gives the column of a cell by its line and its heading; 0 for a heading that is not there."""
    if file.suffix.lower() == ".xlsx":
        numbers = {name: number for number, name in enumerate(headings(file), start=1)}
        return lambda _line, name: numbers.get(name, 0)
    content, _ = decoded(file.read_bytes(), str(file), AREA)
    lines, separator = text_lines(content), separator_of(content)
    order = {name: place for place, name in enumerate(next(csv.reader(lines, delimiter=separator), []))}
    return lambda line, name: cell_starts(lines[line - 1], separator)[order[name]] if name in order else 0
