"""The report: one self-contained HTML file, in English and Dutch."""

from allocator.report.language import CODES, Code, Language
from allocator.report.page import render_report

__all__ = ["CODES", "Code", "Language", "render_report"]
