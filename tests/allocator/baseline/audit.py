"""Follows figures of the built tables back to their facts and does their arithmetic again, without the code that built them.

``python -m tests.allocator.baseline.audit`` prints the table of docs/data-audit.md: forty rows drawn with a fixed seed, stratified over
the tables.
"""

from __future__ import annotations

import ast
import csv
import math
import operator
import random
import re
import sys
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import allocator_scenarios

SEED = 2026
#: Rows of each table in the sample.
STRATA = {
    "demands": 9,
    "supply_lines": 8,
    "processes": 5,
    "technology_flows": 4,
    "commodities": 3,
    "sector_keys": 2,
    "inventories": 2,
    "lanes": 2,
    "reserves": 1,
    "regions": 1,
    "restraint": 1,
    "harm": 1,
    "published": 1,
}
KEYS = {
    "demands": ("region", "sector", "commodity"),
    "technology_flows": ("technology", "commodity", "direction"),
    "sector_keys": ("region", "sector"),
    "inventories": ("region", "commodity"),
    "lanes": ("origin", "region", "commodity"),
    "restraint": ("sector", "commodity", "block"),
    "harm": ("sector", "commodity", "up_to"),
    "published": ("commodity", "figure", "place"),
}
_NUMBER = r"[\d.]+(?:e[+-]\d+)?"
#: A number and the name of its fact; a key is a part of a whole, and its name follows the whole.
NAMED = re.compile(rf"({_NUMBER})(?: / {_NUMBER}(?= \[key ))? \[([^\]]+)\]")
_NAME = re.compile(r" \[[^\]]*\]")
_OPERATIONS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv, ast.Pow: operator.pow}
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


@dataclass(frozen=True)
class Followed:
    """One figure followed to its facts.

    Attributes:
        table, key, column, value: the figure.
        how: its arithmetic in words.
        again: the same done again from the facts and from other rows of the package.
        slack: how far rounding to the decimals of the good may carry the two apart.
        facts: value as the note has it, name, value of the fact, and where the fact stands.
    """

    table: str
    key: str
    column: str
    value: float
    how: str
    again: float
    slack: float
    facts: tuple[tuple[str, str, str, str], ...]

    @property
    def agrees(self) -> bool:
        """Whether the arithmetic gives the figure and every fact in it is the fact it names."""
        return self.arithmetic and not self.unlike

    @property
    def arithmetic(self) -> bool:
        """Whether the arithmetic gives the figure."""
        return math.isclose(self.value, self.again, rel_tol=2e-5, abs_tol=self.slack + 1e-12)

    @property
    def unlike(self) -> list[str]:
        """Names in the note that are no fact, or another number than the fact."""
        return [name for shown, name, fact, _ in self.facts if not fact or not math.isclose(float(shown), float(fact), rel_tol=1e-6)]


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


def formula(note: str) -> str:
    """Return the arithmetic at the start of a note: up to the first semicolon outside square brackets."""
    return re.match(r"(?:[^;\[]|\[[^\]]*\])*", note)[0].strip()


