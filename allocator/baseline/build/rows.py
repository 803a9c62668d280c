"""The rows of every file of the package, from the facts and the ledger."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping, Sequence
from functools import reduce

from allocator.baseline.build.facts import Facts
from allocator.baseline.build.figure import ASSUMPTION, Figure, four_digits, twelve_digits
from allocator.baseline.build.keys import Key, key_of_sector, parts_of_all, region_figures
from allocator.baseline.build.ledger import Ledger
from allocator.baseline.build.origins import Freight, Imports, Way
from allocator.baseline.build.stocks import inventory_rows, lane_rows, loss_per_month, reserve_rows

Cells = Mapping[str, object]
#: Column of regions.csv by the name of its figure in the facts.
REGION_SHARES = {"gdp": "gdp_share", "population": "population_share", "import_value_percent": "import_value_share"}


def _assumed(note: str) -> dict[str, str]:
    return {"source": ASSUMPTION, "year": "2026", "basis": "assumed", "note": note}


def all_rows(facts: Facts, ledger: Ledger, keys: dict[str, Key]) -> dict[str, list[Cells]]:
    """Return the rows of every table by the table's name."""
    return {
        "commodities": list(_commodities(facts)),
        "lists": [dict(row) for row in facts["lists"]],
        "regions": list(_regions(facts)),
        "sectors": [
            {"sector": row["sector"], "name_en": row["name_en"], "name_nl": row["name_nl"], "nace": row["nace"]}
            | _assumed(f"own grouping of users; key {row['key'] or 'none'}")
            for row in facts["sectors"]
        ],
        "sector_keys": list(_sector_keys(facts, keys)),
        "demands": list(_demands(facts, ledger)),
        "supply_lines": list(_supply_lines(facts, ledger)),
        "routes": [row | _assumed("shortest usual way by sea; by rail or air where so named") for row in map(dict, facts["routes"])],
        "chokepoints": [row | _assumed("named for scenarios; no figure") for row in map(dict, facts["chokepoints"])],
        "technologies": list(_technologies(facts)),
        "technology_flows": list(_technology_flows(ledger)),
        "processes": list(_processes(ledger)),
        "reserves": list(reserve_rows(facts, ledger)),
        "inventories": list(inventory_rows(facts, ledger)),
        "lanes": list(lane_rows(facts, ledger)),
        "restraint": list(_restraint(facts, ledger)),
        "harm": list(_harm(facts, ledger)),
        "contents": list(_contents(facts)),
        "published": list(published_rows(facts)),
        **{name: [dict(row) for row in facts[name]] for name in ("deviations", "sources", "choices")},
    }


def _commodities(facts: Facts) -> Iterator[Cells]:
    for row in facts["commodities"]:
        price = facts.evaluate(row, "price_formula")
        loss = loss_per_month(facts, row["loss_figure"])
        because = f"loss: 1 - (1 - {facts.figure(row['loss_figure']).value:g} [{row['loss_figure']}])^30" if loss else "no loss in storage"
        kept = {name: row[name] for name in ("commodity", "name_en", "name_nl", "material", "stage", "unit")}
        yield {**kept, "loss_per_month": loss, "price_eur": price.value, "low": price.low, "high": price.high, **price.cite(because)}


def _regions(facts: Facts) -> Iterator[Cells]:
    shares = {name: parts_of_all(name, region_figures(facts, name)) for name in REGION_SHARES}
    for region in facts["regions"]:
        own = {column: shares[name][region["region"]] for name, column in REGION_SHARES.items()}
        whole = reduce(operator.mul, own.values())
        yield {
            **region,
            "kind": "member_state",
            **{column: share.value for column, share in own.items()},
            **whole.cite(),
            "note": "; ".join(f"{column} {share.cite()['note']}" for column, share in own.items()),
        }


def _sector_keys(facts: Facts, keys: dict[str, Key]) -> Iterator[Cells]:
    for sector, name in sorted(key_of_sector(facts).items()):
        for region, share in sorted(keys[name].items()):
            yield {"region": region, "sector": sector, "share": share.value, "low": share.low, "high": share.high, **share.cite()}


def _demands(facts: Facts, ledger: Ledger) -> Iterator[Cells]:
    unit_of = {row["commodity"]: row["unit"] for row in facts["commodities"]}
    for (region, sector, commodity), figure in ledger.claims.items():
        row = {"region": region, "sector": sector, "commodity": commodity, "unit": unit_of[commodity]}
        quantity = ledger.claimed[region, sector, commodity]
        if quantity > 0:
            low, high = min(figure.low, quantity), max(figure.high, quantity)
            yield {**row, "annual_quantity": quantity, "low": low, "high": high, **figure.cite()}


