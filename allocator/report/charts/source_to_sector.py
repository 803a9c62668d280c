"""From which source to which sector a commodity that is short goes."""

from __future__ import annotations

import pandas as pd

from allocator.report.charts import CHARTS
from allocator.report.figures import MARGIN, SERIES, Chart, Figure
from allocator.report.view import View

#: Sources and sectors drawn apart; the smallest ones beyond are drawn together.
MOST_SOURCES, MOST_SECTORS = 9, 11
#: Plotly's own charts of this kind show bands, and a band over another must let it through.
BAND = "rgba({}, {}, {}, 0.45)"


@CHARTS.register("source_to_sector")
def source_to_sector(view: View) -> list[Chart]:
    """What each sector got over the horizon by source, mixed in proportion at each balance; a chart per commodity that is short."""
    charts = []
    for commodity in view.charted:
        flows = view.sources(commodity)
        if len(flows):
            charts.append(_chart(view, commodity, _grid(view, flows)))
    return charts


def _grid(view: View, flows: pd.DataFrame) -> pd.DataFrame:
    """Return quantities by source (rows) and sector (columns) in words, the largest first, small ones together."""
    pick = view.language.pick
    named = pd.DataFrame(
        {
            "source": [_source(view, str(kind), str(name)) for kind, name in zip(flows["kind"], flows["name"], strict=True)],
            "sector": [view.sector(str(name)) for name in flows["sector"]],
            "quantity": flows["quantity"],
        }
    )
    for column, most, rest in (
        ("source", MOST_SOURCES, pick("other sources", "andere bronnen")),
        ("sector", MOST_SECTORS, pick("other sectors", "andere sectoren")),
    ):
        sizes = named.groupby(column)["quantity"].sum().sort_values(ascending=False, kind="stable")
        if len(sizes) > most:
            named[column] = named[column].where(named[column].isin(sizes.index[: most - 1]), rest)
    grid = named.pivot_table(index="source", columns="sector", values="quantity", aggfunc="sum").fillna(0.0)
    rows = grid.sum(axis=1).sort_values(ascending=False, kind="stable").index
    columns = grid.sum(axis=0).sort_values(ascending=False, kind="stable").index
    return grid.loc[rows, columns]


def _source(view: View, kind: str, name: str) -> str:
    pick = view.language.pick
    if kind == "origin":
        return view.region(name)
    if kind == "made":
        return pick("made in {}", "gemaakt in {}").format(view.region(name))
    if kind == "reserve":
        return pick("reserve: {}", "voorraad: {}").format(view.reserve(name))
    return (
        pick("stocks of firms", "voorraden van bedrijven") if kind == "stocks" else pick("under way at the start", "onderweg bij aanvang")
    )


def _chart(view: View, commodity: str, grid: pd.DataFrame) -> Chart:
    language, unit = view.language, view.unit(commodity)
    sources, sectors = [str(name) for name in grid.index], [str(name) for name in grid.columns]
    bands = [(i, j, float(value)) for i, row in enumerate(grid.to_numpy()) for j, value in enumerate(row) if value > 0]
    colors = [SERIES[number % len(SERIES)] for number in range(len(sources))]
    figure = Figure()
    figure.add(
        "sankey",
        arrangement="fixed",
        node={
            "label": [*sources, *sectors],
            "color": [*colors, *(["#5f6b76"] * len(sectors))],
            "pad": 16,
            "thickness": 14,
            "hovertemplate": "%{label}: %{value:,.4r} " + unit + "<extra></extra>",
        },
        link={
            "source": [i for i, _, _ in bands],
            "target": [len(sources) + j for _, j, _ in bands],
            "value": [value for _, _, value in bands],
            "color": [BAND.format(*(int(colors[i][at : at + 2], 16) for at in (1, 3, 5))) for i, _, _ in bands],
            "hovertemplate": "%{source.label} - %{target.label}: %{value:,.4r} " + unit + "<extra></extra>",
        },
    )
    figure.lay_out(height=100 + 34 * max(len(sources), len(sectors)), margin=MARGIN)
    title = language.pick("From which source to which sector {} goes, in {}", "Van welke bron naar welke sector {} gaat, in {}").format(
        view.inside(view.commodity(commodity)), unit
    )
    heads = [language.pick("Source", "Bron"), *sectors]
    rows = [[name, *(language.amount(value) for value in values)] for name, values in zip(sources, grid.to_numpy().tolist(), strict=True)]
    return Chart(f"sources-{commodity}", figure, title, heads, rows)