class Books:
    """The package and the facts as rows of text."""

    def __init__(self, root: Path) -> None:
        self.package = {path.stem: _read(path) for path in sorted((root / "baseline" / "eu_crm_2026").glob("*.csv"))}
        self._sizes: dict[str, dict[str, float]] = {}
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
                if _is_number(row[column]) and row.get("figure", "gdp_percent") == "gdp_percent":
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

    # ---- one figure ------------------------------------------------------------------------------------------------------------------
    def follow(self, table: str, row: Row) -> Followed:
        """Return the figure of a row, followed."""
        column, how, again, slack = getattr(self, f"_{table}")(row)
        key = "/".join(row[name] for name in KEYS.get(table, tuple(row)[:1]))
        words = how if NAMED.search(how) else formula(row["note"])
        return Followed(table, key, column, float(row[column]), how, again, slack, self.facts_in(words, row.get("commodity", "")))

    def _step(self, good: str) -> float:
        return 10.0 ** -int(self.good[good]["decimals"])

    def _demands(self, row: Row) -> tuple[str, str, float, float]:
        good, region, how = row["commodity"], row["region"], formula(row["note"])
        if row["sector"] == "exports":
            left = -self.missing(region, good) + float(row["annual_quantity"])
            arrivals = sum(self.arrivals[region, good])
            return "annual_quantity", how, left + arrivals, 12 * self._step(good)
        return "annual_quantity", how, arithmetic(_NAME.sub("", how)), 6 * self._step(good)

    def _supply_lines(self, row: Row) -> tuple[str, str, float, float]:
        good, region, share = row["commodity"], row["region"], formula(row["note"])
        lines = len(self.arrivals[region, good])
        need = self.missing(region, good)
        how = f"{share} x {need:.9g} (what {region} uses and neither makes nor gets from other states)"
        return "annual_quantity", how, arithmetic(_NAME.sub("", share)) * need, lines * self._step(good)

    def _processes(self, row: Row) -> tuple[str, str, float, float]:
        how, technology = formula(row["note"]), row["technology"]
        step = 10.0 ** -int(next(fact["decimals"] for fact in self.facts["technologies"] if fact["technology"] == technology))
        if how.startswith("(use of "):
            outputs = self.flows[technology, "output"]
            main = next(fact["main_output"] for fact in self.facts["technologies"] if fact["technology"] == technology)
            per_run = dict(outputs)[main]
            own = 12 * float(row["runs_per_month"]) * per_run
            arrivals = sum(self.arrivals[row["region"], main])
            need = self.missing(row["region"], main) + own - arrivals
            return "runs_per_month", f"{need:.9g} {how} / 12, {per_run:g} a run", need / per_run / 12, step
        plant = next((fact for fact in self.facts["plants"] if fact["process"] == row["process"]), None)
        if plant and _is_number(plant["annual_runs"]) and "[use of the Union" not in how:
            runs = float(plant["annual_runs"])
            return "runs_per_month", f"{runs:.9g} [{row['process']}] / 12", runs / 12, step
        if row["process"] == "helium_liquefaction_pol" or (plant and not plant["annual_runs"] and not NAMED.search(how)):
            runs = sum(self.claimed[row["region"], good] for good, _ in self.flows[technology, "output"])
            return "runs_per_month", f"{runs:.9g} (claims of {row['region']} on what it makes) / 12", runs / 12, step
        if "[use of the Union" in how:
            main = self.flows[technology, "output"][0][0]
            recycled = sum(
                12 * float(run["runs_per_month"]) * quantity
                for run in self.package["processes"]
                if run["technology"].endswith("_recycling") or run["technology"] == "aluminium_remelting"
                for good, quantity in self.flows[run["technology"], "output"]
                if good == main
            )
            need = self.use("EU", main) - recycled
            share = float(plant["annual_runs"])
            return (
                "runs_per_month",
                f"{need:.9g} (use of the Union - recycled) x {share:.9g} [{row['process']}] / 12",
                need * share / 12,
                step,
            )
        return "runs_per_month", f"({how}) / 12", arithmetic(_NAME.sub("", how)) / 12, step

    def _technology_flows(self, row: Row) -> tuple[str, str, float, float]:
        fact = next(
            fact
            for fact in self.facts["technology_flows"]
            if all(fact[name] == row[name] for name in ("technology", "commodity", "direction"))
        )
        again = self.product(fact["figures"])
        how = " x ".join(f"{self.named[name.removeprefix('/')][0]} [{name.removeprefix('/')}]" for name in fact["figures"].split())
        for name in fact["figures"].split():
            if name.startswith("/"):
                how = how.replace(f" x {self.named[name[1:]][0]} [{name[1:]}]", f" / {self.named[name[1:]][0]} [{name[1:]}]")
        return "quantity_per_run", (how or "1 by definition of a run") + ", four digits", float(f"{again:.4g}"), 0.0

    def _commodities(self, row: Row) -> tuple[str, str, float, float]:
        names = self.good[row["commodity"]]["price_figures"]
        how = " x ".join(f"{self.named[name][0]} [{name}]" for name in names.split())
        return "price_eur", how, self.product(names), 0.0

    def _sector_keys(self, row: Row) -> tuple[str, str, float, float]:
        how = formula(row["note"])
        return "share", how, arithmetic(_NAME.sub("", how)), 0.0

    def _inventories(self, row: Row) -> tuple[str, str, float, float]:
        days = float(self.good[row["commodity"]]["inventory_days"])
        use = self.use(row["region"], row["commodity"])
        return "quantity", f"{days:g} days x {use:.9g} (use of {row['region']}) / 365", days * use / 365, 0.0

    def _reserves(self, row: Row) -> tuple[str, str, float, float]:
        days = float(next(fact["days"] for fact in self.facts["reserves"] if fact["reserve"] == row["reserve"]))
        use = self.use(row["owner"], row["commodity"])
        return "quantity", f"{days:g} days x {use:.9g} (use of {row['owner']}) / 365", days * use / 365, 0.0

    def _lanes(self, row: Row) -> tuple[str, str, float, float]:
        good, region, origin = row["commodity"], row["region"], row["origin"]
        trade = float(row["trade_per_month"])
        hubs = {fact["region"] for fact in self.facts["hubs"]}
        if good not in self._sizes:
            self._sizes[good] = {state: max(self.use(state, good), self.made[state, good]) for state in self.regions}
        size = self._sizes[good]
        senders = (
            [state for state in self.regions if state != region and hubs & {state, region}] if self.good[good]["lanes"] == "hubs" else []
        )
        if origin not in senders:
            return "quantity_per_month", f"{trade:.9g} (trade)", trade, 0.0
        share = float(self.named["lane_capacity_share"][0])
        part = size[origin] / sum(size[state] for state in senders)
        free = self.use(region, good) / 12 * part * share
        monthly = self.use(region, good) / 12
        how = f"{trade:.9g} (trade) + {share:g} [lane_capacity_share] x {monthly:.9g} (monthly use of {region}) x {part:.9g}"
        return "quantity_per_month", how, trade + free, 0.0

    def _regions(self, row: Row) -> tuple[str, str, float, float]:
        part = re.search(r"gdp_share ([\d.]+ / [\d.]+)", row["note"])[1]
        value = next(
            fact["value"] for fact in self.facts["region_figures"] if (fact["region"], fact["figure"]) == (row["region"], "gdp_percent")
        )
        total = sum(float(fact["value"]) for fact in self.facts["region_figures"] if fact["figure"] == "gdp_percent")
        return "gdp_share", f"{part.split(' / ')[0]} [key gdp {row['region']}] / {total:.9g}", float(value) / total, 0.0

    def _restraint(self, row: Row) -> tuple[str, str, float, float]:
        block = int(float(row["block"]))
        fact = next(fact for fact in self.facts["restraint"] if fact["sector"] == row["sector"])
        column = ("first_share", "second_share")[block - 1]
        return "share", f"{column} of {row['sector']} in restraint.csv", float(fact[column]), 0.0

    def _harm(self, row: Row) -> tuple[str, str, float, float]:
        fact = next(fact for fact in self.facts["harm"] if float(fact["up_to"]) == float(row["up_to"]))
        return "marginal_harm", f"up_to {row['up_to']} in harm.csv", float(fact["marginal_harm"]), 0.0

    def _published(self, row: Row) -> tuple[str, str, float, float]:
        key = tuple(row[name] for name in KEYS["published"])
        fact = next(fact for fact in self.facts["published"] if tuple(fact[name] for name in KEYS["published"]) == key)
        return "share", f"as published by {fact['source']}", float(fact["share"]), 0.0


def _read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _is_number(text: str) -> bool:
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


def sample(books: Books, seed: int = SEED) -> list[tuple[Row, Followed]]:
    """Return the sample: rows of every table, followed."""
    draw = random.Random(seed)
    return [(row, books.follow(table, row)) for table, size in STRATA.items() for row in draw.sample(books.package[table], size)]


def page(books: Books) -> str:
    """Return the table of the sample for docs/data-audit.md."""
    lines = ["| # | table, row, column | basis | value | arithmetic | again | facts | verdict |", "|---|---|---|---|---|---|---|---|"]
    for number, (row, one) in enumerate(sample(books), start=1):
        facts = "; ".join(f"{name} {fact or '?'} ({place})" for _, name, fact, place in one.facts) or row["source"]
        verdict = "follows" if one.agrees else f"**does not follow** {', '.join(one.unlike)}"
        cells = [
            str(number),
            f"{one.table}, {one.key}, {one.column}",
            row["basis"],
            f"{one.value:.9g}",
            one.how,
            f"{one.again:.9g}",
            facts,
            verdict,
        ]
        lines.append("| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(page(Books(allocator_scenarios.ROOT)))
