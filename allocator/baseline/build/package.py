"""The package as files: sorted CSV and ``datapackage.json``.

Figures that balances and sums are made of carry twelve significant digits, all others six.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from pathlib import Path

from allocator.baseline.layout import TABLES, Column, Table

Cells = Mapping[str, object]

#: Columns whose figures must close a balance or add up to 1.
EXACT = frozenset(
    {
        *("annual_quantity", "quantity_per_run", "runs_per_month", "quantity_per_month", "trade_per_month"),
        *("share", "gdp_share", "population_share", "import_value_share"),
    }
)
_ROUNDING = {"low": ROUND_FLOOR, "high": ROUND_CEILING}
_TYPES = {"text": "string", "word": "string", "number": "number", "date": "date", "year": "string", "country": "string"}


def package_files(edition: str, title: str, rows: Mapping[str, Iterable[Cells]]) -> dict[str, bytes]:
    """Return the content of every file of a package by its name."""
    files = {table.file: _csv(table, rows[name]) for name, table in TABLES.items()}
    return files | {"datapackage.json": descriptor(edition, title, rows["sources"])}


def write_package(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the files of a package into a folder, which may exist."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in sorted(files.items()):
        (folder / name).write_bytes(content)


def _csv(table: Table, rows: Iterable[Cells]) -> bytes:
    lines = sorted(([_cell(name, row[name]) for name in table.names] for row in rows), key=lambda cells: _sort_key(table, cells))
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.names)
    writer.writerows(lines)
    return text.getvalue().encode("utf-8")


def _sort_key(table: Table, cells: list[str]) -> list[tuple[float, str]]:
    place = {name: position for position, name in enumerate(table.names)}
    kinds = {column.name: column.kind for column in table.columns}
    return [(float(cells[place[name]]), "") if kinds[name] == "number" else (0.0, cells[place[name]]) for name in table.key]


def _cell(column: str, value: object) -> str:
    if not isinstance(value, float):
        return str(value)
    return f"{value if column in EXACT else six_digits(value, _ROUNDING.get(column, ROUND_HALF_EVEN)):.12g}"


def six_digits(number: float, rounding: str) -> float:
    """Return the number with six significant digits, so that a low stays below its figure and a high above it."""
    exact = Decimal(repr(number))
    return float(exact.quantize(Decimal(1).scaleb(exact.adjusted() - 5), rounding))


def descriptor(edition: str, title: str, sources: Iterable[Cells]) -> bytes:
    """Return the content of ``datapackage.json``: every table with its columns, and the sources."""
    package = {
        "profile": "tabular-data-package",
        "name": edition.replace("_", "-"),
        "title": title,
        "licenses": [{"name": "EUPL-1.2", "title": "European Union Public Licence 1.2; the terms of each source stand in sources.csv"}],
        "sources": [
            {"title": row["title"], "path": row["url"]} if row["url"] else {"title": row["title"]}
            for row in sorted(sources, key=lambda row: str(row["source"]))
        ],
        "resources": [_resource(table) for table in TABLES.values()],
    }
    return (json.dumps(package, indent=1, ensure_ascii=False) + "\n").encode("utf-8")


def _resource(table: Table) -> dict[str, object]:
    fields = [_field(column) for column in table.columns]
    foreign = [
        {
            "fields": [column.name],
            "reference": {"resource": column.refers_to.split(".")[0], "fields": [column.refers_to.split(".")[1]]},
        }
        for column in table.columns
        if column.refers_to
    ]
    schema: dict[str, object] = {"fields": fields, "missingValues": [""]}
    if not any(column.may_be_empty for column in table.columns if column.name in table.key):
        schema["primaryKey"] = list(table.key)
    if foreign:
        schema["foreignKeys"] = foreign
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "title": table.title,
        "path": table.file,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
    }


def _field(column: Column) -> dict[str, object]:
    constraints: dict[str, object] = {} if column.may_be_empty else {"required": True}
    if column.minimum is not None:
        constraints["minimum"] = column.minimum
    if column.maximum is not None:
        constraints["maximum"] = column.maximum
    if column.kind == "word" and column.words:
        constraints["enum"] = list(column.words)
    return {"name": column.name, "type": _TYPES[column.kind], "description": column.title, "constraints": constraints}
