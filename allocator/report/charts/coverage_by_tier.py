"""Coverage of every tier over time."""

from __future__ import annotations

from allocator.report.charts import CHARTS
from allocator.report.figures import DASHES, GRID, LEGEND, MARGIN, MARKERS, SERIES, Chart, Figure, time_axis
from allocator.report.view import View


@CHARTS.register("coverage_by_tier")
def coverage_by_tier(view: View) -> list[Chart]:
    """Mean coverage of the claims of each tier in each period, every claim weighted equally."""
    mean = view.rows.pivot_table(index="tier", columns="period", values="coverage", aggfunc="mean").reindex(columns=view.periods)
    periods = [view.language.period(name) for name in view.periods]
    figure = Figure()
    rows = []
    for number, (rank, values) in enumerate(mean.iterrows()):
        name = view.tier(int(str(rank)))
        shown = [view.language.percent(value) if value == value else "" for value in values]
        figure.add(
            "scatter",
            x=periods,
            y=[float(value) if value == value else None for value in values],
            name=name,
            mode="lines+markers",
            line={"color": SERIES[number % len(SERIES)], "dash": DASHES[number % len(DASHES)], "width": 2.5},
            marker={"symbol": MARKERS[number % len(MARKERS)], "size": 8},
            text=shown,
            hovertemplate="%{x}: %{text}<extra>" + name + "</extra>",
        )
        rows.append([name, *shown])
    lowest = float(mean.min().min())
    figure.lay_out(
        height=340,
        margin=MARGIN,
        legend=LEGEND,
        yaxis={
            "tickformat": ".0%",
            "range": [max(0.0, min(0.5, lowest) - 0.05) if lowest < 0.9 else 0.8, 1.02],
            "gridcolor": GRID,
            "automargin": True,
        },
        xaxis=time_axis(periods),
    )
    title = view.language.pick("Mean coverage of the claims of each class", "Gemiddelde dekkingsgraad van de aanspraken per klasse")
    return [Chart("coverage-by-tier", figure, title, [view.language.pick("Class", "Klasse"), *periods], rows)]
