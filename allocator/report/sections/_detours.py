"""Which goods go round a closed chokepoint in this plan, by which way, and how much longer that takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from allocator.explain import NOTHING
from allocator.report.view import View
from allocator.scenario.disruptions.chokepoint_closure import ChokepointClosure

#: Goods that a sentence names one by one.
MOST_GOODS = 6
#: A way by the last word of its route's id.
_WAYS: Mapping[str, tuple[str, str]] = {
    "cape": ("round the Cape of Good Hope", "om Kaap de Goede Hoop"),
    "magellan": ("through the Strait of Magellan", "door de Straat Magellaan"),
    "suez": ("through the Suez Canal", "door het Suezkanaal"),
    "panama": ("through the Panama Canal", "door het Panamakanaal"),
    "mediterranean": ("through the Mediterranean", "door de Middellandse Zee"),
    "air": ("by air", "door de lucht"),
    "overland": ("over land", "over land"),
}


@dataclass(frozen=True)
class Detour:
    """A good that avoids closed chokepoints by another way.

    Attributes:
        commodity: the good.
        avoided: chokepoints that are closed to it and not on the other way, in words.
        way: the other way, in words.
        days: least and most days that it takes longer, over origins and destinations.
        periods: first and last period in which it is sent so.
    """

    commodity: str
    avoided: str
    way: str
    days: tuple[float, float]
    periods: tuple[str, str]


def detours(view: View) -> list[Detour]:
    """Return what goes round in the plan: lines that send more than they could if they went for no other line."""
    rows = _used(view)
    lines, routes = view.run.baseline.supply_lines.set_index("line")["route"], view.run.baseline.routes
    passed = {str(route): set(own["chokepoint"]) - {""} for route, own in routes.groupby("route")}
    closed = {one.chokepoint for one in view.run.scenario.disruptions if isinstance(one, ChokepointClosure)}
    told: dict[tuple[str, str, str], list[tuple[float, str]]] = {}
    for row in rows.to_dict("records"):
        first, second = str(lines[row["line"]]), str(lines[row["by"]])
        avoided = sorted(closed & passed.get(first, set()) - passed.get(second, set()))
        places = view.language.listing([view.name("chokepoints", name) for name in avoided])
        told.setdefault((places, _way(view, second), str(row["commodity"])), []).append((float(row["days"]), str(row["period"])))
    return [
        Detour(commodity, places, way, (min(days), max(days)), (min(periods), max(periods)))
        for (places, way, commodity), found in sorted(told.items())
        for days, periods in [zip(*found, strict=True)]
    ]


def detour_sentences(view: View) -> Iterator[str]:
    """Yield a sentence for each way that goods take round closed chokepoints; nothing when none does."""
    pick = view.language.pick
    groups: dict[tuple[str, str], list[Detour]] = {}
    for one in detours(view):
        groups.setdefault((one.avoided, one.way), []).append(one)
    for (avoided, way), group in groups.items():
        goods = [view.inside(view.commodity(one.commodity)) for one in group]
        rest = len(goods) - MOST_GOODS
        more = [pick("{} more materials", "nog {} materialen").format(rest)] if rest > 1 else goods[MOST_GOODS:]
        listed = view.language.listing([*goods[:MOST_GOODS], *more])
        longer = longer_by(view, min(one.days[0] for one in group), max(one.days[1] for one in group))
        go, their = (pick("goes", "gaat"), pick("its", "")) if len(goods) == 1 else (pick("go", "gaan"), pick("their", ""))
        text = pick("Ships avoid {}: {} {} {}, {} on {} way", "Schepen mijden de doorgang {}: {} {} {}, {} onderweg")
        yield text.format(avoided, listed, go, way, longer, their)


def longer_by(view: View, least: float, most: float) -> str:
    """Say by how many days a way is longer."""
    pick, number = view.language.pick, view.language.number
    low, high = number(max(least, 0.0)), number(max(most, 0.0))
    if high == "0":
        return pick("as long", "even lang")
    days = high if low == high else pick("{} to {}", "{} tot {}").format(low, high)
    return f"{days} {pick('day' if days == '1' else 'days', 'dag' if days == '1' else 'dagen')} {pick('longer', 'langer')}"


def _used(view: View) -> pd.DataFrame:
    """Return line, by, period, commodity, days of the detours in the horizon that the plan uses."""
    case, key = view.run.case, ["line", "period"]
    ways = case.detours.merge(case.lines[["line", "commodity"]], on="line")
    if ways.empty:
        return ways
    plan = view.run.allocation.plan["dispatches"]
    sent = plan[plan["horizon"].astype(bool)].groupby(key)["quantity"].max().reset_index()
    borrowed = ways.groupby(["by", "period"])["limit"].sum().rename("borrowed").rename_axis(key).reset_index()
    lines = sent.merge(case.dispatches, on=key).merge(borrowed, on=key)
    used = lines[lines["quantity"] - (lines["limit"] - lines["borrowed"]) > NOTHING * lines["limit"]]
    return ways.merge(used[key].rename(columns={"line": "by"}), on=["by", "period"])


def _way(view: View, route: str) -> str:
    known = _WAYS.get(route.rsplit("_", 1)[-1])
    return view.language.pick(*known) if known else view.language.pick("by {}", "via {}").format(view.name("routes", route))
