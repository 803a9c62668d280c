"""The report for paper, as far as it needs no add-on; the PDF itself is tested in tests/browser."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from allocator.errors import InvalidInput
from allocator.report import render_report, require_pdf
from allocator.run import Run


def test_paper_has_one_language_no_script_and_every_table(finished: Run) -> None:
    paper, page = render_report(finished, "nl", paper=True), render_report(finished, "nl")
    assert "<script" not in paper
    assert "<button" not in paper
    assert paper.count('class="body"') == 1
    assert "Kleine crisis" in paper
    assert "Tiny crisis" not in paper
    assert 2 * paper.count("<table") == page[: page.index('<script id="plotly">')].count("<table")


def test_without_the_add_on_nothing_is_computed_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("allocator.report.paper.find_spec", lambda _name: None)
    with pytest.raises(InvalidInput, match=r"--pdf: the add-on pdf is not installed; run: pip install .*  \[A710\]"):
        require_pdf()


def test_without_the_library_of_the_system_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "weasyprint").mkdir()
    (tmp_path / "weasyprint" / "__init__.py").write_text("raise OSError('cannot load library libpango-1.0-0')\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    with pytest.raises(InvalidInput, match=r"cannot load library libpango-1.0-0\); install Pango.*  \[A710\]"):
        require_pdf()
