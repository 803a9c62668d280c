"""The chains put together: who makes what where, who sends it to whom, and what is imported.

Commodities are taken from the end of the chains to their beginning, so that everything that uses a commodity is known when its own sources
are. The last figure of every balance is the remainder of the others as they stand in the files, so that the package is in balance to the
last of its twelve digits.
"""

from __future__ import annotations

from dataclasses import replace

from allocator.baseline.build.facts import Facts, Row, fact
from allocator.baseline.build.figure import Figure, as_figure, twelve_digits
from allocator.baseline.build.keys import Key
from allocator.baseline.build.ledger import MONTHS, Ledger
from allocator.baseline.build.origins import Imports
from allocator.baseline.build.totals import output_of_union

#: A remainder below this share of what a region uses is rounding.
ROUNDING = 1e-9


def technology_flows(facts: Facts) -> dict[tuple[str, str], dict[str, Figure]]:
    """Return quantity per run by (technology, direction) and commodity."""
    flows: dict[tuple[str, str], dict[str, Figure]] = {}
    for row in facts["technology_flows"]:
        flows.setdefault((row["technology"], row["direction"]), {})[row["commodity"]] = facts.evaluate(row)
    return flows


def build_chain(facts: Facts, ledger: Ledger, keys: dict[str, Key]) -> None:
    """Fill the ledger with processes, trade between states and imports."""
    technology_of = {row["main_output"]: row for row in facts["technologies"] if row["placement"] in ("key", "local", "plant_share")}
    _place_fixed(facts, ledger, keys)
    imports = Imports(facts)
    inside = {row["commodity"]: row["import_share_figure"] for row in facts["commodity_origins"] if row["import_share_figure"]}
    for row in sorted(facts["commodities"], key=lambda row: int(row["balance_order"])):
        commodity = row["commodity"]
        technology = technology_of.get(commodity)
        _place_sourced(facts, ledger, commodity)
        planned = _planned(facts, ledger, keys, commodity, technology) if technology else {}
        imported = facts.figure(inside[commodity]).value if commodity in inside else 0.0
        made_locally = technology is not None and technology["placement"] == "local"
        _trade(ledger, commodity, planned, imported, not imports.shares(commodity) and not made_locally)
        if technology:
            _place_remainder(ledger, commodity, technology)
        _import(ledger, commodity, imports)


def _place_fixed(facts: Facts, ledger: Ledger, keys: dict[str, Key]) -> None:
    """Place what does not depend on the rest of the chain: plants, recycling by key, and makers for the claims of their own region."""
    placement = {row["technology"]: row["placement"] for row in facts["technologies"]}
    for row in facts["plants"]:
        if placement[row["technology"]] == "plants":
            ledger.place(row["process"], row["technology"], row["region"], facts.number(row, row["process"], "annual_runs"))
        elif placement[row["technology"]] == "own_claims":
            output = next(iter(ledger.flows[row["technology"], "output"]))
            claimed = as_figure(ledger.use[row["region"], output])
            runs = replace(fact(row, row["process"], claimed.value), low=claimed.value, high=claimed.value)
            ledger.place(row["process"], row["technology"], row["region"], runs)
    for row in facts["technologies"]:
        if row["placement"] == "key_share":
            made = output_of_union(facts)[row["technology"]]
            for region, share in keys[row["placement_key"]].items():
                ledger.place(f"{row['technology']}_{region.lower()}", row["technology"], region, made * share)


def _place_sourced(facts: Facts, ledger: Ledger, commodity: str) -> None:
    """Place makers whose output is reported as a share of what the Union uses and does not recycle."""
    sourced = {row["technology"] for row in facts["technologies"] if (row["placement"], row["main_output"]) == ("sourcing", commodity)}
    plants = [row for row in facts["plants"] if row["technology"] in sourced]
    need = sum(ledger.use[region, commodity] - ledger.made[region, commodity] for region in ledger.regions_of(commodity))
    for row in plants:
        share = facts.number(row, row["process"], "annual_runs")
        runs = ledger.remainder(commodity, need, f"{need:.9g} [use of the Union - its other output]") * share
        ledger.place(row["process"], row["technology"], row["region"], runs)


