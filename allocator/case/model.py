"""What a scenario means: everything resolved, dated and named, in natural units."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocator.periods import Horizon
from allocator_models.instance import rises, sorted_by

CLAIM = ["region", "sector", "commodity"]
Sharing = Literal["pooled", "standalone", "guarded"]
#: How a tier shares: the rule, what it counts over, its place among the tier's rules, and what claims differ in.
RULE = ("rule", "over", "step", "satisfied", "offset", "order")
#: Columns of every table: key columns first, by which the table is sorted, then what is said of them.
CASE_COLUMNS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "periods": (("number",), ("period", "horizon")),
    "tiers": (("tier",), ("name", "rule", "over")),
    "commodities": (("commodity",), ("unit", "loss_per_month", "price_eur", "yardstick")),
    "claims": (
        ("region", "sector", "commodity"),
        ("tier", "undisturbed", *RULE, "past_demand", "past_shortfall"),
    ),
    "moves": (("region", "sector", "commodity", "tier"), RULE),
    "cells": (("region", "sector", "commodity", "period"), ("tier", "demand", "cap", "guarantee", "guarantee_first", "hard")),
    "harms": (("sector", "commodity", "piece"), ("share", "harm")),
    "restraints": (("region", "sector", "commodity", "period", "block"), ("share", "cost_eur")),
    "lines": (("line",), ("commodity", "origin", "region", "premium_eur", "undisturbed", "outside")),
    "dispatches": (("line", "period"), ("limit",)),
    "detours": (("line", "by", "period"), ("limit", "days")),
    "processes": (("process",), ("technology", "region", "cost_eur", "undisturbed")),
    "flows": (("process", "commodity", "direction"), ("quantity",)),
    "runs": (("process", "period"), ("limit", "yield_share")),
    "reserves": (("reserve",), ("owner", "region", "commodity", "opening", "floor", "loss_per_month", "rank", "first", "open")),
    "releases": (("reserve", "period"), ("limit", "loss_share", "due")),
    "refills": (("reserve", "period"), ("limit",)),
    "inventories": (("region", "commodity"), ("opening", "minimum", "maximum")),
    "lanes": (("lane",), ("origin", "region", "commodity", "cost_eur", "undisturbed", "transit_days")),
    "transfers": (("lane", "period"), ("limit",)),
    "delays": (("line", "number"), ("days",)),
    "arrivals": (("channel", "sender", "sent", "period"), ("weight", "lost")),
    "levers": (("lever",), ("kind", "authority", "commodity", "rank")),
    "lever_limits": (("lever", "period"), ("limit",)),
    "lever_members": (("lever", "channel", "member"), ()),
    "under_way": (("region", "commodity", "period", "channel", "sender"), ("origin", "quantity")),
    "plants": (("kind", "name"), ("minimum", "restart", "running")),
    "closing": (("piece",), ("share", "harm")),
    "lots": (("line",), ("size",)),
    "tranches": (("reserve",), ("size",)),
    "bundles": (("lever",), ("minimum",)),
    "activations": (("lever",), ("fixed_eur",)),
    "allowances": (("allowance",), ("most",)),
    "premiums": (("line", "period"), ("premium_eur",)),
    "sales": (("region", "commodity", "buyer", "period"), ("limit", "value_eur")),
    "holdings": (("region", "commodity", "period"), ("cost_eur",)),
}
#: Tables that say where figures of other tables come from; they cannot change the answer, so the hash leaves them out.
EXPLAINING = ("detours",)
#: Tables that cases got later: where one is empty the hash is what it was before there were any.
LATER = (
    "refills",
    "levers",
    "lever_limits",
    "lever_members",
    "plants",
    "closing",
    "lots",
    "tranches",
    "bundles",
    "activations",
    "allowances",
    "premiums",
    "sales",
    "holdings",
)


@dataclass(frozen=True)
class Note:
    """Something the report must say about how the scenario was read.

    Attributes:
        kind: which sentence: see `allocator.case.resolve_case`.
        path: place in the scenario that led to it, or empty.
        subject: whom or what it is about: a region, commodity, reserve or lane.
    """

    kind: str
    path: str
    subject: str


@dataclass(frozen=True)
class Case:
    """One question, resolved.

    Quantities are in the commodity's own unit per period, money in EUR per unit; tables are sorted by their keys.

    Attributes:
        scenario, baseline, framework: ids.
        horizon: periods that are decided and reported.
        period_days: model days of a period: 30 or 7.
        crisis_level: level that the scenario declares.
        periods: `number` from 0; `horizon` is False in the unreported tail.
        tiers: `tier` is the rank.
        commodities: in scope; `yardstick` is undisturbed demand per period in scope (process input where nobody claims it).
        claims: (region, sector, commodity) with the tier that serves it and its undisturbed demand; sector ``exports`` stands for regions
            outside the scope. How the tier shares: see `allocator_models.instance.Instance`.
        moves: claims that an override moves into another tier, and how that tier shares.
        cells: demand > 0 by period; `tier` serves it in this period, `cap` share that may be met, `guarantee` guaranteed share,
            `guarantee_first` before all tiers, `hard` the share that must hold, or the case is refused (0: none).
        harms: what is short in pieces of rising harm, in shares of demand, where a tier weighs harm.
        restraints: share of demand that opened levers let a claim give up, by block of rising cost.
        lines: `undisturbed` is what is sent per period, before losses in transit; `outside` marks fixed supply from regions outside
            the scope.
        dispatches: what a line can send, after disruptions.
        detours: the part of the limit of `by` that is there as closures stop `line`, and by how many days its lead is longer.
        processes, flows, runs: technology in a region; quantities per run; runs that it can make, after disruptions, and `yield_share`,
            what is left of the outputs of each run.
        reserves: `floor` is the least stock, as set for the first period; `first` says that it is drawn on before the market, `open`
            whether a lever, the crisis level and the framework let it be released at all.
        releases: the largest release per period, 0 where the reserve is closed and in the tail; `loss_share` of the stock brought into the
            period is destroyed before anything is released; `due` is the share of the opening stock that must be there: of what is lent.
        refills: the most that goes into a reserve per period; where there is no row, none.
        inventories: commercial stock before the first period, between working stock and room.
        lanes: transfers between regions in scope; `undisturbed` is what is sent per period at origin; goods decay over `transit_days`.
        transfers: what a lane can carry, after disruptions.
        delays: days by which a line's lead is longer for what it sends in a period, where it is; `number` is that of the period, negative
            before the first.
        arrivals: shares of what `sender` of a `channel` (line, process, lane) sends in `sent` that arrives in `period`, after decay in
            transit, and share `lost` to a disruption on the way; what arrives after the tail is left out.
        under_way: what was sent before the first period and arrives in `period`.
        levers: those that may be used; `rank` is the lowest tier that may use what it brings, 0 where it brings no goods; `commodity` is
            what it is about, empty where it is about several.
        lever_limits: what all lines of a lever together may send.
        lever_members: what a lever opens: `member` of a channel ``line``, ``process``, ``reserve``, ``refill`` (a reserve), ``sector``, or
            ``exports`` (a commodity).
        plants: claims and processes (`kind`) that get or run their `minimum` at least, or stand still, and for `restart` periods once they
            have stopped; `running` says whether they did before the first period.
        lots: lines that send whole lots of this size.
        tranches: reserves that release whole tranches of this size.
        bundles: levers whose lines together send this much at least in a period, or nothing.
        activations: levers that must be unlocked to bring anything, and what that costs.
        allowances: what all levers together may cost (``budget_eur``), and how many may be used (``at_most_together``).
        premiums: what lines cost above the baseline in a period, where the scenario says so; else `lines` does.
        sales: what buyers without a rank take at most in a period, and what a unit brings.
        holdings: what it costs to hold a unit of commercial stock at the end of a period.
        closing: where anything is a whole number, pieces of the curve of harm by which it is chosen who stands still, by `share`
            of what is missed.
        notes: what the report must say about the reading.
        words: what moves no figure but stands in the outputs: titles, legal bases, who decides.
        sharing: ``pooled``, ``standalone`` (what lanes carry is then at most their trade), or ``guarded``: pooled, and no claim is worse
            off than it would be standalone.
    """

    scenario: str
    baseline: str
    framework: str
    horizon: Horizon
    period_days: float
    crisis_level: int
    periods: pd.DataFrame
    tiers: pd.DataFrame
    commodities: pd.DataFrame
    claims: pd.DataFrame
    moves: pd.DataFrame
    cells: pd.DataFrame
    harms: pd.DataFrame
    restraints: pd.DataFrame
    lines: pd.DataFrame
    dispatches: pd.DataFrame
    detours: pd.DataFrame
    processes: pd.DataFrame
    flows: pd.DataFrame
    runs: pd.DataFrame
    reserves: pd.DataFrame
    releases: pd.DataFrame
    refills: pd.DataFrame
    inventories: pd.DataFrame
    lanes: pd.DataFrame
    transfers: pd.DataFrame
    delays: pd.DataFrame
    arrivals: pd.DataFrame
    levers: pd.DataFrame
    lever_limits: pd.DataFrame
    lever_members: pd.DataFrame
    under_way: pd.DataFrame
    plants: pd.DataFrame
    closing: pd.DataFrame
    lots: pd.DataFrame
    tranches: pd.DataFrame
    bundles: pd.DataFrame
    activations: pd.DataFrame
    allowances: pd.DataFrame
    premiums: pd.DataFrame
    sales: pd.DataFrame
    holdings: pd.DataFrame
    notes: tuple[Note, ...]
    words: tuple[str, ...] = ()
    sharing: Sharing = "pooled"

    def __post_init__(self) -> None:
        """Refuse tables that are not as `CASE_COLUMNS` says: a defect of the program, not of a file."""
        for name, (keys, columns) in CASE_COLUMNS.items():
            table: pd.DataFrame = getattr(self, name)
            if tuple(table.columns) != keys + columns:
                raise ValueError(f"Case.{name}: columns {list(table.columns)}, expected {list(keys + columns)}")
            if not rises(table, keys):
                raise ValueError(f"Case.{name}: rows do not rise by {list(keys)}: unsorted, or not unique")

    @cached_property
    def standings(self) -> pd.DataFrame:
        """Region, sector, commodity, tier and how that tier shares: of every claim in its own tier, and in those it is moved into."""
        columns = [*CLAIM, "tier", *RULE]
        return pd.concat([self.claims[columns], self.moves[columns]], ignore_index=True) if len(self.moves) else self.claims[columns]

    @cached_property
    def sha256(self) -> str:
        """Hash of what is asked, on whose word and what ground; the same whatever the order of rows in the files, and on every machine."""
        digest = hashlib.sha256()
        for name, value in self._asked():
            digest.update(f"\x1d{name}\x1d".encode())
            digest.update(_table_bytes(value) if isinstance(value, pd.DataFrame) else repr(value).encode())
        return digest.hexdigest()

    def _asked(self) -> Iterator[tuple[str, object]]:
        """Yield what decides the answer, by name.

        Of a lever that brings no goods, what it opens stands in other tables; it counts where levers are unlocked or have a budget.
        """
        told_apart = len(self.activations) + len(self.allowances) > 0
        supplying = self.levers[(self.levers["rank"] > 0) | told_apart]
        own: dict[str, object] = {
            "levers": supplying,
            "lever_members": self.lever_members[self.lever_members["lever"].isin(supplying["lever"])],
            "releases": self.releases if self.releases["due"].any() else self.releases.drop(columns="due"),
        }
        for name in (field.name for field in fields(self) if field.name not in EXPLAINING):
            value = own.get(name, getattr(self, name))
            if name == "sharing" and value == "pooled":
                continue
            if not (isinstance(value, pd.DataFrame) and name in LATER and value.empty):
                yield name, value


def case_table(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return `frame` as the case's table `name`: its columns only, sorted by its keys."""
    keys, columns = CASE_COLUMNS[name]
    return sorted_by(frame[[*keys, *columns]], keys)


def _table_bytes(table: pd.DataFrame) -> bytes:
    parts = [struct.pack("<q", len(table))]
    for name, column in table.items():
        parts.append(f"\x1e{name}\x1e".encode())
        if pd.api.types.is_numeric_dtype(column):
            parts.append((column.to_numpy(dtype="<f8") + 0.0).astype("<f8").tobytes())  # + 0.0: -0.0 is 0.0
        else:
            parts.append("\x1f".join(column.astype(str).to_numpy()).encode())
    return b"".join(parts)


def long_table(keys: pd.DataFrame, names: list[str], **figures: npt.NDArray[Any]) -> pd.DataFrame:
    """Return one row per row of `keys` and period; each figure is an array of shape (rows, periods)."""
    rows, count = len(keys), len(names)
    table = keys.loc[keys.index.repeat(count)].reset_index(drop=True)
    table["period"] = np.tile(np.asarray(names, dtype=object), rows)
    table["period"] = table["period"].astype("str")
    for name, figure in figures.items():
        table[name] = figure.reshape(rows * count)
    return table
