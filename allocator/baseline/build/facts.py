"""The cited fact tables under ``scenarios/facts``.

A row holds a number that its source has or that is assumed, or a `formula` over other facts, which the build computes: what is derived is
never typed.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from pathlib import Path

from allocator.baseline.build.figure import DEFINITION, Figure
from allocator.baseline.build.formula import evaluate
from allocator.errors import Finding, InvalidInput, suggestion

Row = Mapping[str, str]
_BY_DEFINITION = "1 by definition of a run"
ONE_A_RUN = Figure(
    1, 1, 1, _BY_DEFINITION, sources=frozenset({DEFINITION}), years=frozenset({"2026"}), basis="derived", note=_BY_DEFINITION
)
_NO_NAMES: Mapping[str, Figure] = {}


@dataclass(frozen=True)
class Facts:
    """Every fact table as rows of text, and facts by name.

    Attributes:
        tables: rows by the name of the table.
        named: facts that formulas may name: those read or computed so far.
    """

    tables: Mapping[str, Sequence[Row]]
    named: dict[str, Figure] = field(default_factory=dict)
    _computed: list[str] = field(default_factory=list)

    def __getitem__(self, table: str) -> Sequence[Row]:
        return self.tables[table]

    def figure(self, name: str) -> Figure:
        """Return the single figure `name` of figures.csv."""
        try:
            return self._find(name)
        except LookupError as error:
            raise InvalidInput([Finding("figures.csv", 0, 0, "figure", str(error.args[0]), "A111")]) from None

    def _find(self, name: str) -> Figure:
        if name not in self.named:
            row = next((row for row in self["figures"] if row["figure"] == name), None)
            if row is None:
                known = [*self.named, *(other["figure"] for other in self["figures"])]
                raise LookupError(f"no fact '{name}'{suggestion(name, known)}")
            if name in self._computed:
                circle = " -> ".join([*self._computed[self._computed.index(name) :], name])
                raise ValueError(f"a fact cannot rest on itself ({circle}): give one of them a number with its source")
            self._computed.append(name)
            self.named[name] = self.number(row, name, "value")
            self._computed.pop()
        return self.named[name]

    def evaluate(self, row: Row, column: str = "formula", names: Mapping[str, Figure] = _NO_NAMES) -> Figure:
        """Return the value of a cell with a formula over single figures and over `names`; of an empty cell, 1 by definition.

        Raises:
            InvalidInput: it cannot be computed (A115), or names no fact (A111).
        """
        if not row[column]:
            return ONE_A_RUN
        try:
            return evaluate(row[column], lambda name: names[name] if name in names else self._find(name))
        except LookupError as error:
            raise self._fault(row, column, str(error.args[0]), "A111") from None
        except ValueError as error:
            raise self._fault(row, column, str(error), "A115") from None

    def number(self, row: Row, name: str, column: str, names: Mapping[str, Figure] = _NO_NAMES) -> Figure:
        """Return the number of a row: that in the column, named `name`, or where the row has a formula the value of it.

        A low or a high beside a formula stands instead of what follows from those of the facts in it, and may be a formula itself. A row
        with a formula and basis assumed adds its own assumption.
        """
        if not row.get("formula"):
            return fact(row, name, float(row[column]))
        figure = self.evaluate(row, "formula", names)
        if row["basis"] == "assumed":
            sources, years = figure.sources | set(row["source"].split("; ")), figure.years | {row["year"]}
            figure = replace(figure, basis="assumed", assumed=figure.assumed | {name}, sources=sources, years=years)
        low, high = (self._bound(row, bound, names, getattr(figure, bound)) for bound in ("low", "high"))
        return replace(figure, low=low, high=high, note=row["note"] or figure.note)

    def _bound(self, row: Row, column: str, names: Mapping[str, Figure], otherwise: float) -> float:
        cell = row.get(column)
        if not cell:
            return otherwise
        try:
            return float(cell)
        except ValueError:
            return self.evaluate(row, column, names).value

    def _fault(self, row: Row, column: str, message: str, code: str) -> InvalidInput:
        """Return the error about a cell, with the file and the line of its row."""
        places = ((table, line) for table, rows in self.tables.items() for line, other in enumerate(rows, start=2) if other is row)
        table, line = next(places)
        return InvalidInput([Finding(f"{table}.csv", line, 0, column, message, code)])


def load_facts(folder: Path) -> Facts:
    """Read every CSV file of the folder."""
    tables: dict[str, Sequence[Row]] = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            tables[path.stem] = tuple(csv.DictReader(lines, strict=True))
    return Facts(tables, _published(tables["published"], {row["region"] for row in tables["regions"]}))


def _published(rows: Iterable[Row], regions: Set[str]) -> dict[str, Figure]:
    """Return published shares by name, and sums of each set of them.

    ``union_sourcing tungsten AUT``; ``all union_sourcing tungsten`` of all places, and ``states union_sourcing tungsten`` of member states.
    """
    shares: dict[str, dict[str, Figure]] = {}
    for row in rows:
        if row["share"]:
            name = f"{row['figure']} {row['commodity']}"
            shares.setdefault(name, {})[row["place"]] = fact(row, f"{name} {row['place']}", float(row["share"]))
    named: dict[str, Figure] = {}
    for name, own in shares.items():
        named |= {f"{name} {place}": share for place, share in own.items()}
        named[f"all {name}"] = total(f"all {name}", own.values())
        named[f"states {name}"] = total(f"states {name}", [share for place, share in own.items() if place in regions])
    return named


def fact(row: Row, name: str, value: float) -> Figure:
    """Return one cited number of a fact row, named `name` in notes."""
    return Figure(
        value,
        float(row.get("low") or value),
        float(row.get("high") or value),
        f"{value:.9g} [{name}]",
        sources=frozenset(row["source"].split("; ")),
        years=frozenset({row["year"]}),
        basis=row["basis"],
        assumed=frozenset({name}) if row["basis"] == "assumed" else frozenset(),
        note=row["note"],
    )


def total(name: str, figures: Collection[Figure]) -> Figure:
    """Return the sum of figures as one number with a name, founded as all of them are."""
    assumed = frozenset[str]().union(*(figure.assumed for figure in figures))
    return replace(
        whole(name, figures),
        sources=frozenset[str]().union(*(figure.sources for figure in figures)),
        years=frozenset[str]().union(*(figure.years for figure in figures)),
        basis="assumed" if assumed else "derived",
        assumed=assumed,
    )


def whole(name: str, figures: Iterable[Figure]) -> Figure:
    """Return the sum of figures as that of which each is a part: a part is founded as it is itself, not as what it is a part of."""
    value = sum(figure.value for figure in figures)
    return Figure(value, value, value, f"{value:.9g} [{name}]")
