"""What the sections and charts of a report draw on: the run, in one reader's language."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from allocator.baseline.countries import NAMES
from allocator.baseline.dependency import strategic_position
from allocator.baseline.grades import count_grades
from allocator.case.scope import EXPORTS
from allocator.explain import NOTHING
from allocator.report.grids import Cell
from allocator.report.language import Language
from allocator.report.mixing import inflows, sources_of
from allocator.run import Run

#: Goods that are short and get charts of their own, the shortest first; the tables hold them all.
MOST_CHARTED = 6
FIGURES = ["demand", "restrained", "allocated", "shortfall"]
#: Of countries that carry one in English or Dutch.
ARTICLES = {
    "ARE": ("the ", "de "),
    "COD": ("the ", "de "),
    "DOM": ("the ", "de "),
    "GBR": ("the ", "het "),
    "NLD": ("the ", ""),
    "PHL": ("the ", "de "),
    "ROW": ("the ", "de "),
    "USA": ("the ", "de "),
}
#: Tables of the baseline whose rows are figures of quantities, by what they are about.
GRADED = {
    "demands": ("Demand", "Vraag"),
    "supply_lines": ("Imports", "Invoer"),
    "processes": ("Production", "Productie"),
    "lanes": ("Transport between countries", "Vervoer tussen landen"),
    "inventories": ("Stocks of firms", "Voorraden van bedrijven"),
    "reserves": ("Strategic reserves", "Strategische voorraden"),
}


@dataclass(frozen=True)
class View:
    """A run as one reader sees it.

    Attributes:
        run: the run.
        language: the reader's language.
        memo: figures worked out already; views of one run in several languages share it.
    """

    run: Run
    language: Language
    memo: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)

    # ---- names -------------------------------------------------------------------------------------------------------------------
    def commodity(self, name: str) -> str:
        """Name of a commodity."""
        return self._names["commodities", name]

    def sector(self, name: str) -> str:
        """Name of a sector; use outside the scope is one."""
        if name == EXPORTS:
            return self.language.pick("Use outside these countries", "Gebruik buiten deze landen")
        return self._names["sectors", name]

    def region(self, name: str) -> str:
        """Name of a region or country; its code where the baseline has no name for it."""
        return self._names.get(("regions", name)) or self.language.pick(*NAMES.get(name, (name, name)))

    def place(self, name: str) -> str:
        """Name of a region or country inside a sentence, with its article."""
        known = self.inside(self.region(name)) if name == "ROW" else self.region(name)
        return self.language.pick(*ARTICLES.get(name, ("", ""))) + known

    def tier(self, rank: int) -> str:
        """Rank and name of a tier."""
        tier = next(tier for tier in self.run.framework.tiers if tier.rank == rank)
        return f"{rank}. {self.language.pick(tier.name.en, tier.name.nl)}"

    def reserve(self, name: str) -> str:
        """A reserve by what it holds, where and whose it is."""
        row = self._reserves[name]
        where, owner = self.region(str(row["region"])), self.region(str(row["owner"]))
        place = where if where == owner else f"{where}, {self.language.pick('owner', 'eigenaar')} {owner}"
        return f"{self.commodity(str(row['commodity']))}, {place}"

    def name(self, table: str, name: str) -> str:
        """Name of a member of any table of the baseline that carries names; its id where it has none."""
        rows = self.run.baseline.tables[table]
        if f"name_{self.language.code}" not in rows:
            return name.replace("_", " ")
        key = str(rows.columns[0])
        found = rows.loc[rows[key] == name, f"name_{self.language.code}"]
        return str(found.iloc[0]) if len(found) else name

    def table(self, table: str) -> str:
        """What a table of the baseline is about."""
        return self.language.pick(*GRADED[table])

    @staticmethod
    def inside(name: str) -> str:
        """Write a name inside a sentence: without its capital, unless it is an abbreviation."""
        first = name.split(" ")[0].split("-")[0]
        return name[:1].lower() + name[1:] if first[1:] == first[1:].lower() else name

    def unit(self, commodity: str) -> str:
        """Unit of a commodity as the reader writes it."""
        return self.language.unit(self._units[commodity])

    @cached_property
    def _names(self) -> dict[tuple[str, str], str]:
        column = f"name_{self.language.code}"
        names: dict[tuple[str, str], str] = {}
        for table, key in (("commodities", "commodity"), ("sectors", "sector"), ("regions", "region")):
            rows = self.run.baseline.tables[table]
            names.update({(table, str(name)): str(text) for name, text in zip(rows[key], rows[column], strict=True)})
        return names

    @cached_property
    def _units(self) -> dict[str, str]:
        goods = self.run.case.commodities
        return {str(name): str(unit) for name, unit in zip(goods["commodity"], goods["unit"], strict=True)}

    @cached_property
    def _reserves(self) -> dict[str, dict[Any, Any]]:
        rows = self.run.case.reserves[["reserve", "region", "owner", "commodity"]].to_dict("records")
        return {str(row["reserve"]): row for row in rows}

    def cover(self, coverage: float | None) -> Cell:
        """Return a coverage on the ground that shows it; None where nothing is asked for."""
        if coverage is None or coverage != coverage:
            return Cell("", "none")
        shade = "full" if coverage >= 1.0 - NOTHING else "slight" if coverage >= 0.9 else "part" if coverage >= 0.5 else "low"
        return Cell(self.language.percent(coverage), shade)

    # ---- texts -------------------------------------------------------------------------------------------------------------------
    @property
    def title(self) -> str:
        """Title of the scenario, its id where it has none."""
        title = self.run.scenario.title
        return self.language.pick(title.en, title.nl) if title else self.run.scenario.scenario

    @property
    def framework_title(self) -> str:
        """Title of the framework, its id where it has none."""
        title = self.run.framework.title
        return self.language.pick(title.en, title.nl) if title else self.run.framework.framework

    @property
    def concept(self) -> bool:
        """Whether the framework is a concept, so that nothing here has legal force."""
        return self.run.framework.status == "concept"

    @property
    def ungrounded(self) -> str:
        """Which ranks of an adopted framework rest on no act in force, in words; empty where all do, and under a concept."""
        ranks = ", ".join(str(tier.rank) for tier in self.run.framework.ungrounded)
        says = self.language.pick("But no act in force underlies rank {}.", "Maar aan rang {} ligt geen geldende regeling ten grondslag.")
        return says.format(ranks) if ranks else ""

    @property
    def marked(self) -> str:
        """The classification that own figures brought; empty where all figures are the shipped ones."""
        return self.run.baseline.own.classification if self.run.baseline.own else ""

    @cached_property
    def periods(self) -> list[str]:
        """Names of the periods of the horizon."""
        periods = self.run.case.periods
        return [str(name) for name in periods.loc[periods["horizon"].astype(bool), "period"]]

    @property
    def regions(self) -> list[str]:
        """Names of the regions in scope that ask for something."""
        return sorted(self.region(str(region)) for region in set(self.run.case.claims["region"]))

    # ---- figures -----------------------------------------------------------------------------------------------------------------
    @property
    def rows(self) -> pd.DataFrame:
        """The allocation, a row per claim and period."""
        return self.run.allocation.allocation

    def total(self, *keys: str) -> pd.DataFrame:
        """Return demand to shortfall and coverage summed by `keys`, which must include the commodity: nothing is added over commodities."""
        if "commodity" not in keys:
            raise ValueError("quantities of different commodities are never added")
        return self._once(("total", *keys), lambda: self._total(list(keys)))

    def _total(self, keys: list[str]) -> pd.DataFrame:
        table = self.rows.groupby(keys, as_index=False)[FIGURES].sum()
        return table.assign(coverage=1.0 - table["shortfall"] / table["demand"])

    def _once(self, key: Hashable, work: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        if key not in self.memo:
            self.memo[key] = work()
        found: pd.DataFrame = self.memo[key]
        return found

    def sources(self, commodity: str) -> pd.DataFrame:
        """Return what each sector got of a commodity by source: see `allocator.report.mixing`."""
        flows = self._once("inflows", lambda: inflows(self.run))
        return self._once(("sources", commodity), lambda: sources_of(self.run, flows, commodity))

    @property
    def position(self) -> pd.DataFrame:
        """Strategic goods in scope beside the benchmarks of the Union: see `allocator.baseline.dependency`."""
        table = self._once("position", lambda: strategic_position(self.run.baseline))
        return table[table["commodity"].isin(set(self.run.case.commodities["commodity"]))]

    @cached_property
    def commodities(self) -> pd.DataFrame:
        """Demand to shortfall and coverage by commodity, the shortest first; with the worst period and its coverage."""
        table = self.total("commodity")
        monthly = self.total("commodity", "period").sort_values(["commodity", "coverage", "period"]).drop_duplicates("commodity")
        worst = monthly.rename(columns={"period": "worst_period", "coverage": "worst_coverage"})
        table = table.merge(worst[["commodity", "worst_period", "worst_coverage"]], on="commodity")
        return table.sort_values(["coverage", "commodity"], ignore_index=True)

    @cached_property
    def short(self) -> list[str]:
        """Commodities that run short, the shortest first."""
        table = self.commodities
        return [str(name) for name in table.loc[table["shortfall"] > NOTHING * table["demand"], "commodity"]]

    @property
    def charted(self) -> list[str]:
        """Commodities that get charts of their own."""
        return self.short[:MOST_CHARTED]

    def missing(self, commodity: str, rank: int) -> float:
        """Return how much of a commodity the classes down to `rank` miss over the horizon, in its unit; 0 where it is rounding."""
        own = self.rows[(self.rows["commodity"] == commodity) & (self.rows["tier"] <= rank)]
        shortfall, demand = float(own["shortfall"].sum()), float(own["demand"].sum())
        return shortfall if shortfall > NOTHING * demand else 0.0

    def short_periods(self, commodity: str) -> list[str]:
        """Return the periods in which a commodity is short."""
        table = self.total("commodity", "period")
        own = table[(table["commodity"] == commodity) & (table["shortfall"] > NOTHING * table["demand"])]
        return sorted(str(name) for name in own["period"])

    @property
    def opened(self) -> pd.DataFrame:
        """Reserves of the case that levers opened."""
        reserves = self.run.case.reserves
        return reserves[reserves["open"].astype(bool)]

    def in_scope(self, table: str) -> pd.DataFrame:
        """Return the rows of a table of the baseline that this run rests on."""
        return self._once(("scope", table), lambda: self._in_scope(table))

    def _in_scope(self, table: str) -> pd.DataFrame:
        rows = self.run.baseline.tables[table]
        rows = rows[rows["region"].isin(set(self.run.case.claims["region"]))]
        return rows[rows["commodity"].isin(set(self.run.case.commodities["commodity"]))] if "commodity" in rows else rows

    @property
    def grades(self) -> pd.DataFrame:
        """Number of figures in scope by table (rows) and grade (columns A to D)."""
        return self._once(
            "grades", lambda: pd.DataFrame({table: count_grades(self.in_scope(table), self.run.baseline.sources) for table in GRADED}).T
        )
