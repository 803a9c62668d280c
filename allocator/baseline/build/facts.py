"""The cited fact tables under ``scenarios/facts``."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from allocator.baseline.build.figure import DEFINITION, Figure
from allocator.errors import Finding, InvalidInput, suggestion

Row = Mapping[str, str]
_BY_DEFINITION = "1 by definition of a run"
ONE_A_RUN = Figure(
    1, 1, 1, _BY_DEFINITION, sources=frozenset({DEFINITION}), years=frozenset({"2026"}), basis="derived", note=_BY_DEFINITION
)


@dataclass(frozen=True)
class Facts:
    """Every fact table as rows of text, and the single figures by name."""

    tables: Mapping[str, Sequence[Row]]
    figures: Mapping[str, Figure]

    def __getitem__(self, table: str) -> Sequence[Row]:
        return self.tables[table]

    def figure(self, name: str) -> Figure:
        """Return the single figure `name` of figures.csv."""
        if name not in self.figures:
            raise InvalidInput(
                [Finding("figures.csv", 0, 0, "figure", f"no figure '{name}'{suggestion(name, list(self.figures))}", "A111")]
            )
        return self.figures[name]

    def product(self, names: str) -> Figure:
        """Return the product of figures named in words parted by spaces; a name after ``/`` divides. No name: 1 by definition."""
        result: Figure | None = None
        for name in names.split():
            figure = self.figure(name.removeprefix("/"))
            result = figure if result is None else result / figure if name.startswith("/") else result * figure
        return result or ONE_A_RUN


def load_facts(folder: Path) -> Facts:
    """Read every CSV file of the folder."""
    tables: dict[str, Sequence[Row]] = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            tables[path.stem] = tuple(csv.DictReader(lines, strict=True))
    return Facts(tables, {row["figure"]: fact(row, row["figure"], float(row["value"])) for row in tables["figures"]})


def fact(row: Row, name: str, value: float, scale: float = 1.0) -> Figure:
    """Return one cited number of a fact row, named `name` in notes; `scale` turns per cent into shares."""
    low = float(row.get("low") or value)
    high = float(row.get("high") or value)
    assumed = frozenset({name}) if row["basis"] == "assumed" else frozenset[str]()
    return Figure(
        value * scale,
        low * scale,
        high * scale,
        f"{value * scale:.9g} [{name}]",
        sources=frozenset(row["source"].split("; ")),
        years=frozenset({row["year"]}),
        basis=row["basis"],
        assumed=assumed,
        note=row["note"],
    )
