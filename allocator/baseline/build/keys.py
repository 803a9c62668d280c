"""How a sector is spread over the member states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from allocator.baseline.build.facts import Facts, Row, fact, whole
from allocator.baseline.build.figure import Figure, as_figure
from allocator.baseline.build.formula import names_in

Key = dict[str, Figure]


def keys_by_name(facts: Facts) -> dict[str, Key]:
    """Return every key by name, each adding up to 1.

    Industry groups, gross domestic product, keys limited to some states, and counts of what is made, installed or spent by state.
    """
    domestic_product = region_figures(facts, "gdp")
    keys = _industries(facts, parts_of_all("gdp", domestic_product))
    keys["gdp"] = _assumed(parts_of_all("gdp", domestic_product), "GDP stands for a sector without a key")
    limited: dict[str, Key] = {}
    for row in facts["key_limits"]:
        limited.setdefault(row["key"], {})[row["region"]] = keys[row["base"]][row["region"]]
    keys |= {name: _limited(name, shares) for name, shares in sorted(limited.items())}
    counts: dict[str, Key] = {}
    for row in facts["key_counts"]:
        counts.setdefault(row["key"], {})[row["region"]] = fact(row, f"{row['key']} {row['region']}", float(row["quantity"]))
    by_state = counts | {"gdp": domestic_product}
    counts |= {row["key"]: _computed(facts, row, by_state) for row in facts["key_formulas"]}
    rest_key = {row["key"]: row["rest_key"] for row in facts["key_counts"] if row["rest_key"]}
    return keys | {
        name: _with_rest(name, count, keys[rest_key[name]]) if name in rest_key else parts_of_all(name, count)
        for name, count in sorted(counts.items())
    }


def key_of_sector(facts: Facts) -> dict[str, str]:
    """Return the name of the key of every sector that has one."""
    return {row["sector"]: row["key"] for row in facts["sectors"] if row["key"]}


def region_figures(facts: Facts, figure: str) -> Key:
    """Return a figure of region_figures.csv by state."""
    rows = [row for row in facts["region_figures"] if row["figure"] == figure]
    return {row["region"]: fact(row, f"{figure} {row['region']}", float(row["value"])) for row in rows}


def parts_of_all(name: str, amounts: Key) -> Key:
    """Return each state's part in the sum of all."""
    sum_of_all = whole(f"all {name}", amounts.values())
    return {region: _exactly(amount / sum_of_all) for region, amount in sorted(amounts.items())}


def _exactly(share: Figure) -> Figure:
    """Return a share without a range: what is uncertain is the amount that is spread, not over whom."""
    return replace(share, low=share.value, high=share.value)


def _industries(facts: Facts, domestic_product: Key) -> dict[str, Key]:
    """Return the part of every state in each industry group, by value added: output less inputs.

    A state that the table lacks has the part that it has in the gross domestic product; value added of all is scaled up by it.
    """
    added: dict[str, Key] = {}
    for row in facts["sector_keys"]:
        at = f"{row['nace']} {row['region']}"
        output, inputs = fact(row, f"output {at}", float(row["output"])), fact(row, f"inputs {at}", float(row["inputs"]))
        added.setdefault(row["nace"], {})[row["region"]] = output - inputs
    keys: dict[str, Key] = {}
    for nace, amounts in sorted(added.items()):
        absent = {region: share for region, share in domestic_product.items() if region not in amounts}
        stand_in = _assumed(absent, f"part in GDP stands for that in {nace}")
        added_by_all = sum(amount.value for amount in amounts.values()) / (1 - sum(share.value for share in absent.values()))
        sum_of_all = whole(f"all {nace}", [as_figure(added_by_all)])
        keys[nace] = stand_in | {region: _exactly(amount / sum_of_all) for region, amount in amounts.items()}
    return keys


def _limited(name: str, shares: Key) -> Key:
    """Return the shares of some states, scaled up to 1."""
    part = whole(f"part of {name}", shares.values())
    return _assumed({region: share / part for region, share in sorted(shares.items())}, f"key {name} holds {len(shares)} states only")


def _assumed(key: Key, reason: str) -> Key:
    return {region: replace(share, basis="assumed", assumed=share.assumed | {reason}) for region, share in key.items()}


def _computed(facts: Facts, row: Row, by_state: Mapping[str, Key]) -> Key:
    """Return a count that is computed state by state, for the states that have every count in its formula."""
    named = {name: counts for name, counts in by_state.items() if name in names_in(row["formula"])}
    regions = set.intersection(*(set(counts) for counts in named.values()))
    return {region: facts.evaluate(row, names={name: counts[region] for name, counts in named.items()}) for region in sorted(regions)}


def _with_rest(name: str, counts: Key, others: Key) -> Key:
    """Return shares by count; states without one share the rest of the Union by another key."""
    union = counts["EU"]
    own = {region: count for region, count in sorted(counts.items()) if region != "EU"}
    others = {region: share for region, share in others.items() if region not in own}
    part = whole(f"part of the others in {name}", others.values())
    rest = union
    for count in own.values():
        rest = rest - count
    shares = {region: count / union for region, count in own.items()}
    shares |= {region: rest / union * (share / part) for region, share in others.items()}
    return dict(sorted(shares.items()))
