"""Sections of the report: one file each, and one template of the same name."""

from __future__ import annotations

from allocator.registry import Registry
from allocator.report.sections._base import Section

SECTIONS: Registry[type[Section]] = Registry("section", __name__)
