"""The report for paper."""

from __future__ import annotations

import contextlib
import re
import zlib
from types import SimpleNamespace

import pytest
import weasyprint

from allocator.output import choose_target, write_run
from allocator.report import render_pdf, render_report
from allocator.run import Run


def unpacked(made: bytes) -> bytes:
    """The file with what its streams hold: objects stand in compressed ones."""
    parts = [made]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", made, flags=re.DOTALL):
        with contextlib.suppress(zlib.error):
            parts.append(zlib.decompress(stream))
    return b"\n".join(parts)


@pytest.mark.parametrize(("code", "tag"), [("en", b"/Lang (en)"), ("nl", b"/Lang (nl)")])
def test_it_is_tagged_for_screen_readers_in_its_language(hormuz: Run, code: str, tag: bytes) -> None:
    made = render_pdf(hormuz, code)  # type: ignore[arg-type]  # a code of two
    assert made.startswith(b"%PDF-1.7")
    for mark in (b"/MarkInfo", b"/StructTreeRoot", b"pdfuaid", tag):
        assert mark in unpacked(made)


def test_the_same_run_gives_the_same_bytes(hormuz: Run) -> None:
    assert render_pdf(hormuz, "en") == render_pdf(hormuz, "en")


def test_one_sheet_for_who_decides_then_every_section(hormuz: Run) -> None:
    pages = weasyprint.HTML(string=render_report(hormuz, "nl", paper=True)).render().pages
    texts = [" ".join(box.text for box in page._page_box.descendants() if hasattr(box, "text")) for page in pages]
    assert "Hoe zeker dit is" in texts[0]
    assert "De crisis en de besluiten" in texts[1]
    assert 5 < len(pages) < 25


def test_it_is_one_of_the_files_of_a_run(hormuz: Run, tmp_path) -> None:
    folder = write_run(hormuz, choose_target(tmp_path / "out", overwrite=False), "nl", pdf=True).folder
    assert (folder / "report.pdf").read_bytes().startswith(b"%PDF")
    assert "report.pdf" in (folder / "manifest.json").read_text()


def test_an_address_in_the_report_is_never_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    page = (
        '<html lang=en><title>x</title><link rel=stylesheet href="https://example.org/x.css"><img alt=x src="https://example.org/x.png">x'
    )
    monkeypatch.setattr("allocator.report.paper.render_report", lambda *_args, **_keys: page)
    asked: list[object] = []
    monkeypatch.setattr("urllib.request.OpenerDirector.open", lambda *args, **_keys: asked.append(args))
    made = render_pdf(SimpleNamespace(case=SimpleNamespace(sha256="0" * 64)))  # type: ignore[arg-type]  # all that it looks at
    assert made.startswith(b"%PDF")
    assert asked == []
