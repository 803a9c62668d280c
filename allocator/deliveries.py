"""What an earlier round allocated, and what of it arrived: the file that carries one round into the next.

What was allocated and did not arrive is *owed*: it is asked for once more, beside the demand of the first period. A tier that counts
``over: cumulative`` looks at all rounds, so that shortage does not always hit the same claimants.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from allocator.baseline.layout import UNITS, Column, Table
from allocator.baseline.places import placed
from allocator.baseline.tabular import typed_rows
from allocator.closed import KnownIds
from allocator.errors import Finding, InvalidInput, suggestion

CLAIM = ("region", "sector", "commodity")
#: What the digits of a file may differ by, relative to the demand.
ROUNDING = 1e-8
DELIVERIES = Table(
    "deliveries",
    "what an earlier round allocated to each claim, and what of it arrived",
    (
        Column("region", "text", "claimant's region"),
        Column("sector", "text", "claimant's sector"),
        Column("commodity", "text", "what was claimed"),
        Column("unit", "word", "unit of the commodity", words=UNITS),
        Column("demand", "number", "what was asked for in the whole round", minimum=0.0),
        Column("restrained", "number", "what of it was given up", minimum=0.0),
        Column("allocated", "number", "what was allocated", minimum=0.0),
        Column("delivered", "number", "what arrived", minimum=0.0),
    ),
    CLAIM,
)


@dataclass(frozen=True)
class Deliveries:
    """An earlier round by claim: region, sector, commodity, `owed`, `past_demand` and `past_shortfall`, in the unit of the commodity.

    What is owed is part of neither: it is asked for again.
    """

    file: str
    sha256: str
    rows: pd.DataFrame


def no_deliveries() -> Deliveries:
    """Return what there is when no earlier round is counted."""
    columns = {name: pd.Series(dtype="str" if name in CLAIM else "float64") for name in (*CLAIM, "owed", "past_demand", "past_shortfall")}
    return Deliveries("", "", pd.DataFrame(columns))


def read_deliveries(path: Path, ids: KnownIds | None = None, units: pd.Series | None = None) -> Deliveries:
    """Read a file of deliveries, CSV or XLSX.

    Args:
        path: the file.
        ids: ids of the baseline, when these should be looked up.
        units: unit by commodity of the baseline.

    Raises:
        InvalidInput: A101 no such file, A102 to A109, A132 and A133 as for own figures, A110 a claim twice, A140 a row that the baseline
            or its own figures contradict.
    """
    if not path.is_file():
        there = sorted(other.name for other in path.parent.glob("*") if other.suffix in (".csv", ".xlsx")) if path.parent.is_dir() else []
        what = "this is a folder; name the file in it" if path.is_dir() else f"no such file{suggestion(path.name, there)}"
        raise InvalidInput([Finding(str(path), 0, 0, "", what, "A101")])
    rows, findings = typed_rows(DELIVERIES, path)
    faulty = {finding.line for finding in findings}
    sound = rows[[line + 2 not in faulty for line in rows.index]]
    findings += [*_doubled(sound, str(path)), *_contradictions(sound, str(path), ids, units)]
    if findings:
        raise InvalidInput(sorted(placed(findings), key=lambda finding: (finding.line, finding.column)))
    owed = (rows["allocated"] - rows["delivered"]).clip(lower=0.0)
    met = rows["restrained"] + rows[["allocated", "delivered"]].max(axis=1)
    known = rows[list(CLAIM)].assign(
        owed=owed, past_demand=(rows["demand"] - owed).clip(lower=0.0), past_shortfall=(rows["demand"] - met).clip(lower=0.0)
    )
    known = known.sort_values(list(CLAIM), ignore_index=True)
    return Deliveries(str(path), hashlib.sha256(path.read_bytes()).hexdigest(), known)


def _doubled(rows: pd.DataFrame, shown: str) -> Iterator[Finding]:
    first: dict[tuple[str, ...], int] = {}
    for line, *claim in rows[list(CLAIM)].itertuples(name=None):
        seen = first.setdefault(tuple(claim), line)
        if seen != line:
            message = f"{'/'.join(claim)} stands in line {seen + 2} already; add the rounds up in one row"
            yield Finding(shown, line + 2, 0, "region", message, "A110")


def _contradictions(rows: pd.DataFrame, shown: str, ids: KnownIds | None, units: pd.Series | None) -> Iterator[Finding]:
    known = {} if ids is None else {"region": ids.regions, "sector": ids.sectors, "commodity": ids.commodities}
    for place, row in rows.iterrows():
        line = int(str(place)) + 2
        for column, names in known.items():
            if row[column] not in names:
                message = f"the baseline has no {column} '{row[column]}'{suggestion(row[column], sorted(names))}"
                yield Finding(shown, line, 0, column, message, "A140")
        unit = None if units is None else units.get(row["commodity"])
        if unit is not None and unit != row["unit"]:
            yield Finding(shown, line, 0, "unit", f"{row['commodity']} is measured in {unit}, not in {row['unit']}; convert it", "A140")
        if row["allocated"] + row["restrained"] > row["demand"] * (1.0 + ROUNDING):
            message = "more was allocated and given up than was asked for; correct one of the three"
            yield Finding(shown, line, 0, "allocated", message, "A140")
