"""How a sector is spread over the member states."""

from __future__ import annotations

from dataclasses import replace

from allocator.baseline.build.facts import Facts, Row, fact
from allocator.baseline.build.figure import Binding, Figure

Key = dict[str, Figure]


def keys_by_name(facts: Facts) -> dict[str, Key]:
    """Return every key by name, each adding up to 1.

    Industry groups, gross domestic product, keys limited to some states, and counts of what is made, installed or spent by state.
    """
    groups: dict[str, dict[str, Row]] = {}
    for row in facts["sector_keys"]:
        groups.setdefault(row["nace"], {})[row["region"]] = row
    keys = {nace: _normalised(nace, rows) for nace, rows in sorted(groups.items())}
    keys["gdp"] = _gross_domestic_product(facts)
    limited: dict[str, Key] = {}
    for row in facts["key_limits"]:
        limited.setdefault(row["key"], {})[row["region"]] = keys[row["base"]][row["region"]]
    keys |= {name: _limited(name, shares) for name, shares in sorted(limited.items())}
    counts: dict[str, list[Row]] = {}
    for row in facts["key_counts"]:
        counts.setdefault(row["key"], []).append(row)
    return keys | {name: _counted(name, rows, keys) for name, rows in sorted(counts.items())}


def key_of_sector(facts: Facts) -> dict[str, str]:
    """Return the name of the key of every sector that has one."""
    return {row["sector"]: row["key"] for row in facts["sectors"] if row["key"]}


def _normalised(name: str, rows: dict[str, Row], column: str = "share_percent") -> Key:
    total = sum(float(row[column]) for row in rows.values())
    return {region: _share(f"{name} {region}", row, float(row[column]), total) for region, row in sorted(rows.items())}


def _share(name: str, row: Row, part: float, total: float) -> Figure:
    share = part / total
    words = f"{part:.9g} / {total:.9g} [key {name}]"
    return replace(fact(row, f"key {name}", part), value=share, low=share, high=share, words=words, binding=Binding.PRODUCT)


def _limited(name: str, shares: Key) -> Key:
    """Return the shares of some states, scaled up to 1."""
    total = sum(share.value for share in shares.values())
    key: Key = {}
    for region, share in sorted(shares.items()):
        part = share.value / total
        words = f"{share.value:.9g} / {total:.9g} [key {name}]"
        key[region] = replace(share, value=part, low=part, high=part, words=words, binding=Binding.PRODUCT)
    return _assumed(key, f"key {name} holds {len(key)} states only")


def _assumed(key: Key, reason: str) -> Key:
    return {region: replace(share, basis="assumed", assumed=share.assumed | {reason}) for region, share in key.items()}


def _gross_domestic_product(facts: Facts) -> Key:
    rows = {row["region"]: row for row in facts["region_figures"] if row["figure"] == "gdp_percent"}
    total = sum(float(row["value"]) for row in rows.values())
    key = {region: _share(f"gdp {region}", row, float(row["value"]), total) for region, row in sorted(rows.items())}
    return _assumed(key, "GDP stands for a sector without a key")


def _counted(name: str, rows: list[Row], keys: dict[str, Key]) -> Key:
    """Return shares by count; states without one share the rest of the Union by the key that its row names, where it has a row."""
    counts = {row["region"]: fact(row, f"{name} {row['region']}", float(row["quantity"])) for row in rows}
    union = counts.pop("EU", None)
    if union is None:
        return _normalised(name, {row["region"]: row for row in rows}, "quantity")
    others = next(keys[row["rest_key"]] for row in rows if row["region"] == "EU")
    others = {region: share for region, share in others.items() if region not in counts}
    part = sum(share.value for share in others.values())
    rest = union
    for _, count in sorted(counts.items()):
        rest = rest - count
    shares = {region: count / union for region, count in counts.items()}
    shares |= {region: rest / union * (share / part) for region, share in others.items()}
    return dict(sorted(shares.items()))
