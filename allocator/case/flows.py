"""What lines, processes and lanes send: limits after disruptions, arrivals, and what was under way."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocator.case.arrivals import all_arrivals, kept_share
from allocator.case.detours import Detours, going_round
from allocator.case.figures import Course
from allocator.case.model import long_table
from allocator.case.scope import ScopedBaseline

FloatArray = npt.NDArray[np.float64]


class Flows:
    """What is sent in the periods of a course, and when it arrives.

    Args:
        scoped: the baseline in scope.
        routes: chokepoints by route.
        course: calendar and disruptions.
        senders: channel, sender, lead_days, transit_days, loss_per_month of all lanes, then lines, then processes.
    """

    def __init__(self, scoped: ScopedBaseline, routes: pd.DataFrame, course: Course, senders: pd.DataFrame) -> None:
        self.scoped, self.routes, self.course, self.calendar, self.senders = scoped, routes, course, course.calendar, senders
        lines, processes = scoped.lines, scoped.processes
        kept = kept_share(lines["lead_days"].to_numpy(dtype=np.float64), lines["commodity"].map(course.loss).to_numpy(dtype=np.float64))
        sent = lines["arriving"] / kept
        self.lines = lines.assign(undisturbed=sent)
        self.line_factors = course.supply_factors(len(lines), lambda one: one.affects_lines(self.lines, routes))
        self.lane_factors = course.supply_factors(len(scoped.lanes), lambda one: one.affects_lanes(scoped.lanes))
        self.run_factors = course.supply_factors(len(processes), lambda one: one.affects_processes(processes))
        self.yield_factors = course.supply_factors(len(processes), lambda one: one.affects_yields(processes))
        self.line_delays = course.delays(self.lines)
        self.weights = all_arrivals(
            senders,
            np.pad(self.line_delays, ((len(scoped.lanes), len(processes)), (0, 0))),
            course.transit_losses(senders, self.lines, routes),
            self.calendar.days,
            -self.calendar.before,
            len(self.calendar.names),
        )

    def _from_the_start(self, figures: FloatArray) -> FloatArray:
        """Return the figures of the first period and those after it."""
        return figures[:, self.calendar.before :]

    def _sent_by_lines(self, most: FloatArray) -> tuple[FloatArray, Detours]:
        """Return what each line can send: `most` times its usual dispatch, less ceilings and disruptions, and what goes round by it."""
        could = self.lines["undisturbed"].to_numpy(dtype=np.float64)[:, None] * self.course.under_ceilings(self.lines, most)
        detours = going_round(self.course, self.lines, self.routes, could)
        return could * self.line_factors + detours.on_top(len(could)), detours

    @cached_property
    def _most(self) -> tuple[FloatArray, Detours]:
        return self._sent_by_lines((1.0 + self.lines["spare_share"]).to_numpy(dtype=np.float64))

    def dispatches(self) -> pd.DataFrame:
        """Return what each line can send, its spare included."""
        sent, _ = self._most
        return long_table(self.lines[["line"]], list(self.calendar.names), limit=self._from_the_start(sent))

    def detours(self) -> pd.DataFrame:
        """Return what of the limit of a line is there because it may go for another one, and by how many days its lead is longer."""
        _, detours = self._most
        names, lead = self.lines["line"].to_numpy(), self.lines["lead_days"].to_numpy(dtype=np.float64)
        row, column = np.nonzero(self._from_the_start(detours.volume))
        column += self.calendar.before
        stopped, by = detours.stopped[row, column], detours.by[row, column]
        return pd.DataFrame(
            {
                "line": names[stopped],
                "by": names[by],
                "period": np.asarray(self.calendar.names, dtype=object)[column - self.calendar.before],
                "limit": detours.volume[row, column],
                "days": lead[by] - lead[stopped],
            }
        ).astype({"line": "str", "by": "str", "period": "str"})

    def runs(self) -> pd.DataFrame:
        """Return how often each process can run, and what is left of its yield."""
        processes = self.scoped.processes
        limit = processes["undisturbed"].to_numpy(dtype=np.float64)[:, None] * self._from_the_start(self.run_factors)
        left = self._from_the_start(self.yield_factors)
        return long_table(processes[["process"]], list(self.calendar.names), limit=limit, yield_share=left)

    def transfers(self) -> pd.DataFrame:
        """Return what each lane can carry."""
        lanes = self.scoped.lanes
        limit = lanes["capacity"].to_numpy(dtype=np.float64)[:, None] * self._from_the_start(self.lane_factors)
        return long_table(lanes[["lane"]], list(self.calendar.names), limit=limit)

    def delays(self) -> pd.DataFrame:
        """Return the days by which the lead of what a line sends in a period is longer, where it is."""
        row, column = np.nonzero(self.line_delays)
        lines = self.lines[["line"]].iloc[row].reset_index(drop=True)
        return lines.assign(number=column - self.calendar.before, days=self.line_delays[row, column])

    def arrivals(self) -> pd.DataFrame:
        """Return the arrivals of what is sent from the first period on."""
        table = self.weights[self.weights["sent"] >= 0]
        names = np.asarray(self.calendar.names, dtype=object)
        return table.assign(sent=names[table["sent"]], period=names[table["number"]]).astype({"sent": "str", "period": "str"})

    def under_way(self) -> pd.DataFrame:
        """Return what was sent before the first period and arrives from then on, by sender."""
        scoped = self.scoped
        outputs = scoped.flows[scoped.flows["direction"] == "output"].merge(
            scoped.processes[["process", "region", "undisturbed"]], on="process"
        )
        sent = [
            self.lines.assign(channel="line", sender=self.lines["line"], undisturbed=1.0),
            scoped.lanes.assign(channel="lane", sender=scoped.lanes["lane"]),
            outputs.assign(
                channel="process",
                sender=outputs["process"],
                origin=outputs["process"],
                undisturbed=outputs["undisturbed"] * outputs["quantity"],
            ),
        ]
        columns = ["channel", "sender", "origin", "region", "commodity", "undisturbed"]
        volumes = pd.concat([table[columns] for table in sent], ignore_index=True)
        arriving = volumes.merge(self._shares_under_way(), on=["channel", "sender"])
        arriving["quantity"] = arriving["undisturbed"] * arriving["share"]
        names = np.asarray(self.calendar.names, dtype=object)
        arriving["period"] = pd.Series(names[arriving["number"]], index=arriving.index).astype("str")
        return arriving[arriving["quantity"] > 0]

    def _shares_under_way(self) -> pd.DataFrame:
        """Return channel, sender, number, share of what was sent before the first period and arrives in that one.

        Of lanes and processes it is a share of an undisturbed dispatch, of lines, which may have gone for one another, the quantity itself.
        """
        lines, _ = self._sent_by_lines(np.ones(len(self.lines)))
        factors = np.concatenate([self.lane_factors, lines, self.run_factors * self.yield_factors])
        table = self.weights[self.weights["sent"] < 0]
        row = pd.Series(np.arange(len(self.senders)), index=pd.MultiIndex.from_frame(self.senders[["channel", "sender"]]))
        sender = row.loc[pd.MultiIndex.from_frame(table[["channel", "sender"]])].to_numpy()
        through = factors[sender, table["sent"].to_numpy() + self.calendar.before]
        shares = table.assign(share=table["weight"] * through).groupby(["channel", "sender", "number"])["share"].sum()
        return shares.reset_index()
