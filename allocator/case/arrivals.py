"""When what is sent arrives: shares by period, and what was under way before the first period."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocator.periods import MONTH_DAYS

FloatArray = npt.NDArray[np.float64]


def arrival_shares(lead_days: FloatArray, period_days: float) -> tuple[npt.NDArray[np.int64], FloatArray]:
    """Return after how many periods what is sent is due, and which share of it, for each sender.

    A lead of 45 days in months of 30 is due half after one period and half after two.

    Args:
        lead_days: leads, of any shape.
        period_days: model days of a period.

    Returns:
        Periods and shares, both of shape (2, *shape of `lead_days`).
    """
    periods = lead_days / period_days
    whole = np.floor(periods)
    part = periods - whole
    return np.stack([whole, whole + 1.0]).astype(np.int64), np.stack([1.0 - part, part])


def kept_share(days: FloatArray, loss_per_month: FloatArray) -> FloatArray:
    """Return what is left of goods after days on their way, of which a share is lost per 30 days."""
    kept: FloatArray = (1.0 - loss_per_month) ** (days / MONTH_DAYS)
    return kept


@dataclass(frozen=True)
class TransitLoss:
    """What befalls goods on their way: sent before period `number`, due in it or later.

    Attributes:
        number: of the period.
        share: that is lost.
        senders: which of them it befalls, shape (n,).
    """

    number: int
    share: float
    senders: npt.NDArray[np.bool_]


def all_arrivals(
    senders: pd.DataFrame, delays: FloatArray, losses: Iterable[TransitLoss], period_days: float, first: int, count: int
) -> pd.DataFrame:
    """Return the share of every dispatch that arrives in each period, made from the lead in force at dispatch.

    Args:
        senders: channel, sender, lead_days (until arrival, as periods count it), transit_days (on the way), loss_per_month.
        delays: days by which the lead of what is sent in a period is longer, shape (senders, count - first).
        losses: what is lost on the way besides what decays.
        period_days: model days of a period.
        first: number of the first dispatch period, negative for dispatches before the start.
        count: number of periods from 0 on; what arrives later is left out.

    Returns:
        channel, sender, sent, number (of the period of arrival, >= 0), weight, lost, in the order of senders, then time; the last two sum
        to more than 0.
    """
    lead, transit, loss = (senders[name].to_numpy(dtype=np.float64)[:, None] for name in ("lead_days", "transit_days", "loss_per_month"))
    after, shares = arrival_shares(lead + delays, period_days)
    shares = np.moveaxis(shares * kept_share(transit + delays, loss), 0, -1)
    number = np.moveaxis(after + np.arange(first, count), 0, -1)
    chosen = (shares > 0) & (number >= 0) & (number < count)
    row, column, _ = np.nonzero(chosen)
    sent, due, share = column + first, number[chosen], shares[chosen]
    weight = share
    for struck in losses:
        on_the_way = struck.senders[row] & (sent < struck.number) & (due >= struck.number)
        weight = np.where(on_the_way, weight * (1.0 - struck.share), weight)
    table = senders[["channel", "sender"]].iloc[row].reset_index(drop=True)
    return table.assign(sent=sent, number=due, weight=weight, lost=share - weight)
