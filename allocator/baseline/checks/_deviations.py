"""A figure of ours beside a published one, and the reasons why they differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from allocator.baseline.checks import Fault
from allocator.baseline.model import Baseline

#: Points between two shares that need no explanation: sources are years apart and leave out small countries.
MARGIN = 0.15


@dataclass(frozen=True, slots=True)
class Comparison:
    """A share of ours and the published one.

    Attributes:
        commodity, figure, place: what is compared; the key of deviations.csv.
        ours, published: shares from 0 to 1.
        row: row of published.csv.
        threshold: a line that both must lie on the same side of; 1 for none.
    """

    commodity: str
    figure: str
    place: str
    ours: float
    published: float
    row: int
    threshold: float = 1.0

    @property
    def deviates(self) -> bool:
        """Whether the difference needs a reason."""
        crossed = (self.ours > self.threshold) != (self.published > self.threshold)
        return abs(self.ours - self.published) > MARGIN or crossed

    @property
    def key(self) -> tuple[str, str, str]:
        """Key of its row in deviations.csv."""
        return self.commodity, self.figure, self.place


def faults_of_comparisons(baseline: Baseline, figures: Sequence[str], compared: Sequence[Comparison]) -> Iterator[Fault]:
    """Yield a fault for every deviation without a reason (A121), and for every reason of these figures without a deviation (A122)."""
    listed = baseline.deviations[baseline.deviations["figure"].isin(figures)]
    reasons = set(zip(listed["commodity"], listed["figure"], listed["place"], strict=True))
    deviating = {one.key for one in compared if one.deviates}
    for one in compared:
        if one.deviates and one.key not in reasons:
            what = one.figure.replace("_", " ")
            message = (
                f"{what} of {one.commodity}, {one.place}: {one.ours:.1%} in this baseline, {one.published:.1%} published; "
                "correct the baseline, or say in deviations.csv why they differ"
            )
            yield Fault("published", one.row, "share", message, "A121")
    for row, commodity, figure, place in zip(listed.index, listed["commodity"], listed["figure"], listed["place"], strict=True):
        if (commodity, figure, place) not in deviating:
            message = f"{commodity}/{figure}/{place} does not deviate from what is published, or is not compared; remove the row"
            yield Fault("deviations", int(row), "commodity", message, "A122")
