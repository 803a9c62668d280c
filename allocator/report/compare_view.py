"""A comparison in one reader's language: the tables that the terminal and the page show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from allocator.baseline import Baseline
from allocator.case.scope import EXPORTS
from allocator.compare import Comparison, Side
from allocator.compare.differences import SAME
from allocator.report.language import Language
from allocator.report.sections._plants import limited

Row = dict[Any, Any]


@dataclass(frozen=True)
class Table:
    """Heads and rows in words; the first `words` columns are no figures."""

    title: str
    heads: list[str]
    rows: list[list[str]]
    words: int = 1

    def ends(self, most: int) -> list[list[str]]:
        """Return the rows, of more than `most` only the first and the last: they stand from the greatest loss to the greatest gain."""
        if len(self.rows) <= most:
            return self.rows
        half = most // 2
        return [*self.rows[: most - half], ["…"] * self.words + [""] * (len(self.heads) - self.words), *self.rows[-half:]]


@dataclass(frozen=True)
class CompareView:
    """A comparison as one reader sees it.

    Attributes:
        comparison: what differs.
        baseline: gives names; None leaves the ids.
        language: the reader's language.
    """

    comparison: Comparison
    baseline: Baseline | None
    language: Language

    # ---- names -------------------------------------------------------------------------------------------------------------------
    def sector(self, name: str) -> str:
        """Name of a sector; use outside the scope is one."""
        if name == EXPORTS:
            return self.language.pick("Use outside these countries", "Gebruik buiten deze landen")
        return self._name("sectors", name)

    def commodity(self, name: str) -> str:
        """Name of a commodity."""
        return self._name("commodities", name)

    def region(self, name: str) -> str:
        """Name of a region."""
        return self._name("regions", name)

    def title(self, side: Side) -> str:
        """A side in one line: its scenario and its framework."""
        scenario, framework = (side.title(of)[self.language.code] for of in ("scenario", "framework"))
        return f"{scenario} / {framework}"

    @property
    def heading(self) -> str:
        """Title of the comparison."""
        return self.language.pick("Two runs compared", "Twee berekeningen vergeleken")

    @property
    def concept(self) -> bool:
        """Whether one of the frameworks is a concept."""
        return self.comparison.a.concept or self.comparison.b.concept

    @property
    def marked(self) -> str:
        """The classifications of the two runs that are not public."""
        return self.comparison.classification

    def _name(self, table: str, name: str) -> str:
        return self._names.get((table, name)) or name.replace("_", " ")

    @cached_property
    def _names(self) -> dict[tuple[str, str], str]:
        if self.baseline is None:
            return {}
        names: dict[tuple[str, str], str] = {}
        for table in ("commodities", "sectors", "regions"):
            rows = self.baseline.tables[table]
            names.update(
                {(table, str(key)): str(name) for key, name in zip(rows.iloc[:, 0], rows[f"name_{self.language.code}"], strict=True)}
            )
        return names

    # ---- figures -----------------------------------------------------------------------------------------------------------------
    def points(self, change: float) -> str:
        """Write a change of coverage in percentage points, with its sign; empty where only one side has it."""
        if change != change:
            return ""
        if abs(change) <= SAME:
            return "0"
        size = 100.0 * abs(change)
        return ("+" if change > 0 else "−") + (self.language.pick("<0.1", "<0,1") if size < 0.05 else self.language.number(size, 1))  # noqa: RUF001 - a minus sign

    def more(self, change: float) -> str:
        """Write a change of a quantity with its sign."""
        if change == 0.0:
            return "0"
        return ("+" if change > 0 else "−") + self.language.amount(abs(change))  # noqa: RUF001 - a minus sign

    def percent(self, share: float) -> str:
        """Write a coverage; empty where only one side has it."""
        return "" if share != share else self.language.percent(share)

    # ---- texts -------------------------------------------------------------------------------------------------------------------
    @property
    def sentences(self) -> list[str]:
        """What came out, in a few sentences."""
        one, pick = self.comparison, self.language.pick
        if one.same:
            return [
                pick(
                    "Nobody gets more or less: the two runs do not differ.",
                    "Niemand krijgt meer of minder: de twee berekeningen verschillen niet.",
                )
            ]
        counts, number = one.claims["verdict"].value_counts(), self.language.number
        verdicts = {
            "gains": pick("{} get more in B", "krijgen er {} in B meer"),
            "loses": pick("{} get less", "krijgen er {} minder"),
            "shifts": pick("{} gain in one period and lose in another", "winnen er {} in de ene periode en verliezen in de andere"),
            "restraint": pick("{} only give up another part of their demand", "geven er {} alleen een ander deel van hun vraag op"),
        }
        told = [text.format(number(counts[verdict])) for verdict, text in verdicts.items() if verdict in counts]
        said = pick("Of {} claims that both runs have, {}.", "Van de {} aanspraken in beide berekeningen {}.")
        sentences = [said.format(number(one.compared), self.language.listing(told))]
        loses = [self.sector(str(name)) for name in one.sectors.loc[one.sectors["coverage_change"] < -SAME, "sector"]]
        gains = [self.sector(str(name)) for name in one.sectors.loc[one.sectors["coverage_change"] > SAME, "sector"][::-1]]
        for text, names in (
            (pick("Gains most in B: {}.", "Wint het meest in B: {}."), gains),
            (pick("Loses most in B: {}.", "Verliest het meest in B: {}."), loses),
        ):
            if names:
                sentences.append(text.format(self.language.listing(names[:3])))
        return sentences

    @property
    def scope(self) -> str:
        """On what the two are compared."""
        one, pick = self.comparison, self.language.pick
        text = pick("Compared: {} claims, {}.", "Vergeleken: {} aanspraken, {}.").format(
            self.language.number(one.compared), self.language.span(one.periods)
        )
        if one.only_a or one.only_b:
            left = pick(
                "Left out: {} claims that only A has, {} that only B has.",
                "Weggelaten: {} aanspraken die alleen A heeft, {} die alleen B heeft.",
            )
            text += " " + left.format(self.language.number(one.only_a), self.language.number(one.only_b))
        return f"{text} {limited(self.language)}" if one.may_differ else text

    # ---- tables ------------------------------------------------------------------------------------------------------------------
    def question(self) -> Table:
        """What was asked differently."""
        pick = self.language.pick
        names = {
            "scenario": pick("scenario", "scenario"),
            "framework": pick("framework", "kader"),
            "baseline": pick("baseline", "basisgegevens"),
            "settings": pick("settings", "instellingen"),
            "classification": pick("classification", "rubricering"),
            "case": pick("case hash", "kenmerk van de casus"),
        }
        rows = [
            [
                names.get(row["name"], row["name"]),
                *(value if len(value) < 64 else f"{value[:12]}…" for value in (row["a"] or "-", row["b"] or "-")),
            ]
            for row in self.comparison.question.to_dict("records")
        ]
        return Table(pick("What was asked differently", "Wat anders is gevraagd"), [pick("Asked", "Gevraagd"), "A", "B"], rows, words=3)

    def tiers(self) -> Table:
        """Classes that differ."""
        pick = self.language.pick
        rows = [
            [
                self.tier(row),
                self.points(row["coverage_change"]),
                *(self.percent(row[name]) for name in ("coverage_a", "coverage_b")),
                *(self.percent(row[name]) for name in ("lowest_a", "lowest_b")),
            ]
            for row in self.comparison.tiers.to_dict("records")
        ]
        heads = [
            pick("Class", "Klasse"),
            pick("Points", "Punten"),
            *self._pair(pick("Coverage", "Dekking")),
            *self._pair(pick("Lowest", "Laagste")),
        ]
        return Table(pick("Classes", "Klassen"), heads, rows)

    def tier(self, row: Row) -> str:
        """Rank and name of a class, both names where they differ."""
        rank = int(row["rank"])
        names = [name[self.language.code] for side in (self.comparison.a, self.comparison.b) if (name := side.tier(rank))]
        return f"{rank}. {' / '.join(dict.fromkeys(names))}"

    def sectors(self) -> Table:
        """Sectors that differ, those that lose most first."""
        pick = self.language.pick
        rows = [
            [
                self.sector(str(row["sector"])),
                self.points(row["coverage_change"]),
                *(self.percent(row[name]) for name in ("coverage_a", "coverage_b")),
                self._classes(row),
                *(self.language.number(row[verdict]) for verdict in ("gains", "loses", "shifts")),
            ]
            for row in self.comparison.sectors.to_dict("records")
        ]
        heads = [pick("Sector", "Sector"), pick("Points", "Punten"), *self._pair(pick("Coverage", "Dekking")), pick("Class", "Klasse")]
        heads += [
            pick("Claims that gain", "Aanspraken die winnen"),
            pick("that lose", "die verliezen"),
            pick("that shift", "die verschuiven"),
        ]
        return Table(pick("Who gains, who loses", "Wie wint, wie verliest"), heads, rows)

    def goods(self, table: pd.DataFrame, title: str) -> Table:
        """Goods of sectors, or claims, that differ."""
        pick, amount = self.language.pick, self.language.amount
        regions = "region" in table
        rows = [
            [
                *([self.region(str(row["region"]))] if regions else []),
                self.sector(str(row["sector"])),
                self.commodity(str(row["commodity"])),
                self.language.unit(str(row["unit"])),
                amount(row["shortfall_a"]),
                amount(row["shortfall_b"]),
                self.more(row["shortfall_change"]),
                *(self.percent(row[name]) for name in ("coverage_a", "coverage_b")),
                self.points(row["coverage_change"]),
            ]
            for row in table.to_dict("records")
        ]
        heads = [
            *([pick("Country", "Land")] if regions else []),
            pick("Sector", "Sector"),
            pick("Material", "Materiaal"),
            pick("Unit", "Eenheid"),
        ]
        heads += [
            *self._pair(pick("Short", "Tekort")),
            pick("More or less", "Meer of minder"),
            *self._pair(pick("Coverage", "Dekking")),
            pick("Points", "Punten"),
        ]
        return Table(title, heads, rows, words=4 if regions else 3)

    def reserves(self) -> Table:
        """Reserves that differ."""
        pick, amount = self.language.pick, self.language.amount
        rows = [
            [
                f"{self.commodity(str(row['commodity']))}, {self.region(str(row['owner']))}",
                self.language.unit(str(row["unit"])),
                *(amount(row[name]) for name in ("released_a", "released_b")),
                self.more(row["released_change"]),
                *(amount(row[name]) for name in ("closing_a", "closing_b")),
                self.more(row["closing_change"]),
            ]
            for row in self.comparison.reserves.to_dict("records")
        ]
        heads = [
            pick("Reserve", "Voorraad"),
            pick("Unit", "Eenheid"),
            *self._pair(pick("Released", "Vrijgegeven")),
            pick("More or less", "Meer of minder"),
        ]
        heads += [*self._pair(pick("Left", "Over")), pick("More or less", "Meer of minder")]
        return Table(pick("Reserves", "Voorraden"), heads, rows, words=2)

    def _classes(self, row: Row) -> str:
        return f"{row['tier_a']}" if row["tier_a"] == row["tier_b"] else f"{row['tier_a']} → {row['tier_b']}"

    @staticmethod
    def _pair(head: str) -> Sequence[str]:
        return f"{head} A", f"{head} B"
