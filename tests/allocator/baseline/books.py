"""The built package and its facts as rows of text: facts by the names that notes use, and sums over the package."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from functools import cached_property
from pathlib import Path

_NUMBER = r"[\d.]+(?:e[+-]\d+)?"
#: A number and the name of its fact; a key is a part of a whole, and its name follows the whole.
NAMED = re.compile(rf"({_NUMBER})(?: / {_NUMBER}(?= \[key ))? \[([^\]]+)\]")
Row = dict[str, str]


#: Tables of facts, the column of the number, and how notes name it.
_NAMES = (
    ("applications", "share_percent", "{material}: {application}"),
    ("region_figures", "value", "key gdp {region}"),
    ("car_production", "cars", "cars {region}"),
    ("key_counts", "quantity", "{key} {region}", "key {key} {region}"),
    ("known_use", "quantity", "use of {region} {commodity}"),
    ("route_shares", "share", "share of {route}"),
    ("plants", "annual_runs", "{process}"),
)


class Books:
    """The package and the facts as rows of text."""

    def __init__(self, root: Path) -> None:
        self.package = {path.stem: _read(path) for path in sorted((root / "baseline" / "eu_crm_2026").glob("*.csv"))}
        self.facts = {path.stem: _read(path) for path in sorted((root / "facts").glob("*.csv"))}

    # ---- facts by the names that notes use ---------------------------------------------------------------------------------------
    @cached_property
    def named(self) -> dict[str, tuple[str, str]]:
        """Value and place of every fact, by the name that stands in square brackets."""
        iso3 = {row["country"]: row["iso3"] for row in self.facts["countries"]}
        named = {row["figure"]: (row["value"], f"figures.csv, {row['source']}") for row in self.facts["figures"]}
        for row in self.facts["origins"]:
            named[f"{row['origin_set']} {iso3[row['country']]}"] = (row["quantity"], f"origins.csv, {row['source']}")
        for row in self.facts["sector_keys"]:
            for name in (row["nace"], f"{row['nace']} of the others"):
                named[f"key {name} {row['region']}"] = (row["share_percent"], f"sector_keys.csv, {row['source']}")
        for table, column, *patterns in _NAMES:
            for row in self.facts.get(table, ()):
                if is_number(row[column]) and row.get("figure", "gdp_percent") == "gdp_percent":
                    named |= {pattern.format(**row): (row[column], f"{table}.csv, {row['source']}") for pattern in patterns}
        return named

    def facts_in(self, words: str, good: str) -> tuple[tuple[str, str, str, str], ...]:
        """Return the facts named in a formula about a good; sums of the package and limited keys name no single fact and are left out."""
        found = []
        for shown, name in NAMED.findall(words):
            if name.startswith(("use of the Union", "left by ")) or name in self.limited:
                continue
            value, place = self.named.get(name) or self.named.get(f"{name} {good}", ("", "no such fact"))
            found.append((shown, name, value, place))
        return tuple(found)

    @cached_property
    def limited(self) -> set[str]:
        """Names of keys that hold some states only: their parts are keys themselves."""
        return {f"key {row['key']}" for row in self.facts["key_limits"]} | {
            f"key {row['nace']} of the others" for row in self.facts["sector_keys"]
        }

    def product(self, names: str) -> float:
        """Return the product of figures; a name after / divides."""
        result = 1.0
        for name in names.split():
            value = float(self.named[name.removeprefix("/")][0])
            result = result / value if name.startswith("/") else result * value
        return result

    # ---- sums over the package -----------------------------------------------------------------------------------------------------
    @cached_property
    def flows(self) -> dict[tuple[str, str], list[tuple[str, float]]]:
        """Goods and quantities per run, by technology and direction."""
        flows = defaultdict(list)
        for row in self.package["technology_flows"]:
            flows[row["technology"], row["direction"]].append((row["commodity"], float(row["quantity_per_run"])))
        return flows

    @cached_property
    def claimed(self) -> dict[tuple[str, str], float]:
        """Claims by region and good."""
        return _summed((row["region"], row["commodity"], float(row["annual_quantity"])) for row in self.package["demands"])

    @cached_property
    def taken(self) -> dict[tuple[str, str], float]:
        """Process inputs by region and good."""
        return _summed(self._passed("input"))

    @cached_property
    def made(self) -> dict[tuple[str, str], float]:
        """Process outputs by region and good."""
        return _summed(self._passed("output"))

    @cached_property
    def traded(self) -> dict[tuple[str, str], float]:
        """What trade with other states brings, by region and good."""
        rows = self.package["lanes"]
        arrives = [(row["region"], row["commodity"], 12 * float(row["trade_per_month"])) for row in rows]
        return _summed([*arrives, *((row["origin"], row["commodity"], -12 * float(row["trade_per_month"])) for row in rows)])

    def _passed(self, direction: str) -> list[tuple[str, str, float]]:
        return [
            (row["region"], good, 12 * float(row["runs_per_month"]) * quantity)
            for row in self.package["processes"]
            for good, quantity in self.flows[row["technology"], direction]
        ]

    def use(self, region: str, good: str) -> float:
        """Claims and process inputs; of the whole Union for EU."""
        if region == "EU":
            return sum(self.use(state, good) for state in self.regions)
        return self.claimed[region, good] + self.taken[region, good]

    @cached_property
    def arrivals(self) -> dict[tuple[str, str], list[float]]:
        """Imports by region and good, one number a line."""
        arrivals = defaultdict(list)
        for row in self.package["supply_lines"]:
            arrivals[row["region"], row["commodity"]].append(float(row["annual_quantity"]))
        return arrivals

    @cached_property
    def regions(self) -> list[str]:
        """Member states."""
        return [row["region"] for row in self.package["regions"]]

    def missing(self, region: str, good: str) -> float:
        """What a region uses and neither makes nor gets from other states."""
        return self.use(region, good) - self.made[region, good] - self.traded[region, good]

    @cached_property
    def good(self) -> dict[str, Row]:
        """Facts about each good."""
        return {row["commodity"]: row for row in self.facts["commodities"]}


def _read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _summed(rows) -> dict[tuple[str, str], float]:
    total: dict[tuple[str, str], float] = defaultdict(float)
    for region, good, quantity in rows:
        total[region, good] += quantity
    return total
