"""Every figure says where it comes from."""

from __future__ import annotations

from collections.abc import Iterator

from allocator.baseline.checks import CHECKS, Fault
from allocator.baseline.grades import ASSUMPTION
from allocator.baseline.layout import TABLES
from allocator.baseline.model import Baseline
from allocator.errors import suggestion


@CHECKS.register("sources")
def check_sources(baseline: Baseline) -> Iterator[Fault]:
    """A source is named and listed, and so is who carried it; a derived row shows its arithmetic, an assumed one its reason (A115)."""
    known = sorted(baseline.sources["source"])
    for row, carrier, kind in baseline.sources[["carrier", "carrier_kind"]].itertuples(name=None):
        if bool(carrier) != bool(kind):
            empty, other = ("carrier", f"'{kind}'") if kind else ("carrier_kind", f"'{carrier}'")
            message = f"empty beside {other}; name who carried the source and what that is, or empty both if it was read at its publisher's"
            yield Fault("sources", int(row), empty, message, "A115")
    for name, table in TABLES.items():
        if "basis" not in table.names:
            continue
        frame = baseline.tables[name]
        columns = (frame[column].to_numpy() for column in ("source", "basis", "note"))
        for row, source, basis, note in zip(frame.index, *columns, strict=True):
            named = [part for part in source.split("; ") if part]
            for part in named:
                if part not in known and "sources" not in baseline.unread:
                    message = f"'{part}' is not in sources.csv{suggestion(part, known)}; cite it there"
                    yield Fault(name, int(row), "source", message, "A115")
            if basis != "assumed" and (not named or named == [ASSUMPTION]):
                yield Fault(name, int(row), "source", f"a {basis} figure names its source; without one it is assumed", "A115")
            if basis in ("assumed", "derived") and not note:
                what = "reason" if basis == "assumed" else "arithmetic"
                yield Fault(name, int(row), "note", f"empty; the {what} of a figure that is {basis} stands here", "A115")
