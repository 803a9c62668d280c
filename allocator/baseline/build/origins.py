"""Where imports come from, and on which way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from allocator.baseline.build.facts import Facts, Row, fact, total, whole
from allocator.baseline.build.figure import Figure, as_figure


def iso3_of_country(facts: Facts) -> dict[str, str]:
    """Return the alpha-3 code of every country name used in the facts."""
    return {row["country"]: row["iso3"] for row in facts["countries"]}


class Imports:
    """Where each state buys what it neither makes nor gets from other states: by the origins of all, or its own where these are known."""

    def __init__(self, facts: Facts) -> None:
        iso3 = iso3_of_country(facts)
        sets: dict[str, list[Row]] = {}
        for row in facts["origins"]:
            sets.setdefault(row["origin_set"], []).append(row)
        self._shares = {name: _shares_of_set(facts, name, rows) for name, rows in sets.items()}
        self._spare = {(row["origin_set"], iso3[row["country"]]): float(row["spare_share"]) for row in facts["origins"]}
        self._set_of = {(row["commodity"], row["region"]): row["origin_set"] for row in facts["commodity_origins"]}

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._set_of)

    def shares(self, commodity: str, region: str = "") -> dict[str, Figure]:
        """Return the share of every origin in the imports of a commodity, none where it is not imported; they add up to 1."""
        return self._shares.get(self._origin_set(commodity, region), {})

    def spare(self, commodity: str, region: str, origin: str) -> float:
        """Return what an origin can dispatch above its usual volume, as a share of it."""
        return self._spare[self._origin_set(commodity, region), origin]

    def _origin_set(self, commodity: str, region: str) -> str:
        return self._set_of.get((commodity, region)) or self._set_of.get((commodity, ""), "")


HOURS = 24


@dataclass(frozen=True)
class Way:
    """One way by which an origin sends its goods.

    Attributes:
        name: ending of the names of its supply lines; empty for the usual way.
        route: as in freight.csv.
        lead_days: from dispatch to arrival.
        note: where they come from.
        share: part of the origin's trade that takes it.
    """

    name: str
    route: str
    lead_days: float
    note: str
    share: Figure


class Freight:
    """The ways of every origin, means of transport and, where it has ways of its own, commodity."""

    def __init__(self, facts: Facts) -> None:
        iso3 = iso3_of_country(facts)
        shares = {row["route"]: facts.number(row, f"share of {row['route']}", "share") for row in facts["route_shares"]}
        self._ways: dict[tuple[str, str, str], list[Way]] = {}
        for row in facts["freight"]:
            lead, note = _lead(facts, row)
            way = Way(row["way"], row["route"], lead, note, shares.get(row["route"], as_figure(1)))
            self._ways.setdefault((iso3[row["country"]], row["transport"], row["commodity"]), []).append(way)

    def ways(self, origin: str, transport: str, commodity: str) -> list[Way]:
        """Return the ways, the usual one first; their shares add up to 1."""
        return self._ways.get((origin, transport, commodity)) or self._ways[origin, transport, ""]

    def __iter__(self) -> Iterator[list[Way]]:
        return iter(self._ways.values())


def _lead(facts: Facts, row: Row) -> tuple[float, str]:
    """Return the days from dispatch to arrival and where they come from: as they stand in freight.csv, or by distance in whole days."""
    if row["lead_days"]:
        return float(row["lead_days"]), row["note"]
    miles = fact(row, " ".join(filter(None, ["miles", row["country"], row["way"], row["commodity"]])), float(row["nautical_miles"]))
    days = miles / (facts.figure("ship_speed") * HOURS) + facts.figure("port_days")
    return float(round(days.value)), f"{days.words}, in whole days; {row['note']}"


def _shares_of_set(facts: Facts, name: str, rows: Sequence[Row]) -> dict[str, Figure]:
    """Groups with a share of their own come first; the rows without a group share what is left."""
    iso3 = iso3_of_country(facts)
    group_share = {row["origin_group"]: facts.evaluate(row, "share_formula") for row in facts["origin_groups"] if row["origin_set"] == name}
    rest: Figure = as_figure(1)
    for _, share in sorted(group_share.items()):
        rest = rest - share
    shares: dict[str, Figure] = {}
    for row in rows:
        group = [other for other in rows if other["origin_group"] == row["origin_group"]]
        quantities = _quantities(facts, name, group)
        within = quantities[row["country"]] / whole(" ".join(filter(None, ["all", name, row["origin_group"]])), quantities.values())
        if group_share:
            within = (group_share[row["origin_group"]] if row["origin_group"] else rest) * within
        shares[iso3[row["country"]]] = within
    return dict(sorted(shares.items()))


def _quantities(facts: Facts, name: str, rows: Sequence[Row]) -> dict[str, Figure]:
    """Return the quantity of each country of a group; a formula may take off what is `listed`, the sum of those without a formula."""
    iso3 = iso3_of_country(facts)
    typed = {row["country"]: fact(row, f"{name} {iso3[row['country']]}", float(row["quantity"])) for row in rows if row["quantity"]}
    listed = total(f"listed {name}", typed.values())
    return {row["country"]: typed.get(row["country"]) or facts.number(row, "", "quantity", {"listed": listed}) for row in rows}
