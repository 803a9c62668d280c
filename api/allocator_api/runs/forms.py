"""In which forms each part of an answer can be read, and which file holds it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Response

from allocator_api.problems import Problem

JSON, CSV, HTML = "application/json", "text/csv", "text/html"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Columns of tables that hold numbers; everything else is text.
NUMBERS = {
    *("demand", "restrained", "allocated", "shortfall", "coverage", "opening", "released", "refilled", "lost", "closing", "days_of_cover"),
    *("quantity", "marginal_up", "marginal_down", "demand_a", "demand_b", "restrained_a", "restrained_b"),
    *("shortfall_a", "shortfall_b", "shortfall_change", "coverage_a", "coverage_b", "coverage_change", "lowest_a", "lowest_b"),
}
#: The first form of a part is the one for who takes any.
_FILES = {
    "allocations": {JSON: "allocation.csv", CSV: "allocation.csv", XLSX: "allocation.xlsx"},
    "reserves": {JSON: "reserves.csv", CSV: "reserves.csv"},
    "supply": {JSON: "supply.csv", CSV: "supply.csv"},
    "cuts": {JSON: "cuts.csv", CSV: "cuts.csv"},
    "summary": {JSON: "summary.json"},
    "manifest": {JSON: "manifest.json"},
    "report": {HTML: "report.html"},
}
#: A report is one page with its scripts and styles in it, and asks for nothing from outside.
_REPORT_POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; frame-ancestors 'none'"


@dataclass(frozen=True)
class Form:
    """One form of one part."""

    part: str
    media_type: str
    file: str

    def response(self, content: bytes) -> Response:
        """Return the response that carries the file."""
        if self.media_type == JSON and self.file.endswith(".csv"):
            content = json.dumps({"items": rows_of(content.decode())}, ensure_ascii=False).encode()
        headers = {"Vary": "Accept"}
        if self.media_type == HTML:
            headers["Content-Security-Policy"] = _REPORT_POLICY
        if self.media_type in (CSV, XLSX):
            headers["Content-Disposition"] = f'attachment; filename="{self.file}"'
        return Response(content, media_type=self.media_type, headers=headers)


def form_of(part: str, accept: str) -> Form:
    """Return the form of a part that a header ``Accept`` asks for. Raises `Problem` 406 if there is none."""
    media_type = accepted(part, accept, tuple(_FILES[part]))
    return Form(part, media_type, _FILES[part][media_type])


def accepted(part: str, accept: str, forms: Sequence[str]) -> str:
    """Return the media type among `forms` that a header ``Accept`` asks for. Raises `Problem` 406 if there is none."""
    for wanted in _in_order(accept):
        for media_type in forms:
            if wanted in ("*/*", media_type) or (wanted.endswith("/*") and media_type.startswith(wanted[:-1])):
                return media_type
    raise Problem(406, f"There is no such form of {part}; ask for {' or '.join(forms)} in the header Accept.")


def rows_of(table: str) -> list[dict[str, str | float | None]]:
    """Return the rows of a table; numbers are numbers, and none where a cell is empty."""
    return [{name: _value(name, cell) for name, cell in row.items()} for row in csv.DictReader(io.StringIO(table))]


def _value(name: str, cell: str) -> str | float | None:
    if name not in NUMBERS:
        return cell
    return float(cell) if cell else None


def _in_order(accept: str) -> list[str]:
    """Return the media types of a header ``Accept``, the most wanted first."""
    wanted = []
    for part in accept.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = next((piece[2:] for piece in parameters if piece.startswith("q=")), "1")
        try:
            weight = float(quality)
        except ValueError:
            weight = 0.0
        if name and weight > 0:
            wanted.append((-weight, name))
    return [name for _, name in sorted(wanted, key=lambda pair: pair[0])]
