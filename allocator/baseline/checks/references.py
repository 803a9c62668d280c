"""Every id that is used exists."""

from __future__ import annotations

from collections.abc import Iterator

from allocator.baseline.checks import CHECKS, Fault
from allocator.baseline.layout import TABLES, UNION
from allocator.baseline.model import Baseline
from allocator.errors import suggestion


@CHECKS.register("references")
def check_references(baseline: Baseline) -> Iterator[Fault]:
    """An id refers to a row of the table that declares it, as far as that could be read; one that does not is named once (A111)."""
    for name, table in TABLES.items():
        for column in table.columns:
            if not column.refers_to:
                continue
            other, other_column = column.refers_to.split(".")
            if other in baseline.unread:
                continue
            known = dict.fromkeys(sorted(baseline.tables[other][other_column]))
            cells = baseline.tables[name][column.name]
            foreign = cells[~cells.isin(known) & ~(column.may_be_empty & (cells == ""))]
            for cell, rows in foreign.groupby(foreign, sort=False):
                more = f" (so in {len(rows) - 1} more lines)" if len(rows) > 1 else ""
                hint = suggestion(str(cell), list(known))
                remedy = f"{hint} Else add a row there{more}" if hint else f"; correct it or add a row there{more}"
                yield Fault(name, int(rows.index[0]), column.name, f"'{cell}' is not in {TABLES[other].file}{remedy}", "A111")
    if "regions" in baseline.unread:
        return
    owners = [*sorted(set(baseline.regions["region"])), UNION]
    for row, cell in baseline.reserves["owner"].items():
        if cell not in owners:
            message = f"'{cell}' owns a reserve but is no region{suggestion(str(cell), owners)}; a member state or {UNION}"
            yield Fault("reserves", int(str(row)), "owner", message, "A111")
