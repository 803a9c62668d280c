"""Follows figures of the built tables back to their facts and does their arithmetic again, without the code that built them.

``python -m tests.allocator.baseline.audit`` prints the table of docs/data-audit.md: forty rows drawn with a fixed seed, stratified over
the tables.
"""

from __future__ import annotations

import math
import random
import re
import sys
from dataclasses import dataclass

import allocator_scenarios

from tests.allocator.baseline.books import NAMED, Books, Row, arithmetic, is_number

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
_NAME = re.compile(r" \[[^\]]*\]")


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


def formula(note: str) -> str:
    """Return the arithmetic at the start of a note: up to the first semicolon outside square brackets."""
    return re.match(r"(?:[^;\[]|\[[^\]]*\])*", note)[0].strip()


class Follower:
    """Follows figures of the package of some books; one method for each table."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self._sizes: dict[str, dict[str, float]] = {}

    def follow(self, table: str, row: Row) -> Followed:
        """Return the figure of a row, followed."""
        column, how, again, slack = getattr(self, f"_{table}")(row)
        key = "/".join(row[name] for name in KEYS.get(table, tuple(row)[:1]))
        words = how if NAMED.search(how) else formula(row["note"])
        return Followed(table, key, column, float(row[column]), how, again, slack, self.books.facts_in(words, row.get("commodity", "")))

    def _step(self, good: str) -> float:
        return 10.0 ** -int(self.books.good[good]["decimals"])

    def _demands(self, row: Row) -> tuple[str, str, float, float]:
        good, region, how = row["commodity"], row["region"], formula(row["note"])
        if row["sector"] == "exports":
            left = -self.books.missing(region, good) + float(row["annual_quantity"])
            arrivals = sum(self.books.arrivals[region, good])
            return "annual_quantity", how, left + arrivals, 12 * self._step(good)
        return "annual_quantity", how, arithmetic(_NAME.sub("", how)), 6 * self._step(good)

    def _supply_lines(self, row: Row) -> tuple[str, str, float, float]:
        good, region, share = row["commodity"], row["region"], formula(row["note"])
        lines = len(self.books.arrivals[region, good])
        need = self.books.missing(region, good)
        how = f"{share} x {need:.9g} (what {region} uses and neither makes nor gets from other states)"
        return "annual_quantity", how, arithmetic(_NAME.sub("", share)) * need, lines * self._step(good)

    def _processes(self, row: Row) -> tuple[str, str, float, float]:
        how, technology = formula(row["note"]), row["technology"]
        step = 10.0 ** -int(next(fact["decimals"] for fact in self.books.facts["technologies"] if fact["technology"] == technology))
        if how.startswith("(use of "):
            outputs = self.books.flows[technology, "output"]
            main = next(fact["main_output"] for fact in self.books.facts["technologies"] if fact["technology"] == technology)
            per_run = dict(outputs)[main]
            own = 12 * float(row["runs_per_month"]) * per_run
            arrivals = sum(self.books.arrivals[row["region"], main])
            need = self.books.missing(row["region"], main) + own - arrivals
            return "runs_per_month", f"{need:.9g} {how} / 12, {per_run:g} a run", need / per_run / 12, step
        plant = next((fact for fact in self.books.facts["plants"] if fact["process"] == row["process"]), None)
        if plant and is_number(plant["annual_runs"]) and "[use of the Union" not in how:
            runs = float(plant["annual_runs"])
            return "runs_per_month", f"{runs:.9g} [{row['process']}] / 12", runs / 12, step
        if row["process"] == "helium_liquefaction_pol" or (plant and not plant["annual_runs"] and not plant["formula"]):
            runs = sum(self.books.claimed[row["region"], good] for good, _ in self.books.flows[technology, "output"])
            return "runs_per_month", f"{runs:.9g} (claims of {row['region']} on what it makes) / 12", runs / 12, step
        if "[use of the Union" in how:
            main = self.books.flows[technology, "output"][0][0]
            recycled = sum(
                12 * float(run["runs_per_month"]) * quantity
                for run in self.books.package["processes"]
                if run["technology"].endswith("_recycling") or run["technology"] == "aluminium_remelting"
                for good, quantity in self.books.flows[run["technology"], "output"]
                if good == main
            )
            need = self.books.use("EU", main) - recycled
            share = self.books.computed(plant["formula"])
            words = f"{need:.9g} (use of the Union - recycled) x {self.books.spelled(plant['formula'])} / 12"
            return "runs_per_month", words, need * share / 12, step
        if plant and plant["formula"]:
            words, runs = self.books.spelled(plant["formula"]), self.books.computed(plant["formula"])
            return "runs_per_month", f"({words}) / 12", runs / 12, step
        return "runs_per_month", f"({how}) / 12", arithmetic(_NAME.sub("", how)) / 12, step

    def _technology_flows(self, row: Row) -> tuple[str, str, float, float]:
        fact = next(
            fact
            for fact in self.books.facts["technology_flows"]
            if all(fact[name] == row[name] for name in ("technology", "commodity", "direction"))
        )
        if not fact["formula"]:
            return "quantity_per_run", "1 by definition of a run, four digits", 1.0, 0.0
        again = self.books.computed(fact["formula"])
        return "quantity_per_run", f"{self.books.spelled(fact['formula'])}, four digits", float(f"{again:.4g}"), 0.0

    def _commodities(self, row: Row) -> tuple[str, str, float, float]:
        price = self.books.good[row["commodity"]]["price_formula"]
        return "price_eur", self.books.spelled(price), self.books.computed(price), 0.0

    def _sector_keys(self, row: Row) -> tuple[str, str, float, float]:
        how = formula(row["note"])
        return "share", how, arithmetic(_NAME.sub("", how)), 0.0

    def _inventories(self, row: Row) -> tuple[str, str, float, float]:
        days = float(self.books.good[row["commodity"]]["inventory_days"])
        use = self.books.use(row["region"], row["commodity"])
        return "quantity", f"{days:g} days x {use:.9g} (use of {row['region']}) / 365", days * use / 365, 0.0

    def _reserves(self, row: Row) -> tuple[str, str, float, float]:
        days = float(next(fact["days"] for fact in self.books.facts["reserves"] if fact["reserve"] == row["reserve"]))
        use = self.books.use(row["owner"], row["commodity"])
        return "quantity", f"{days:g} days x {use:.9g} (use of {row['owner']}) / 365", days * use / 365, 0.0

    def _lanes(self, row: Row) -> tuple[str, str, float, float]:
        good, region, origin = row["commodity"], row["region"], row["origin"]
        trade = float(row["trade_per_month"])
        hubs = {fact["region"] for fact in self.books.facts["hubs"]}
        if good not in self._sizes:
            self._sizes[good] = {state: max(self.books.use(state, good), self.books.made[state, good]) for state in self.books.regions}
        size = self._sizes[good]
        senders = (
            [state for state in self.books.regions if state != region and hubs & {state, region}]
            if self.books.good[good]["lanes"] == "hubs"
            else []
        )
        if origin not in senders:
            return "quantity_per_month", f"{trade:.9g} (trade)", trade, 0.0
        share = float(self.books.named["lane_capacity_share"][0])
        part = size[origin] / sum(size[state] for state in senders)
        free = self.books.use(region, good) / 12 * part * share
        monthly = self.books.use(region, good) / 12
        how = f"{trade:.9g} (trade) + {share:g} [lane_capacity_share] x {monthly:.9g} (monthly use of {region}) x {part:.9g}"
        return "quantity_per_month", how, trade + free, 0.0

    def _regions(self, row: Row) -> tuple[str, str, float, float]:
        share = re.search(r"gdp_share ([^;]+)", row["note"])[1]
        return "gdp_share", share, arithmetic(_NAME.sub("", share)), 0.0

    def _restraint(self, row: Row) -> tuple[str, str, float, float]:
        block = int(float(row["block"]))
        fact = next(fact for fact in self.books.facts["restraint"] if fact["sector"] == row["sector"])
        column = ("first_share", "second_share")[block - 1]
        return "share", f"{column} of {row['sector']} in restraint.csv", float(fact[column]), 0.0

    def _harm(self, row: Row) -> tuple[str, str, float, float]:
        fact = next(fact for fact in self.books.facts["harm"] if float(fact["up_to"]) == float(row["up_to"]))
        return "marginal_harm", f"up_to {row['up_to']} in harm.csv", float(fact["marginal_harm"]), 0.0

    def _published(self, row: Row) -> tuple[str, str, float, float]:
        key = tuple(row[name] for name in KEYS["published"])
        fact = next(fact for fact in self.books.facts["published"] if tuple(fact[name] for name in KEYS["published"]) == key)
        if fact.get("formula"):
            return "share", self.books.spelled(fact["formula"]), self.books.computed(fact["formula"]), 0.0
        return "share", f"as published by {fact['source']}", float(fact["share"]), 0.0


def sample(books: Books, seed: int = SEED) -> list[tuple[Row, Followed]]:
    """Return the sample: rows of every table, followed."""
    draw, follower = random.Random(seed), Follower(books)
    return [(row, follower.follow(table, row)) for table, size in STRATA.items() for row in draw.sample(books.package[table], size)]


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
