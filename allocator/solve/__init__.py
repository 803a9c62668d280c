"""Ranked solving: a matrix form and its tiers become a certified solution."""

from allocator.solve.control import Control
from allocator.solve.mip import Limits
from allocator.solve.ranked import solve_stages
from allocator.solve.resolve import Resolved, Resolver
from allocator.solve.solution import Solution, StageResult

__all__ = ["Control", "Limits", "Resolved", "Resolver", "Solution", "StageResult", "solve_stages"]
