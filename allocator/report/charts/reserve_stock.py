"""Stock of the reserves over time, with their floors."""

from __future__ import annotations

from typing import Any

from allocator.report.charts import CHARTS
from allocator.report.figures import DASHES, GRID, LEGEND, MARGIN, MARKERS, SERIES, Chart, Figure, time_axis
from allocator.report.view import View


@CHARTS.register("reserve_stock")
def reserve_stock(view: View) -> list[Chart]:
    """Stock of every opened reserve at the end of each period, as a share of what it held, with its floor, which decays with the goods."""
    language = view.language
    opened = view.opened[view.opened["opening"] > 0]
    if opened.empty:
        return []
    start, floor = language.pick("start", "begin"), language.pick("floor", "ondergrens")
    periods = [start, *(language.period(name) for name in view.periods)]
    figure = Figure()
    rows = []
    for number, reserve in enumerate(opened.to_dict("records")):
        stock, floors = _stock(view, reserve), _floors(view, reserve)
        name, unit = view.reserve(str(reserve["reserve"])), view.unit(str(reserve["commodity"]))
        color = SERIES[number % len(SERIES)]
        shown = [f"{language.amount(value)} {unit}" for value in stock]
        figure.add(
            "scatter",
            x=periods,
            y=[value / stock[0] for value in stock],
            name=name,
            mode="lines+markers",
            line={"color": color, "dash": DASHES[number % len(DASHES)], "width": 2.5},
            marker={"symbol": MARKERS[number % len(MARKERS)], "size": 8},
            text=shown,
            hovertemplate="%{x}: %{text}<extra>" + name + "</extra>",
        )
        figure.add(
            "scatter",
            x=periods,
            y=[value / stock[0] for value in floors],
            name=f"{floor}: {name}",
            mode="lines",
            line={"color": color, "dash": "dot", "width": 1},
            hoverinfo="skip",
        )
        rows.append([f"{name} ({unit})", *(language.amount(value) for value in stock)])
        rows.append([f"{floor}: {name} ({unit})", *(language.amount(value) for value in floors)])
    figure.lay_out(
        height=360,
        margin=MARGIN,
        legend=LEGEND,
        yaxis={"tickformat": ".0%", "range": [0, 1.05], "gridcolor": GRID, "automargin": True},
        xaxis=time_axis(periods),
        showlegend=True,
    )
    title = language.pick(
        "Stock of the opened reserves, as a share of what they held", "Stand van de opengestelde voorraden, als deel van het begin"
    )
    return [Chart("reserve-stock", figure, title, [language.pick("Reserve", "Voorraad"), *periods], rows)]


def _stock(view: View, reserve: dict[Any, Any]) -> list[float]:
    table = view.run.allocation.reserves
    own = table[table["reserve"] == reserve["reserve"]].sort_values("period")
    return [float(reserve["opening"]), *(float(value) for value in own["closing"])]


def _floors(view: View, reserve: dict[Any, Any]) -> list[float]:
    """Return the floor at the start and at the end of each period: it shrinks as stock is lost; nothing decays in the first one."""
    kept = (1.0 - float(reserve["loss_per_month"])) ** (view.run.case.period_days / 30.0)
    losses = view.run.case.releases
    struck = losses[losses["reserve"] == reserve["reserve"]].set_index("period")["loss_share"]
    floors = [min(float(reserve["floor"]), float(reserve["opening"]))]
    for number, period in enumerate(view.periods):
        floors.append(floors[-1] * (kept if number else 1.0) * (1.0 - float(struck[period])))
    return floors
