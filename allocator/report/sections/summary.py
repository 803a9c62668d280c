"""The first screen: what who decides must know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import pandas as pd

from allocator.explain import NOTHING
from allocator.report.sections import SECTIONS
from allocator.report.sections._base import Section
from allocator.report.view import GRADED, View
from allocator.scenario.levers.demand_restraint import DemandRestraint
from allocator.scenario.levers.reserve_release import ReserveRelease

#: Commodities that get a column of their own in the table of who is served.
MOST_COLUMNS = 4
#: Regions that are named one by one.
MOST_REGIONS = 6
_GRADED_WORDS = {
    "demands": ("Demand", "Vraag"),
    "supply_lines": ("Imports", "Invoer"),
    "processes": ("Production", "Productie"),
    "lanes": ("Transport between countries", "Vervoer tussen landen"),
    "inventories": ("Stocks of firms", "Voorraden van bedrijven"),
    "reserves": ("Strategic reserves", "Strategische voorraden"),
}


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
            "covered": [view.commodity(str(name)) for name in view.commodities["commodity"] if name not in view.short],
            "served": _served(view),
            "reserves": _reserves(view),
            "closed": _closed(view),
            "levers": [_lever(view, number) for number in range(len(view.run.scenario.levers))],
            "grades": _grades(view),
            "compared": sum(check.compared for check in view.run.audit.checks),
        }


def headline(view: View) -> str:
    """Say in one sentence what is short."""
    pick, table = view.language.pick, view.commodities.set_index("commodity")
    if not view.short:
        return pick("Nothing runs short: every claim is met in full.", "Er is geen tekort: in elke aanspraak wordt volledig voorzien.")
    names = [view.commodity(name).lower() for name in view.short]
    count = pick("{} of {} materials run short: {}.", "{} van de {} materialen komen tekort: {}.")
    if len(names) == 1:
        count = pick("{} of {} materials runs short: {}.", "{} van de {} materialen komt tekort: {}.")
    listed = view.language.listing(names[:3]) if len(names) <= 3 else ", ".join(names[:3]) + pick(" and others", " en andere")
    worst = 1.0 - float(table.loc[view.short[0], "coverage"])
    most = pick("Most of all {}: {} of what is asked for cannot be met.", "Het meest {}: in {} van de vraag kan niet worden voorzien.")
    return f"{count.format(len(names), len(table), listed)} {most.format(names[0], view.language.percent(worst))}"


def _sentences(view: View) -> list[str]:
    """Say who is served in full and who bears the shortage."""
    pick = view.language.pick
    tiers = view.rows.groupby("tier")["shortfall"].max()
    full = [int(str(rank)) for rank, worst in tiers.items() if worst <= NOTHING]
    sentences = []
    if view.short and full:
        text = pick("Served in full: {}.", "Volledig voorzien: {}.")
        sentences.append(text.format("; ".join(view.tier(rank) for rank in full)))
    for commodity in view.short[:1]:
        own = view.total("commodity", "tier")
        own = own[own["commodity"] == commodity]
        bearer = own.loc[own["shortfall"].idxmax()]
        share = float(bearer["shortfall"]) / float(own["shortfall"].sum())
        text = pick("{} of the shortage of {} falls on class {}.", "{} van het tekort aan {} valt in klasse {}.")
        sentences.append(text.format(view.language.percent(share), view.commodity(commodity).lower(), view.tier(int(bearer["tier"]))))
    return sentences


def _short(view: View, commodity: str) -> Mapping[str, str]:
    row = view.commodities.set_index("commodity").loc[commodity]
    missing = 1.0 - float(row["coverage"])
    return {
        "name": view.commodity(commodity),
        "quantity": view.language.quantity(
            float(row["shortfall"]), str(view.run.case.commodities.set_index("commodity")["unit"][commodity])
        ),
        "share": view.language.percent(missing),
        "width": f"{100.0 * missing:.1f}",
        "when": view.language.span(view.short_periods(commodity)),
        "worst": f"{view.language.percent(1.0 - float(row['worst_coverage']))} ({view.language.period(str(row['worst_period']))})",
    }


def _served(view: View) -> Mapping[str, Any]:
    """Return coverage by tier of the shortest commodities, and the lowest of all others."""
    columns = view.short[:MOST_COLUMNS]
    table = view.total("commodity", "tier")
    rows = []
    for rank in sorted(int(tier) for tier in table["tier"].unique()):
        own = table[table["tier"] == rank].set_index("commodity")["coverage"]
        others = own[[name for name in own.index if name not in columns]]
        values = [float(own[name]) if name in own.index else None for name in columns]
        values += [float(others.min()) if len(others) else None]
        sectors = next(tier.sectors for tier in view.run.framework.tiers if tier.rank == rank)
        asking = set(view.rows.loc[view.rows["tier"] == rank, "sector"])
        rows.append(
            {
                "name": view.tier(rank),
                "sectors": ", ".join(view.sector(sector).lower() for sector in sectors if sector in asking),
                "cells": [_coverage_cell(view, value) for value in values],
            }
        )
    return {"columns": [view.commodity(name) for name in columns], "rows": rows}


def _coverage_cell(view: View, value: float | None) -> Mapping[str, str]:
    if value is None:
        return {"text": "-", "grade": "none"}
    grade = "full" if value >= 1.0 - NOTHING else "slight" if value >= 0.9 else "part" if value >= 0.5 else "low"
    return {"text": view.language.percent(value), "grade": grade}


def _reserves(view: View) -> list[Mapping[str, str]]:
    """Return what each opened reserve holds, releases and keeps."""
    reserves = view.run.case.reserves
    table = view.run.allocation.reserves
    rows = []
    for reserve in reserves[reserves["open"].astype(bool)].to_dict("records"):
        own = table[table["reserve"] == reserve["reserve"]].sort_values("period")
        unit = str(own["unit"].iloc[0])
        released = own[own["released"] > 0]
        rows.append(
            {
                "name": view.reserve(str(reserve["reserve"])),
                "opening": view.language.quantity(float(own["opening"].iloc[0]), unit),
                "released": view.language.quantity(float(own["released"].sum()), unit),
                "when": view.language.span([str(name) for name in released["period"]])
                if len(released)
                else view.language.pick("not used", "niet gebruikt"),
                "closing": view.language.quantity(float(own["closing"].iloc[-1]), unit),
            }
        )
    return rows


def _closed(view: View) -> list[str]:
    reserves = view.run.case.reserves
    return [view.reserve(str(name)) for name in reserves.loc[~reserves["open"].astype(bool), "reserve"]]


def _lever(view: View, number: int) -> Mapping[str, str]:
    """Return what a lever is, who decides on it, and what the plan does with it."""
    pick, lever = view.language.pick, view.run.scenario.levers[number]
    if isinstance(lever, ReserveRelease):
        everything = pick("all commodities", "alle materialen")
        goods = (
            everything
            if isinstance(lever.commodities, str)
            else view.language.listing([view.commodity(name).lower() for name in lever.commodities])
        )
        what = pick("Release reserves of {}: {}", "Voorraden van {} vrijgeven: {}").format(view.region(lever.owner), goods)
        used = _released(view, lever)
    elif isinstance(lever, DemandRestraint):
        sectors = view.language.listing([view.sector(name).lower() for name in lever.sectors])
        what = pick("Ask {} to use up to {} less", "{} vragen tot {} minder te gebruiken").format(
            sectors, view.language.percent(lever.share)
        )
        used = _given_up(view, lever)
    else:
        what, used = lever.kind, ""
    return {"what": what, "authority": lever.authority.replace("_", " "), "used": used}


def _released(view: View, lever: ReserveRelease) -> str:
    reserves = view.run.case.reserves[lever.opens(view.run.case.reserves) & view.run.case.reserves["open"].to_numpy(dtype=bool)]
    table = view.run.allocation.reserves
    own = table[table["reserve"].isin(reserves["reserve"]) & (table["released"] > 0)]
    return _quantities(view, own.groupby("commodity")["released"].sum(), view.language.pick("not used", "niet gebruikt"))


def _given_up(view: View, lever: DemandRestraint) -> str:
    own = view.rows[view.rows["sector"].isin(lever.sectors) & (view.rows["restrained"] > 0)]
    return _quantities(view, own.groupby("commodity")["restrained"].sum(), view.language.pick("not used", "niet gebruikt"))


def _quantities(view: View, totals: pd.Series, nothing: str) -> str:
    units = view.run.case.commodities.set_index("commodity")["unit"]
    parts = [
        f"{view.language.quantity(float(total), str(units[name]))} {view.commodity(str(name)).lower()}" for name, total in totals.items()
    ]
    return "; ".join(parts) or nothing


def _grades(view: View) -> list[Mapping[str, str]]:
    rows = []
    for table in GRADED:
        counts = view.grades.loc[table]
        total = int(counts.sum())
        if total:
            shares = {f"{grade}": view.language.percent(int(counts[grade]) / total) for grade in counts.index}
            rows.append({"name": view.language.pick(*_GRADED_WORDS[table]), "count": view.language.number(total), **shares})
    return rows


def _where(view: View) -> str:
    """Name the regions, or count them when they are many."""
    if len(view.regions) > MOST_REGIONS:
        return view.language.pick("{} countries", "{} landen").format(len(view.regions))
    return view.language.listing([view.region(name) for name in view.regions])
