"""What the crisis took away from a claim, and what it does to have it back."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from allocator.explain import given_back
from allocator.explain.lost import losses
from allocator.report.language import CODES, Language
from allocator.report.reasons import Teller
from allocator.report.view import View
from allocator.run import Run
from allocator.solve import solve_stages
from allocator_models import formulate, lower


def of_the_period(run: Run) -> pd.DataFrame:
    """Return what lines sent before and can send, by hand, a row per line and period of the horizon."""
    reported = run.case.periods.loc[run.case.periods["horizon"], "period"]
    rows = run.case.dispatches[run.case.dispatches["period"].isin(reported)].merge(run.case.lines, on="line")
    around = run.case.detours.groupby(["line", "period"])["limit"].sum()
    rows["around"] = [around.get((line, period), 0.0) for line, period in zip(rows["line"], rows["period"], strict=True)]
    return rows


def test_what_a_line_lost_is_what_it_sent_before_less_what_it_can_send_and_what_goes_round(finished: Run) -> None:
    table = losses(finished.case)
    rows = of_the_period(finished)
    lost = (rows["undisturbed"] - rows["limit"] - rows["around"]).clip(lower=0.0)
    by_line = lost.groupby(rows["line"]).sum()
    assert table.sum(axis=1).to_dict() == pytest.approx(by_line[by_line > 1e-9].to_dict())
    assert len(table) >= 2, "the strait and a supplier"


def cut_by_the_crisis(run: Run) -> str:
    return next(claim for claim, reason in run.explanation.reasons.items() if reason.lost)


def test_having_it_back_is_solved_from_scratch(finished: Run) -> None:
    claim = cut_by_the_crisis(finished)
    reason = given_back(finished.explanation.reasons[claim], finished.case, finished.inquiry)
    instance = finished.inquiry.instance
    lines, nodes = instance.lines, instance.nodes
    scale = lines["commodity"].map(instance.commodities["scale"])
    table = losses(finished.case).loc[[one.line for one in reason.lost]]
    dispatches = instance.dispatches.copy()
    for number, row in enumerate(dispatches.itertuples(index=False)):
        name, period = lines["name"].iloc[row.line], nodes["period"].iloc[row.node]
        if name in table.index and period in table.columns:
            dispatches.loc[number, "limit"] += table.loc[name, period] / scale.iloc[row.line]
    more = replace(instance, dispatches=dispatches)
    solution = solve_stages(lower(formulate(more)), more)
    change = (finished.inquiry.coverages(solution)[0] - finished.inquiry.coverage).round(8)
    code = list(instance.claims["name"]).index(claim)
    assert reason.given_back is not None
    assert reason.given_back.of(claim) == pytest.approx(change[code], abs=1e-6)
    assert reason.given_back.of(claim) > 0.0


def test_it_is_told_before_the_limits(finished: Run) -> None:
    claim = cut_by_the_crisis(finished)
    reason = given_back(finished.explanation.reasons[claim], finished.case, finished.inquiry)
    for code in CODES:
        parts = dict(Teller(View(finished, Language(code))).tell(reason))
        headings = list(parts)
        took, now = (("What the crisis took away", "What holds it back now"), ("Wat de crisis heeft weggenomen", "Wat het nu tegenhoudt"))[
            code == "nl"
        ]
        assert headings.index(took) < headings.index(now)
        (said,) = parts[took]
        origin = finished.case.lines.set_index("line")["origin"][reason.lost[0].line]
        assert View(finished, Language(code)).place(origin) in said
