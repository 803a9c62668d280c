"""What a lever is, who decides on it, and what the plan does with it."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from allocator.case.scope import EXPORTS
from allocator.report.view import View
from allocator.scenario.levers._base import AUTHORITY_NAMES, Lever, lever_names
from allocator.scenario.levers.demand_restraint import DemandRestraint
from allocator.scenario.levers.reserve_release import ReserveRelease


def lever_words(view: View, lever: Lever) -> Mapping[str, str]:
    """Return what a lever is (`what`), whose decision it is (`authority`), and what is done with it in this plan (`used`)."""
    if isinstance(lever, ReserveRelease):
        what = _release(view, lever)
        used = _quantities(view, reserves_of(view, lever).groupby("commodity")["released"].sum())
    elif isinstance(lever, DemandRestraint):
        what = _restraint(view, lever)
        used = _quantities(view, restrained_by(view, lever).groupby("commodity")["restrained"].sum())
    else:
        what = view.language.pick(lever.NAMES.en, lever.NAMES.nl)
        used = _quantities(view, brought_by(view, lever))
    who = AUTHORITY_NAMES[lever.authority]
    return {"what": what, "authority": view.language.pick(who.en, who.nl), "used": used}


def _release(view: View, lever: ReserveRelease) -> str:
    pick = view.language.pick
    everything = pick("all materials", "alle materialen")
    named = () if isinstance(lever.commodities, str) else lever.commodities
    goods = view.language.listing([view.inside(view.commodity(name)) for name in named]) or everything
    return pick("Release of reserves of {} ({})", "Vrijgave van voorraden van {} ({})").format(goods, view.region(lever.owner))


def _restraint(view: View, lever: DemandRestraint) -> str:
    sectors = view.language.listing([view.inside(view.sector(name)) for name in lever.sectors])
    text = view.language.pick("Demand restraint: {} give up to {}", "Vraagbeperking: {} leveren tot {} in")
    return text.format(sectors, view.language.percent(lever.share))


def reserves_of(view: View, lever: ReserveRelease) -> pd.DataFrame:
    """Return the rows of the reserves' table in which something is released that this lever opens."""
    table, mine = view.run.allocation.reserves, _members(view, lever)
    return table[table["reserve"].isin(mine["member"]) & (table["released"] > 0)]


def brought_by(view: View, lever: Lever) -> pd.Series:
    """Return what a lever brings, fills or keeps back over the horizon, by commodity."""
    run, mine = view.run, set(_members(view, lever)["member"])
    plan, case = run.allocation.plan, run.case
    lines = plan["dispatches"].merge(case.lines[["line", "commodity"]], on="line")
    outputs = case.flows[case.flows["direction"] == "output"].merge(case.levers[["commodity"]].drop_duplicates(), on="commodity")
    runs = plan["runs"].merge(outputs, on="process")
    stocks, kept = run.allocation.reserves, view.rows[view.rows["sector"] == EXPORTS]
    parts = [
        lines.loc[lines["line"].isin(mine) & lines["horizon"], ["commodity", "quantity"]],
        runs[runs["process"].isin(mine) & runs["horizon"]].assign(quantity=lambda made: made["runs"] * made["quantity"]),
        stocks[stocks["reserve"].isin(mine)].assign(quantity=stocks["refilled" if lever.kind == "refill" else "released"]),
        kept[kept["commodity"].isin(mine)].assign(quantity=kept["restrained"]),
    ]
    brought = pd.concat([part[["commodity", "quantity"]] for part in parts], ignore_index=True)
    totals: pd.Series = brought.groupby("commodity")["quantity"].sum()
    return totals[totals > 0]


def _members(view: View, lever: Lever) -> pd.DataFrame:
    """Return what a lever of the scenario opened."""
    levers, opened = view.run.scenario.levers, view.run.case.lever_members
    name = lever_names(levers)[[one is lever for one in levers].index(True)]
    return opened[opened["lever"] == name]


def restrained_by(view: View, lever: DemandRestraint) -> pd.DataFrame:
    """Return the rows of the allocation in which sectors of this lever give something up."""
    return view.rows[view.rows["sector"].isin(lever.sectors) & (view.rows["restrained"] > 0)]


def _quantities(view: View, totals: pd.Series) -> str:
    parts = [
        f"{view.language.amount(float(total))} {view.unit(str(name))} {view.inside(view.commodity(str(name)))}"
        for name, total in totals.items()
    ]
    return "; ".join(parts) or view.language.pick("not used", "niet gebruikt")
