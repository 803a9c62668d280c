"""When what is sent arrives: shares by period, and what was under way before the first period."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

FloatArray = npt.NDArray[np.float64]
MONTH_DAYS = 30.0


def arrival_shares(lead_days: FloatArray, loss_per_month: FloatArray, period_days: float) -> tuple[npt.NDArray[np.int64], FloatArray]:
    """Return after how many periods what is sent arrives, and which share of it, for each sender.

    A lead of 45 days in months of 30 arrives half after one period and half after two. The shares sum to (1 - loss)^(lead in months).

    Args:
        lead_days: leads, shape (n,).
        loss_per_month: share lost per 30 days in transit, shape (n,).
        period_days: model days of a period.

    Returns:
        Periods and shares, both of shape (2, n).
    """
    periods = lead_days / period_days
    whole = np.floor(periods)
    part = periods - whole
    kept = (1.0 - loss_per_month) ** (lead_days / MONTH_DAYS)
    return np.stack([whole, whole + 1.0]).astype(np.int64), np.stack([(1.0 - part) * kept, part * kept])


def all_arrivals(senders: pd.DataFrame, period_days: float, first: int, count: int) -> pd.DataFrame:
    """Return the share of every dispatch that arrives in each period.

    Args:
        senders: channel, sender, lead_days, loss_per_month.
        period_days: model days of a period.
        first: number of the first dispatch period, negative for dispatches before the start.
        count: number of periods from 0 on; what arrives later is left out.

    Returns:
        channel, sender, sent, number (of the period of arrival, >= 0), weight > 0.
    """
    after, shares = arrival_shares(
        senders["lead_days"].to_numpy(dtype=np.float64), senders["loss_per_month"].to_numpy(dtype=np.float64), period_days
    )
    sent = np.arange(first, count)
    size = (2, len(senders), len(sent))
    number = np.broadcast_to(after[:, :, None] + sent, size)
    weight = np.broadcast_to(shares[:, :, None], size)
    chosen = (weight > 0) & (number >= 0) & (number < count)
    _, row, column = np.nonzero(chosen)
    table = senders[["channel", "sender"]].iloc[row].reset_index(drop=True)
    return table.assign(sent=sent[column], number=number[chosen], weight=weight[chosen])
