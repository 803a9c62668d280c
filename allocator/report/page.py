"""The page: every section in both languages, plotly once, one switch; or in one language for paper, without script."""

from __future__ import annotations

from collections.abc import Hashable
from functools import partial
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from allocator.report.figures import Chart, chart_html, plotly_script
from allocator.report.language import CODES, Code, Language
from allocator.report.sections import SECTIONS
from allocator.report.view import View
from allocator.run import Run


def render_report(run: Run, language: Code = "en", paper: bool = False) -> str:
    """Return the report of a run as one self-contained HTML file.

    Args:
        run: the run.
        language: the language it opens in; the other one is behind a switch.
        paper: leave out the other language and every script, and with it the charts: their tables say the same.
    """
    environment = Environment(
        loader=PackageLoader("allocator.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    memo: dict[Hashable, Any] = {}
    views = {code: View(run, Language(code), memo) for code in CODES if not paper or code == language}
    page = environment.get_template("page.html").render(
        language=language,
        titles={code: view.title for code, view in views.items()},
        bodies=[{"code": code, "html": _body(environment, view, paper)} for code, view in views.items()],
        plotly=None if paper else plotly_script(),
        style=_asset(environment, "style.css"),
        script=_asset(environment, "page.js"),
    )
    return page.rstrip("\n") + "\n"


def _body(environment: Environment, view: View, paper: bool) -> Markup:
    """Return the first screen, the contents and every section that has something to say, in the language of the view."""
    words = view.language
    chart = _no_chart if paper else partial(chart_html, language=words)
    tools = {"t": words.pick, "words": words, "view": view, "chart": chart, "lang": words.code}
    first, parts = Markup(), []
    for name, section in sorted(SECTIONS.items(), key=lambda entry: entry[1].order):
        html = environment.get_template(f"sections/{name}.html").render(**tools, **section().content(view)).strip()
        if section.title is None:
            first = Markup(html)  # noqa: S704 - rendered with escaping
        elif html:
            parts.append({"name": name, "title": words.pick(*section.title), "html": Markup(html)})  # noqa: S704 - as above
    return Markup(environment.get_template("body.html").render(**tools, first=first, parts=parts))  # noqa: S704 - as above


def _no_chart(_chart: Chart) -> Markup:
    return Markup()


def _asset(environment: Environment, name: str) -> Markup:
    assert environment.loader is not None  # noqa: S101 - set above
    return Markup(environment.loader.get_source(environment, name)[0])  # noqa: S704 - our own file
