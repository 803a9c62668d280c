"""The files of a comparison: every difference by claim as CSV, and the page."""

from __future__ import annotations

from pathlib import Path

from allocator.baseline import Baseline
from allocator.compare import Comparison
from allocator.output.folder import appearing
from allocator.output.notes import notes
from allocator.output.text import csv_text
from allocator.report.comparison import render_comparison
from allocator.report.language import Code

FILES = ("comparison.csv", "comparison.html")
COLUMNS = (
    *("region", "sector", "commodity", "unit", "verdict", "tier_a", "tier_b", "demand_a", "demand_b", "restrained_a", "restrained_b"),
    *("shortfall_a", "shortfall_b", "shortfall_change", "coverage_a", "coverage_b", "coverage_change", "lowest_a", "lowest_b"),
)


def write_comparison(comparison: Comparison, baseline: Baseline | None, folder: Path, language: Code = "en") -> None:
    """Write the files, both or none.

    Raises:
        InvalidInput: the folder cannot be written; nothing was changed.
    """
    claims = comparison.claims.sort_values(["region", "sector", "commodity"])
    texts = (csv_text(claims[list(COLUMNS)]), render_comparison(comparison, baseline, language))
    contents = {name: text.encode() for name, text in zip(FILES, texts, strict=True)}
    with appearing(folder, FILES) as beside:
        for name, content in {**contents, **notes(comparison.classification, comparison.may_differ)}.items():
            (beside / name).write_bytes(content)
