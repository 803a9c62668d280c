"""The report: one self-contained HTML file, in English and Dutch."""

from allocator.report.language import CODES, Code, Language
from allocator.report.page import render_report
from allocator.report.paper import render_pdf, require_pdf

__all__ = ["CODES", "Code", "Language", "render_pdf", "render_report", "require_pdf"]
