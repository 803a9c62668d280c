"""How a sector is spread over the member states."""

from __future__ import annotations

from dataclasses import replace

from allocator.baseline.build.facts import Facts, Row, fact
from allocator.baseline.build.figure import Binding, Figure

Key = dict[str, Figure]


def keys_by_name(facts: Facts) -> dict[str, Key]:
    """Return every key by name: industry groups, gross domestic product, cars, and keys limited to some states; each adds up to 1."""
    groups: dict[str, dict[str, Row]] = {}
    for row in facts["sector_keys"]:
        groups.setdefault(row["nace"], {})[row["region"]] = row
    keys = {nace: _normalised(nace, rows) for nace, rows in sorted(groups.items())}
    keys["gdp"] = _gross_domestic_product(facts)
    keys["cars"] = _cars(facts, groups["C29-C30"])
    limited: dict[str, dict[str, Row]] = {}
    for row in facts["key_limits"]:
        limited.setdefault(row["key"], {})[row["region"]] = groups[row["nace"]][row["region"]]
    for name, rows in sorted(limited.items()):
        keys[name] = _assumed(_normalised(name, rows), f"key {name} holds {len(rows)} states only")
    return keys


def key_of_sector(facts: Facts) -> dict[str, str]:
    """Return the name of the key of every sector that has one."""
    return {row["sector"]: row["key"] for row in facts["sectors"] if row["key"]}


def _normalised(name: str, rows: dict[str, Row]) -> Key:
    total = sum(float(row["share_percent"]) for row in rows.values())
    return {region: _share(f"{name} {region}", row, float(row["share_percent"]), total) for region, row in sorted(rows.items())}


def _share(name: str, row: Row, part: float, total: float) -> Figure:
    share = part / total
    words = f"{part:.9g} / {total:.9g} [key {name}]"
    return replace(fact(row, f"key {name}", part), value=share, low=share, high=share, words=words, binding=Binding.PRODUCT)


def _assumed(key: Key, reason: str) -> Key:
    return {region: replace(share, basis="assumed", assumed=share.assumed | {reason}) for region, share in key.items()}


def _gross_domestic_product(facts: Facts) -> Key:
    rows = {row["region"]: row for row in facts["region_figures"] if row["figure"] == "gdp_percent"}
    total = sum(float(row["value"]) for row in rows.values())
    key = {region: _share(f"gdp {region}", row, float(row["value"]), total) for region, row in sorted(rows.items())}
    return _assumed(key, "GDP stands for a sector without a key")


def _cars(facts: Facts, group: dict[str, Row]) -> Key:
    """Car production where it is known; the other states share the rest by value added."""
    made = {row["region"]: fact(row, f"cars {row['region']}", float(row["cars"])) for row in facts["car_production"]}
    total = made.pop("EU")
    rest = total
    for _, figure in sorted(made.items()):
        rest = rest - figure
    others = _normalised("C29-C30 of the others", {region: row for region, row in group.items() if region not in made})
    shares = {region: figure / total for region, figure in made.items()}
    shares |= {region: rest / total * share for region, share in others.items()}
    return dict(sorted(shares.items()))
