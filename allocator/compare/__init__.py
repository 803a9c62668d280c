"""Two finished runs beside each other: what differs, who gains and who loses."""

from allocator.compare.differences import Comparison, compare
from allocator.compare.side import Side, read_side

__all__ = ["Comparison", "Side", "compare", "read_side"]
