"""The report as PDF/UA-1, tagged for screen readers: one language, with the table of each chart in its place."""

from __future__ import annotations

import logging
from importlib.util import find_spec

from allocator.errors import Finding, InvalidInput
from allocator.report.language import Code
from allocator.report.page import render_report
from allocator.run import Run


def require_pdf() -> None:
    """Find out before a long computation whether a PDF can be made.

    Raises:
        InvalidInput: the add-on or a library of the system that it needs is not there.
    """
    missing = "the add-on pdf is not installed; run: pip install 'stockpile-allocator[pdf]', or print report.html from a browser"
    if find_spec("weasyprint") is None:
        raise InvalidInput([Finding("--pdf", 0, 0, "", missing, "A710")])
    try:
        import weasyprint  # noqa: F401 - an add-on, and slow to fetch
    except OSError as error:
        text = f"a library of the system is missing ({str(error).splitlines()[0]}); install Pango, or print report.html from a browser"
        raise InvalidInput([Finding("--pdf", 0, 0, "", text, "A710")]) from None


def render_pdf(run: Run, language: Code = "en") -> bytes:
    """Return the report of a run for paper; on one machine the same run gives the same bytes, on another its fonts may differ."""
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

    page = HTML(string=render_report(run, language, paper=True), url_fetcher=URLFetcher(allowed_protocols=()))
    log = logging.getLogger("weasyprint")
    level = log.level
    log.setLevel(logging.CRITICAL)  # it tells of every rule for screens that it passes over
    try:
        return bytes(page.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=run.case.sha256[:16].encode()))
    finally:
        log.setLevel(level)
