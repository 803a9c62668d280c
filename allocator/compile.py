"""From a case to its numbers: integer codes by name, scaled units, floors that decay, and bounds.

Nothing is decided here: names become positions in sorted order, quantities are divided by a power of two near the mean demand of a cell,
and what the formulation derives from the figures of a case (decaying floors, closed reserves in the tail, finite bounds) is worked out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from allocator.balances import balances, carried, from_lines, from_processes, from_reserves, moved, under_way
from allocator.case import Case
from allocator.codes import CLAIM, MONTH_DAYS, Codes, IntArray, claim_names
from allocator.columns import typed
from allocator.openings import opening_tables
from allocator.plants import plant_tables
from allocator.uses import lever_uses
from allocator_models.instance import COLUMNS, Instance
from allocator_models.kept import Kept, Read

#: The one branch of a case without futures.
BRANCH = "base"


def compile_instance(case: Case, kept: Kept | None = None) -> Instance:
    """Return the index tables of a case, as `allocator_models.instance` describes them.

    With `kept`, a table is made anew only when a table that it is made from is another than before.
    """
    kept = kept or Kept()
    codes = kept.step("codes", Codes, Read(case))
    raw: dict[str, Any] = {}
    for name, make in _MADE.items():
        raw[name] = kept.step(f"raw {name}", _raw, make, Read(case), codes, Read(raw))
    raw["plants"], raw["operations"] = kept.step("plants in codes", plant_tables, case.plants, Read(raw), codes.names)
    raw |= kept.step("openings", opening_tables, Read(case), Read(raw), codes.names)
    return Instance(**{name: kept.step(f"instance {name}", typed, name, raw[name]) for name in COLUMNS})


def _raw(make: Callable[[_Tables], Any], case: Case, codes: Codes, tables: Mapping[str, Any]) -> Any:
    return make(_Tables(case, codes, tables))


class _Tables:
    """The tables of an instance by name, of a case, its codes and the tables that were made before."""

    def __init__(self, case: Case, codes: Codes, tables: Mapping[str, pd.DataFrame]) -> None:
        self.case, self.at, self.tables = case, codes, tables

    # ---- members -----------------------------------------------------------------------------------------------------------------
    def _nodes(self) -> pd.DataFrame:
        number = np.arange(self.at.count)
        return pd.DataFrame(
            {
                "node": number,
                "name": self.at.names["node"],
                "period": self.at.names["node"],
                "branch": BRANCH,
                "parent": number - 1,
                "probability": 1.0,
                "horizon": number < self.at.reported,
            }
        )

    def _commodities(self) -> pd.DataFrame:
        goods = self.case.commodities
        return self.at.members("commodity").assign(
            scale=self.at.scale,
            loss=self.at.loss,
            yardstick=goods["yardstick"] / self.at.scale,
            surplus_cost=goods["price_eur"] * self.at.scale,
        )

    def _lines(self) -> pd.DataFrame:
        lines = self.case.lines
        return self.at.members("line").assign(region=self.at.code("region", lines), commodity=self.at.code("commodity", lines))

    def _processes(self) -> pd.DataFrame:
        return self.at.members("process").assign(region=self.at.code("region", self.case.processes), scale=self.at.run_scale)

    def _lanes(self) -> pd.DataFrame:
        lanes = self.case.lanes
        return self.at.members("lane").assign(
            origin=self.at.code("region", lanes, "origin"),
            destination=self.at.code("region", lanes),
            commodity=self.at.code("commodity", lanes),
        )

    def _claims(self) -> pd.DataFrame:
        claims = self.case.claims
        table = claims.assign(
            name=claim_names(claims),
            past_demand=claims["past_demand"] / self.at.scale_of(claims),
            past_shortfall=claims["past_shortfall"] / self.at.scale_of(claims),
            region=self.at.code("region", claims),
            commodity=self.at.code("commodity", claims),
        ).sort_values("name")
        return table.assign(claim=np.arange(len(table)))

    def _reserves(self) -> pd.DataFrame:
        reserves = self.case.reserves
        loss = reserves["loss_per_month"].to_numpy(dtype=np.float64)
        return self.at.members("reserve").assign(
            region=self.at.code("region", reserves),
            commodity=self.at.code("commodity", reserves),
            rank=reserves["rank"],
            first=reserves["first"],
            opening=reserves["opening"] / self.at.scale_of(reserves),
            loss=1.0 - (1.0 - loss) ** (self.case.period_days / MONTH_DAYS),
        )

    # ---- figures by node ---------------------------------------------------------------------------------------------------------
    def _cells(self) -> pd.DataFrame:
        cells = self.case.cells
        return cells.assign(claim=self.at.claim(cells), node=self.at.node(cells), demand=cells["demand"] / self.at.scale_of(cells))

    def _restraints(self) -> pd.DataFrame:
        blocks = self.case.restraints.merge(self.case.cells[["region", "sector", "commodity", "period", "demand"]])
        scale = self.at.scale_of(blocks)
        return blocks.assign(
            claim=self.at.claim(blocks),
            node=self.at.node(blocks),
            limit=blocks["share"] * blocks["demand"] / scale,
            cost=blocks["cost_eur"] * scale,
        )

    def _harms(self) -> pd.DataFrame:
        """Pieces of the shortage of cells whose tier weighs harm, in the horizon."""
        weighed = self.case.standings.loc[self.case.standings["rule"] == "weighted", [*CLAIM, "tier"]]
        reported = self.case.periods.loc[self.case.periods["horizon"], ["period"]]
        cells = self.case.cells.merge(weighed, on=[*CLAIM, "tier"]).merge(reported, on="period")
        pieces = cells.merge(self.case.harms, on=["sector", "commodity"])
        return pieces.assign(
            claim=self.at.claim(pieces),
            node=self.at.node(pieces),
            limit=pieces["share"] * pieces["demand"] / self.at.scale_of(pieces),
        )

    def _dispatches(self) -> pd.DataFrame:
        table, lines, priced = self.case.dispatches, self.case.lines, self.case.premiums
        line, node = self.at.code("line", table), self.at.node(table)
        premium = np.repeat(lines["premium_eur"].to_numpy(dtype=np.float64)[:, None], self.at.count, axis=1)
        premium[self.at.code("line", priced), self.at.node(priced)] = priced["premium_eur"]
        scale = self.at.scale_of(lines)[line]
        return pd.DataFrame({"line": line, "node": node, "limit": table["limit"] / scale, "premium": premium[line, node] * scale})

    def _runs(self) -> pd.DataFrame:
        table = self.case.runs.merge(self.case.processes[["process", "cost_eur"]], on="process")
        process = self.at.code("process", table)
        scale = self.at.run_scale[process]
        return table.assign(process=process, node=self.at.node(table), limit=table["limit"] / scale, cost=table["cost_eur"] * scale)

    def _per_run(self, flows: pd.DataFrame) -> pd.DataFrame:
        process = self.at.code("process", flows)
        quantity = flows["quantity"] * self.at.run_scale[process] / self.at.scale_of(flows)
        return flows.assign(process=process, commodity=self.at.code("commodity", flows), quantity=quantity)

    def _outputs(self) -> pd.DataFrame:
        """Output per run by the node of the run; nodes in which a process yields nothing are left out."""
        runs = self.case.runs
        yields = pd.DataFrame({"process": self.at.code("process", runs), "node": self.at.node(runs), "left": runs["yield_share"]})
        table = self._per_run(self.at.outputs).merge(yields, on="process")
        table["quantity"] *= table["left"]
        return table[table["quantity"] > 0]

    def _over_nodes(self, table: pd.DataFrame) -> pd.DataFrame:
        return table.merge(pd.DataFrame({"node": np.arange(self.at.count)}), how="cross")

    def _releases(self) -> pd.DataFrame:
        table = self.case.releases.merge(self.case.reserves[["reserve", "commodity", "opening", "floor", "loss_per_month"]], on="reserve")
        table = table.assign(node=self.at.node(table)).sort_values(["reserve", "node"], ignore_index=True)
        node = table["node"]
        kept = (1.0 - table["loss_per_month"]) ** (self.case.period_days / MONTH_DAYS)
        spared = (1.0 - table["loss_share"]).groupby(table["reserve"]).cumprod()
        scale = self.at.scale_of(table)
        return table.assign(
            reserve=self.at.code("reserve", table),
            floor=np.maximum(np.minimum(table["floor"], table["opening"]), table["due"] * table["opening"]) * kept**node * spared / scale,
            limit=np.where(node < self.at.reported, table["limit"], 0.0) / scale,
        )

    def _refills(self) -> pd.DataFrame:
        table = self.case.refills.merge(self.case.reserves[["reserve", "commodity"]], on="reserve")
        codes = {"reserve": self.at.code("reserve", table), "node": self.at.node(table)}
        return pd.DataFrame({**codes, "limit": table["limit"] / self.at.scale_of(table)})

    # ---- levers that bring goods ------------------------------------------------------------------------------------------------
    def _levers(self) -> pd.DataFrame:
        levers = self.case.levers[self.case.levers["lever"].isin(self.at.names["lever"])].sort_values("lever")
        return self.at.members("lever").assign(commodity=self.at.code("commodity", levers), rank=levers["rank"].to_numpy())

    def _opened(self, channel: str) -> pd.DataFrame:
        members = self.case.lever_members[self.case.lever_members["channel"] == channel]
        return pd.DataFrame({"lever": self.at.code("lever", members), channel: self.at.code(channel, members, "member")})

    def _uses(self) -> pd.DataFrame:
        shared = self.case.lever_limits.merge(self.case.levers[["lever", "commodity"]], on="lever")
        most = shared["limit"] / self.at.scale_of(shared)
        codes = {"lever": self.at.code("lever", shared), "node": self.at.node(shared)}
        return lever_uses(self.tables, pd.DataFrame({**codes, "most": most}), self.at.count)

    def _ordered(self) -> pd.DataFrame:
        """What lines of levers and of lots may send: a crisis of the others leaves it as it was, and all that is made from it."""
        sent, lots = self.tables["dispatches"], self.at.code("line", self.case.lots)
        lines = np.union1d(lots, self.tables["lever_lines"]["line"].to_numpy())
        return sent.loc[sent["line"].isin(lines), ["line", "node", "limit"]].reset_index(drop=True)

    def _lever_dispatches(self) -> pd.DataFrame:
        return self.tables["lever_lines"].merge(self.tables["ordered"], on="line")

    def _bundles(self) -> pd.DataFrame:
        """Return the least and the most of what is ordered together; nothing where the most does not reach the least."""
        bundles = self.case.bundles.merge(self.case.levers[["lever", "commodity"]], on="lever")
        table = pd.DataFrame({"lever": self.at.code("lever", bundles), "least": bundles["minimum"] / self.at.scale_of(bundles)})
        table = table.merge(self.tables["uses"], on="lever")
        return table.assign(most=table["limit"].where(table["limit"] >= table["least"] * (1.0 - 1e-9), 0.0))

    def _whole(self, member: str, lots: pd.DataFrame, members: pd.DataFrame, limits: str) -> pd.DataFrame:
        """Return the size of lots or tranches, and how many there can be; a limit that rounding takes below whole ones has them."""
        code, limited = self.at.code(member, lots), self.tables[limits]
        table = pd.DataFrame({member: code, "size": lots["size"] / self.at.scale_of(members)[code]})
        table = table.merge(limited[[member, "node", "limit"]], on=member)
        return table.assign(most=np.floor(table["limit"] / table["size"] + 1e-9))

    def _lots(self) -> pd.DataFrame:
        return self._whole("line", self.case.lots, self.case.lines, "ordered")

    def _tranches(self) -> pd.DataFrame:
        return self._whole("reserve", self.case.tranches, self.case.reserves, "releases")

    def _inventories(self) -> pd.DataFrame:
        """Working stock decays with the goods; from the last node of the horizon on, no more is kept than there was at the start."""
        stores = self.case.inventories
        commodity, scale = self.at.code("commodity", stores), self.at.scale_of(stores)
        opening = stores["opening"] / scale
        table = self._over_nodes(
            pd.DataFrame(
                {
                    "region": self.at.code("region", stores),
                    "commodity": commodity,
                    "opening": opening,
                    "least": np.minimum(stores["minimum"] / scale, opening),
                    "room": stores["maximum"] / scale,
                }
            )
        )
        node = table["node"].to_numpy()
        ends = node >= self.at.reported - 1
        return table.merge(self._holdings(), on=["region", "commodity", "node"], how="left").assign(
            cost=lambda joined: joined["cost"].fillna(0.0),
            minimum=table["least"] * (1.0 - self.at.loss[table["commodity"]]) ** node,
            maximum=np.where(ends, np.minimum(table["room"], table["opening"]), table["room"]),
        )

    def _holdings(self) -> pd.DataFrame:
        costs = self.case.holdings
        return pd.DataFrame({**self._place(costs), "cost": costs["cost_eur"] * self.at.scale_of(costs)})

    def _sales(self) -> pd.DataFrame:
        sales = self.case.sales
        scale = self.at.scale_of(sales)
        return sales.assign(**self._place(sales), limit=sales["limit"] / scale, value=sales["value_eur"] * scale)

    def _place(self, table: pd.DataFrame) -> dict[str, IntArray]:
        return {"region": self.at.code("region", table), "commodity": self.at.code("commodity", table), "node": self.at.node(table)}

    def _transfers(self) -> pd.DataFrame:
        table = self.case.transfers.merge(self.case.lanes[["lane", "commodity", "cost_eur"]], on="lane")
        scale = self.at.scale_of(table)
        codes = {"lane": self.at.code("lane", table), "node": self.at.node(table)}
        return pd.DataFrame({**codes, "limit": table["limit"] / scale, "cost": table["cost_eur"] * scale})

    # ---- sharing: what the guard makes of it binds nothing yet (`allocator.solve.sharing`) -------------------------------------------
    def _trades(self) -> pd.DataFrame:
        transfers, lanes = self.tables["transfers"], self.case.lanes
        undisturbed = lanes["undisturbed"].to_numpy(dtype=np.float64) / self.at.scale_of(lanes)
        trades = transfers.assign(limit=np.minimum(transfers["limit"], undisturbed[transfers["lane"]]))
        return trades if self.case.sharing == "guarded" else trades.iloc[:0]

    def _stays(self) -> pd.DataFrame:
        releases, sharing = self.tables["releases"][["reserve", "node", "limit"]], self.case.sharing
        stays = releases.merge(self.tables["reserves"][["reserve", "region", "commodity"]], on="reserve")
        stays = stays.groupby(["region", "commodity", "node"], as_index=False).agg(beyond=("limit", "sum"))
        return stays.iloc[:0] if sharing == "pooled" else stays.assign(beyond=stays["beyond"] if sharing == "guarded" else 0.0)

    def _guarded(self) -> pd.DataFrame:
        cells = self.tables["cells"]
        asked = cells["demand"].groupby(cells["claim"]).sum()
        guarded = pd.DataFrame({"claim": asked.index, "node": self.at.count - 1, "bearable": asked.to_numpy()})
        return guarded if self.case.sharing == "guarded" else guarded.iloc[:0]

    def _arrivals(self, channel: str) -> pd.DataFrame:
        table = self.case.arrivals[(self.case.arrivals["channel"] == channel) & (self.case.arrivals["weight"] > 0)]
        codes = self.at.names[channel].get_indexer(pd.Index(table["sender"]))
        return pd.DataFrame({channel: codes, "sent": self.at.node(table, "sent"), "node": self.at.node(table), "weight": table["weight"]})


#: How each table is made, and what balances are made of; those that others are made from first. Plants and their operations come last.
_MADE: Mapping[str, Callable[[_Tables], Any]] = {
    "nodes": _Tables._nodes,
    "regions": lambda the: the.at.members("region"),
    "commodities": _Tables._commodities,
    "claims": _Tables._claims,
    "moves": lambda the: the.case.moves.assign(claim=the.at.claim(the.case.moves)),
    "lines": _Tables._lines,
    "processes": _Tables._processes,
    "reserves": _Tables._reserves,
    "lanes": _Tables._lanes,
    "levers": _Tables._levers,
    "lever_lines": lambda the: the._opened("line"),
    "lever_processes": lambda the: the._opened("process"),
    "cells": _Tables._cells,
    "harms": _Tables._harms,
    "restraints": _Tables._restraints,
    "dispatches": _Tables._dispatches,
    "runs": _Tables._runs,
    "inputs": lambda the: the._per_run(the.at.inputs),
    "outputs": _Tables._outputs,
    "releases": _Tables._releases,
    "refills": _Tables._refills,
    "inventories": _Tables._inventories,
    "sales": _Tables._sales,
    "transfers": _Tables._transfers,
    "line_arrivals": lambda the: the._arrivals("line"),
    "process_arrivals": lambda the: the._arrivals("process"),
    "lane_arrivals": lambda the: the._arrivals("lane"),
    "tiers": lambda the: the.case.tiers,
    "closing": lambda the: the.case.closing,
    "ordered": _Tables._ordered,
    "lever_dispatches": _Tables._lever_dispatches,
    "uses": _Tables._uses,
    "bundles": _Tables._bundles,
    "lots": _Tables._lots,
    "tranches": _Tables._tranches,
    "trades": _Tables._trades,
    "stays": _Tables._stays,
    "guarded": _Tables._guarded,
    "under_way": lambda the: under_way(the.case, the.at),
    "from_lines": lambda the: from_lines(the.tables, the.at),
    "from_processes": lambda the: from_processes(the.tables, the.at),
    "from_reserves": lambda the: from_reserves(the.tables, the.at),
    "moved": lambda the: moved(the.tables, the.at),
    "stores": lambda the: carried(the.tables, the.at),
    "balances": lambda the: balances(the.tables, the.at),
}
