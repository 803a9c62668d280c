"""What a lever is, who decides on it, and what the plan does with it."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from allocator.report.view import View
from allocator.scenario.levers._base import AUTHORITY_NAMES, Lever
from allocator.scenario.levers.demand_restraint import DemandRestraint
from allocator.scenario.levers.reserve_release import ReserveRelease


def lever_words(view: View, lever: Lever) -> Mapping[str, str]:
    """Return what a lever is (`what`), whose decision it is (`authority`), and what is done with it in this plan (`used`)."""
    if isinstance(lever, ReserveRelease):
        what, used = _release(view, lever), _released(view, lever)
    elif isinstance(lever, DemandRestraint):
        what, used = _restraint(view, lever), _given_up(view, lever)
    else:
        what, used = lever.kind.replace("_", " "), ""
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


def _released(view: View, lever: ReserveRelease) -> str:
    reserves, table = view.opened, view.run.allocation.reserves
    mine = set(reserves.loc[lever.opens(reserves), "reserve"])
    own = table[table["reserve"].isin(mine) & (table["released"] > 0)]
    return _quantities(view, own.groupby("commodity")["released"].sum())


def _given_up(view: View, lever: DemandRestraint) -> str:
    own = view.rows[view.rows["sector"].isin(lever.sectors) & (view.rows["restrained"] > 0)]
    return _quantities(view, own.groupby("commodity")["restrained"].sum())


def _quantities(view: View, totals: pd.Series) -> str:
    parts = [
        f"{view.language.amount(float(total))} {view.unit(str(name))} {view.inside(view.commodity(str(name)))}"
        for name, total in totals.items()
    ]
    return "; ".join(parts) or view.language.pick("not used", "niet gebruikt")
