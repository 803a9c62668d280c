"""Which assumed figure, moved within its low and high, turns a ranking or a guarantee, and where.

Prices nominate figures: those of limits that stop claims, and of what is asked for where goods are scarce, by what a hundredth of them is
worth and how uncertain they are. Each is moved to its low and to its high, and the whole ranked problem is solved again; what has turned
there is sought between, by halving. Outcomes need not change evenly, so a figure may turn a ranking at several values: the one that is told
is where one was found, and was solved as it is told.

Claims are ranked by coverage over the horizon, among those for the same good.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from allocator.baseline.layout import TABLES
from allocator.explain.limits import Key
from allocator.explain.question import Outcome, Question

BREAK_EVEN = (
    *("table", "key", "figure", "assumed", "low", "high", "turns", "at", "claim", "other"),
    *("coverage", "other_coverage", "coverage_assumed", "other_coverage_assumed", "turned"),
)
#: Figures that are tried.
MOST_FIGURES = 12
#: A figure whose low and high are no further apart than this share of it is not uncertain.
CERTAIN = 1e-3
#: Coverages that differ by no more are equal, and a guarantee that lacks no more is kept.
EQUAL = 1e-6
#: Where a ranking turns is known within this share of the way to the end.
PRECISION = 0.005
DIGITS = 3
#: The table of the baseline that a limit's figure stands in.
TABLE_OF = {
    "line": "supply_lines",
    "process": "processes",
    "lane": "lanes",
    "stock": "reserves",
    "release": "reserves",
    "floor": "reserves",
    "inventory": "inventories",
    "working_stock": "inventories",
    "room": "inventories",
    "restraint": "restraint",
}

#: Told which of how many figures is tried.
Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Figure:
    """An assumed figure of the baseline.

    Attributes:
        table, row: where it stands; `row` is the place among the table's rows.
        key: of the row.
        column: name of the figure.
        assumed, low, high: as they are written there.
    """

    table: str
    row: int
    key: tuple[str, ...]
    column: str
    assumed: float
    low: float
    high: float

    @property
    def uncertainty(self) -> float:
        """The larger distance to low or high, as a share of the figure, at most 1."""
        apart = max(self.assumed - self.low, self.high - self.assumed)
        return min(1.0, apart / self.assumed) if self.assumed > 0.0 else float(apart > 0.0)


@dataclass(frozen=True)
class Turn:
    """What a figure turns.

    Attributes:
        kind: ``ranking``: `claim` had more than `other`, and now has less; ``guarantee``: that of `claim` was kept and no longer is, or the
            other way round.
        at: the figure with which it has turned, nearest to the assumed one that was found.
        claim, other: by name; `other` is empty for a guarantee.
        coverage, other_coverage: there.
        count: how many rankings, or guarantees, have turned at that end of the figure.
    """

    kind: str
    at: float
    claim: str
    other: str
    coverage: float
    other_coverage: float
    count: int


@dataclass(frozen=True)
class BreakEven:
    """A figure that was tried, and what it turns, that nearest below and above the assumed one."""

    figure: Figure
    turns: tuple[Turn, ...]


def break_evens(question: Question, most: int = MOST_FIGURES, tell: Tell = lambda _number, _of: None) -> list[BreakEven]:
    """Return the figures that were tried, the one with the largest score first; `tell` hears which of how many."""
    figures = nominated(question)[:most]
    found = []
    for number, figure in enumerate(figures, 1):
        tell(number, len(figures))
        found.append(BreakEven(figure, tuple(_turns(question, figure))))
    return found


def break_even_table(question: Question, found: Sequence[BreakEven]) -> pd.DataFrame:
    """Return the columns `BREAK_EVEN`: a row for each thing that a figure turns, and one for a figure that turns nothing."""
    base = question.outcome.coverage
    rows = []
    for one in found:
        figure = one.figure
        told = (figure.table, "/".join(figure.key), figure.column, figure.assumed, figure.low, figure.high)
        rows += [
            (
                *(*told, turn.kind, turn.at, turn.claim, turn.other, turn.coverage, turn.other_coverage),
                *(float(base[turn.claim]), float(base.get(turn.other, math.nan)), turn.count),
            )
            for turn in one.turns
        ]
        if not one.turns:
            rows.append((*told, "", math.nan, "", "", *(math.nan,) * 4, 0))
    return pd.DataFrame(rows, columns=list(BREAK_EVEN))


# ---- nominating --------------------------------------------------------------------------------------------------------------------------
def nominated(question: Question) -> list[Figure]:
    """Return the assumed figures that may matter, by what a hundredth is worth where claims are short, times how uncertain they are."""
    worth: dict[tuple[str, int], float] = defaultdict(float)
    rows = _Rows(question)
    for key, share in _priced(question).items():
        for place in rows.of_limit(key):
            worth[place] += share
    for claim, share in _asked(question).items():
        for place in rows.of_claim(claim):
            worth[place] += share
    figures = ((rows.figure(*place), share) for place, share in worth.items())
    known = [(figure, share * figure.uncertainty) for figure, share in figures if figure is not None]
    return [figure for figure, _ in sorted(known, key=lambda one: (-round(one[1], 9), one[0].table, one[0].key))]


def _priced(question: Question) -> dict[Key, float]:
    """Return the limits that stop claims, with what a step of each is worth there, in shares, summed over what they stop."""
    inquiry = question.inquiry
    worth: dict[Key, float] = defaultdict(float)
    for code in inquiry.short():
        for key, share in inquiry.priced(code).items():
            worth[key] += share
    return worth


def _asked(question: Question) -> dict[str, float]:
    """Return the claims where goods are scarce for one that is short, with their share in what is allocated there."""
    inquiry, rows = question.inquiry, question.allocation.allocation
    names = rows["region"] + "/" + rows["sector"] + "/" + rows["commodity"]
    got = rows.groupby(names)["allocated"].sum()
    at: dict[tuple[int, int], list[str]] = defaultdict(list)
    for code, name in enumerate(inquiry.instance.claims["name"]):
        at[inquiry.network.place_of(code)].append(str(name))
    worth: dict[str, float] = defaultdict(float)
    for code in inquiry.short():
        own = inquiry.network.place_of(code)
        good = [place for place in {*inquiry.scarce_places(code), own} if place[1] == own[1]]
        there = got.reindex([name for place in sorted(good) for name in at[place]]).fillna(0.0)
        total = float(there.sum())
        for name, amount in there.items():
            worth[str(name)] += float(amount) / total if total > 0.0 else 0.0
    return worth


class _Rows:
    """Rows of the baseline by what they are about."""

    def __init__(self, question: Question) -> None:
        self.tables, self.inquiry = question.baseline.tables, question.inquiry
        self.lanes = {
            name: (origin, region, good)
            for name, origin, region, good in _text(question.case.lanes, "lane", "origin", "region", "commodity")
        }
        self.at = {
            name: {key: row for row, key in enumerate(_text(self.tables[name], *TABLES[name].key))}
            for name in (*set(TABLE_OF.values()), "demands")
        }

    def of_limit(self, key: Key) -> Iterator[tuple[str, int]]:
        """Yield table and row of the figures of a limit."""
        kind, name = key[0], self.inquiry.limits.name(key)
        table = TABLE_OF.get(kind)
        if table == "restraint":
            _, sector, good = name.split("/")
            found = [row for (one, other, _), row in self.at[table].items() if (one, other) == (sector, good)]
        elif table is not None:
            written = self.lanes.get(name, ()) if kind == "lane" else tuple(name.split("/")) if table == "inventories" else (name,)
            found = [self.at[table][written]] if written in self.at[table] else []
        else:
            found = []
        yield from ((str(table), row) for row in found)

    def of_claim(self, claim: str) -> Iterator[tuple[str, int]]:
        """Yield table and row of what a claim asks for; nothing for use outside the scope."""
        row = self.at["demands"].get(tuple(claim.split("/")))
        if row is not None:
            yield "demands", row

    def figure(self, table: str, row: int) -> Figure | None:
        """Return a figure where it is assumed and uncertain."""
        written, column = self.tables[table].iloc[row], TABLES[table].figure
        figure = Figure(
            *(table, row, next(iter(_text(self.tables[table].iloc[[row]], *TABLES[table].key))), column),
            *(float(written[name]) for name in (column, "low", "high")),
        )
        return figure if written["basis"] == "assumed" and figure.uncertainty > CERTAIN else None


def _text(table: pd.DataFrame, *columns: str) -> Iterator[tuple[str, ...]]:
    return zip(*(table[column].astype(str) for column in columns), strict=True)


# ---- moving ------------------------------------------------------------------------------------------------------------------------------
def moved(question: Question, figure: Figure, value: float) -> Outcome:
    """Return what claims get when a figure is another one."""
    table = question.baseline.tables[figure.table]
    figures = table[figure.column].to_numpy(dtype="float64").copy()
    figures[figure.row] = value
    table = table.assign(**{figure.column: figures})
    return question.asked(baseline=replace(question.baseline, tables={**question.baseline.tables, figure.table: table}))


def _turns(question: Question, figure: Figure) -> Iterator[Turn]:
    base = question.outcome
    for end in (figure.low, figure.high):
        if end == figure.assumed:
            continue
        there = moved(question, figure, end)
        for kind, turned in (("guarantee", turned_guarantees(base, there)), ("ranking", turned_rankings(question, there))):
            if turned:
                at, outcome = _nearest(question, figure, end, there, kind, turned[0])
                claim, other = turned[0]
                yield Turn(
                    *(kind, at, claim, other, float(outcome.coverage[claim])),
                    *(float(outcome.coverage.get(other, math.nan)), len(turned)),
                )


def _nearest(question: Question, figure: Figure, end: float, there: Outcome, kind: str, turned: tuple[str, str]) -> tuple[float, Outcome]:
    """Return the figure nearest to the assumed one that was found with which something has turned, and what claims get then."""
    near, far, outcome = figure.assumed, end, there
    while abs(far - near) > PRECISION * abs(end - figure.assumed):
        middle = 0.5 * (near + far)
        tried = moved(question, figure, middle)
        if _has_turned(question, tried, kind, turned):
            far, outcome = middle, tried
        else:
            near = middle
    rounded = _towards(far, end)
    if rounded != far:
        tried = moved(question, figure, rounded)
        if _has_turned(question, tried, kind, turned):
            return rounded, tried
    return far, outcome


def _has_turned(question: Question, outcome: Outcome, kind: str, turned: tuple[str, str]) -> bool:
    claim, other = turned
    if kind == "guarantee":
        return bool((outcome.lacking[claim] > EQUAL) != (question.outcome.lacking[claim] > EQUAL))
    return bool(outcome.coverage[other] - outcome.coverage[claim] > EQUAL)


def turned_guarantees(base: Outcome, other: Outcome) -> list[tuple[str, str]]:
    """Return the claims whose guarantee is kept in one outcome and not in the other, by how much it lacks."""
    both = base.lacking.index.intersection(other.lacking.index)
    turned = [name for name in both if (base.lacking[name] > EQUAL) != (other.lacking[name] > EQUAL)]
    return [(str(name), "") for name in sorted(turned, key=lambda name: (-abs(base.lacking[name] - other.lacking[name]), name))]


def turned_rankings(question: Question, other: Outcome) -> list[tuple[str, str]]:
    """Return pairs of claims for one good, of which the first had more and has less; the highest class and the largest gap first."""
    base = question.outcome.coverage
    table = pd.DataFrame({"before": base, "after": other.coverage.reindex(base.index), "tier": question.tiers.reindex(base.index)}).dropna()
    goods = table.index.to_series().str.rsplit("/", n=1).str[1]
    found: dict[tuple[str, str], tuple[float, ...]] = {}
    for _, own in table.groupby(goods):
        before, after, tier = (own[name].to_numpy() for name in ("before", "after", "tier"))
        turned = (before[:, None] - before[None, :] > EQUAL) & (after[None, :] - after[:, None] > EQUAL)
        for first, second in zip(*turned.nonzero(), strict=True):
            gap = float(after[second] - after[first])
            found[str(own.index[first]), str(own.index[second])] = (float(min(tier[first], tier[second])), -round(gap, 6))
    return sorted(found, key=lambda pair: (found[pair], pair))


def _towards(value: float, end: float) -> float:
    """Round a figure to three significant digits in the direction of an end, not beyond it."""
    if value == 0.0:
        return value
    digits = DIGITS - 1 - math.floor(math.log10(abs(value)))
    rounding = math.ceil if end > value else math.floor
    rounded = rounding(round(value * 10.0**digits, 6)) / 10.0**digits
    return min(rounded, end) if end > value else max(rounded, end)
