"""The lines and processes that levers open: what they can send and make from when on, and when it arrives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from allocator.case.arrivals import all_arrivals
from allocator.case.figures import Calendar, Course, FloatArray
from allocator.case.levers import Opened, members, of_kind
from allocator.case.model import Note, long_table
from allocator.case.scope import ScopedBaseline
from allocator.periods import year_share
from allocator.scenario.levers._base import BuyingLever, MakingLever
from allocator.scenario.levers.emergency_purchase import EmergencyPurchase
from allocator.scenario.levers.joint_purchase import JointPurchase
from allocator_models.kept import Kept

LINE = ["line", "commodity", "origin", "region", "monthly", "lead_days", "premium_eur"]
PROCESS = ["process", "technology", "region", "lead_days", "cost_eur", "runs"]
FLOW = ["process", "commodity", "direction", "quantity"]


@dataclass(frozen=True)
class Supplies:
    """What levers add to the tables of a case, by the names of those tables, and `limits`: lever, period, limit of all lines together.

    Attributes:
        tables: lines, dispatches, processes, flows, runs and arrivals.
        limits: lever, period and limit.
        belongs: lever, channel, member.
        notes: what the report must say.
    """

    tables: dict[str, pd.DataFrame]
    limits: pd.DataFrame
    belongs: pd.DataFrame
    notes: list[Note]


@dataclass(frozen=True)
class Left:
    """What disruptions leave of what levers open, from the first period on: of lines, runs and yields; and the delays of lines in days."""

    lines: FloatArray
    runs: FloatArray
    yields: FloatArray
    delays: FloatArray


class _Adding:
    """One scope: what levers find in it, and what they have added so far."""

    def __init__(self, scoped: ScopedBaseline, calendar: Calendar, kinds: pd.Series, prices: pd.Series) -> None:
        self.scoped, self.calendar, self.prices = scoped, calendar, prices
        self.count = len(calendar.names)
        self.makers = scoped.processes.assign(kind=scoped.processes["technology"].map(kinds))
        inputs = scoped.flows[scoped.flows["direction"] == "input"].merge(
            scoped.processes[["process", "region", "undisturbed"]], on="process"
        )
        used = pd.concat(
            [scoped.demands, inputs.assign(quantity=inputs["quantity"] * inputs["undisturbed"])[["region", "commodity", "quantity"]]]
        )
        self.needs = pd.DataFrame(used.groupby(["region", "commodity"])["quantity"].sum().reset_index())
        self.notes: list[Note] = []
        self.belongs: list[tuple[str, str, str]] = []
        self.lines, self.processes, self.flows = [_empty(LINE)], [_empty(PROCESS)], [_empty(FLOW)]
        self.line_shares: list[FloatArray] = []
        self.process_shares: list[FloatArray] = []
        self.limits: list[pd.DataFrame] = [_empty(["lever", "period", "limit"])]

    def buy(self, opened: Sequence[Opened]) -> None:
        share = 12.0 * year_share(self.calendar.horizon)
        places = self.needs[self.needs["quantity"] > 0].assign(needed=lambda rows: rows["quantity"] / share)
        for one, lever in of_kind(opened, BuyingLever):
            lines = lever.lines(one.name, places, self.prices)
            if lines.empty:
                self.notes.append(one.without_effect)
                continue
            shares = self._shares(one)
            self.lines.append(lines[LINE])
            self.line_shares += [shares] * len(lines)
            self.belongs += [(one.name, "line", line) for line in lines["line"]]
            most = lever.monthly * share * shares
            self.limits.append(pd.DataFrame({"lever": one.name, "period": list(self.calendar.names), "limit": most}))

    def make(self, opened: Sequence[Opened]) -> None:
        for one, lever in of_kind(opened, MakingLever):  # type: ignore[type-abstract]  # asked for by isinstance, never made
            made, flows = lever.processes(one.name, self.makers, self.scoped.flows, self.needs)
            if made.empty:
                self.notes.append(one.without_effect)
                continue
            self.processes.append(made[PROCESS])
            self.flows.append(flows[FLOW])
            self.process_shares += [self._shares(one)] * len(made)
            self.belongs += [(one.name, "process", process) for process in made["process"]]

    def _shares(self, one: Opened) -> FloatArray:
        return one.lever.open_shares(self.calendar.horizon, self.count)

    def opened(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return all lines and processes that were added."""
        lines = pd.concat(self.lines, ignore_index=True).assign(route="", undisturbed=0.0, outside=False, origin_exports=0.0)
        return lines, pd.concat(self.processes, ignore_index=True).assign(undisturbed=0.0)

    def supplies(self, lines: pd.DataFrame, processes: pd.DataFrame, left: Left, loss: pd.Series) -> Supplies:
        """Return everything that was added, limited after disruptions and to what arrives in the horizon."""
        no_delays = np.zeros((len(processes), self.count))
        arrivals = [
            self._arrivals("line", lines, lines["commodity"].map(loss), left.delays),
            self._arrivals("process", processes, 0.0, no_delays),
        ]
        sent = lines["monthly"].to_numpy(dtype=np.float64) * 12.0 * year_share(self.calendar.horizon)
        dispatched = sent[:, None] * _stack(self.line_shares, self.count) * left.lines * self._in_time(arrivals[0], lines["line"])
        runs = processes["runs"].to_numpy(dtype=np.float64)[:, None] * _stack(self.process_shares, self.count)
        runs = runs * left.runs * self._in_time(arrivals[1], processes["process"])
        names = list(self.calendar.names)
        tables = {
            "lines": lines,
            "dispatches": long_table(lines[["line"]], names, limit=dispatched),
            "processes": processes,
            "flows": pd.concat(self.flows, ignore_index=True),
            "runs": long_table(processes[["process"]], names, limit=runs, yield_share=left.yields),
            "arrivals": self._named(pd.concat([table for table in arrivals if len(table)] or arrivals[:1], ignore_index=True)),
        }
        limits = [table for table in self.limits if len(table)] or self.limits
        return Supplies(tables, pd.concat(limits, ignore_index=True), members(self.belongs), self.notes)

    def _arrivals(self, channel: str, table: pd.DataFrame, loss: pd.Series | float, delays: FloatArray) -> pd.DataFrame:
        senders = table.assign(channel=channel, sender=table[channel], transit_days=table["lead_days"], loss_per_month=loss)
        return all_arrivals(senders, delays, [], self.calendar.days, 0, self.count)

    def _in_time(self, arrivals: pd.DataFrame, senders: pd.Series) -> FloatArray:
        """Return 1 where some of what is sent arrives in the horizon, else 0: nothing is ordered for the tail."""
        there = arrivals[(arrivals["number"] < self.calendar.horizon.periods) & (arrivals["weight"] > 0)]
        place = {name: row for row, name in enumerate(senders)}
        in_time = np.zeros((len(senders), self.count))
        in_time[there["sender"].map(place).to_numpy(dtype=np.int64), there["sent"].to_numpy(dtype=np.int64)] = 1.0
        return in_time

    def _named(self, arrivals: pd.DataFrame) -> pd.DataFrame:
        names = np.asarray(self.calendar.names, dtype=object)
        sent, number = (arrivals[column].to_numpy(dtype=np.int64) for column in ("sent", "number"))
        return arrivals.assign(sent=names[sent], period=names[number]).astype({"sent": "str", "period": "str"})


