"""The built package and its facts as rows of text: facts by the names that notes use, and sums over the package."""

from __future__ import annotations

import ast
import csv
import operator
import re
from collections import defaultdict
from functools import cached_property
from pathlib import Path

_NUMBER = r"[\d.]+(?:e[+-]\d+)?"
#: A number and the name of its fact.
NAMED = re.compile(rf"({_NUMBER}) \[([^\]]+)\]")
#: A name in a formula of the facts.
_IN_FORMULA = re.compile(r"\[([^\]]+)\]|\b([a-z_]\w*)")
_OPERATIONS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv, ast.Pow: operator.pow}
Row = dict[str, str]


#: Tables of facts, the column of the number, and how notes name it.
_NAMES = (
    ("figures", "value", "{figure}"),
    ("applications", "share_percent", "{material}: {application}"),
    ("region_figures", "value", "{figure} {region}"),
    ("sector_keys", "output", "output {nace} {region}"),
    ("sector_keys", "inputs", "inputs {nace} {region}"),
    ("key_counts", "quantity", "{key} {region}"),
    ("known_use", "quantity", "use of {region} {commodity}"),
    ("route_shares", "share", "share of {route}"),
    ("plants", "annual_runs", "{process}"),
    ("published", "share", "{figure} {commodity} {place}"),
)
#: Tables whose sums are named, and the groups that they are taken over.
_SUMS = (
    ("region_figures", "value", "all {figure}"),
    ("key_counts", "quantity", "all {key}"),
    ("published", "share", "all {figure} {commodity}"),
)


def arithmetic(text: str) -> float:
    """Return the value of numbers joined by + - x / ^ and brackets.

    Raises:
        SyntaxError: it is words.
    """
    return _value(ast.parse(text.replace(" x ", " * ").replace("^", "**"), mode="eval").body)


def _value(node: ast.expr) -> float:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return float(node.value)
    if isinstance(node, ast.BinOp):
        return float(_OPERATIONS[type(node.op)](_value(node.left), _value(node.right)))
    raise SyntaxError(ast.dump(node))


