"""The first screen: what who decides must know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from allocator.explain import NOTHING
from allocator.report.crisis import sentence
from allocator.report.sections import SECTIONS
from allocator.report.sections._base import Section
from allocator.report.sections._detours import detour_sentences
from allocator.report.sections._levers import lever_words
from allocator.report.view import View

#: Commodities that get a column of their own in the table of who is served.
MOST_COLUMNS = 4
#: Commodities without a shortage that are named one by one; of more, the names are folded away.
MOST_NAMED = 8
#: Regions that are named one by one.
MOST_REGIONS = 6


@SECTIONS.register("summary")
class Summary(Section):
    """One page for who decides: what is short, who is served, what the reserves do, what is taken as decided, and how sure it is."""

    order: ClassVar[int] = 10

    def content(self, view: View) -> Mapping[str, Any]:
        """Return the parts of the page."""
        return {
            "where": _where(view),
            "headline": headline(view),
            "sentences": _sentences(view),
            "short": [_short(view, commodity) for commodity in view.short],
            "covered": [view.inside(view.commodity(str(name))) for name in view.commodities["commodity"] if name not in view.short],
            "most_named": MOST_NAMED,
            "served": _served(view),
            "crisis": [*(sentence(view, disruption) for disruption in view.run.scenario.disruptions), *detour_sentences(view)],
            "levers": [lever_words(view, lever) for lever in view.run.scenario.levers],
            "reserves": _reserves(view),
            "closed": _closed(view),
            "assumed": _assumed(view),
            "many_assumed": int(view.grades[["C", "D"]].to_numpy().sum()) * 2 > int(view.grades.to_numpy().sum()),
            "compared": view.language.number(sum(check.compared for check in view.run.audit.checks)),
        }


def headline(view: View) -> str:
    """Say in one sentence what is short."""
    pick, table = view.language.pick, view.commodities
    if not view.short:
        return pick("Nothing runs short: every claim is met in full.", "Er is geen tekort: in elke aanspraak wordt volledig voorzien.")
    names = [view.inside(view.commodity(name)) for name in view.short]
    count = pick("{} of {} materials run short: {}.", "{} van de {} materialen komen tekort: {}.")
    if len(names) == 1:
        count = pick("{} of {} materials runs short: {}.", "{} van de {} materialen komt tekort: {}.")
    listed = view.language.listing(names) if len(names) <= 3 else ", ".join(names[:3]) + pick(" and others", " en andere")
    missing = view.language.percent(1.0 - float(table["coverage"].iloc[0]))
    if len(names) == 1:
        most = pick("{} of what is asked for cannot be met.", "In {} van de vraag kan niet worden voorzien.").format(missing)
    else:
        most = pick("Most of all {}: {} of what is asked for cannot be met.", "Het meest {}: in {} van de vraag kan niet worden voorzien.")
        most = most.format(names[0], missing)
    return f"{count.format(len(names), len(table), listed)} {most}"


def _where(view: View) -> str:
    """Name the regions, or count them when they are many."""
    if len(view.regions) > MOST_REGIONS:
        return view.language.pick("{} countries", "{} landen").format(len(view.regions))
    return view.language.listing(view.regions)


def _sentences(view: View) -> list[str]:
    """Say who is served in full and who bears the shortage."""
    if not view.short:
        return []
    pick = view.language.pick
    worst = (view.rows["shortfall"] / view.rows["demand"]).groupby(view.rows["tier"]).max()
    full = [view.tier(int(str(rank))) for rank, share in worst.items() if share <= NOTHING]
    sentences = [pick("Served in full: {}.", "Volledig voorzien: {}.").format("; ".join(full))] if full else []
    commodity = view.short[0]
    own = view.total("commodity", "tier")
    own = own[own["commodity"] == commodity]
    bearer = own.sort_values(["shortfall", "tier"], ascending=[False, True]).to_dict("records")[0]
    share = view.language.percent(float(bearer["shortfall"]) / float(own["shortfall"].sum()))
    text = pick("{} of the shortage of {} falls on class {}.", "{} van het tekort aan {} valt in klasse {}.")
    return [*sentences, text.format(share, view.inside(view.commodity(commodity)), view.tier(int(bearer["tier"])))]


def _short(view: View, commodity: str) -> Mapping[str, str]:
    words = view.language
    row = view.commodities.set_index("commodity").to_dict("index")[commodity]
    missing = 1.0 - float(row["coverage"])
    periods = view.short_periods(commodity)
    count = words.pick("{} of {} periods", "{} van {} perioden").format(len(periods), len(view.periods))
    return {
        "name": view.commodity(commodity),
        "quantity": f"{words.amount(float(row['shortfall']))} {view.unit(commodity)}",
        "share": words.percent(missing),
        "width": f"{100.0 * missing:.1f}",
        "when": f"{words.span(periods)} ({count})",
        "worst": f"{words.percent(1.0 - float(row['worst_coverage']))} ({words.period(str(row['worst_period']))})",
    }


def _served(view: View) -> Mapping[str, Any]:
    """Return coverage by tier of the shortest commodities, and the lowest of all others."""
    columns = view.short[:MOST_COLUMNS]
    table = view.total("commodity", "tier")
    rows = []
    for tier in view.run.framework.tiers:
        own = table[table["tier"] == tier.rank].set_index("commodity")["coverage"]
        if own.empty:
            continue
        others = own[[name for name in own.index if name not in columns]]
        values = [float(own[name]) if name in own.index else None for name in columns]
        values.append(float(others.min()) if len(others) else None)
        asking = set(view.rows.loc[view.rows["tier"] == tier.rank, "sector"])
        sectors = [view.inside(view.sector(sector)) for sector in tier.sectors if sector in asking]
        rows.append({"name": view.tier(tier.rank), "sectors": "; ".join(sectors), "cells": [_cell(view, value) for value in values]})
    return {"columns": [view.commodity(name) for name in columns], "rows": rows}


def _cell(view: View, coverage: float | None) -> Mapping[str, str]:
    """Return a coverage with the shade it is given; a class that does not ask for the commodity has none."""
    if coverage is None:
        return {"text": view.language.pick("no claim", "geen vraag"), "grade": "none"}
    grade = "full" if coverage >= 1.0 - NOTHING else "slight" if coverage >= 0.9 else "part" if coverage >= 0.5 else "low"
    return {"text": view.language.percent(coverage), "grade": grade}


def _reserves(view: View) -> list[Mapping[str, Any]]:
    """Return what each opened reserve holds, releases, loses and keeps, and whom it may serve."""
    words, table = view.language, view.run.allocation.reserves
    rows: list[Mapping[str, Any]] = []
    for reserve in view.opened.to_dict("records"):
        own = table[table["reserve"] == reserve["reserve"]].sort_values("period")
        used = own[own["released"] > 0]
        rank = int(reserve["rank"])
        only = words.pick("for class 1 only", "alleen voor klasse 1")
        whom = only if rank == 1 else words.pick("for classes 1 to {}", "voor klasse 1 tot en met {}").format(rank)
        when = words.span([str(name) for name in used["period"]]) if len(used) else words.pick("not used", "niet gebruikt")
        figures = [own["opening"].iloc[0], own["released"].sum(), own["lost"].sum(), own["closing"].iloc[-1]]
        rows.append(
            {
                "name": f"{view.reserve(str(reserve['reserve']))} ({view.unit(str(reserve['commodity']))})",
                "note": f"{whom}; {when}",
                "figures": [words.amount(float(figure)) for figure in figures],
            }
        )
    return rows


def _closed(view: View) -> list[str]:
    reserves = view.run.case.reserves
    return [view.reserve(str(name)) for name in reserves.loc[~reserves["open"].astype(bool), "reserve"]]


def _assumed(view: View) -> str:
    """Say which share of the figures is assumed, in part (grade C) and wholly (grade D), by what they are about."""
    shares = view.grades.div(view.grades.sum(axis=1), axis=0).dropna()
    percent = view.language.percent
    return "; ".join(f"{view.table(str(name))} {percent(part)}, {percent(whole)}" for name, part, whole in shares[["C", "D"]].itertuples())
