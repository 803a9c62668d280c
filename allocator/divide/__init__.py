"""One volume among many claimants: rules of division, on arrays and without a solver."""

from __future__ import annotations

from allocator.divide.division import Division, Terms, divide, gini, settle
from allocator.divide.rules import RULES, RuleDoesNotApplyError, needs, spelt

__all__ = ["RULES", "Division", "RuleDoesNotApplyError", "Terms", "divide", "gini", "needs", "settle", "spelt"]
