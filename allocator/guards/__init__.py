"""Guards: what a framework does that nobody meant, searched for in small crises."""

from allocator.guards.answer import Answers
from allocator.guards.crises import small_crises
from allocator.guards.generate import generate
from allocator.guards.kinds import GUARDS
from allocator.guards.search import Fact, Found, search
from allocator.guards.situation import Situation

__all__ = ["GUARDS", "Answers", "Fact", "Found", "Situation", "generate", "search", "small_crises"]
