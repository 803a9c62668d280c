"""Coverage of every sector in every period, one heatmap per commodity that is short."""

from __future__ import annotations

from allocator.report.charts import CHARTS
from allocator.report.figures import Chart, Figure
from allocator.report.view import View

#: From nothing to everything: dark to pale, so that it reads without colour as well.
SCALE = [[0.0, "#6b1420"], [0.35, "#b5541c"], [0.7, "#eebf7d"], [0.95, "#f6eeda"], [1.0, "#e3efe8"]]


@CHARTS.register("coverage_by_sector")
def coverage_by_sector(view: View) -> list[Chart]:
    """Share of demand that is met, by sector and period, added over regions; a chart for each commodity that is short."""
    cells = view.total("commodity", "sector", "tier", "period")
    charts = []
    for commodity in view.short:
        own = cells[cells["commodity"] == commodity]
        order = own[["tier", "sector"]].drop_duplicates().sort_values(["tier", "sector"])
        grid = own.pivot_table(index="sector", columns="period", values="coverage").reindex(index=order["sector"], columns=view.periods)
        names = [f"{view.sector(str(sector))} ({tier})" for tier, sector in zip(order["tier"], order["sector"], strict=True)]
        text = [[view.language.percent(value) if value == value else "" for value in row] for row in grid.to_numpy()]
        figure = Figure()
        figure.add(
            "heatmap",
            x=[view.language.period(name) for name in view.periods],
            y=names,
            z=[[float(value) if value == value else None for value in row] for row in grid.to_numpy()],
            text=text,
            texttemplate="%{text}",
            hovertemplate="%{y}<br>%{x}: %{text}<extra></extra>",
            zmin=0.0,
            zmax=1.0,
            colorscale=SCALE,
            showscale=False,
            xgap=2,
            ygap=2,
        )
        figure.lay_out(
            height=90 + 30 * len(names),
            margin={"l": 10, "r": 10, "t": 40, "b": 10},
            yaxis={"autorange": "reversed", "automargin": True, "ticks": ""},
            xaxis={"side": "top", "ticks": "", "fixedrange": True, "type": "category"},
        )
        title = view.language.pick("Share of demand for {} that is met", "Deel van de vraag naar {} waarin is voorzien").format(
            view.inside(view.commodity(commodity))
        )
        heads = [view.language.pick("Sector (class)", "Sector (klasse)"), *(view.language.period(name) for name in view.periods)]
        rows = [[name, *row] for name, row in zip(names, text, strict=True)]
        charts.append(Chart(f"coverage-{commodity}", figure, title, heads, rows))
    return charts
