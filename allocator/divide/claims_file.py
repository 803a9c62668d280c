"""The file of claimants: who claims what, and what a rule wants to know besides.

A sound file is read in one go, a million rows in about a second. Whatever that reading stumbles over or doubts is read again row by row,
which finds every fault with its line and column and, where there is none after all, gives the same.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from io import StringIO
from math import inf
from pathlib import Path

import numpy as np
import pandas as pd

from allocator.cells import Mark, cell_starts, decoded, fault_of_number, has_decimal_comma, lines_of, separator_of, text_lines
from allocator.divide.rules import FloatArray
from allocator.errors import Finding, InvalidInput, suggestion

AREA = "A8"
NAME = "claimant"
#: Beyond this a unit is lost among the digits of a double.
LARGEST = 1e15
#: Faults that are shown; the rest is counted.
SHOWN = 20
#: Words that pandas takes for the numbers 1 and 0, and the byte at which it ends a cell.
_NOT_BY_PANDAS = ("True", "TRUE", "true", "False", "FALSE", "false", "\0")


@dataclass(frozen=True)
class Column:
    """A column of numbers: the least it may hold, whether that itself may stand there, and what it is."""

    least: float
    inclusive: bool
    title: str

    def refuses(self, number: float) -> bool:
        """Whether a number is out of range."""
        return not (number >= self.least if self.inclusive else number > self.least) or abs(number) > LARGEST

    @property
    def range(self) -> str:
        """What may stand there, in words."""
        low = f"at least {self.least:g}" if self.inclusive else f"above {self.least:g}"
        return f"{low if self.least > -inf else f'at least {-LARGEST:g}'} and at most {LARGEST:g}"


#: Every column that there may be besides the name. Only `claim` must be there; rules say what else they need.
COLUMNS: Mapping[str, Column] = {
    "claim": Column(0.0, True, "what is claimed"),
    "weight": Column(0.0, False, "weight against other claimants"),
    "priority": Column(-inf, True, "the higher, the earlier"),
    "base": Column(0.0, True, "use in the base period"),
    "parcel": Column(0.0, True, "least award that is of use"),
    "net_imports": Column(-inf, True, "net imports in the base period"),
    "production": Column(0.0, True, "own production"),
    "loss": Column(0.0, True, "supply that is lost"),
}


@dataclass(frozen=True)
class Claims:
    """Claimants in the order of their file.

    Attributes:
        file: as the user gave it.
        names: of n claimants, all different.
        claims: n numbers, none negative.
        columns: the other columns that the file has, n numbers each.
    """

    file: str
    names: Sequence[str]
    claims: FloatArray
    columns: Mapping[str, FloatArray]


def read_claims(path: Path) -> Claims:
    """Return the claimants of a CSV file, with commas and decimal points, or semicolons and decimal commas.

    Raises:
        InvalidInput: A801 no such file, A802 not UTF-8, A803 other separators, A804 headings, A805 cells in a row, A806 no number, A807 out
            of range, A809 no name, A810 a claimant stands twice, A811 no claimants, A832 a number that can be read in two ways. The first
            faults are shown, A840 counts the rest.
    """
    shown = str(path)
    if not path.is_file():
        what = "this is a folder; name a file in it" if path.is_dir() else f"no such file{_other(path)}"
        raise InvalidInput([Finding(shown, 0, 0, "", what, "A801")])
    content, findings = decoded(path.read_bytes(), shown, AREA)
    if findings:
        raise InvalidInput(findings)
    separator = separator_of(content)
    first = content.partition("\n")[0]
    header = lines_of(first, shown, AREA, separator).header
    findings = _faults_of_header(header, cell_starts(first, separator), shown)
    if findings:
        raise InvalidInput(findings)
    return _at_once(content, header, separator, shown) or _row_by_row(content, separator, shown)


def _other(path: Path) -> str:
    there = sorted(other.name for other in path.parent.glob("*.csv")) if path.parent.is_dir() else []
    return suggestion(path.name, there) or "; correct the name"


def _faults_of_header(header: Sequence[str], starts: Sequence[int], shown: str) -> list[Finding]:
    known = [NAME, *COLUMNS]
    for separator, name in (("\t", "tabs"), ("|", "bars")):
        if len(header) == 1 and separator in header[0]:
            message = f"cells are parted by {name}; save the file with commas, or with semicolons and decimal commas"
            return [Finding(shown, 1, 0, "", message, "A803")]
    if not any(header):
        return [Finding(shown, 1, 0, "", f"there are no headings; the first line must be {NAME},claim", "A804")]
    misspelt = {close for name in header if name not in known for close in get_close_matches(name, known, n=1)}
    findings = [
        Finding(shown, 1, 0, name, f"column missing; the first line must have {NAME} and claim", "A804")
        for name in (NAME, "claim")
        if name not in header and name not in misspelt
    ]
    for place, name in enumerate(header):
        if name not in known:
            hint = suggestion(name, known) or f"; remove it, columns are {', '.join(known)}"
            findings.append(Finding(shown, 1, starts[place], name, f"unknown column{hint}", "A804"))
        elif name in header[:place]:
            findings.append(Finding(shown, 1, starts[place], name, "column stands twice; keep one", "A804"))
    return findings


# ---- the fast way --------------------------------------------------------------------------------------------------------------------
def _at_once(content: str, header: Sequence[str], separator: str, shown: str) -> Claims | None:
    """Return the claimants of a file that is beyond doubt, or None."""
    if any(word in content for word in _NOT_BY_PANDAS) or (separator == ";" and _doubtful(content)):
        return None
    kinds = {name: object if name == NAME else np.float64 for name in header}
    decimal = "," if separator == ";" and "." not in content.partition("\n")[2] else "."
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # what pandas warns of is doubtful
            table = pd.read_csv(StringIO(content), sep=separator, decimal=decimal, dtype=kinds, na_filter=False)
    except (ValueError, OverflowError, Warning):
        return None
    if not isinstance(table.index, pd.RangeIndex):  # rows of one cell more than the header
        return None
    names = table[NAME].tolist()
    different = set(names)
    sound = len(names) == len(different) > 0 and "" not in different and names == [*map(str.strip, names)] and "".join(names).isprintable()
    numbers = {name: table[name].to_numpy(dtype=np.float64) for name in header if name != NAME}
    if not sound or any(_out_of_range(COLUMNS[name], column) for name, column in numbers.items()):
        return None
    return Claims(shown, names, numbers.pop("claim"), numbers)


def _doubtful(content: str) -> bool:
    """Whether a file with semicolons may have numbers of both marks, or one that can be read in two ways."""
    cells = content.partition("\n")[2]
    return "." in cells and ("," in cells or re.search(r"[;\n][-+ ]*[1-9]\d{0,2}\.\d{3}\s*[;\r\n]", cells + "\n") is not None)


def _out_of_range(column: Column, numbers: FloatArray) -> bool:
    low, high = float(numbers.min()), float(numbers.max())
    return not (np.isfinite(low) and np.isfinite(high)) or column.refuses(low) or column.refuses(high)


def _fault_of_name(name: str) -> str:
    if not name.strip():
        return "the name is missing; give every claimant one"
    if name != name.strip():
        return f"'{name}' begins or ends with a space; remove it"
    return "" if name.isprintable() else f"{name!r} has characters that cannot be printed; remove them"


# ---- the thorough way ----------------------------------------------------------------------------------------------------------------
def _row_by_row(content: str, separator: str, shown: str) -> Claims:
    read = lines_of(content, shown, AREA, separator)
    places = {name: place for place, name in enumerate(read.header)}
    rows = [
        (line, [cell if name == NAME else cell.strip() for name, cell in zip(read.header, row, strict=True)]) for line, row in read.rows
    ]
    comma = separator == ";" and any(has_decimal_comma(row[places[name]]) for _, row in rows for name in places if name != NAME)
    mark: Mark = "," if comma else "."
    findings = [*read.findings, *_faults_of_rows(rows, places, mark, separator == ";", shown)]
    if not findings and not rows:
        message = "there are no claimants below the headings; expected a row for each, such as: firm_a,120"
        findings = [Finding(shown, 1, 0, "", message, "A811")]
    if findings:
        lines = text_lines(content)
        placed = [
            replace(one, column=cell_starts(lines[one.line - 1], separator)[places[one.path]]) if one.path in places else one
            for one in _first(findings, shown)
        ]
        raise InvalidInput(placed)
    numbers = {name: np.array([float(row[place].replace(",", ".")) for _, row in rows]) for name, place in places.items() if name != NAME}
    return Claims(shown, [row[places[NAME]] for _, row in rows], numbers.pop("claim"), numbers)


def _faults_of_rows(
    rows: Sequence[tuple[int, Sequence[str]]], places: Mapping[str, int], mark: Mark, semicolons: bool, shown: str
) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for line, row in rows:
        for name, place in places.items():
            cell = row[place]
            if name == NAME:
                message, code = _fault_of_name(cell), "A809"
                if not message and first.setdefault(cell, line) != line:
                    message, code = f"'{cell}' stands in line {first[cell]} already; keep one row, or add the claims up in one", "A810"
            else:
                message, two_ways = fault_of_number(cell, mark, semicolons)
                code = "A832" if two_ways else "A806"
                if not message and COLUMNS[name].refuses(float(cell.replace(",", "."))):
                    message, code = f"{cell} is out of range; expected {COLUMNS[name].range} ({COLUMNS[name].title})", "A807"
            if message:
                yield Finding(shown, line, place + 1, name, message, code)


def _first(findings: Sequence[Finding], shown: str) -> list[Finding]:
    ordered = sorted(findings, key=lambda finding: (finding.line, finding.column))
    more = len(ordered) - SHOWN
    counted = [Finding(shown, 0, 0, "", f"{more} more faults; correct these first", "A840")] if more > 0 else []
    return [*ordered[:SHOWN], *counted]
