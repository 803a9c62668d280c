"""Slow, independent answers that the fast path is checked against."""
