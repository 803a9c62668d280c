"""The one place where charts become HTML: nothing they hold can be sent anywhere, and the same chart gives the same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup
from plotly.offline import get_plotlyjs

from allocator.report.grids import Grid
from allocator.report.language import Language

#: Plotly's own button would upload the data of the chart, so it is off together with every address that plotly knows of.
CONFIG: dict[str, Any] = {
    "showSendToCloud": False,
    "displaylogo": False,
    "plotlyServerURL": "",
    "responsive": True,
    "displayModeBar": False,
}
#: The template that plotly calls "none".
PLAIN: dict[str, Any] = {"data": {"scatter": [{"type": "scatter"}]}}
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
INK = "#1b2733"
GRID = "#dfe4e8"
#: Told apart by lightness as well as hue, and by dash and marker besides.
SERIES = ("#0b3c5d", "#b5541c", "#3b7a57", "#7a4f9a", "#5f6b76", "#a3872b", "#1f8a9e", "#8c1d40")
DASHES = ("solid", "dash", "dot", "dashdot")
MARKERS = ("circle", "square", "diamond", "triangle-up", "x", "cross")

#: Periods that an axis names.
MOST_NAMED = 13
MARGIN = {"l": 10, "r": 10, "t": 10, "b": 10}
#: Above the chart: below it, names of periods that a narrow screen turns upright would run into it.
LEGEND: dict[str, Any] = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}


def time_axis(periods: Sequence[str]) -> dict[str, Any]:
    """Return an axis of periods: a year is said once, and of many periods only some are named, so that names stand upright on a phone."""
    step = -(-len(periods) // MOST_NAMED)
    named, said = periods[::step], ""
    texts = []
    for head, _, year in (period.rpartition(" ") for period in named):
        texts.append(f"{head}<br>{year}" if head and year != said else head or year)
        said = year if head else said
    return {"type": "category", "tickvals": list(named), "ticktext": texts, "tickangle": 0, "tickfont": {"size": 11}, "automargin": True}


@dataclass(frozen=True)
class Figure:
    """What plotly's script draws: traces and a layout, in its own words; its Python objects would take ten times as long."""

    data: list[dict[str, Any]] = field(default_factory=list)
    layout: dict[str, Any] = field(default_factory=dict)

    def add(self, kind: str, **settings: Any) -> None:
        """Add a trace."""
        self.data.append({"type": kind, **settings})

    def lay_out(self, **settings: Any) -> None:
        """Set how the chart is laid out."""
        self.layout.update(settings)


@dataclass(frozen=True)
class Chart:
    """A chart with what a reader without sight or script needs.

    Attributes:
        name: id in the page; the language is added to it.
        figure: the chart.
        title: what it shows, in words.
        heads, rows: the same figures as a table; the first column names the row.
    """

    name: str
    figure: Figure
    title: str
    heads: list[str]
    rows: list[list[str]]

    def tables(self) -> Iterator[Grid[str]]:
        """Yield the table in parts that fit on paper."""
        yield from Grid(self.title, self.heads, self.rows).tables()


def chart_html(chart: Chart, language: Language) -> Markup:
    """Return the chart's place and its figures as data; the page's own script draws it."""
    layout = {
        "template": PLAIN,
        "font": {"family": FONT, "size": 13, "color": INK},
        "separators": language.separators,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "hoverlabel": {"font": {"family": FONT}},
    }
    name = f"{chart.name}-{language.code}"
    content = {"id": name, "data": chart.figure.data, "layout": {**chart.figure.layout, **layout}, "config": CONFIG}
    data = json.dumps(content, ensure_ascii=False, allow_nan=False, sort_keys=True).replace("</", "<\\/")
    height = int(chart.figure.layout["height"])
    place = Markup('<div class="chart" id="{}" role="img" aria-label="{}" style="height:{}px"></div>').format(name, chart.title, height)
    return place + Markup('<script type="application/json" class="chart-data">') + Markup(data) + Markup("</script>")  # noqa: S704 - JSON with "</" escaped


def plotly_script() -> Markup:
    """Return plotly's own code, to stand in the page once."""
    return Markup(get_plotlyjs().replace("</script", "<\\/script"))  # noqa: S704 - code of the plotly package, not data
