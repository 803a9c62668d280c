"""The first screen: what who decides must know."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from allocator.explain import NOTHING
from allocator.report.crisis import sentence
from allocator.report.sections import SECTIONS
from allocator.report.sections._base import Section
from allocator.report.sections._decisions import counted_on, still_open
from allocator.report.sections._detours import detour_sentences
from allocator.report.view import View

#: Materials that the first screen lists, and that get a column in the table of who is served.
MOST_LISTED, MOST_COLUMNS = 6, 3
#: Disruptions and ways round them that the first screen tells, and decisions; all stand further on.
MOST_TOLD, MOST_DECISIONS = 3, 6
#: Regions that are named one by one.
MOST_REGIONS = 6


@SECTIONS.register("summary")
class Summary(Section):
    """One page for who decides: what is short, who is served, what must be decided by when, and how sure it is."""

    order: ClassVar[int] = 10
    title: ClassVar[tuple[str, str] | None] = None

    def content(self, view: View) -> Mapping[str, Any]:
        """Return the parts of the page."""
        crisis = [*(sentence(view, disruption) for disruption in view.run.scenario.disruptions), *detour_sentences(view)]
        needed = sorted(counted_on(view), key=lambda one: one.day or date.max)
        decisions = [*needed, *(one for one in still_open(view) if one.day)]
        not_needed = view.language.pick("not needed", "niet nodig")
        return {
            "where": _where(view),
            "headline": headline(view),
            "sentences": _sentences(view),
            "crisis": crisis[:MOST_TOLD],
            "more_crisis": len(crisis) - MOST_TOLD,
            "short": [_short(view, commodity) for commodity in view.short[:MOST_LISTED]],
            "more_short": len(view.short) - MOST_LISTED,
            "covered": len(view.commodities) - len(view.short),
            "served": _served(view),
            "decisions": [(one.by(view.language, not_needed), one) for one in decisions[:MOST_DECISIONS]],
            "more_decisions": len(decisions) - MOST_DECISIONS,
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


def _short(view: View, commodity: str) -> Mapping[str, Any]:
    words = view.language
    row = view.commodities.set_index("commodity").to_dict("index")[commodity]
    missing, periods = 1.0 - float(row["coverage"]), view.short_periods(commodity)
    worst = words.percent(1.0 - float(row["worst_coverage"]))
    return {
        "name": view.commodity(commodity),
        "quantity": words.quantity(float(row["shortfall"]), view.unit(commodity)),
        "share": missing,
        "percent": words.percent(missing),
        "when": words.pick("{}; worst {} ({})", "{}; ergst {} ({})").format(
            words.span(periods), worst, words.period(str(row["worst_period"]))
        ),
    }


def _served(view: View) -> Mapping[str, Any]:
    """Return coverage by tier of the shortest commodities, and the lowest of all others."""
    columns = view.short[:MOST_COLUMNS]
    others = len(view.commodities) > len(columns)
    table = view.total("commodity", "tier")
    rows = []
    for tier in view.run.framework.tiers:
        own = table[table["tier"] == tier.rank].set_index("commodity")["coverage"]
        if own.empty:
            continue
        rest = own[[name for name in own.index if name not in columns]]
        values = [float(own[name]) if name in own.index else None for name in columns]
        if others:
            values.append(float(rest.min()) if len(rest) else None)
        rows.append({"name": view.tier(tier.rank), "cells": [view.cover(value) for value in values]})
    return {"columns": [view.commodity(name) for name in columns], "others": others, "rows": rows}


def _assumed(view: View) -> str:
    """Say which share of the figures is assumed, in part (grade C) and wholly (grade D), by what they are about."""
    shares = view.grades.div(view.grades.sum(axis=1), axis=0).dropna()
    percent = view.language.percent
    return "; ".join(f"{view.table(str(name))} {percent(part)}, {percent(whole)}" for name, part, whole in shares[["C", "D"]].itertuples())
