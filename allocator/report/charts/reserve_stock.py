"""Stock of the reserves over time, with their floors."""

from __future__ import annotations

import plotly.graph_objects as go

from allocator.report.charts import CHARTS
from allocator.report.figures import DASHES, GRID, INK, MARKERS, SERIES, Chart
from allocator.report.view import View


@CHARTS.register("reserve_stock")
def reserve_stock(view: View) -> list[Chart]:
    """Stock of every opened reserve at the end of each period, as a share of what it held at the start, with its floor."""
    language = view.language
    table = view.run.allocation.reserves
    reserves = view.run.case.reserves
    opened = reserves[reserves["open"].astype(bool) & (reserves["opening"] > 0)]
    if opened.empty:
        return []
    start = language.pick("start", "begin")
    periods = [start, *(language.period(name) for name in view.periods)]
    figure = go.Figure()
    rows = []
    for number, reserve in enumerate(opened.to_dict("records")):
        own = table[table["reserve"] == reserve["reserve"]].sort_values("period")
        stock = [float(reserve["opening"]), *(float(value) for value in own["closing"])]
        name = view.reserve(str(reserve["reserve"]))
        unit = view.unit(str(reserve["commodity"]))
        style = {"color": SERIES[number % len(SERIES)], "dash": DASHES[number % len(DASHES)], "width": 2.5}
        figure.add_scatter(
            x=periods,
            y=[value / stock[0] for value in stock],
            name=name,
            mode="lines+markers",
            line=style,
            marker={"symbol": MARKERS[number % len(MARKERS)], "size": 8},
            text=[f"{language.amount(value)} {unit}" for value in stock],
            hovertemplate="%{x}: %{text}<extra>" + name + "</extra>",
        )
        rows.append([f"{name} ({unit})", *(language.amount(value) for value in stock)])
    for floor in sorted({float(row["floor"]) / float(row["opening"]) for row in opened.to_dict("records")}):
        note = {"text": language.pick("floor", "ondergrens") + f" {language.percent(floor)}", "font": {"color": INK, "size": 12}}
        figure.add_hline(y=floor, line={"color": INK, "width": 1, "dash": "dash"}, annotation=note, annotation_position="bottom right")
    figure.update_layout(
        height=360,
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        legend={"orientation": "h", "y": -0.15, "yanchor": "top"},
        yaxis={"tickformat": ".0%", "range": [0, 1.05], "gridcolor": GRID, "automargin": True},
        xaxis={"type": "category", "gridcolor": GRID, "automargin": True},
        showlegend=True,
    )
    title = language.pick(
        "Stock of the opened reserves, as a share of what they held", "Stand van de opengestelde voorraden, als deel van het begin"
    )
    return [Chart("reserve-stock", figure, title, [language.pick("Reserve", "Voorraad"), *periods], rows)]
