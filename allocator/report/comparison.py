"""``comparison.html``: the differences of two runs as one self-contained page; its charts are bars and shades in the tables themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from allocator.baseline import Baseline
from allocator.compare import Comparison
from allocator.report.compare_view import CompareView, Table
from allocator.report.language import CODES, Code, Language
from allocator.report.page import environment, page_html

#: Rows of a table on the page; `comparison.csv` has the rest.
MOST = 60
#: A change of coverage from which a cell is dark.
MUCH = 0.1
#: A change below this is written as less than a tenth of a point, and its cell stays white.
LITTLE = 0.0005


@dataclass(frozen=True)
class Swing:
    """A change as a bar from the middle: to the left is less, to the right is more.

    Attributes:
        text: the change in points.
        way: ``less``, ``more``, or empty.
        width: of the bar, in per cent of half the room.
    """

    text: str
    way: str
    width: float


def render_comparison(comparison: Comparison, baseline: Baseline | None, language: Code = "en") -> str:
    """Return the page.

    Args:
        comparison: what differs.
        baseline: gives names; None leaves the ids.
        language: the language it opens in; the other one is behind a switch.
    """
    templates = environment()
    views = {code: CompareView(comparison, baseline, Language(code)) for code in CODES}
    bodies = []
    for code, view in views.items():
        shown = {"swings": _swings, "months": _months(view), "most": MOST}
        html = templates.get_template("comparison.html").render(t=view.language.pick, view=view, one=comparison, **shown)
        bodies.append({"code": code, "html": Markup(html)})  # noqa: S704 - rendered with escaping
    titles = {code: view.heading for code, view in views.items()}
    return page_html(templates, language, titles, views[language].marked, bodies)


def _swings(table: Table, changes: Sequence[float], view: CompareView) -> list[tuple[str, Swing, list[str]]]:
    """Return each row of a table as its name, its change as a bar, and its other cells."""
    widest = max((abs(change) for change in changes if change == change), default=0.0) or 1.0
    return [
        (name, Swing(view.points(change), _way(change), round(100.0 * abs(change) / widest, 1) if change == change else 0.0), cells)
        for (name, *cells), change in zip(table.rows, changes, strict=True)
    ]


def _months(view: CompareView) -> tuple[list[str], list[tuple[str, list[tuple[str, str]]]]]:
    """Return the heads and rows of sectors by period: each cell as its text and its shade."""
    one = view.comparison
    grid = one.months.pivot_table(index="sector", columns="period", values="coverage_change")
    grid = grid.reindex(index=one.sectors["sector"], columns=list(one.periods))
    heads = [view.language.pick("Sector", "Sector"), *(view.language.period(period) for period in one.periods)]
    rows = [
        (view.sector(str(sector)), [(view.points(change), _shade(change)) for change in changes])
        for sector, changes in zip(grid.index, grid.to_numpy().tolist(), strict=True)
    ]
    return heads, rows


def _way(change: float) -> str:
    return "more" if change > 0 else "less" if change < 0 else ""


def _shade(change: float) -> str:
    if not abs(change) >= LITTLE:
        return "none"
    return f"{_way(change)} {'much' if abs(change) >= MUCH else 'little'}"
