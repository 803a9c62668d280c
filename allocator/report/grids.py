"""Tables of figures over time: a wide one is cut into parts that fit on paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

#: Columns of figures that fit beside the names on a sheet of A4.
WIDEST = 13

T = TypeVar("T")


@dataclass(frozen=True)
class Cell:
    """A figure on a ground that shows how much it is: the figure itself stands in it, so the ground is never needed to read it.

    Attributes:
        text: the figure.
        shade: ``full``, ``slight``, ``part``, ``low`` or ``none``.
    """

    text: str
    shade: str


@dataclass(frozen=True)
class Grid(Generic[T]):
    """A table whose first column names the row.

    Attributes:
        caption: what it shows, in words.
        heads: of all columns.
        rows: the name of the row, then its figures.
    """

    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[T]]

    def tables(self) -> Iterator[Grid[T]]:
        """Yield the grid in parts of at most `WIDEST` figures side by side, of nearly equal width; a part says what it reaches over."""
        figures = len(self.heads) - 1
        count = -(-figures // WIDEST)
        if count < 2:
            yield self
            return
        size = -(-figures // count)
        for start in range(1, figures + 1, size):
            heads = self.heads[start : start + size]
            rows = [[row[0], *row[start : start + size]] for row in self.rows]
            yield Grid(f"{self.caption}: {heads[0]} - {heads[-1]}", [self.heads[0], *heads], rows)
