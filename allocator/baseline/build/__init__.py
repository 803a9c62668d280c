"""Builds the shipped baseline from the cited fact tables: ``python -m allocator.baseline.build``."""

from allocator.baseline.build.edition import EDITION, build_edition

__all__ = ["EDITION", "build_edition"]
