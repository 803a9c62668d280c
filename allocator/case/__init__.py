"""A scenario, resolved: what it means, in natural units, named and dated."""

from allocator.case.ids import known_ids
from allocator.case.model import CASE_COLUMNS, Case, Note
from allocator.case.resolve import resolve_case

__all__ = ["CASE_COLUMNS", "Case", "Note", "known_ids", "resolve_case"]
