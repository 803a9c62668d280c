"""The stocks of a case: which reserves levers open, what is lent, set aside from firms or filled up again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocator.case.figures import Course, FloatArray
from allocator.case.levers import Opened, members, of_kind
from allocator.case.model import Note, long_table
from allocator.case.scope import ScopedBaseline
from allocator.framework import Framework
from allocator.periods import offset_days, year_share
from allocator.scenario.levers.inventory_direction import InventoryDirection
from allocator.scenario.levers.loan import Loan
from allocator.scenario.levers.refill import Refill
from allocator.scenario.levers.reserve_release import ReserveRelease

RESERVES = ["reserve", "owner", "region", "commodity", "opening", "floor", "loss_per_month", "rank", "first", "open"]


@dataclass
class Stocks:
    """The stocks of a case, made from those of the baseline by one lever after the other.

    Attributes:
        reserves: `RESERVES`; those that levers make come after those of the baseline.
        inventories: region, commodity, opening, minimum, maximum.
        limit, refill, due: of each reserve and period: the largest release, the most that goes in, and the share of the opening stock that
            must be there.
        belongs: lever, channel, member.
        tranches: what each opened reserve releases at a time; 0: any amount.
        notes: what the report must say.
    """

    reserves: pd.DataFrame
    inventories: pd.DataFrame
    limit: FloatArray
    refill: FloatArray
    due: FloatArray
    belongs: list[tuple[str, str, str]] = field(default_factory=list)
    tranches: dict[str, float] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def add(self, rows: pd.DataFrame, limit: FloatArray, refill: FloatArray, due: FloatArray) -> None:
        """Add reserves that a lever makes."""
        self.reserves = pd.concat([self.reserves, rows[RESERVES]], ignore_index=True)
        self.limit = np.concatenate([self.limit, limit])
        self.refill = np.concatenate([self.refill, refill])
        self.due = np.concatenate([self.due, due])

    def releases(self, names: Sequence[str], losses: FloatArray) -> pd.DataFrame:
        """Return the table of releases; `losses` are the shares of stocks that are destroyed."""
        limit = np.minimum(self.limit, self.reserves["opening"].to_numpy(dtype=np.float64)[:, None])
        return long_table(self.reserves[["reserve"]], list(names), limit=limit, loss_share=losses, due=self.due)

    def refills(self, names: Sequence[str]) -> pd.DataFrame:
        """Return reserve, period and limit of what may be filled up."""
        table = long_table(self.reserves[["reserve"]], list(names), limit=self.refill)
        return table[table["limit"] > 0]


def stocks_of(opened: Sequence[Opened], scoped: ScopedBaseline, framework: Framework, course: Course, level: int) -> Stocks:
    """Return the stocks after every lever.

    Args:
        opened: levers that may be used.
        scoped: the baseline in scope.
        framework: says who may draw on reserves, and when.
        course: calendar and disruptions.
        level: crisis level.
    """
    reserves, inventories = scoped.reserves, scoped.inventories
    ranks = np.array([framework.reserves.rank_of(reserve) or 0 for reserve in reserves["reserve"]], dtype=np.int64)
    first = np.array([framework.reserves.use_of(reserve) == "first" for reserve in reserves["reserve"]], dtype=bool)
    own = reserves.assign(opening=reserves["quantity"], floor=reserves["floor_share"] * reserves["quantity"], rank=ranks, first=first)
    nothing = np.zeros((len(own), len(course.calendar.names)))
    stores = inventories.rename(columns={"quantity": "opening", "working_stock": "minimum", "room": "maximum"})
    stocks = Stocks(own.assign(open=False)[RESERVES], stores, nothing, nothing.copy(), nothing.copy())
    _open(stocks, opened, reserves, course, level)
    _fill_up(stocks, opened, reserves, course)
    _lend(stocks, opened, course, scoped.regions)
    _set_aside(stocks, opened, course)
    return stocks


def _open(stocks: Stocks, opened: Sequence[Opened], reserves: pd.DataFrame, course: Course, level: int) -> None:
    """Open reserves: an authorised lever opens them, and their own crisis level allows it; each is ready after its own days."""
    calendar = course.calendar
    ready_days = reserves["first_release_days"].to_numpy(dtype=np.float64)
    late = (reserves["crisis_level"] > level).to_numpy(dtype=bool)
    opens: npt.NDArray[np.bool_] = np.zeros(len(reserves), dtype=bool)
    shares = np.zeros_like(stocks.limit)
    for one, lever in of_kind(opened, ReserveRelease):
        mine = lever.opens(reserves)
        stocks.notes += [Note("reserve_closed_at_level", one.path, name) for name in sorted(reserves.loc[mine & late, "reserve"])]
        if not mine.any():
            stocks.notes.append(Note("lever_without_reserve", one.path, lever.owner))
        its = lever.open_shares(calendar.horizon, len(calendar.names), ready_days)
        shares = np.maximum(shares, np.where((mine & ~late)[:, None], its, 0.0))
        opens |= mine & ~late
        names = reserves.loc[mine & ~late, "reserve"]
        stocks.belongs += [(one.name, "reserve", name) for name in names]
        stocks.tranches |= {name: min(lever.tranche or 0.0, stocks.tranches.get(name, np.inf)) for name in names}
    monthly = reserves["max_release_per_month"].to_numpy(dtype=np.float64) * 12.0 * year_share(calendar.horizon)
    stocks.limit = monthly[:, None] * shares
    stocks.reserves["open"] = opens


def _fill_up(stocks: Stocks, opened: Sequence[Opened], reserves: pd.DataFrame, course: Course) -> None:
    calendar = course.calendar
    for one, lever in of_kind(opened, Refill):
        mine = lever.opens(reserves)
        if not mine.any():
            stocks.notes.append(Note("lever_without_reserve", one.path, lever.owner))
        most = lever.monthly * 12.0 * year_share(calendar.horizon) * lever.open_shares(calendar.horizon, len(calendar.names))
        stocks.refill = np.maximum(stocks.refill, np.where(mine[:, None], most, 0.0))
        stocks.belongs += [(one.name, "refill", name) for name in reserves.loc[mine, "reserve"]]


def _lend(stocks: Stocks, opened: Sequence[Opened], course: Course, regions: Sequence[str]) -> None:
    """Set aside what is lent, as a reserve where it is needed that must be full again when it is due."""
    calendar = course.calendar
    number = np.arange(len(calendar.names))
    for one, lever in of_kind(opened, Loan):
        part = lever.lent(stocks.reserves)
        if not part.any() or lever.region not in regions:
            stocks.notes.append(one.without_effect)
            continue
        lenders = stocks.reserves[part > 0]
        stocks.reserves["opening"] = stocks.reserves["opening"] - part
        pot = pd.DataFrame(
            {
                "reserve": [one.name],
                "owner": [lever.owner],
                "region": [lever.region],
                "commodity": [lever.commodity],
                "opening": [float(part.sum())],
                "floor": [0.0],
                "loss_per_month": [float(lenders["loss_per_month"].max())],
                "rank": [min(one.rank, int(lenders["rank"].min()))],
                "first": [False],
                "open": [True],
            }
        )
        due = number >= np.floor(offset_days(calendar.horizon, lever.return_by) / calendar.days)
        shares = np.where(due, 0.0, lever.open_shares(calendar.horizon, len(number)))
        back = np.where(np.cumsum(shares > 0) > 0, pot["opening"].iloc[0], 0.0) * (number < calendar.horizon.periods)
        stocks.add(pot, pot["opening"].iloc[0] * shares[None, :], back[None, :], due[None, :].astype(np.float64))
        stocks.belongs.append((one.name, "reserve", one.name))


def _set_aside(stocks: Stocks, opened: Sequence[Opened], course: Course) -> None:
    """Take working stock from firms, as reserves of their own that may be released down to nothing."""
    calendar = course.calendar
    for one, lever in of_kind(opened, InventoryDirection):
        stores = stocks.inventories
        aside = lever.set_aside(one.name, stores)
        if aside.empty:
            stocks.notes.append(one.without_effect)
            continue
        part = stores[["region", "commodity"]].merge(aside, on=["region", "commodity"], how="left")["part"].fillna(0.0).to_numpy()
        stocks.inventories = stores.assign(**{name: stores[name].to_numpy() - part for name in ("opening", "minimum", "maximum")})
        rows = aside.assign(
            owner=aside["region"],
            opening=aside["part"],
            floor=0.0,
            loss_per_month=aside["commodity"].map(course.loss).astype("float64"),
            rank=one.rank,
            first=False,
            open=True,
        )
        shares = lever.open_shares(calendar.horizon, len(calendar.names))
        nothing = np.zeros((len(rows), len(shares)))
        stocks.add(rows, rows["part"].to_numpy()[:, None] * shares, nothing, nothing.copy())
        stocks.belongs += [(one.name, "reserve", name) for name in rows["reserve"]]


def tranches_of(stocks: Stocks) -> pd.DataFrame:
    """Return reserve and size of what is released in whole tranches: where all that open it say so, and the smallest that they say."""
    sizes = {name: size for name, size in stocks.tranches.items() if size > 0.0}
    return pd.DataFrame({"reserve": list(sizes), "size": list(sizes.values())}).astype({"reserve": "str", "size": "float64"})


def reserve_members(stocks: Stocks) -> pd.DataFrame:
    """Return what belongs to which lever."""
    return members(stocks.belongs)
