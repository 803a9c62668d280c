"""What lines, processes and lanes send: limits after disruptions, arrivals, and what was under way."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocator.case.arrivals import all_arrivals, kept_share
from allocator.case.detours import Detours, going_round
from allocator.case.figures import Course
from allocator.case.model import long_table
from allocator.case.scope import ScopedBaseline
from allocator_models.kept import Kept

FloatArray = npt.NDArray[np.float64]


class Flows:
    """What is sent in the periods of a course, and when it arrives.

    Args:
        scoped: the baseline in scope.
        routes: chokepoints by route.
        course: calendar and disruptions.
        senders: channel, sender, lead_days, transit_days, loss_per_month of all lanes, then lines, then processes.
        kept: spares the tables of what no disruption touches otherwise than before.
    """

    def __init__(self, scoped: ScopedBaseline, routes: pd.DataFrame, course: Course, senders: pd.DataFrame, kept: Kept) -> None:
        self.scoped, self.routes, self.course, self.calendar, self.senders = scoped, routes, course, course.calendar, senders
        self.kept, self.names = kept, course.calendar.names
        processes = scoped.processes
        self.lines = kept.step("lines", _undisturbed, scoped.lines, course.loss)
        factors = {
            "line": course.supply_factors(len(self.lines), lambda one: one.affects_lines(self.lines, routes)),
            "lane": course.supply_factors(len(scoped.lanes), lambda one: one.affects_lanes(scoped.lanes)),
            "run": course.supply_factors(len(processes), lambda one: one.affects_processes(processes)),
            "yield": course.supply_factors(len(processes), lambda one: one.affects_yields(processes)),
        }
        self.factors = {name: kept.same(f"{name} factors", found) for name, found in factors.items()}
        self.line_delays = kept.same("line delays", course.delays(self.lines))
        self.weights = kept.step(
            "arrivals of all",
            all_arrivals,
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
        detours = going_round(self.course, self.lines, self.routes, could, self.kept)
        return could * self.factors["line"] + detours.on_top(len(could)), detours

    @cached_property
    def _most(self) -> tuple[FloatArray, Detours]:
        return self._sent_by_lines((1.0 + self.lines["spare_share"]).to_numpy(dtype=np.float64))

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the tables of the case that say what is sent and when it arrives, by name."""
        return {
            "lines": self.lines,
            "dispatches": self.dispatches(),
            "detours": self.detours(),
            "runs": self.runs(),
            "transfers": self.transfers(),
            "delays": self.delays(),
            "arrivals": self.arrivals(),
            "under_way": self.under_way(),
        }

    def dispatches(self) -> pd.DataFrame:
        """Return what each line can send, its spare included."""
        sent, _ = self._most
        return self._by_period("dispatches", self.lines, "line", limit=self._from_the_start(sent))

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
        limit = processes["undisturbed"].to_numpy(dtype=np.float64)[:, None] * self._from_the_start(self.factors["run"])
        return self._by_period("runs", processes, "process", limit=limit, yield_share=self._from_the_start(self.factors["yield"]))

    def transfers(self) -> pd.DataFrame:
        """Return what each lane can carry."""
        lanes = self.scoped.lanes
        limit = lanes["capacity"].to_numpy(dtype=np.float64)[:, None] * self._from_the_start(self.factors["lane"])
        return self._by_period("transfers", lanes, "lane", limit=limit)

    def _by_period(self, name: str, senders: pd.DataFrame, key: str, **figures: FloatArray) -> pd.DataFrame:
        """Return figures of senders, one row a sender and period."""
        return self.kept.step(name, lambda rows, names, told: long_table(rows[[key]], list(names), **told), senders, self.names, figures)

    def delays(self) -> pd.DataFrame:
        """Return the days by which the lead of what a line sends in a period is longer, where it is."""
        row, column = np.nonzero(self.line_delays)
        lines = self.lines[["line"]].iloc[row].reset_index(drop=True)
        return lines.assign(number=column - self.calendar.before, days=self.line_delays[row, column])

    def arrivals(self) -> pd.DataFrame:
        """Return the arrivals of what is sent from the first period on."""
        return self.kept.step("arrivals", _from_the_first, self.weights, self.names)

    def under_way(self) -> pd.DataFrame:
        """Return what was sent before the first period and arrives from then on, by sender.

        Of lanes and processes the share is one of an undisturbed dispatch, of lines, which may have gone for one another, the quantity.
        """
        lines, _ = self._sent_by_lines(np.ones(len(self.lines)))
        through = np.concatenate([lines, self.factors["lane"], self.factors["run"] * self.factors["yield"]])
        volumes = self.kept.step("volumes", _volumes, self.scoped, self.lines)
        before = self.kept.step("under way", _Before, self.weights, self.scoped, self.lines, volumes, self.names, self.calendar.before)
        return self.kept.step("volumes under way", _Before.arriving, before, self.kept.same("through", before.through(through)))


