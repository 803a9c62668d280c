"""What must be decided, by whom and by when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from allocator.report.language import CODES, Language
from allocator.report.sections._decisions import counted_on, still_open
from allocator.report.view import View
from allocator.run import Run


def view(run: Run, code: str = "en") -> View:
    return View(run, Language(code))  # type: ignore[arg-type]  # a code of two


def closed(run: Run, **changes: object) -> Run:
    """The same plan, told as if nobody had opened the reserve."""
    reserves = run.case.reserves.assign(open=False, **changes)
    return replace(run, case=replace(run.case, reserves=reserves))


def test_a_release_must_be_decided_its_lead_before_the_plan_uses_it(finished: Run) -> None:
    """The reserve needs 15 days, and the plan uses it first in April."""
    table = finished.allocation.reserves
    assert table.loc[table["released"] > 0, "period"].min() == "2026-04"
    release = next(counted_on(view(finished)))
    assert (release.day, release.who) == (date(2026, 3, 17), "minister")  # 1 April less 15 days
    assert [release.by(Language(code), "") for code in CODES] == ["17 Mar 2026", "17 mrt 2026"]


def test_no_decision_is_asked_for_before_the_crisis(finished: Run) -> None:
    """Used in the first month already: the lead of 15 days counts from the first day of the crisis."""
    at_once = finished.allocation.reserves.assign(released=1.0)
    moved = replace(finished, allocation=replace(finished.allocation, reserves=at_once))
    assert next(counted_on(view(moved))).day == date(2026, 3, 1)


def test_a_lever_that_the_plan_does_not_use_has_no_day(finished: Run) -> None:
    unused = finished.allocation.reserves.assign(released=0.0)
    release = next(counted_on(view(replace(finished, allocation=replace(finished.allocation, reserves=unused)))))
    assert (release.day, release.brings, release.by(Language("en"), "not needed")) == (None, "not used", "not needed")


def test_a_closed_reserve_of_what_is_short_is_still_to_be_decided(finished: Run) -> None:
    assert list(still_open(view(finished))) == []
    rank = int(finished.case.reserves["rank"].iloc[0])
    [found] = still_open(view(closed(finished)))
    assert found.what.startswith("Release of reserve: liquid")
    assert "3.00 t above its floor" in found.brings
    rows = finished.allocation.allocation
    own = rows[(rows["commodity"] == "liquid") & (rows["tier"] <= rank)]
    assert (found.day is not None) is bool(own["shortfall"].sum() > 0)


def test_a_reserve_for_classes_that_miss_nothing_is_no_decision_to_press_for(finished: Run) -> None:
    rows = finished.allocation.allocation
    served = rows.assign(shortfall=rows["shortfall"].where(rows["tier"] > 1, 0.0))
    told = replace(closed(finished, rank=1), allocation=replace(finished.allocation, allocation=served))
    [found] = still_open(view(told))
    assert found.day is None
    assert found.brings.endswith("for class 1, which miss none")


@pytest.mark.parametrize(("level", "said"), [(2, False), (3, True)])
def test_a_reserve_that_opens_only_at_a_higher_level_says_so(finished: Run, level: int, said: bool) -> None:
    tables = dict(finished.baseline.tables)
    tables["reserves"] = tables["reserves"].assign(crisis_level=level)
    told = replace(closed(finished), baseline=replace(finished.baseline, tables=tables))
    [found] = still_open(view(told))
    assert ("only from crisis level 3" in found.brings) is said
