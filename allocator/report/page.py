"""The page: every section in both languages, plotly once, one switch; or in one language for paper, without script."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
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
    templates = environment()
    memo: dict[Hashable, Any] = {}
    views = {code: View(run, Language(code), memo) for code in CODES if not paper or code == language}
    return page_html(
        templates,
        language,
        {code: view.title for code, view in views.items()},
        views[language].marked,
        [{"code": code, "html": _body(templates, view, paper)} for code, view in views.items()],
        plotly="" if paper else plotly_script(),
        scripted=not paper,
    )


def environment() -> Environment:
    """Return the templates; what they show is escaped."""
    return Environment(
        loader=PackageLoader("allocator.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page_html(
    templates: Environment,
    language: Code,
    titles: Mapping[Code, str],
    marking: str,
    bodies: Sequence[Mapping[str, Any]],
    plotly: str = "",
    scripted: bool = True,
) -> str:
    """Return a whole page.

    Args:
        templates: as `environment` gives them.
        language: the language it opens in.
        titles: of the page, by language.
        marking: printed at the head of every sheet of paper; empty for none.
        bodies: `code` and `html` for each language.
        plotly: script of the charts, if there are any.
        scripted: whether the page may run its own script, which switches the language.
    """
    page = templates.get_template("page.html").render(
        language=language,
        titles=titles,
        bodies=bodies,
        marking=_css_string(marking),
        plotly=plotly,
        scripted=scripted,
        style=_asset(templates, "style.css"),
        script=_asset(templates, "page.js"),
    )
    return page.rstrip("\n") + "\n"


def _css_string(text: str) -> Markup:
    """Return a text for between quotes in a style sheet: all but plain letters and digits by their number."""
    plain = "".join(sign if sign.isascii() and sign.isalnum() else f"\\{ord(sign):06x}" for sign in text)
    return Markup(plain)  # noqa: S704 - nothing in it can end the text or the style sheet


def _body(templates: Environment, view: View, paper: bool) -> Markup:
    """Return the first screen, the contents and every section that has something to say, in the language of the view."""
    words = view.language
    chart = _no_chart if paper else partial(chart_html, language=words)
    tools = {"t": words.pick, "words": words, "view": view, "chart": chart, "lang": words.code}
    first, parts = Markup(), []
    for name, section in sorted(SECTIONS.items(), key=lambda entry: entry[1].order):
        html = templates.get_template(f"sections/{name}.html").render(**tools, **section().content(view)).strip()
        if section.title is None:
            first = Markup(html)  # noqa: S704 - rendered with escaping
        elif html:
            parts.append({"name": name, "title": words.pick(*section.title), "html": Markup(html)})  # noqa: S704 - as above
    return Markup(templates.get_template("body.html").render(**tools, first=first, parts=parts))  # noqa: S704 - as above


def _no_chart(_chart: Chart) -> Markup:
    return Markup()


def _asset(templates: Environment, name: str) -> Markup:
    assert templates.loader is not None  # noqa: S101 - set above
    return Markup(templates.loader.get_source(templates, name)[0])  # noqa: S704 - our own file