class _Before:
    """What was sent before the first period: which dispatch arrives when, and whose it was."""

    def __init__(
        self, weights: pd.DataFrame, scoped: ScopedBaseline, lines: pd.DataFrame, volumes: pd.DataFrame, names: Sequence[str], before: int
    ) -> None:
        senders = [("line", name) for name in lines["line"]]
        senders += [("lane", name) for name in scoped.lanes["lane"]] + [("process", name) for name in scoped.processes["process"]]
        table = weights[weights["sent"] < 0]
        row = pd.Series(np.arange(len(senders)), index=pd.MultiIndex.from_tuples(senders, names=["channel", "sender"]))
        self.sender = row.loc[pd.MultiIndex.from_frame(table[["channel", "sender"]])].to_numpy()
        self.sent, self.weight = table["sent"].to_numpy() + before, table["weight"].to_numpy(dtype=np.float64)
        due = table.groupby(["channel", "sender", "number"])
        self.due = due.ngroup().to_numpy()
        first = pd.DataFrame(due.size().reset_index()[["channel", "sender", "number"]]).assign(due=np.arange(due.ngroups))
        coming = volumes.merge(first, on=["channel", "sender"])
        self.share_of = coming["due"].to_numpy()
        coming["period"] = pd.Series(np.asarray(names, dtype=object)[coming["number"]], index=coming.index).astype("str")
        self.coming = coming.drop(columns="due")

    def through(self, factors: FloatArray) -> FloatArray:
        """Return what gets through of every dispatch; `factors` of all senders: lines, lanes, processes."""
        found: FloatArray = self.weight * factors[self.sender, self.sent]
        return found

    def arriving(self, through: FloatArray) -> pd.DataFrame:
        """Return the volumes that arrive in a period from the first on."""
        share = pd.Series(through).groupby(self.due).sum().to_numpy(dtype=np.float64)[self.share_of]
        arriving = self.coming.assign(share=share, quantity=self.coming["undisturbed"] * share)
        return arriving[arriving["quantity"] > 0]


def _undisturbed(lines: pd.DataFrame, loss: pd.Series) -> pd.DataFrame:
    """Add what each line sends undisturbed, so that what arrives is what the baseline says."""
    kept = kept_share(lines["lead_days"].to_numpy(dtype=np.float64), lines["commodity"].map(loss).to_numpy(dtype=np.float64))
    return lines.assign(undisturbed=lines["arriving"] / kept)


def _from_the_first(weights: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    table, named = weights[weights["sent"] >= 0], np.asarray(names, dtype=object)
    return table.assign(sent=named[table["sent"]], period=named[table["number"]]).astype({"sent": "str", "period": "str"})


def _volumes(scoped: ScopedBaseline, lines: pd.DataFrame) -> pd.DataFrame:
    """Return what a sender sends undisturbed, by good; 1 of lines, of which it is told in quantities what gets through."""
    outputs = scoped.flows[scoped.flows["direction"] == "output"].merge(
        scoped.processes[["process", "region", "undisturbed"]], on="process"
    )
    sent = [
        lines.assign(channel="line", sender=lines["line"], undisturbed=1.0),
        scoped.lanes.assign(channel="lane", sender=scoped.lanes["lane"]),
        outputs.assign(
            channel="process",
            sender=outputs["process"],
            origin=outputs["process"],
            undisturbed=outputs["undisturbed"] * outputs["quantity"],
        ),
    ]
    columns = ["channel", "sender", "origin", "region", "commodity", "undisturbed"]
    return pd.concat([table[columns] for table in sent], ignore_index=True)
