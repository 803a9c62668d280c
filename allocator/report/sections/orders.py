"""The plan of orders."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from allocator.report.sections import SECTIONS
from allocator.report.sections._base import Section
from allocator.report.sections._levers import lever_words
from allocator.report.view import View
from allocator.scenario.levers._base import AUTHORITY_NAMES, Lever, lever_names

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
        without, instead = view.run.orders.without, view.run.orders.instead
        days = orders.groupby("authority")["sign_by"].min()
        signatures = [
            _unsigned(view, authority, day, without[without["authority"] == authority], instead[instead["authority"] == authority], levers)
            for authority, day in days.items()
        ]
        return {"rows": rows, "without": signatures, "unasked": words.number(view.run.orders.unasked) if view.run.orders.unasked else ""}


def _authority(view: View, name: str) -> str:
    words = AUTHORITY_NAMES[name]  # type: ignore[index]  # the names are those of the closed list
    return view.language.pick(words.en, words.nl)


def _unsigned(view: View, authority: Any, day: str, lost: Any, instead: Any, levers: Mapping[str, Lever]) -> Mapping[str, Any]:
    """Return one authority: what comes of it if it signs nothing, the claims that lose most, and what others order instead."""
    words, by = view.language, view.language.day(date.fromisoformat(day))
    who = _authority(view, str(authority))
    sentence = words.pick(
        "Without a signature of the {} by {}, {} claims get less.", "Zonder handtekening van {} uiterlijk {} krijgen {} aanspraken minder."
    ).format(who, by, words.number(len(lost)))
    if lost.empty:
        text = words.pick(
            "Without a signature of the {} by {}, no claim gets less.", "Zonder handtekening van {} uiterlijk {} krijgt niemand minder."
        )
        sentence = text.format(who, by)
    rows = [
        [
            str(row["tier"]),
            f"{view.region(row['region'])}, {view.inside(view.sector(row['sector']))}, {view.inside(view.commodity(row['commodity']))}",
            words.percent(row["coverage"]),
            words.percent(row["coverage_without"]),
        ]
        for row in lost.head(MOST_NAMED).to_dict("records")
    ]
    others = [
        [
            lever_words(view, levers[row["lever"]])["what"],
            view.inside(view.commodity(row["commodity"])),
            *(words.quantity(row[figure], view.unit(row["commodity"])) for figure in ("quantity", "quantity_without")),
            *(words.amount(row[figure]) for figure in ("cost_eur", "cost_eur_without")),
        ]
        for row in instead.to_dict("records")
    ]
    return {"sentence": sentence, "rows": rows, "instead": others}
