"""From a folder to a `Baseline`, or to everything that is wrong with it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from allocator.baseline.checks import CHECKS
from allocator.baseline.descriptor import faults_of_descriptor
from allocator.baseline.figures import laid_over, read_figures
from allocator.baseline.layout import TABLES
from allocator.baseline.model import OWN, Baseline
from allocator.baseline.places import placed
from allocator.baseline.reading import UNREAD, read_csv, to_numbers
from allocator.baseline.schemas import validate_table
from allocator.errors import Finding, InvalidInput, suggestion

#: Checks of sums with the tables that must be sound before they are worth reading: one bad row makes them fail elsewhere.
_SUMS = {"balance": ("commodities", "demands", "lanes", "processes", "supply_lines", "technology_flows"), "shares": ()}
#: Checks against what others publish: own figures may differ, so they ask for a reason and keep nobody from a run.
_COMPARISONS = ("import_reliance", "origin_shares")


def load_baseline(folder: Path, figures: Path | None = None, unmet_claims: bool = False) -> Baseline:
    """Read and check a baseline package, with own figures laid over it when there are any.

    Args:
        folder: the folder that holds its CSV files; its name is the edition.
        figures: a folder of own figures.
        unmet_claims: own claims may ask for another quantity than comes in before the crisis.

    Raises:
        InvalidInput: with every finding of every file (codes A101 to A120, A130 to A133), in the order of the files and their lines.
    """
    baseline, findings = examine(folder, figures=figures)
    if unmet_claims:
        findings = [finding for finding in findings if not _of_own_claims(finding, figures)]
    if findings:
        raise InvalidInput(findings)
    return baseline


def _of_own_claims(finding: Finding, figures: Path | None) -> bool:
    """Return whether a finding is that own claims are not in balance with what comes in."""
    file = Path(finding.file)
    return finding.code == "A119" and file.parent == figures and file.stem == "demands"


def examine(folder: Path, compare: bool = False, figures: Path | None = None) -> tuple[Baseline, list[Finding]]:
    """Return the package as far as it can be read, with own figures laid over it, and every finding.

    `compare` adds those against published figures (A121, A122).
    """
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
        frame, faults = read_csv(folder / table.file, table.names, optional=table.left_out)
        if table.optional and not (folder / table.file).exists():
            faults = []
        tables[name], more = _typed(name, frame, shown)
        findings[name] = [*faults, *more]
    unread = frozenset(name for name, found in findings.items() if any(finding.code in UNREAD for finding in found))
    baseline = Baseline(folder.name, MappingProxyType(tables), MappingProxyType(hashes(folder)), unread)
    files = {name: folder / table.file for name, table in TABLES.items()}
    own_files: Mapping[str, Path] = {}
    ordered = faults_of_descriptor(folder)
    if figures is not None:
        own = read_figures(figures)
        baseline, own_files = laid_over(baseline, own), own.files
        ordered += own.findings[""]
        for name in own_files:
            findings[name] += own.findings[name]
    _cross_check(baseline, files, own_files, findings, compare)
    for name in TABLES:
        own_file = str(own_files.get(name, ""))
        ordered += sorted(placed(set(findings[name])), key=lambda f: (f.file == own_file, f.line, f.column, f.path, f.code, f.message))
    return baseline, ordered


def _cross_check(
    baseline: Baseline, files: Mapping[str, Path], own_files: Mapping[str, Path], findings: dict[str, list[Finding]], compare: bool
) -> None:
    """Add what is wrong across the tables; a cell is named by the first check that faults it, nor a sum over faulty rows."""

    def add(check: str, tables: Collection[str]) -> None:
        known = {(finding.file, finding.line, finding.path) for found in findings.values() for finding in found}
        for fault in CHECKS[check](baseline):
            own, row = divmod(fault.row, OWN)
            shown = str((own_files if own else files)[fault.table])
            if fault.table in tables and (shown, row + 2, fault.column) not in known:
                findings[fault.table].append(Finding(shown, row + 2, 0, fault.column, fault.message, fault.code))

    for check in sorted({*CHECKS} - {*_SUMS, *_COMPARISONS}):
        add(check, TABLES)
    sound = {name for name, found in findings.items() if not found}
    for check, summed in _SUMS.items():
        if sound.issuperset(summed):
            add(check, sound)
    if compare and not any(findings.values()):
        for check in _COMPARISONS:
            add(check, TABLES)


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
    return typed, [*findings, *validate_table(TABLES[name], typed, shown)]
