"""Own figures: a folder of tables, in the columns of a package, whose rows replace those of the same key or are added."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd

from allocator.baseline.checks import CHECKS
from allocator.baseline.layout import TABLES, Table
from allocator.baseline.model import OWN, Baseline, OwnFigures
from allocator.baseline.reading import AREA, UNREAD
from allocator.baseline.tabular import typed_rows
from allocator.cells import decoded
from allocator.errors import Finding, InvalidInput, suggestion

LABEL = "classification.txt"
LONGEST_LABEL = 80
_READ = (".csv", ".xlsx")
#: Other forms in which spreadsheets keep tables: a file of one of these would be missed in silence.
_OTHER = (".xls", ".xlsm", ".xlsb", ".ods", ".numbers", ".tsv", ".tab")


@dataclass(frozen=True)
class Figures:
    """What a folder of own figures holds.

    Attributes:
        label: its classification.
        tables: its rows by table, numbers as floats; the index is the line in the file less 2.
        files: the file of each table.
        sha256: hash of each file by its name.
        findings: what is wrong with each table; under "" with the folder.
    """

    label: str
    tables: Mapping[str, pd.DataFrame]
    files: Mapping[str, Path]
    sha256: Mapping[str, str]
    findings: Mapping[str, list[Finding]]

    @property
    def unread(self) -> frozenset[str]:
        """Tables of which rows could not be read."""
        return frozenset(name for name, found in self.findings.items() if any(finding.code in UNREAD for finding in found))


def read_figures(folder: Path) -> Figures:
    """Read a folder of own figures.

    Raises:
        InvalidInput: there is no such folder (A101).
    """
    if not folder.is_dir():
        there = sorted(path.name for path in folder.parent.glob("*") if path.is_dir()) if folder.parent.is_dir() else []
        what = "this is a file; name the folder it is in" if folder.exists() else f"no such folder{suggestion(folder.name, there)}"
        raise InvalidInput([Finding(str(folder), 0, 0, "", what, "A101")])
    label, of_folder = _label(folder / LABEL)
    files, misnamed = _files(folder)
    findings: dict[str, list[Finding]] = {"": [*of_folder, *misnamed]}
    tables: dict[str, pd.DataFrame] = {}
    for name, file in files.items():
        tables[name], findings[name] = typed_rows(TABLES[name], file)
    for fault in CHECKS["keys"](Baseline("", {name: tables.get(name, _without_rows(table)) for name, table in TABLES.items()}, {})):
        shown = str(files[fault.table])
        findings[fault.table].append(Finding(shown, fault.row + 2, 0, fault.column, fault.message, fault.code))
    read = [path for path in (folder / LABEL, *files.values()) if path.is_file()]
    hashes = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(read)}
    return Figures(label, tables, files, hashes, findings)


def laid_over(baseline: Baseline, figures: Figures) -> Baseline:
    """Return the package with own figures in it: a row takes the place of the one with its key, others follow by their keys."""
    tables, counts = dict(baseline.tables), {}
    for name, own in figures.tables.items():
        tables[name], counts[name] = _merged(tables[name], own.drop_duplicates(list(TABLES[name].key)), TABLES[name].key)
    known = OwnFigures(figures.label, MappingProxyType(dict(figures.sha256)), MappingProxyType(counts), _content(figures.tables))
    return replace(baseline, tables=MappingProxyType(tables), unread=baseline.unread | figures.unread, own=known)


def _merged(below: pd.DataFrame, own: pd.DataFrame, key: tuple[str, ...]) -> tuple[pd.DataFrame, tuple[int, int]]:
    """Return both in one table, and how many rows were replaced and added."""
    places = {row: place for place, row in enumerate(_keys(below, key))}
    own = own.sort_values(list(key), kind="stable")
    own.index = own.index + OWN
    own_keys = _keys(own, key)
    replaced = [places[row] for row in own_keys if row in places]
    order = [places.get(row, len(below) + number) for number, row in enumerate(own_keys)]
    kept = np.setdiff1d(np.arange(len(below)), replaced)
    together = pd.concat([below.iloc[kept], own]) if len(own) else below
    return together.iloc[np.argsort([*kept, *order], kind="stable")], (len(replaced), len(own) - len(replaced))


def _keys(table: pd.DataFrame, key: tuple[str, ...]) -> list[tuple[object, ...]]:
    return list(zip(*(table[column].tolist() for column in key), strict=True))


def _content(tables: Mapping[str, pd.DataFrame]) -> str:
    digest = hashlib.sha256()
    for name in sorted(tables):
        rows = tables[name].sort_values(list(TABLES[name].key), kind="stable").astype(object).to_numpy().tolist()
        digest.update(json.dumps([name, rows], ensure_ascii=False).encode())
    return digest.hexdigest()


def _label(file: Path) -> tuple[str, list[Finding]]:
    """Return the classification, or what is wrong with the file that holds it (A130)."""
    remedy = f"write the classification of these figures on one line, such as 'confidential', into {LABEL}; it marks every output"
    try:
        text, findings = decoded(file.read_bytes(), str(file), AREA)
    except OSError:
        return "", [Finding(str(file), 0, 0, "", f"no such file; {remedy}", "A130")]
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if findings:
        return "", findings
    if len(lines) != 1:
        return "", [Finding(str(file), 0, 0, "", f"{len(lines)} lines with text; {remedy}", "A130")]
    if len(lines[0]) > LONGEST_LABEL or not lines[0].isprintable():
        message = f"longer than {LONGEST_LABEL} characters, or not all of them can be printed; {remedy}"
        return "", [Finding(str(file), 1, 0, "", message, "A130")]
    return lines[0], []


def _files(folder: Path) -> tuple[dict[str, Path], list[Finding]]:
    """Return the file of each table, in the order of the tables, and what would be missed in silence (A131)."""
    found: dict[str, Path] = {}
    findings = []
    for path in sorted(folder.iterdir()):
        kind = path.suffix.lower()
        if path.name.startswith((".", "~$")) or kind not in (*_READ, *_OTHER):
            continue  # what editors leave behind, and texts that people keep beside their figures
        if not path.is_file():
            message = "this is a folder or a pipe; put the file in its place"
        elif path.stem not in TABLES:
            hint = suggestion(path.stem, list(TABLES)) or "; there is " + ", ".join(TABLES)
            message = f"there is no table '{path.stem}'{hint}"
        elif kind in _OTHER:
            message = f"files of the kind {kind} are not read; save it as {path.stem}.xlsx or {path.stem}.csv"
        elif path.stem in found:
            message = f"{found[path.stem].name} holds this table already; keep one of both"
        else:
            found[path.stem] = path
            continue
        findings.append(Finding(str(path), 0, 0, "", message, "A131"))
    if not found and not findings:
        message = "no tables here; make one with: allocator data template demands"
        findings.append(Finding(str(folder), 0, 0, "", message, "A131"))
    return {name: found[name] for name in TABLES if name in found}, findings


def _without_rows(table: Table) -> pd.DataFrame:
    return pd.DataFrame(columns=list(table.names), dtype=object)