def _supply_lines(facts: Facts, ledger: Ledger) -> Iterator[Cells]:
    goods = {row["commodity"]: row for row in facts["commodities"]}
    imports, freight = Imports(facts), Freight(facts)
    needs = {commodity: ledger.remainder(commodity, 1.0, "") for commodity, _, _ in ledger.arrivals}
    for (commodity, region, origin), quantity in ledger.arrivals.items():
        ways = freight.ways(origin, goods[commodity]["transport"], commodity)
        need = needs[commodity]
        for way, part in zip(ways, _parted(ledger, commodity, quantity, ways), strict=True):
            if part > 0:
                share = imports.shares(commodity, region)[origin]
                share = share * way.share if len(ways) > 1 else share
                yield {
                    "line": "_".join(filter(None, [commodity, origin.lower(), region.lower(), way.name])),
                    "commodity": commodity,
                    "origin": origin,
                    "region": region,
                    "route": way.route,
                    "annual_quantity": part,
                    "unit": goods[commodity]["unit"],
                    "lead_days": way.lead_days,
                    "premium_eur": 0.0,
                    "spare_share": imports.spare(commodity, region, origin),
                    "low": min(part, quantity * need.low * way.share.low),
                    "high": max(part, quantity * need.high * way.share.high),
                    **(share * need).cite(),
                    "note": share.cite(_because_of_line(region, need, way))["note"],
                }


def _because_of_line(region: str, need: Figure, way: Way) -> str:
    """Say what a supply line is a share of: a need that is no better founded than the claims behind it."""
    founded = ", assumed in part" if need.assumed else ""
    return f"share x what {region} uses and neither makes nor gets from other states{founded}; lead: {way.note}; spare share assumed"


def _parted(ledger: Ledger, commodity: str, quantity: float, ways: Sequence[Way]) -> list[float]:
    """Return what comes on each way; the usual one takes the rounding."""
    others = [ledger.step(commodity, quantity * way.share.value) for way in ways[1:]]
    return [twelve_digits(quantity - sum(others)), *others]


def _technologies(facts: Facts) -> Iterator[Cells]:
    for row in facts["technologies"]:
        kept = {name: row[name] for name in ("technology", "name_en", "name_nl", "kind")}
        numbers = {"lead_days": float(row["lead_days"]), "cost_eur": float(row["cost_eur"])}
        yield {**kept, **numbers, **_assumed("lead from order to delivery of one batch; no cost above the baseline")}


def _technology_flows(ledger: Ledger) -> Iterator[Cells]:
    for (technology, direction), flows in ledger.flows.items():
        for commodity, figure in flows.items():
            row = {"technology": technology, "commodity": commodity, "direction": direction, "quantity_per_run": four_digits(figure.value)}
            yield {**row, "low": four_digits(figure.low), "high": four_digits(figure.high), **figure.cite()}


def _processes(ledger: Ledger) -> Iterator[Cells]:
    for run in ledger.runs:
        figure = run.figure / 12
        cited = run.figure.cite("a twelfth of it a month")
        row = {"process": run.process, "technology": run.technology, "region": run.region, "runs_per_month": run.runs_per_month}
        low, high = min(figure.low, run.runs_per_month), max(figure.high, run.runs_per_month)
        yield {**row, "low": low, "high": high, **cited, "basis": "derived" if cited["basis"] == "reported" else cited["basis"]}


def _claimed(ledger: Ledger) -> list[tuple[str, str]]:
    return sorted({(sector, commodity) for _, sector, commodity in ledger.claims})


def _restraint(facts: Facts, ledger: Ledger) -> Iterator[Cells]:
    price = {row["commodity"]: facts.evaluate(row, "price_formula").value for row in facts["commodities"]}
    share_of = {row["sector"]: (float(row["first_share"]), float(row["second_share"])) for row in facts["restraint"]}
    for sector, commodity in _claimed(ledger):
        for row, share in zip(facts["restraint_costs"], share_of.get(sector, ()), strict=False):
            yield {
                "sector": sector,
                "commodity": commodity,
                "block": float(row["block"]),
                "share": share,
                "cost_eur": price[commodity] * float(row["price_share"]),
                "low": 0.0,
                "high": min(1.0, 2 * share),
                **_assumed(row["note"]),
            }


def _harm(facts: Facts, ledger: Ledger) -> Iterator[Cells]:
    for sector, commodity in _claimed(ledger):
        for row in facts["harm"]:
            harm = twelve_digits(float(row["marginal_harm"]))
            pair = {"sector": sector, "commodity": commodity, "up_to": float(row["up_to"]), "marginal_harm": harm}
            yield {**pair, "low": harm / 2, "high": harm * 2, **_assumed(row["note"])}


def _contents(facts: Facts) -> Iterator[Cells]:
    """Yield contents.csv."""
    for row in facts["contents"]:
        content = facts.number(row, row["commodity"], "content")
        held = {"content": content.value, "low": content.low, "high": content.high}
        yield {"commodity": row["commodity"], "material": row["material"], **held, **content.cite()}


def published_rows(facts: Facts) -> Iterator[Cells]:
    """Yield published.csv: as published, or computed where the facts have a formula."""
    for row in facts["published"]:
        if not row.get("formula"):
            yield dict(row)
        else:
            share = facts.number(row, "", "share")
            yield {**row, "share": share.value, **share.cite()}