class Books:
    """The package and the facts as rows of text."""

    def __init__(self, root: Path) -> None:
        self.package = {path.stem: _read(path) for path in sorted((root / "baseline" / "eu_crm_2026").glob("*.csv"))}
        self.facts = {path.stem: _read(path) for path in sorted((root / "facts").glob("*.csv"))}

    # ---- facts by the names that notes use ---------------------------------------------------------------------------------------
    @cached_property
    def typed(self) -> dict[str, tuple[str, str]]:
        """Value and place of every fact that is a number, by the name that stands in square brackets."""
        named = {
            pattern.format(**row): (row[column], f"{table}.csv, {row['source']}")
            for table, column, pattern in _NAMES
            for row in self.facts[table]
            if is_number(row[column])
        }
        for row in self.facts["origins"]:
            if row["quantity"]:
                named[f"{row['origin_set']} {self._iso3[row['country']]}"] = (row["quantity"], f"origins.csv, {row['source']}")
        for row in self.facts["freight"]:
            name = " ".join(filter(None, ["miles", row["country"], row["way"], row["commodity"]]))
            if row["nautical_miles"]:
                named[name] = (row["nautical_miles"], f"freight.csv, {row['source']}")
        return named

    @cached_property
    def named(self) -> dict[str, tuple[str, str]]:
        """Value and place of every fact and of every sum of facts that has a name."""
        formulas = {row["figure"]: row["formula"] for row in self.facts["figures"] if row["formula"]}
        computed = {name: (f"{self.computed(formula):.12g}", f"figures.csv, {formula}") for name, formula in formulas.items()}
        return self.typed | computed | {name: (f"{value:.12g}", "sum") for name, value in self._sums.items()}

    def computed(self, formula: str, names: dict[str, float] | None = None) -> float:
        """Return the value of a formula of the facts."""
        known = names or {}

        def number(found: re.Match[str]) -> str:
            name = found[1] or found[2]
            return f"({known[name] if name in known else self._fact(name)!r})"

        return arithmetic(_IN_FORMULA.sub(number, formula))

    def spelled(self, formula: str) -> str:
        """Return a formula as notes have it: with the number of each fact before its name."""
        return _IN_FORMULA.sub(lambda found: f"{self._fact(found[1] or found[2]):.9g} [{found[1] or found[2]}]", formula).replace("*", "x")

    def _fact(self, name: str) -> float:
        if name in self.typed:
            return float(self.typed[name][0])
        rows = [row for row in self.facts["figures"] if row["figure"] == name]
        return self.computed(rows[0]["formula"]) if rows else self._sums[name]

    @cached_property
    def _iso3(self) -> dict[str, str]:
        return {row["country"]: row["iso3"] for row in self.facts["countries"]}

    @cached_property
    def _sums(self) -> dict[str, float]:
        """Sums of facts by the name that notes give them."""
        sums: dict[str, float] = defaultdict(float)
        for table, column, pattern in _SUMS:
            for row in self.facts[table]:
                sums[pattern.format(**row)] += float(row[column] or 0)
        for row in self.facts["published"]:
            sums[f"states {row['figure']} {row['commodity']}"] += float(row["share"] or 0) if row["place"] in self.regions else 0.0
        for nace in {row["nace"] for row in self.facts["sector_keys"]}:
            there = [row for row in self.facts["sector_keys"] if row["nace"] == nace]
            product = sum(float(self.typed[f"gdp {row['region']}"][0]) for row in there)
            sums[f"all {nace}"] = sum(float(row["output"]) - float(row["inputs"]) for row in there) * sums["all gdp"] / product
        for row in self.facts["origins"]:
            if row["quantity"] and any(is_listed(other, row) for other in self.facts["origins"]):
                sums[f"listed {row['origin_set']}"] += float(row["quantity"])
        for row in self.facts["origins"]:
            listed = {"listed": sums.get(f"listed {row['origin_set']}", 0.0)}
            amount = float(row["quantity"]) if row["quantity"] else self.computed(row["formula"], listed)
            sums[" ".join(filter(None, ["all", row["origin_set"], row["origin_group"]]))] += amount
        for row in self.facts["key_formulas"]:
            for region in self.regions:
                counts = {name: f"{name} {region}" for _, name in _IN_FORMULA.findall(row["formula"])}
                if all(name in self.typed for name in counts.values()):
                    sums[f"all {row['key']}"] += self.computed(
                        row["formula"], {short: float(self.typed[name][0]) for short, name in counts.items()}
                    )
        self._parts(sums)
        return dict(sums)

    def _parts(self, sums: dict[str, float]) -> None:
        """Add the parts that the states of a limited key, and those without a count of their own, have in the key these rest on."""

        def share(base: str, region: str) -> float:
            if (output := self.typed.get(f"output {base} {region}")) is not None:
                return (float(output[0]) - float(self.typed[f"inputs {base} {region}"][0])) / sums[f"all {base}"]
            if base in limits:
                return share(limits[base], region) / sums[f"part of {base}"] if (base, region) in held else 0.0
            return float(self.typed[f"gdp {region}"][0]) / sums["all gdp"]

        limits = {row["key"]: row["base"] for row in self.facts["key_limits"]}
        held = {(row["key"], row["region"]) for row in self.facts["key_limits"]}
        for row in self.facts["key_limits"]:
            sums[f"part of {row['key']}"] += share(row["base"], row["region"])
        for row in self.facts["key_counts"]:
            if row["rest_key"]:
                counted = {other["region"] for other in self.facts["key_counts"] if other["key"] == row["key"]}
                left = sum(share(row["rest_key"], region) for region in self.regions if region not in counted)
                sums[f"part of the others in {row['key']}"] = left

    def facts_in(self, words: str, good: str) -> tuple[tuple[str, str, str, str], ...]:
        """Return the facts named in a formula about a good; sums over the package are no facts and are left out."""
        found = []
        for shown, name in NAMED.findall(words):
            if name.startswith(("use of the Union", "left by ")):
                continue
            value, place = self.named.get(name) or self.named.get(f"{name} {good}", ("", "no such fact"))
            found.append((shown, name, value, place))
        return tuple(found)

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


def is_listed(rest: Row, row: Row) -> bool:
    """Whether a row of origins takes off what another lists."""
    return "listed" in rest["formula"] and (rest["origin_set"], rest["origin_group"]) == (row["origin_set"], row["origin_group"])


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
