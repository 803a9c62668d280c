"""What the baseline says about one good: its chain, origins, makers, users, stocks, dependency, and where each number comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from allocator.baseline.checks.import_reliance import compare_reliance
from allocator.baseline.checks.origin_shares import compare_origins
from allocator.baseline.checks.technologies import contained
from allocator.baseline.dependency import (
    EXPORTS,
    MONTHS,
    annual_totals,
    compared_sets,
    import_reliance,
    largest_origins,
    materials_of,
    strategic_goods,
)
from allocator.baseline.grades import ASSUMPTION, GRADES, count_grades
from allocator.baseline.model import Baseline

#: Tables whose rows are quantities of a good.
QUANTITIES = {"demands": "annual_quantity", "supply_lines": "annual_quantity", "reserves": "quantity", "inventories": "quantity"}


@dataclass(frozen=True)
class Overview:
    """Tidy tables about one good; quantities in its unit, a year unless said otherwise.

    Attributes:
        commodity: its row in commodities.csv.
        lists: list, edition, from, material: the lists that its material, or what it holds, is on.
        totals: imports, primary, recycled, exports, use, sourcing.
        reliance: import reliance; None where nothing is sourced.
        strategic: whether it is or holds a material on the Union's strategic list.
        made_from: depth, commodity, technology, per_unit (of the good above it), annual_quantity taken, loss (share of the material lost),
            origin, origin_share: its largest third country and what that supplies of its use.
        goes_into: depth, commodity made, technology, per_unit (of it), annual_quantity taken, loss, origin, origin_share.
        makers: technology, region, annual_quantity, share (of what the Union makes), recycling (whether it is).
        origins: origin, route, chokepoints, lead_days, annual_quantity, imports, sourcing, use (shares of these), published (its share).
        sectors: sector, annual_quantity, share (of use), largest (states), basis; processes that take it stand under their technology.
        regions: region, annual_quantity, share (of use), largest (sectors or technologies).
        reserves: reserve, owner, region, quantity, days (of use), floor_share, first_release_days, crisis_level.
        inventories: quantity, days, working_days in the whole Union.
        world: place, share, stage, source, year: production of the world as published, largest first.
        compared: figure, place, ours, published, threshold, deviates, reason: beside published figures.
        figures: what, about, value, low, high, reported, derived, assumed, A, B, C, D (rows by basis and by grade), year, source.
        sources: source, rows, citation, url, carrier, carrier_kind.
    """

    commodity: pd.Series
    lists: pd.DataFrame
    totals: pd.Series
    reliance: float | None
    strategic: bool
    made_from: pd.DataFrame
    goes_into: pd.DataFrame
    makers: pd.DataFrame
    origins: pd.DataFrame
    sectors: pd.DataFrame
    regions: pd.DataFrame
    reserves: pd.DataFrame
    inventories: pd.Series
    world: pd.DataFrame
    compared: pd.DataFrame
    figures: pd.DataFrame
    sources: pd.DataFrame


def overview_of(baseline: Baseline, commodity: str) -> Overview:
    """Return the overview of a good that stands in commodities.csv."""
    about = _rows(baseline, "commodities", commodity)
    totals = annual_totals(baseline)
    reliance = import_reliance(totals).to_dict()[commodity]
    own = totals.T[commodity]
    use = float(own["use"])
    lists = baseline.lists
    return Overview(
        commodity=about.iloc[0],
        lists=lists.loc[lists["material"].isin(materials_of(baseline, commodity)), ["list", "edition", "from", "material"]].reset_index(
            drop=True
        ),
        totals=own,
        reliance=None if pd.isna(reliance) else float(reliance),
        strategic=commodity in strategic_goods(baseline),
        made_from=_chain(baseline, commodity, totals, "output", "input"),
        goes_into=_chain(baseline, commodity, totals, "input", "output"),
        makers=_makers(baseline, commodity),
        origins=_origins(baseline, commodity, totals),
        sectors=_sectors(baseline, commodity, use),
        regions=_regions(baseline, commodity, use),
        reserves=_reserves(baseline, commodity, use / 365),
        inventories=_inventories(baseline, commodity, use / 365),
        world=_world(baseline, commodity),
        compared=_compared(baseline, commodity),
        figures=figures_of(baseline, commodity),
        sources=_sources(baseline, commodity),
    )


def goods_of(baseline: Baseline, material: str) -> pd.DataFrame:
    """Return the goods of a material with their totals, largest origin and its share of use; none for a material without goods."""
    totals = annual_totals(baseline)
    goods = baseline.commodities[baseline.commodities["material"] == material]
    goods = goods[["commodity", "name_en", "name_nl", "stage", "unit"]].merge(totals, left_on="commodity", right_index=True)
    return _with_largest_origin(baseline, goods.reset_index(drop=True), totals)


def _with_largest_origin(baseline: Baseline, goods: pd.DataFrame, totals: pd.DataFrame) -> pd.DataFrame:
    """Add `origin` and `origin_share`: the largest third country of each good and what it supplies of its use; empty and 0 where none."""
    largest = largest_origins(baseline, totals)
    origin, share = (goods["commodity"].map(largest[column]) for column in ("origin", "share"))
    return goods.assign(origin=origin.fillna(""), origin_share=share.astype(float).fillna(0.0))


def _rows(baseline: Baseline, table: str, commodity: str) -> pd.DataFrame:
    frame = baseline.tables[table]
    return frame[frame["commodity"] == commodity]


def _annual_runs(baseline: Baseline) -> pd.Series:
    return baseline.processes.groupby("technology")["runs_per_month"].sum() * MONTHS


def _chain(baseline: Baseline, commodity: str, totals: pd.DataFrame, own: str, other: str) -> pd.DataFrame:
    """Follow the chain to its end: from what is made to what it is made from (own side output), or the other way."""
    flows, losses = baseline.technology_flows, _losses(baseline)
    annual = {str(name): float(runs) for name, runs in _annual_runs(baseline).items()}
    by_side = {side: flows[flows["direction"] == side] for side in ("input", "output")}

    def follow(good: str, depth: int, passed: frozenset[str]) -> Iterator[tuple[int, str, str, float, float, float | None]]:
        starts = by_side[own]
        for technology, quantity in starts.loc[starts["commodity"] == good, ["technology", "quantity_per_run"]].itertuples(index=False):
            ends = by_side[other]
            for found, amount in ends.loc[ends["technology"] == technology, ["commodity", "quantity_per_run"]].itertuples(index=False):
                taken, made = (amount, quantity) if other == "input" else (quantity, amount)
                if found not in passed:
                    yield depth, found, technology, taken / made, taken * annual.get(technology, 0.0), losses.get(technology)
                    yield from follow(found, depth + 1, passed | {found})

    columns = ["depth", "commodity", "technology", "per_unit", "annual_quantity", "loss"]
    chain = pd.DataFrame(list(follow(commodity, 1, frozenset({commodity}))), columns=columns)
    return _with_largest_origin(baseline, chain, totals)


def _losses(baseline: Baseline) -> dict[str, float]:
    """Return the largest share of a material that each technology loses, where what goes in and comes out is known in t of it."""
    held = contained(baseline).pivot_table(index=["technology", "material"], columns="direction", values="tonnes", aggfunc="sum")
    held = held.reindex(columns=["input", "output"]).dropna()
    lost = (1 - held["output"] / held["input"]).clip(lower=0.0)
    return {str(name): float(share) for name, share in lost.groupby(level=0).max().items()}


def _makers(baseline: Baseline, commodity: str) -> pd.DataFrame:
    outputs = _rows(baseline, "technology_flows", commodity)
    outputs = outputs[outputs["direction"] == "output"][["technology", "quantity_per_run"]]
    made = baseline.processes[["technology", "region", "runs_per_month"]].merge(outputs, on="technology")
    made["annual_quantity"] = made["runs_per_month"] * MONTHS * made["quantity_per_run"]
    made = made.groupby(["technology", "region"])[["annual_quantity"]].sum().reset_index()
    kind = baseline.technologies.set_index("technology")["kind"]
    return _largest_first(made.assign(share=_share(made["annual_quantity"]), recycling=made["technology"].map(kind) == "recycling"))


def _origins(baseline: Baseline, commodity: str, totals: pd.DataFrame) -> pd.DataFrame:
    lines = _rows(baseline, "supply_lines", commodity)
    passed = baseline.routes[baseline.routes["chokepoint"] != ""].groupby("route")["chokepoint"].agg("; ".join)
    grouped = lines.groupby(["origin", "route", "lead_days"], as_index=False)["annual_quantity"].sum()
    for whole in ("imports", "sourcing", "use"):
        size = totals[whole].to_dict()[commodity]
        grouped[whole] = grouped["annual_quantity"] / size if size else 0.0
    published = compared_sets(baseline).get(commodity)
    theirs = {} if published is None else dict(zip(published["place"], published["share"], strict=True))
    grouped["published"] = grouped["origin"].map(theirs).astype(float)
    return _largest_first(grouped.assign(chokepoints=grouped["route"].map(passed).fillna("")))


def _inputs(baseline: Baseline, commodity: str) -> pd.DataFrame:
    """Return technology, region and annual_quantity of the processes that take a good."""
    taken = _rows(baseline, "technology_flows", commodity)
    taken = taken[taken["direction"] == "input"][["technology", "quantity_per_run", "basis"]]
    runs = baseline.processes[["technology", "region", "runs_per_month"]].merge(taken, on="technology")
    return runs.assign(annual_quantity=runs["runs_per_month"] * MONTHS * runs["quantity_per_run"])


def _uses(baseline: Baseline, commodity: str) -> pd.DataFrame:
    """Return every use of a good: user (sector or technology), region, annual_quantity and basis."""
    claims = _rows(baseline, "demands", commodity).rename(columns={"sector": "user"})
    taken = _inputs(baseline, commodity).rename(columns={"technology": "user"})
    return pd.concat([frame[["user", "region", "annual_quantity", "basis"]] for frame in (claims, taken)], ignore_index=True)


def _sectors(baseline: Baseline, commodity: str, use: float) -> pd.DataFrame:
    return _grouped(_uses(baseline, commodity), "user", "region", use)


def _regions(baseline: Baseline, commodity: str, use: float) -> pd.DataFrame:
    uses = _uses(baseline, commodity)
    return _grouped(uses[uses["user"] != EXPORTS], "region", "user", use).drop(columns="basis")


def _grouped(uses: pd.DataFrame, by: str, other: str, use: float) -> pd.DataFrame:
    rows = []
    for name, part in uses.groupby(by, sort=True):
        sizes = part.groupby(other)["annual_quantity"].sum().reset_index().sort_values(["annual_quantity", other], ascending=[False, True])
        total = float(part["annual_quantity"].sum())
        basis = "; ".join(sorted(set(part["basis"])))
        rows.append((name, total, total / use if use else 0.0, "; ".join(sizes[other].head(3)), basis))
    return _largest_first(pd.DataFrame(rows, columns=[by, "annual_quantity", "share", "largest", "basis"]))


def _reserves(baseline: Baseline, commodity: str, daily: float) -> pd.DataFrame:
    columns = ["reserve", "owner", "region", "quantity", "floor_share", "first_release_days", "crisis_level"]
    reserves = _rows(baseline, "reserves", commodity)[columns]
    return reserves.assign(days=reserves["quantity"] / daily if daily else 0.0).reset_index(drop=True)


def _inventories(baseline: Baseline, commodity: str, daily: float) -> pd.Series:
    stocks = _rows(baseline, "inventories", commodity)[["quantity", "working_stock"]].sum()
    days = stocks / daily if daily else stocks * 0.0
    return pd.Series({"quantity": stocks["quantity"], "days": days["quantity"], "working_days": days["working_stock"]}, dtype=float)


def _world(baseline: Baseline, commodity: str) -> pd.DataFrame:
    published = _rows(baseline, "published", commodity)
    world = published.loc[published["figure"] == "world_production", ["place", "share", "stage", "source", "year"]]
    return world.sort_values(["share", "place"], ascending=[False, True]).reset_index(drop=True)


def _compared(baseline: Baseline, commodity: str) -> pd.DataFrame:
    reasons = _rows(baseline, "deviations", commodity).set_index(["figure", "place"])["reason"]
    published = baseline.published
    rows = []
    for one in compare_reliance(baseline) + compare_origins(baseline):
        if one.commodity == commodity:
            at = published.loc[one.row]
            reason = str(reasons.get((one.figure, one.place), ""))
            rows.append((one.figure, one.place, one.ours, one.published, one.threshold, one.deviates, reason, at["source"], at["year"]))
    columns = ["figure", "place", "ours", "published", "threshold", "deviates", "reason", "source", "year"]
    return pd.DataFrame(rows, columns=columns)


def figures_of(baseline: Baseline, commodity: str) -> pd.DataFrame:
    """Return the figures about a good with their range and where they come from; sums over the rows of a table where there are many."""
    about = _rows(baseline, "commodities", commodity)
    sources = baseline.sources

    def figure(what: str, of: str, rows: pd.DataFrame, column: str, scale: float = 1.0) -> tuple[object, ...]:
        sums = (float(rows[name].sum()) * scale for name in (column, "low", "high"))
        based = (int((rows["basis"] == basis).sum()) for basis in ("reported", "derived", "assumed"))
        parts = (sorted({part for cell in rows[name] for part in str(cell).split("; ") if part}) for name in ("year", "source"))
        return (what, of, *sums, *based, *map(int, count_grades(rows, sources)), *("; ".join(part) for part in parts))

    rows = [figure("price", commodity, about, "price_eur")]
    for table, column in QUANTITIES.items():
        own = _rows(baseline, table, commodity)
        rows += [figure(table, commodity, own, column)] if len(own) else []
    flows = _rows(baseline, "technology_flows", commodity)
    for technology, quantity in flows.loc[flows["direction"] == "output", ["technology", "quantity_per_run"]].itertuples(index=False):
        own = baseline.processes[baseline.processes["technology"] == technology]
        rows += [figure("processes", technology, own, "runs_per_month", MONTHS * quantity)] if len(own) else []
    for row in flows[flows["direction"] == "input"].index:
        own = flows.loc[[row]]
        rows.append(figure("technology_flows", own["technology"].iloc[0], own, "quantity_per_run"))
    columns = ["what", "about", "value", "low", "high", "reported", "derived", "assumed", *GRADES, "year", "source"]
    return pd.DataFrame(rows, columns=columns)


def _sources(baseline: Baseline, commodity: str) -> pd.DataFrame:
    """Return the sources of every row about a good, the own assumptions last."""
    flows = _rows(baseline, "technology_flows", commodity)
    tables = ("commodities", *QUANTITIES, "lanes", "published", "deviations", "contents")
    frames = [_rows(baseline, name, commodity) for name in tables]
    frames += [flows, baseline.processes[baseline.processes["technology"].isin(flows["technology"])]]
    named = pd.concat([frame["source"].str.split("; ") for frame in frames]).explode()
    counted = named.value_counts().rename_axis("source").reset_index(name="rows")
    cited = counted.merge(baseline.sources[["source", "citation", "url", "carrier", "carrier_kind"]], on="source")
    cited = cited.assign(own=cited["source"] == ASSUMPTION).sort_values(["own", "rows", "source"], ascending=[True, False, True])
    return cited.drop(columns="own").reset_index(drop=True)


def _share(quantity: pd.Series) -> pd.Series:
    return quantity / quantity.sum() if len(quantity) else quantity


def _largest_first(frame: pd.DataFrame) -> pd.DataFrame:
    others = [name for name in ("technology", "origin", "user", "region") if name in frame]
    order = ["annual_quantity", *others]
    return frame.sort_values(order, ascending=[False, *(True for _ in others)]).reset_index(drop=True)
