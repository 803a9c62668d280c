"""The page: every section in both languages, plotly once, one switch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from allocator.report.figures import chart_html, plotly_script
from allocator.report.language import CODES, Code, Language
from allocator.report.sections import SECTIONS
from allocator.report.view import View
from allocator.run import Run


def render_report(run: Run, language: Code = "en") -> str:
    """Return the report of a run as one self-contained HTML file.

    Args:
        run: the run.
        language: the language it opens in; the other one is behind a switch.
    """
    templates = environment()
    sections = sorted(SECTIONS.items(), key=lambda entry: entry[1].order)
    bodies = []
    for code in CODES:
        words = Language(code)
        view = View(run, words)
        tools = {"t": words.pick, "words": words, "view": view, "chart": partial(chart_html, language=words), "lang": code}
        parts = [
            Markup(templates.get_template(f"sections/{name}.html").render(**tools, **section().content(view)))  # noqa: S704 - rendered with escaping
            for name, section in sections
        ]
        bodies.append({"code": code, "html": Markup(templates.get_template("body.html").render(**tools, parts=parts))})  # noqa: S704 - as above
    views = {code: View(run, Language(code)) for code in CODES}
    return page_html(templates, language, {code: view.title for code, view in views.items()}, bodies, views[language].marked)


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
    bodies: Sequence[Mapping[str, Any]],
    marking: str,
    charts: bool = True,
) -> str:
    """Return a whole page.

    Args:
        templates: as `environment` gives them.
        language: the language it opens in.
        titles: of the page, by language.
        bodies: `code` and `html` for each language.
        marking: the classification on every printed page; empty where all figures are the shipped ones.
        charts: whether they hold charts, which need plotly's script.
    """
    page = templates.get_template("page.html").render(
        language=language,
        titles=titles,
        bodies=bodies,
        marking=_css_string(marking),
        plotly=plotly_script() if charts else "",
        style=_asset(templates, "style.css"),
        script=_asset(templates, "page.js"),
    )
    return page.rstrip("\n") + "\n"


def _css_string(text: str) -> Markup:
    """Return a text for between quotes in a style sheet: all but plain letters and digits by their number."""
    plain = "".join(sign if sign.isascii() and sign.isalnum() else f"\\{ord(sign):06x}" for sign in text)
    return Markup(plain)  # noqa: S704 - nothing in it can end the text or the style sheet


def _asset(templates: Environment, name: str) -> Markup:
    assert templates.loader is not None  # noqa: S101 - set above
    return Markup(templates.loader.get_source(templates, name)[0])  # noqa: S704 - our own file