def _planned(facts: Facts, ledger: Ledger, keys: dict[str, Key], commodity: str, technology: Row) -> dict[str, float]:
    """Return what each region is meant to make of a commodity whose makers are spread by a key or by shares of plants; local: nothing."""
    if technology["placement"] == "local":
        return {}
    if technology["placement"] == "key":
        spread = {region: share.value for region, share in keys[technology["placement_key"]].items()}
    else:
        plants = [row for row in facts["plants"] if row["technology"] == technology["technology"]]
        spread = {row["region"]: facts.number(row, row["process"], "annual_runs").value for row in plants}
    need = sum(ledger.use[region, commodity] - ledger.made[region, commodity] for region in ledger.regions_of(commodity))
    return {region: need * share / sum(spread.values()) for region, share in spread.items()}


def _trade(ledger: Ledger, commodity: str, planned: dict[str, float], import_share: float, closed: bool) -> None:
    """Send what some regions make above their use to the others, in proportion to what these lack; what nobody lacks is exported.

    A commodity is `closed` where nothing is imported and nobody makes what is left, as where the senders have more than all others lack:
    then the largest sender takes the rounding of those that do not make it.
    """
    gap = {
        region: ledger.use[region, commodity] - ledger.made[region, commodity] - planned.get(region, 0.0)
        for region in sorted({*ledger.regions_of(commodity), *planned})
    }
    lacking = {region: amount for region, amount in gap.items() if amount > ROUNDING * ledger.use[region, commodity]}
    spare = {
        region: -amount
        for region, amount in gap.items()
        if -amount > ROUNDING * max(ledger.made[region, commodity], planned.get(region, 0.0))
    }
    wanted = sum(lacking.values()) * (1 - import_share)
    sent = min(1.0, wanted / sum(spare.values())) if spare else 0.0
    closed = closed or (sent < 1 and not planned and not import_share)
    for origin, amount in sorted(spare.items(), key=lambda item: (item[1], item[0])):
        flows = {region: ledger.step(commodity, amount * sent * lack / sum(lacking.values()) / MONTHS) for region, lack in lacking.items()}
        if sent == 1 and not planned:
            largest = max(flows, key=lambda region: (flows[region], region))
            flows[largest] = twelve_digits(amount / MONTHS - sum(flow for region, flow in flows.items() if region != largest))
        if closed and origin == max(spare, key=lambda region: (spare[region], region)):
            for region in sorted(set(flows) - set(planned)):
                others = sum(ledger.trade.get((sender, region, commodity), 0.0) for sender in spare)
                flows[region] = twelve_digits(lacking[region] / MONTHS - others)
        ledger.trade |= {(origin, region, commodity): flow for region, flow in flows.items() if flow > 0}
        if sent < 1 and not planned:
            left = -ledger.missing(origin, commodity)
            words = f"output of {origin} - its use - its trade with other states"
            ledger.add_claim(origin, "exports", commodity, ledger.remainder(commodity, left, words))


def _place_remainder(ledger: Ledger, commodity: str, technology: Row) -> None:
    """Place the processes that make what is still missing."""
    name = technology["technology"]
    for region in ledger.regions_of(commodity):
        missing = ledger.missing(region, commodity)
        if missing > ROUNDING * ledger.use[region, commodity]:
            words = f"(use of {region} - its other output - its trade with other states) / output per run"
            runs = ledger.remainder(commodity, missing / ledger.output_per_run(name, commodity), words)
            ledger.place(f"{name}_{region.lower()}", name, region, runs)


def _import(ledger: Ledger, commodity: str, imports: Imports) -> None:
    """Import what is still missing, from every origin in its share; the largest origin takes the rounding."""
    for region in ledger.regions_of(commodity):
        shares = imports.shares(commodity, region)
        missing = ledger.missing(region, commodity)
        if abs(missing) <= ROUNDING * max(ledger.use[region, commodity], ledger.made[region, commodity]):
            continue
        if missing < 0 or not shares:
            raise ValueError(f"{commodity} in {region}: {missing:.9g} a year too much is used; add makers or origins to the facts")
        largest = max(shares, key=lambda origin: (shares[origin].value, origin))
        others = {origin: ledger.step(commodity, missing * share.value) for origin, share in shares.items() if origin != largest}
        ledger.arrivals |= {(commodity, region, origin): quantity for origin, quantity in others.items() if quantity > 0}
        ledger.arrivals[commodity, region, largest] = twelve_digits(missing - sum(others.values()))
