"""Which levers may be used in a case, and the restraint that they open; see `stocks` and `supplies` for the goods they bring."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pandas as pd

from allocator.case.figures import Calendar, FloatArray
from allocator.case.model import CLAIM, Note
from allocator.case.scope import EXPORTS, Links
from allocator.framework import Framework
from allocator.scenario import Lever, Scenario
from allocator.scenario.levers._base import SupplyingLever, lever_names
from allocator.scenario.levers.demand_restraint import DemandRestraint
from allocator.scenario.levers.export_retention import ExportRetention
from allocator.scenario.levers.substitution import Substitution

Kind = TypeVar("Kind", bound=Lever)
BLOCKS = ["sector", "commodity", "block", "share", "cost_eur"]
MEMBERS = ["lever", "channel", "member"]


@dataclass(frozen=True)
class Opened:
    """A lever that may be used.

    Attributes:
        lever: as it was written.
        name: made from what it says.
        path: its place in the scenario.
        rank: lowest tier for which it may be used; 0 where it brings no goods.
    """

    lever: Lever
    name: str
    path: str
    rank: int

    @property
    def without_effect(self) -> Note:
        """The note that there is nothing that it could act on."""
        return Note("lever_without_effect", self.path, self.name)


def opened_levers(framework: Framework, scenario: Scenario) -> tuple[list[Opened], list[Note]]:
    """Return the levers that crisis level and framework let be used, by name, and a note for every other one."""
    level, lowest = scenario.crisis_level, max(tier.rank for tier in framework.tiers)
    opened, notes = [], []
    for number, (lever, name) in enumerate(zip(scenario.levers, lever_names(scenario.levers), strict=True)):
        path = f"levers.{number}"
        if not _may_be_used(lever, framework, level):
            notes.append(Note("lever_not_allowed_at_level", path, lever.kind))
            continue
        rank = framework.levers.rank_of(lever.kind, lowest) if isinstance(lever, SupplyingLever) else 0
        if isinstance(lever, SupplyingLever) and lever.rank is not None:
            rank = min(rank, lever.rank)
        opened.append(Opened(lever, name, path, rank))
    return sorted(opened, key=lambda one: one.name), notes


def _may_be_used(lever: Lever, framework: Framework, level: int) -> bool:
    if lever.from_level is not None and level < lever.from_level:
        return False
    if isinstance(lever, DemandRestraint) and lever.mode == "mandatory" and framework.restraint is not None:
        return framework.opens(lever.kind, level) and level >= framework.restraint.mandatory_from_level
    return framework.opens(lever.kind, level)


def of_kind(opened: Sequence[Opened], kind: type[Kind]) -> Iterator[tuple[Opened, Kind]]:
    """Yield the opened levers of a kind, each with its lever typed."""
    for one in opened:
        if isinstance(one.lever, kind):
            yield one, one.lever


def linked_goods(opened: Sequence[Opened]) -> Links:
    """Return what levers link, so that a scope with one holds the other."""
    return tuple((one.name, good) for one, lever in of_kind(opened, Substitution) for good in (lever.commodity, lever.substitute))


def members(rows: Sequence[tuple[str, str, str]]) -> pd.DataFrame:
    """Return the table of what belongs to which lever."""
    return pd.DataFrame(rows, columns=MEMBERS).astype("str").drop_duplicates()


def activations_of(opened: Sequence[Opened], belongs: pd.DataFrame, framework: Framework) -> pd.DataFrame:
    """Return lever and fixed_eur of those that must be unlocked: all that open something where they are counted, else who has a cost.

    Args:
        opened: levers that may be used.
        belongs: lever, channel, member of what they open.
        framework: says how many may be used together.
    """
    counted = framework.levers.at_most_together is not None
    working = set(belongs["lever"])
    rows = [(one.name, one.lever.fixed_cost_eur) for one in opened if one.name in working and (counted or one.lever.fixed_cost_eur > 0.0)]
    return pd.DataFrame(rows, columns=["lever", "fixed_eur"]).astype({"lever": "str", "fixed_eur": "float64"})


def allowances_of(framework: Framework) -> pd.DataFrame:
    """Return allowance and most: what levers may cost in all, and how many may be used, where the framework says so."""
    said = {"budget_eur": framework.levers.budget_eur, "at_most_together": framework.levers.at_most_together}
    rows = [(name, most) for name, most in said.items() if most is not None]
    return pd.DataFrame(rows, columns=["allowance", "most"]).astype({"allowance": "str", "most": "float64"})


def opened_restraint(
    opened: Sequence[Opened], cells: pd.DataFrame, restraint: pd.DataFrame, calendar: Calendar
) -> tuple[pd.DataFrame, pd.DataFrame, list[Note]]:
    """Return region, sector, commodity, period, block, share and cost_eur of what claims may give up, what belongs to which lever, notes.

    Blocks open in order up to a lever's share of demand; the last one in part, and of a voluntary one the first alone. Of two levers for
    one sector the larger share counts. In the tail they stay as they are at the end of the horizon.
    """
    notes: list[Note] = []
    limits: dict[tuple[str, bool], FloatArray] = {}
    belongs: list[tuple[str, str, str]] = []
    for one, lever in of_kind(opened, DemandRestraint):
        share = lever.share * _going_on(lever, calendar)
        for sector in lever.sectors:
            key = (sector, lever.mode == "mandatory")
            limits[key] = np.maximum(limits.get(key, 0.0), share)
            belongs.append((one.name, "sector", sector))
            if not (restraint["sector"] == sector).any():
                notes.append(Note("restraint_without_blocks", one.path, sector))
    parts = [_within(limits, cells, restraint, calendar)]
    kept_back = dict.fromkeys(cells.loc[cells["sector"] == EXPORTS, ["commodity", "period"]].itertuples(index=False, name=None), 0.0)
    last = restraint.loc[restraint["sector"] == EXPORTS].groupby("commodity")["block"].max().astype("int64").to_dict()
    for one, retention in sorted(of_kind(opened, ExportRetention), key=lambda found: (found[1].cost_eur, found[0].name)):
        goods = retention.goods(cells.loc[cells["sector"] == EXPORTS, "commodity"])
        notes += [] if goods else [one.without_effect]
        exported = cells[(cells["sector"] == EXPORTS) & cells["commodity"].isin(goods)]
        open_share = dict(zip(calendar.names, retention.share * _going_on(retention, calendar), strict=True))
        for good in goods:
            last[good] = last.get(good, 0) + 1
            belongs.append((one.name, "exports", good))
        room = [1.0 - kept_back[pair] for pair in exported[["commodity", "period"]].itertuples(index=False, name=None)]
        share = np.minimum(exported["period"].map(open_share).to_numpy(dtype=np.float64), np.array(room))
        pairs = exported[["commodity", "period"]].itertuples(index=False, name=None)
        kept_back |= {pair: kept_back[pair] + float(part) for pair, part in zip(pairs, share, strict=True)}
        blocks = exported[[*CLAIM, "period"]].assign(block=exported["commodity"].map(last), share=share, cost_eur=retention.cost_eur)
        parts.append(blocks)
    together = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    return together[together["share"] > 0].reset_index(drop=True), members(belongs), notes


def _going_on(lever: Lever, calendar: Calendar) -> FloatArray:
    """Return the part of its size that a lever has in each period; in the tail that of the last period of the horizon."""
    shares = lever.open_shares(calendar.horizon, len(calendar.names))
    last = calendar.horizon.periods - 1
    shares[last + 1 :] = shares[last]
    return shares


def _within(limits: dict[tuple[str, bool], FloatArray], cells: pd.DataFrame, restraint: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:
    """Return the blocks of restraint.csv as far as the limits by sector and mode let them open, period by period."""
    sectors = sorted({sector for sector, _ in limits})
    blocks = restraint[restraint["sector"].isin(sectors)].astype({"block": "int64"}).sort_values(BLOCKS[:3], ignore_index=True)
    by_claim = blocks.groupby(["sector", "commodity"])
    blocks = blocks.assign(used=by_claim["share"].cumsum() - blocks["share"], first=by_claim.cumcount() == 0)
    opened = cells[[*CLAIM, "period"]].merge(blocks, on=["sector", "commodity"])
    number = opened["period"].map({name: place for place, name in enumerate(calendar.names)}).to_numpy(dtype=np.int64)
    place = opened["sector"].map({sector: row for row, sector in enumerate(sectors)}).to_numpy(dtype=np.int64)
    nothing = np.zeros(len(calendar.names))

    def limit(mandatory: bool) -> FloatArray:
        table = np.array([limits.get((sector, mandatory), nothing) for sector in sectors]).reshape(len(sectors), len(nothing))
        left = table[place, number] - opened["used"].to_numpy(dtype=np.float64)
        room: FloatArray = np.clip(left, 0.0, opened["share"].to_numpy(dtype=np.float64))
        return room

    asked = np.where(opened["first"].to_numpy(dtype=bool), limit(False), 0.0)
    opened["share"] = np.maximum(limit(True), asked)
    return opened[[*CLAIM, "period", "block", "share", "cost_eur"]]
