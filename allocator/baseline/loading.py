"""From a folder to a `Baseline`, or to everything that is wrong with it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from allocator.baseline.checks import CHECKS
from allocator.baseline.layout import TABLES
from allocator.baseline.model import Baseline
from allocator.baseline.reading import read_csv, to_numbers
from allocator.baseline.schemas import validate_table
from allocator.errors import Finding, InvalidInput, suggestion

#: A file with one of these faults has rows that are not seen, so everything that refers to them would look wrong as well.
_UNREAD = ("A101", "A102", "A103", "A104", "A105")
#: Checks of sums: one bad row makes them fail elsewhere, so they wait until all rows are sound.
_SUMS = ("balance", "shares")


def load_baseline(folder: Path) -> Baseline:
    """Read and check a baseline package.

    Args:
        folder: the folder that holds its CSV files; its name is the edition.

    Raises:
        InvalidInput: with every finding of every file (codes A101 to A119), in the order of the files and their lines.
    """
    baseline, findings = examine(folder)
    if findings:
        raise InvalidInput(findings)
    return baseline


def examine(folder: Path) -> tuple[Baseline, list[Finding]]:
    """Return the package as far as it can be read, and every finding."""
    if not folder.is_dir():
        there = sorted(path.name for path in folder.parent.glob("*") if path.is_dir()) if folder.parent.is_dir() else []
        listed = f" (there is {', '.join(there)})" if there else ""
        message = f"no baseline package here{suggestion(folder.name, there)}{listed}"
        raise InvalidInput([Finding(str(folder), 0, 0, "", message, "A101")])
    if not any((folder / table.file).exists() for table in TABLES.values()):
        message = "this folder holds no baseline package: none of its files, such as commodities.csv, is here"
        raise InvalidInput([Finding(str(folder), 0, 0, "", message, "A101")])
    tables: dict[str, pd.DataFrame] = {}
    findings: dict[str, list[Finding]] = {}
    for name, table in TABLES.items():
        shown = str(folder / table.file)
        frame, faults = read_csv(folder / table.file, table.names)
        tables[name], more = _typed(name, frame, shown)
        findings[name] = [*faults, *more]
    baseline = Baseline(folder.name, MappingProxyType(tables), MappingProxyType(hashes(folder)))
    if not any(finding.code in _UNREAD for found in findings.values() for finding in found):
        _cross_check(baseline, folder, findings)
    ordered = [finding for name in TABLES for finding in sorted(set(findings[name]), key=lambda f: (f.line, f.path, f.code, f.message))]
    return baseline, ordered


def _cross_check(baseline: Baseline, folder: Path, findings: dict[str, list[Finding]]) -> None:
    """Add what is wrong across the tables; a cell that is faulty by itself is not named again."""
    known = {(finding.file, finding.line, finding.path) for found in findings.values() for finding in found}
    for name in sorted(CHECKS, key=lambda name: (name in _SUMS, name)):
        if name in _SUMS and any(finding for found in findings.values() for finding in found):
            return
        for fault in CHECKS[name](baseline):
            shown = str(folder / TABLES[fault.table].file)
            if (shown, fault.row + 2, fault.column) not in known:
                findings[fault.table].append(Finding(shown, fault.row + 2, 0, fault.column, fault.message, fault.code))


def hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file of a package by its name."""
    names = sorted(path.name for path in folder.iterdir() if path.suffix in (".csv", ".json") and path.is_file())
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}


def _typed(name: str, frame: pd.DataFrame, shown: str) -> tuple[pd.DataFrame, list[Finding]]:
    findings: list[Finding] = []
    typed = frame.copy()
    for column in TABLES[name].columns:
        if column.kind == "number":
            typed[column.name], faults = to_numbers(frame[column.name], shown)
            findings += faults
    return typed, [*findings, *validate_table(name, typed, shown)]
