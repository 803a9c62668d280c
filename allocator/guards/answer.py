"""What situations give: many are solved as one problem, of which they are parts that share nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocator.case import CASE_COLUMNS, Case
from allocator.case.plants import closing_curve
from allocator.case.sharing import sharing_of, traded
from allocator.compile import compile_instance
from allocator.errors import NotCertified, SolverStopped
from allocator.guards.situation import LEVEL, MEMBERS, Situation, day_of
from allocator.periods import Horizon, period_names
from allocator.solve import solve_stages
from allocator_models import formulate, lower

FloatArray = npt.NDArray[np.float64]
START = "2026-03"
MONTH_DAYS = 30.0
#: Situations in one problem: enough to spread the cost of building it, few enough to show progress.
AT_ONCE = 120
_NUMBERS = {
    *("annual", "undisturbed", "quantity", "limit", "demand", "cap", "guarantee", "share", "harm", "opening", "floor"),
    *("minimum", "maximum"),
    *("loss_per_month", "price_eur", "yardstick", "satisfied", "offset", "cost_eur", "premium_eur", "yield_share", "loss_share", "due"),
    *("transit_days", "days", "weight", "lost", "hard", "past_demand", "past_shortfall"),
}
_INTEGERS = {"number", "tier", "step", "order", "piece", "block", "rank", "restart"}
_FLAGS = {"horizon", "guarantee_first", "outside", "first", "open", "running"}


@dataclass(frozen=True)
class Answer:
    """Who gets what in a situation.

    Attributes:
        demand, allocated, shortfall: by claim, month by month.
    """

    demand: Mapping[str, FloatArray]
    allocated: Mapping[str, FloatArray]
    shortfall: Mapping[str, FloatArray]

    def cells(self, claim: str) -> FloatArray:
        """Return the coverage of a claim, month by month."""
        return 1.0 - self.shortfall[claim] / self.demand[claim]

    def coverage(self, claim: str) -> float:
        """Return the coverage of a claim over all months."""
        return float(1.0 - self.shortfall[claim].sum() / self.demand[claim].sum())

    def amount(self, claim: str) -> float:
        """Return what a claim gets in all months together."""
        return float(self.allocated[claim].sum())


class Answers:
    """Answers situations; a part that was met before is not solved again.

    A situation falls into parts that share nothing: places that no lane, process or reserve of one commodity joins. A change to one of them
    leaves the others as they were.
    """

    def __init__(self) -> None:
        self._known: dict[Any, tuple[Situation, Answer | None]] = {}
        self.solved = 0

    def of(self, situations: Sequence[Situation]) -> list[Answer | None]:
        """Return the certified answer of each situation; None where the engine refuses to show one."""
        parts = [[(_key(part), part) for part in _parts(situation)] for situation in situations]
        new = {key: part for own in parts for key, part in own if key not in self._known}
        for kind in sorted({_kind(part) for part in new.values()}):
            keys = [key for key, part in new.items() if _kind(part) == kind]
            for begin in range(0, len(keys), AT_ONCE):
                chosen = keys[begin : begin + AT_ONCE]
                found = _solved([new[key] for key in chosen])
                self._known |= {key: (new[key], answer) for key, answer in zip(chosen, found, strict=True)}
        self.solved += len(new)
        return [_together([self._known[key][1] for key, _ in own]) for own in parts]


def _kind(part: Situation) -> tuple[int, str]:
    """Return what all situations in one problem have in common: months, and how members share."""
    return part.months, sharing_of(part.law)


def _key(part: Situation) -> Any:
    """Return what tells parts apart; the law by its identity, which lasts as long as the part is kept."""
    members = (tuple((name, repr(member)) for name, member in sorted(getattr(part, kind).items())) for kind in (*MEMBERS, "harm"))
    return id(part.law), part.months, tuple((claim, part.ranks.get(claim)) for claim in sorted(part.claims)), *members


def _together(parts: Sequence[Answer | None]) -> Answer | None:
    whole = [part for part in parts if part is not None]
    if len(whole) < len(parts):
        return None
    tables = ({claim: row for part in whole for claim, row in getattr(part, name).items()} for name in ("demand", "allocated", "shortfall"))
    return Answer(*tables)


def _parts(situation: Situation) -> list[Situation]:
    """Return the parts of a situation that ask for something."""
    joined = _Joined()
    for name in (*situation.claims, *situation.supply, *situation.stores):
        joined.join(_place(name))
    for name in situation.lanes:
        origin, region, good = name.split("/")
        joined.join((origin, good), (region, good))
    for step in situation.processes.values():
        joined.join(*((step.region, good) for good in (*step.uses, *step.makes)))
    drawn: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for stock in situation.reserves.values():
        drawn[stock.commodity].append((stock.region, stock.commodity))
    for places in drawn.values():
        joined.join(*places)
    parts = []
    for root in dict.fromkeys(joined.root(_place(name)) for name in situation.claims):
        own = {
            kind: {name: one for name, one in getattr(situation, kind).items() if joined.root(where(name, one)) == root}
            for kind, where in _WHERE.items()
        }
        parts.append(situation.having(**own).tidied())
    return parts


def _place(name: str) -> tuple[str, str]:
    region, *_, good = name.split("/")
    return region, good


_WHERE: dict[str, Any] = {
    "claims": lambda name, _: _place(name),
    "supply": lambda name, _: _place(name),
    "stores": lambda name, _: _place(name),
    "lanes": lambda name, _: _place(name),
    "reserves": lambda _, stock: (stock.region, stock.commodity),
    "processes": lambda _, step: (step.region, next(iter((*step.uses, *step.makes)))),
}


class _Joined:
    """Places, and which of them hang together."""

    def __init__(self) -> None:
        self._above: dict[tuple[str, str], tuple[str, str]] = {}

    def root(self, place: tuple[str, str]) -> tuple[str, str]:
        while self._above.setdefault(place, place) != place:
            place = self._above[place]
        return place

    def join(self, *places: tuple[str, str]) -> None:
        for place in places:
            self._above[self.root(place)] = self.root(places[0])


def _solved(situations: Sequence[Situation]) -> list[Answer | None]:
    """Solve situations of one kind; where one is refused, halve them until it stands alone."""
    try:
        return list(_decoded(situations))
    except (NotCertified, SolverStopped):
        if len(situations) == 1:
            return [None]
        half = len(situations) // 2
        return _solved(situations[:half]) + _solved(situations[half:])


def _decoded(situations: Sequence[Situation]) -> Iterator[Answer]:
    instance = compile_instance(case_of(situations))
    values = solve_stages(lower(formulate(instance)), instance).values
    months = len(instance.nodes)
    scale = instance.commodities["scale"].to_numpy()[instance.claims["commodity"].to_numpy()]
    tables = {}
    for name, frame in (("allocate", values["allocate"]), ("shortfall", values["shortfall"])):
        table = np.zeros((len(scale), months))
        table[frame["claim"].to_numpy(), frame["node"].to_numpy()] = frame["value"].to_numpy()
        tables[name] = table * scale[:, None]
    row = {name: number for number, name in enumerate(instance.claims["name"])}
    for number, situation in enumerate(situations):
        rows = {claim: row[_marked(claim, _mark(number))] for claim in situation.claims}
        yield Answer(
            {claim: np.full(months, amount) for claim, amount in situation.claims.items()},
            {claim: tables["allocate"][place] for claim, place in rows.items()},
            {claim: tables["shortfall"][place] for claim, place in rows.items()},
        )


def case_of(situations: Sequence[Situation]) -> Case:
    """Return one case that holds all situations, of equally many months and one way of sharing, side by side.

    Regions, commodities and whatever else has a name carry the number of their situation, so nothing couples two of them, and each is
    solved as if it stood alone (formulation 5, components).
    """
    months = situations[0].months
    horizon = Horizon(start=START, periods=months, period="month")
    names = period_names(horizon)
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in CASE_COLUMNS}
    rows["periods"] = [{"number": number, "period": name, "horizon": True} for number, name in enumerate(names)]
    ranks = {situation.tier(claim) for situation in situations for claim in situation.claims}
    rows["tiers"] = [{"tier": rank, "name": str(rank), "rule": "leximin", "over": "period"} for rank in sorted(ranks)]
    for number, situation in enumerate(situations):
        _Rows(rows, situation, names, _mark(number)).add()
    tables = {name: _table(name, rows[name]) for name in CASE_COLUMNS}
    tables["closing"] = closing_curve(situations[0].law if rows["plants"] else None)
    law = situations[0].law
    if sharing_of(law) == "standalone":
        tables["transfers"] = traded(tables["transfers"], tables["lanes"])
    parts: dict[str, Any] = {"scenario": "guards", "baseline": "guards", "framework": law.framework, "sharing": sharing_of(law), **tables}
    return Case(horizon=horizon, period_days=MONTH_DAYS, crisis_level=LEVEL, notes=(), **parts)


def _mark(number: int) -> str:
    return f"{number:04d}|"


def _marked(claim: str, mark: str) -> str:
    region, sector, good = claim.split("/")
    return f"{mark}{region}/{sector}/{mark}{good}"


def _table(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    keys, columns = CASE_COLUMNS[name]
    kinds = {
        column: "float64" if column in _NUMBERS else "int64" if column in _INTEGERS else "bool" if column in _FLAGS else "str"
        for column in (*keys, *columns)
    }
    return pd.DataFrame(rows, columns=[*keys, *columns]).astype(kinds).sort_values(list(keys), ignore_index=True)


class _Rows:
    """Adds the rows of one situation to the tables of a case."""

    def __init__(self, rows: dict[str, list[dict[str, Any]]], situation: Situation, months: Sequence[str], mark: str) -> None:
        self.rows, self.situation, self.months, self.mark = rows, situation, months, mark
        self.day = day_of(situation.law)

    def add(self) -> None:
        self._goods()
        for name, demand in self.situation.claims.items():
            self._claim(name, demand)
        for name, amounts in self.situation.supply.items():
            self._line(name, amounts)
        for name, lane in self.situation.lanes.items():
            self._lane(name, lane)
        self._processes()
        self._stocks()
        self._harm()
        self._minimums()

    def _goods(self) -> None:
        """Add commodities; the yardstick is demand, else what processes use or make, else what the market brings."""
        one = self.situation
        asked, used, made, brought = (dict.fromkeys(one.goods, 0.0) for _ in range(4))
        for name, amount in one.claims.items():
            asked[name.rsplit("/", 1)[1]] += amount
        for step in one.processes.values():
            for total, flows in ((used, step.uses), (made, step.makes)):
                for good, quantity in flows.items():
                    total[good] += step.runs * quantity
        for name, amounts in one.supply.items():
            brought[name.rsplit("/", 1)[1]] += max(amounts)
        for good in one.goods:
            yardstick = asked[good] or used[good] or made[good] or brought[good] or 1.0
            self._row("commodities", commodity=self.mark + good, unit="t", loss_per_month=0.0, price_eur=0.0, yardstick=yardstick)

    def _claim(self, name: str, demand: float) -> None:
        law = self.situation.law
        region, sector, good = name.split("/")
        tier = law.tier_of(sector, good)
        if tier is None:
            raise ValueError(f"{name} has no tier")
        step, rule = tier.rule_for(good, LEVEL)
        key = {"region": self.mark + region, "sector": sector, "commodity": self.mark + good}
        self._row(
            "claims",
            **key,
            tier=self.situation.tier(name),
            undisturbed=demand,
            rule=rule.rule,
            over=rule.over,
            step=step,
            satisfied=rule.satisfied_at,
            offset=rule.offset(sector),
            order=tier.order_of(region, sector),
            past_demand=0.0,
            past_shortfall=0.0,
        )
        guarantee = self.situation.guaranteed(name)
        share = guarantee.share.value_on(self.day) if guarantee else 0.0
        first = guarantee is not None and guarantee.before == "tiers" and share > 0.0
        law_of_cell = {
            "tier": self.situation.tier(name),
            "cap": self.situation.cap(name, self.day),
            "guarantee": share,
            "guarantee_first": first,
            "hard": 0.0,
        }
        given_up = self.situation.restraint.get(f"{sector}/{good}")
        for month in self.months:
            self._row("cells", **key, period=month, demand=demand, **law_of_cell)
            if given_up:
                self._row("restraints", **key, period=month, block=1, share=given_up, cost_eur=0.0)

    def _line(self, name: str, amounts: Sequence[float]) -> None:
        region, good = name.split("/")
        line = self.mark + name.replace("/", "_").lower()
        self._row(
            "lines",
            line=line,
            commodity=self.mark + good,
            origin="QAT",
            region=self.mark + region,
            premium_eur=0.0,
            undisturbed=max(amounts),
            outside=False,
        )
        for month, amount in zip(self.months, amounts, strict=True):
            self._row("dispatches", line=line, period=month, limit=amount)
        self._at_once("line", line)

    def _lane(self, name: str, amount: float) -> None:
        origin, region, good = name.split("/")
        lane = self.mark + f"{origin}_{region}_{good}"
        places = {"origin": self.mark + origin, "region": self.mark + region, "commodity": self.mark + good}
        self._row("lanes", lane=lane, **places, cost_eur=0.0, undisturbed=0.0, transit_days=0.0)
        for month in self.months:
            self._row("transfers", lane=lane, period=month, limit=amount)
        self._at_once("lane", lane)

    def _processes(self) -> None:
        for name, step in self.situation.processes.items():
            process = self.mark + name
            self._row("processes", process=process, technology=name, region=self.mark + step.region, cost_eur=0.0, undisturbed=step.runs)
            for direction, flows in (("input", step.uses), ("output", step.makes)):
                for good, quantity in flows.items():
                    self._row("flows", process=process, commodity=self.mark + good, direction=direction, quantity=quantity)
            for month in self.months:
                self._row("runs", process=process, period=month, limit=step.runs, yield_share=1.0)
            self._at_once("process", process)

    def _stocks(self) -> None:
        for name, stock in self.situation.reserves.items():
            place = {"region": self.mark + stock.region, "commodity": self.mark + stock.commodity}
            self._row(
                "reserves",
                reserve=self.mark + name,
                owner=stock.region,
                **place,
                opening=stock.quantity,
                floor=0.0,
                loss_per_month=0.0,
                rank=self.situation.drawn_by(name),
                first=self.situation.law.reserves.use_of(name) == "first",
                open=True,
            )
            for month in self.months:
                self._row("releases", reserve=self.mark + name, period=month, limit=stock.quantity, loss_share=0.0, due=0.0)
        for name, amount in self.situation.stores.items():
            region, good = name.split("/")
            self._row("inventories", region=self.mark + region, commodity=self.mark + good, opening=amount, minimum=0.0, maximum=amount)

    def _harm(self) -> None:
        weighed = {name.split("/", 1)[1] for name in self.situation.claims} & set(self.situation.harm)
        for name in sorted(weighed):
            sector, good = name.split("/")
            before = 0.0
            for piece, (up_to, harm) in enumerate(sorted(self.situation.harm[name].items())):
                self._row("harms", sector=sector, commodity=self.mark + good, piece=piece, share=up_to - before, harm=harm)
                before = up_to

    def _minimums(self) -> None:
        """Add what stands still below a share of its rate; it may run again in the next month."""
        for name, share in self.situation.minimums.items():
            process = self.situation.processes.get(name)
            kind, usual = ("claim", self.situation.claims[name]) if process is None else ("process", process.runs)
            plant = _marked(name, self.mark) if process is None else self.mark + name
            if usual > 0.0:
                self._row("plants", kind=kind, name=plant, minimum=share * usual, restart=1, running=True)

    def _at_once(self, channel: str, sender: str) -> None:
        for month in self.months:
            self._row("arrivals", channel=channel, sender=sender, sent=month, period=month, weight=1.0, lost=0.0)

    def _row(self, table: str, **values: Any) -> None:
        self.rows[table].append(values)
