"""The page: every section in both languages, plotly once, one switch."""

from __future__ import annotations

from collections.abc import Hashable
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
    environment = Environment(
        loader=PackageLoader("allocator.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    sections = sorted(SECTIONS.items(), key=lambda entry: entry[1].order)
    bodies: list[dict[str, Any]] = []
    memo: dict[Hashable, Any] = {}
    for code in CODES:
        words = Language(code)
        view = View(run, words, memo)
        tools = {"t": words.pick, "words": words, "view": view, "chart": partial(chart_html, language=words), "lang": code}
        first, parts = Markup(), []
        for name, section in sections:
            html = environment.get_template(f"sections/{name}.html").render(**tools, **section().content(view)).strip()
            if section.title is None:
                first = Markup(html)  # noqa: S704 - rendered with escaping
            elif html:
                parts.append({"name": name, "title": words.pick(*section.title), "html": Markup(html)})  # noqa: S704 - as above
        body = environment.get_template("body.html").render(**tools, first=first, parts=parts)
        bodies.append({"code": code, "html": Markup(body)})  # noqa: S704 - as above
    page = environment.get_template("page.html").render(
        language=language,
        titles={code: View(run, Language(code)).title for code in CODES},
        bodies=bodies,
        plotly=plotly_script(),
        style=_asset(environment, "style.css"),
        script=_asset(environment, "page.js"),
    )
    return page.rstrip("\n") + "\n"


def _asset(environment: Environment, name: str) -> Markup:
    assert environment.loader is not None  # noqa: S101 - set above
    return Markup(environment.loader.get_source(environment, name)[0])  # noqa: S704 - our own file
