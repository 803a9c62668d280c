"""What could have been otherwise, in words: the ranges of flows and claims, and figures that turn a ranking or a guarantee."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from allocator.baseline.layout import TABLES
from allocator.explain import Limit
from allocator.explain.breakeven import BreakEven, Figure, Turn
from allocator.explain.ranges import Ranges
from allocator.report.names import Namer

#: Open flows and figures that turn nothing are told up to this many.
MOST_TOLD = 12
#: What a figure of a table is, with its row filled in, in English and Dutch.
FIGURES: Mapping[str, tuple[str, str]] = {
    "supply_lines": ("supply of {good} from {origin} to {place}, in a year", "aanvoer van {good} uit {origin} naar {place}, per jaar"),
    "processes": ("capacity of {process}, in runs a month", "capaciteit van {process}, in productiegangen per maand"),
    "lanes": ("transport of {good} from {origin} to {place}, in a month", "vervoer van {good} van {origin} naar {place}, per maand"),
    "reserves": ("what reserve '{reserve}' holds", "wat er ligt in voorraad '{reserve}'"),
    "inventories": ("stocks of {good} of firms in {place}", "voorraad {good} van bedrijven in {place}"),
    "restraint": ("what {sector} can give up of {good}, as a share", "wat {sector} kan missen aan {good}, als deel"),
    "demands": ("what {sector} in {place} asks for of {good}, in a year", "wat {sector} in {place} vraagt aan {good}, per jaar"),
}


class FreedomTeller(Namer):
    """Tells ranges and break-even figures in the language of a view."""

    # ---- ranges ------------------------------------------------------------------------------------------------------------------
    def ranges(self, found: Ranges, table: pd.DataFrame) -> Iterator[tuple[str, list[str]]]:
        """Yield what is said of claims, then of flows; `table` has the ranges in natural units."""
        yield self.pick("Could claims have had more?", "Hadden aanspraken meer kunnen krijgen?"), [self._claims(found)]
        rows = table[table["settled_by"] == "tie_break"]
        widest = rows.assign(share=(rows["high"] - rows["low"]) / rows["high"]).sort_values(["share", "name"], ascending=[False, True])
        told = [self._flow(row) for row in widest.head(MOST_TOLD).to_dict("records")]
        more = self.pick("And {} more.", "En nog {}.").format(len(widest) - len(told))
        yield (
            self.pick("Could goods have gone another way?", "Had het ook anders gekund?"),
            [self._settled(found), *told, *([more] if len(widest) > len(told) else [])],
        )

    def _claims(self, found: Ranges) -> str:
        widest = max((one.open for one in found.claims), default=0.0)
        if not found.claims:
            return self.pick("No claim is short.", "Geen aanspraak komt tekort.")
        text = self.pick(
            "No. For each of the {} claims that are short it was worked out how much any plan can give it that gives no other claim less "
            "in any period, has nobody give up more, and draws no more on reserves: what it gets. The largest difference is {} of demand.",
            "Nee. Voor elk van de {} aanspraken met een tekort is berekend hoeveel een plan haar kan geven dat geen andere aanspraak in "
            "enige periode minder geeft, niemand meer laat inleveren en niet meer uit voorraden haalt: wat zij krijgt. Het grootste "
            "verschil is {} van de vraag.",
        )
        return text.format(self.words.number(len(found.claims)), self.words.exponent(widest))

    def _settled(self, found: Ranges) -> str:
        settled = found.settled()
        text = self.pick(
            "There are {total} supply lines, processes, transports and reserves. For {rank} the use over the whole time follows from who "
            "gets what, for {cost} from the lowest cost, for {steadiness} from steady releases. For {tie_break} it is open: other plans "
            "serve everyone as well at the same cost, and a fixed draw by names chose.",
            "Er zijn {total} aanvoerlijnen, processen, vervoersverbindingen en voorraden. Voor {rank} volgt het gebruik over de hele tijd "
            "uit wie wat krijgt, voor {cost} uit de laagste kosten, voor {steadiness} uit gelijkmatige vrijgave. Voor {tie_break} ligt het "
            "open: andere plannen bedienen iedereen even goed tegen dezelfde kosten, en een vaste loting op naam koos.",
        )
        said = text.format(total=self.words.number(len(found.flows)), **{name: self.words.number(count) for name, count in settled.items()})
        if found.unasked:
            more = self.pick(" {} were not asked about: too many.", " Naar {} is niet gevraagd: het zijn er te veel.")
            said += more.format(self.words.number(found.unasked))
        return said

    def _flow(self, row: Mapping[Any, Any]) -> str:
        kind, unit = str(row["kind"]), str(row["unit"])
        limit = Limit("stock" if kind == "release" else kind, str(row["name"]), str(row["commodity"]), unit, 0.0, "")
        name = {"process": self.process(limit.name) if kind == "process" else "", "release": ""}.get(kind) or self.limit(limit)
        if kind == "release":
            name = self.pick("release of reserve '{}'", "vrijgave van voorraad '{}'").format(self.view.reserve(limit.name))
        unit = self.pick("runs", "productiegangen") if unit == "run" else self.words.unit(unit)
        chosen, low, high = (self.words.amount(float(str(row[part]))) for part in ("chosen", "low", "high"))
        text = self.pick("{}: {} {} chosen, anything from {} to {} would do.", "{}: {} {} gekozen, alles van {} tot {} voldoet.")
        return text.format(name[:1].upper() + name[1:], chosen, unit, low, high)

    # ---- figures that turn something ---------------------------------------------------------------------------------------------
    def break_evens(self, found: Sequence[BreakEven]) -> Iterator[tuple[str, list[str]]]:
        """Yield each figure that turns something, then those that turn nothing."""
        for one in found:
            if one.turns:
                name = self.figure(one.figure)
                yield name[:1].upper() + name[1:], [self._assumed(one.figure), *(self._turn(one.figure, turn) for turn in one.turns)]
        idle = [f"{self.figure(one.figure)} ({self._between(one.figure)})" for one in found if not one.turns]
        if idle:
            heading = self.pick("Figures that turn nothing between their low and high", "Cijfers die tussen hun laag en hoog niets keren")
            yield heading, ["; ".join(idle) + "."]
        if not found:
            nothing = self.pick(
                "No assumed figure with a low and a high bears on what is short.",
                "Geen aangenomen cijfer met een laag en een hoog raakt aan wat tekortkomt.",
            )
            yield self.pick("Assumed figures", "Aangenomen cijfers"), [nothing]

    def figure(self, figure: Figure) -> str:
        """Name a figure inside a sentence."""
        key = dict(zip(TABLES[figure.table].key, figure.key, strict=True))
        row = self.view.run.baseline.tables[figure.table].iloc[figure.row]
        names: Mapping[str, Callable[[], str]] = {
            "good": lambda: self.view.inside(self.view.commodity(str(row["commodity"]))),
            "origin": lambda: self.view.place(str(row["origin"])),
            "place": lambda: self.view.place(str(row["region"])),
            "process": lambda: self.process(key["process"]),
            "reserve": lambda: self.view.reserve(key["reserve"]),
            "sector": lambda: self.view.inside(self.view.sector(key["sector"])),
        }
        text = self.pick(*FIGURES[figure.table])
        return text.format(**{name: name_of() for name, name_of in names.items() if f"{{{name}}}" in text})

    def _between(self, figure: Figure) -> str:
        return self.pick("{}; {} to {}", "{}; {} tot {}").format(*self._amounts(figure))

    def _assumed(self, figure: Figure) -> str:
        told = self.pick("Assumed is {}; it may be {} to {}.", "Aangenomen is {}; het kan {} tot {} zijn.")
        return told.format(*self._amounts(figure))

    def _amounts(self, figure: Figure) -> Iterator[str]:
        return (self.words.amount(value) for value in (figure.assumed, figure.low, figure.high))

    def _turn(self, figure: Figure, turn: Turn) -> str:
        above = self.pick("If it is {} or more", "Is het {} of meer"), self.pick("If it is {} or less", "Is het {} of minder")
        where = above[turn.at < figure.assumed].format(self.words.amount(turn.at))
        more = turn.count - 1
        also = (
            self.pick(" At that end of the figure {} more turn.", " Aan die kant van het cijfer keren er nog {}.").format(more)
            if more
            else ""
        )
        if turn.kind == "guarantee":
            lacked = self.view.run.question.outcome.lacking[turn.claim] > 0.0
            lost = self.pick("is no longer kept", "wordt niet meer gehaald")
            kept = self.pick("is kept, which is not so now", "wordt gehaald, wat nu niet zo is")
            text = self.pick("{}, the guarantee of {} {}.", "{}, dan geldt: het gegarandeerd minimum van {} {}.")
            return text.format(where, self.claim_inside(turn.claim), kept if lacked else lost) + also
        text = self.pick(
            "{}, {} gets a larger part of its demand than {} ({} and {}); now it is the other way round.",
            "{}, dan krijgt {} een groter deel van de vraag dan {} ({} en {}); nu is het andersom.",
        )
        shares = self.words.percent(turn.other_coverage), self.words.percent(turn.coverage)
        return text.format(where, self.claim_inside(turn.other), self.claim_inside(turn.claim), *shares) + also