def supplies_of(
    opened: Sequence[Opened],
    scoped: ScopedBaseline,
    course: Course,
    kinds: pd.Series,
    prices: pd.Series,
    routes: pd.DataFrame,
    kept: Kept | None = None,
) -> Supplies:
    """Return what buying and making levers add to a case.

    Args:
        opened: levers that may be used.
        scoped: the baseline in scope.
        course: calendar and disruptions.
        kinds: of technologies, by name.
        prices: EUR per unit, by commodity.
        routes: chokepoints by route.
        kept: spares what no disruption touches otherwise than before.
    """
    kept = kept or Kept()
    adding = kept.step("offers", _offers, opened, scoped, course.calendar, kinds, prices)
    lines, processes = kept.step("opened supplies", _Adding.opened, adding)
    return kept.step("supplies", _Adding.supplies, adding, lines, processes, _left(course, lines, processes, routes), course.loss)


def _offers(opened: Sequence[Opened], scoped: ScopedBaseline, calendar: Calendar, kinds: pd.Series, prices: pd.Series) -> _Adding:
    adding = _Adding(scoped, calendar, kinds, prices)
    adding.buy(opened)
    adding.make(opened)
    return adding


def _left(course: Course, lines: pd.DataFrame, processes: pd.DataFrame, routes: pd.DataFrame) -> Left:
    ceilings = np.minimum(course.under_ceilings(lines, np.ones(len(lines))), 1.0)
    found = (
        course.supply_factors(len(lines), lambda one: one.affects_lines(lines, routes)) * ceilings,
        course.supply_factors(len(processes), lambda one: one.affects_processes(processes)),
        course.supply_factors(len(processes), lambda one: one.affects_yields(processes)),
        course.delays(lines),
    )
    return Left(*(figures[:, course.calendar.before :] for figures in found))


def bundles_of(opened: Sequence[Opened], belongs: pd.DataFrame) -> pd.DataFrame:
    """Return lever and minimum of what is only ordered together; `belongs` says which levers bring anything."""
    rows = [(one.name, lever.minimum) for one, lever in of_kind(opened, JointPurchase)]
    table = pd.DataFrame(rows, columns=["lever", "minimum"]).astype({"lever": "str", "minimum": "float64"})
    return table[table["lever"].isin(belongs["lever"])]


def lots_of(opened: Sequence[Opened], belongs: pd.DataFrame) -> pd.DataFrame:
    """Return line and size of what is bought in whole lots; `belongs` says which lines are whose."""
    sizes = {one.name: float(lever.lot) for one, lever in of_kind(opened, EmergencyPurchase) if lever.lot is not None}
    lines = belongs[(belongs["channel"] == "line") & belongs["lever"].isin(list(sizes))]
    return pd.DataFrame({"line": lines["member"].astype("str"), "size": lines["lever"].map(sizes).astype("float64")})


def _empty(columns: list[str]) -> pd.DataFrame:
    texts = {"line", "commodity", "origin", "region", "process", "technology", "direction", "lever", "period"}
    return pd.DataFrame({name: pd.Series([], dtype="str" if name in texts else "float64") for name in columns})


def _stack(shares: list[FloatArray], count: int) -> FloatArray:
    return np.array(shares).reshape(len(shares), count)
