"""The plan of orders."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from allocator.report.sections import SECTIONS
from allocator.report.sections._base import Section
from allocator.report.sections._levers import lever_words
from allocator.report.view import View
from allocator.scenario.levers._base import AUTHORITY_NAMES, lever_names

#: Claims that are named for each authority, those of the highest class first; the workbook has all.
MOST_NAMED = 6


@SECTIONS.register("orders")
class Orders(Section):
    """Which lever is ordered, when and by whom, what it costs and whom it serves; and what is lost without a signature."""

    order: ClassVar[int] = 17
    title: ClassVar[tuple[str, str]] = ("Plan of orders", "Besluitenplan")

    def content(self, view: View) -> Mapping[str, Any]:
        """Return the rows of the plan, and for each authority what is lost without it."""
        words, orders = view.language, view.run.orders.orders
        levers = dict(zip(lever_names(view.run.scenario.levers), view.run.scenario.levers, strict=True))
        rows = [
            [
                str(row["order"]),
                lever_words(view, levers[row["lever"]])["what"],
                _authority(view, row["authority"]),
                words.day(date.fromisoformat(row["sign_by"])),
                words.period(row["from"]),
                f"{words.quantity(row['quantity'], view.unit(row['commodity']))} {view.inside(view.commodity(row['commodity']))}",
                words.amount(row["cost_eur"]),
                words.listing([view.inside(view.sector(sector)) for sector in row["serves"].split("; ")]) if row["serves"] else "-",
            ]
            for row in orders.to_dict("records")
        ]
        without = view.run.orders.without
        return {"rows": rows, "without": [_lost(view, authority, own) for authority, own in without.groupby("authority", sort=True)]}


def _authority(view: View, name: str) -> str:
    words = AUTHORITY_NAMES[name]  # type: ignore[index]  # the names are those of the closed list
    return view.language.pick(words.en, words.nl)


def _lost(view: View, authority: Any, own: Any) -> Mapping[str, Any]:
    """Return one authority: the sentence, and the claims that lose most."""
    words = view.language
    day = words.day(date.fromisoformat(str(own["sign_by"].iloc[0])))
    sentence = words.pick(
        "Without a signature of the {} by {}, {} claims get less.", "Zonder handtekening van {} uiterlijk {} krijgen {} aanspraken minder."
    )
    rows = [
        [
            str(row["tier"]),
            f"{view.region(row['region'])}, {view.inside(view.sector(row['sector']))}, {view.inside(view.commodity(row['commodity']))}",
            words.percent(row["coverage"]),
            words.percent(row["coverage_without"]),
        ]
        for row in own.head(MOST_NAMED).to_dict("records")
    ]
    return {"sentence": sentence.format(_authority(view, str(authority)), day, words.number(len(own))), "rows": rows}
