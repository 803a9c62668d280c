"""Everything a run writes, worked out in memory first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import pandas as pd

from allocator.output.about import about
from allocator.output.folder import Target, appearing
from allocator.output.manifest import manifest
from allocator.output.notes import in_both_languages, notes
from allocator.output.spreadsheet import workbook
from allocator.output.summary import summary
from allocator.output.text import csv_text, json_text
from allocator.report import render_pdf, render_report
from allocator.report.language import Code
from allocator.run import Progress, Run, quiet


@dataclass(frozen=True)
class Written:
    """What was written: the folder and the content of its summary."""

    folder: Path
    summary: Mapping[str, Any]


def write_run(run: Run, target: Target, language: Code = "en", progress: Progress = quiet, pdf: bool = False) -> Written:
    """Write the files of a run, with `pdf` the report for paper too.

    Raises:
        InvalidInput: the folder cannot be written; nothing was changed.
    """
    began = perf_counter()
    progress("report", "writing tables and report")
    contents = _contents(run, language)
    if pdf:
        contents["report.pdf"] = render_pdf(run, language)
    content = summary(run, perf_counter() - began)
    contents["manifest.json"] = json_text(manifest(run, contents)).encode()
    contents["summary.json"] = json_text(content).encode()
    folder = target.of(run.name)
    with appearing(folder) as beside:
        for name in sorted(contents):
            (beside / name).write_bytes(contents[name])
    return Written(folder, content)


def _contents(run: Run, language: Code) -> dict[str, bytes]:
    tables: Mapping[str, pd.DataFrame] = {
        "allocation": run.allocation.allocation,
        "reserves": run.allocation.reserves,
        "supply": run.allocation.supply,
        "cuts": run.explanation.cuts,
        "orders": run.orders.orders,
    }
    contents = {f"{name}.csv": csv_text(table).encode() for name, table in tables.items()}
    tables = {**tables, "without_signature": run.orders.without, "plan_without_signature": run.orders.instead}
    own, label = run.baseline.own, run.baseline.classification
    notice = in_both_languages() if run.may_differ else ""
    contents["allocation.xlsx"] = workbook(tables, about(run), run.name, label, own is not None, notice)
    contents["report.html"] = render_report(run, language).encode()
    return {**contents, **notes(own.classification if own else "", run.may_differ)}
