"""Import reliance against what is published."""

from __future__ import annotations

from collections.abc import Iterator

from allocator.baseline.checks import CHECKS, Fault
from allocator.baseline.checks._deviations import Comparison, faults_of_comparisons
from allocator.baseline.dependency import annual_totals, import_reliance
from allocator.baseline.layout import UNION
from allocator.baseline.model import Baseline

FIGURE = "import_reliance"


@CHECKS.register("import_reliance")
def check_import_reliance(baseline: Baseline) -> Iterator[Fault]:
    """The import reliance of a good lies within 15 points of the published one, or a reason stands in deviations.csv (A121, A122)."""
    yield from faults_of_comparisons(baseline, (FIGURE,), compare_reliance(baseline))


def compare_reliance(baseline: Baseline) -> list[Comparison]:
    """Return the import reliance of every good with a published one, ours and theirs."""
    published = baseline.published[baseline.published["figure"] == FIGURE]
    ours = import_reliance(annual_totals(baseline)).fillna(0.0)
    return [
        Comparison(commodity, FIGURE, UNION, float(ours[commodity]), share, int(str(row)))
        for row, commodity, share in zip(published.index, published["commodity"], published["share"], strict=True)
    ]
