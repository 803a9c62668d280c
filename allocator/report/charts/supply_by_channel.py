"""Where a commodity that is short comes from, over time."""

from __future__ import annotations

from typing import Any

from allocator.report.charts import CHARTS
from allocator.report.figures import GRID, INK, LEGEND, MARGIN, SERIES, Chart, Figure, time_axis
from allocator.report.language import Language
from allocator.report.view import View

#: Transfers between the regions in scope cancel out when regions are added.
_CHANNELS = {
    "pipeline": ("under way at the start", "onderweg bij aanvang"),
    "market": ("market", "markt"),
    "process": ("made or processed here", "hier gemaakt of verwerkt"),
    "inventory": ("drawn from stocks of firms", "uit voorraden van bedrijven"),
    "reserve": ("strategic reserves", "strategische voorraden"),
}


@CHARTS.register("supply_by_channel")
def supply_by_channel(view: View) -> list[Chart]:
    """What comes in by channel and period, added over regions, against what is asked for; a chart for each commodity that is short."""
    supply = view.run.allocation.supply
    asked: dict[Any, Any] = view.total("commodity", "period").set_index(["commodity", "period"])["demand"].to_dict()
    charts = []
    for commodity in view.charted:
        own = supply[supply["commodity"] == commodity]
        flows = (
            own.pivot_table(index="channel", columns="period", values="quantity", aggfunc="sum").reindex(columns=view.periods).fillna(0.0)
        )
        present = [channel for channel in _CHANNELS if channel in flows.index and flows.loc[channel].abs().max() > 0.0]
        demand = [float(asked.get((commodity, period), 0.0)) for period in view.periods]
        charts.append(
            _chart(
                view,
                commodity,
                {channel: [float(flow) for flow in flows.loc[channel].to_numpy(dtype=float)] for channel in present},
                demand,
            )
        )
    return charts


def _chart(view: View, commodity: str, flows: dict[str, list[float]], demand: list[float]) -> Chart:
    language = view.language
    periods = [language.period(name) for name in view.periods]
    unit = view.unit(commodity)
    asked = language.pick("asked for by claims", "gevraagd door aanspraken")
    figure = Figure()
    for channel, values in flows.items():
        name = language.pick(*_CHANNELS[channel])
        figure.add(
            "bar",
            x=periods,
            y=values,
            name=name,
            marker={"color": SERIES[list(_CHANNELS).index(channel)], "line": {"color": "#ffffff", "width": 1}},
            hovertemplate="%{x}: %{y:,.4r} " + unit + "<extra>" + name + "</extra>",
        )
    figure.add(
        "scatter",
        x=periods,
        y=demand,
        name=asked,
        mode="lines+markers",
        line={"color": INK, "width": 2.5},
        marker={"symbol": "diamond", "size": 7},
        hovertemplate="%{x}: %{y:,.4r} " + unit + "<extra>" + asked + "</extra>",
    )
    figure.lay_out(
        height=360,
        barmode="relative",
        margin=MARGIN,
        legend=LEGEND,
        yaxis={"title": {"text": unit}, "gridcolor": GRID, "automargin": True, "rangemode": "tozero", "zerolinecolor": INK},
        xaxis=time_axis(periods),
    )
    title = language.pick("Where {} comes from, and what is asked for, in {}", "Waar {} vandaan komt en wat wordt gevraagd, in {}").format(
        view.inside(view.commodity(commodity)), unit
    )
    rows = [[language.pick(*_CHANNELS[channel]), *(_amount(language, value) for value in values)] for channel, values in flows.items()]
    rows.append([asked, *(_amount(language, value) for value in demand)])
    return Chart(f"supply-{commodity}", figure, title, [language.pick("Channel", "Kanaal"), *periods], rows)


def _amount(language: Language, value: float) -> str:
    return language.amount(value)
